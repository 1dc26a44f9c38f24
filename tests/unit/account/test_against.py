"""`account --against`: the same resource in the account and in code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.cli import run
from tests.aws_server.made_account import MadeAccount, add_agent, add_agent_alias, add_profile, add_tags
from tests.unit.account.conftest import Listed

EAST = "us-east-1"
OVER, FINE = "anthropic.test-eol-v1:0", "anthropic.test-active-v1:0"
Take = Callable[..., Listed]

CODE = f"""
provider "aws" {{ region = "{EAST}" }}
resource "aws_bedrockagent_agent" "same" {{
  agent_name       = "same"
  foundation_model = "{OVER}"
}}
resource "aws_bedrockagent_agent" "moved" {{
  agent_name       = "moved"
  foundation_model = "{FINE}"
}}
resource "aws_bedrockagent_agent" "gone" {{
  agent_name       = "gone"
  foundation_model = "{OVER}"
}}
resource "aws_bedrockagent_agent" "untold" {{
  agent_name       = "untold"
  foundation_model = var.unset
}}
variable "unset" {{}}
"""


def compared(found: Listed) -> set[tuple[str, str | None, str | None, str | None]]:
    """(agreement, end of the ARN, address in code, what tells it) of each resource."""
    return {
        (
            each["agreement"],
            each["arn"] and each["arn"].rpartition("/")[2],
            each["code_address"],
            each["by"],
        )
        for each in found.report["comparison"]
    }


def test_code_and_account_are_compared_by_name(
    listed: Take, account: MadeAccount, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "main.tf").write_text(CODE)
    for number, name in enumerate(("same", "moved", "untold", "by-hand")):
        add_agent(account, EAST, number, name, OVER)
    add_agent_alias(account, EAST, 0, "LIVE000001", "3", OVER)
    found = listed("--regions", EAST, "--against", "main.tf", "--against", ".")
    assert compared(found) == {
        ("same", "AGENT00000", "aws_bedrockagent_agent.same", "name"),
        ("different", "AGENT00001", "aws_bedrockagent_agent.moved", "name"),
        ("not-told-by-code", "AGENT00002", "aws_bedrockagent_agent.untold", "name"),
        ("only-in-account", "AGENT00003", None, None),
        ("only-in-code", None, "aws_bedrockagent_agent.gone", None),
    }
    (different,) = [each for each in found.report["comparison"] if each["agreement"] == "different"]
    assert (different["models"], different["code_models"]) == ([OVER], [FINE])
    assert {each["framework"] for each in found.report["references"]} == {"aws"}
    assert found.code == 1


def test_it_is_shown(listed: Take, account: MadeAccount, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "main.tf").write_text(CODE)
    add_agent(account, EAST, 1, "moved", OVER)
    listed("--regions", EAST, "--against", ".", "--format", f"terminal={tmp_path / 'shown'}")
    capsys.readouterr()
    run(["account", "--regions", EAST, "--against", "."])
    shown = " ".join(capsys.readouterr().out.split())
    assert "Account and code 1 different model, 3 only in code" in shown
    assert f"(moved): {OVER}; aws_bedrockagent_agent.moved in . (by name): {FINE}" in shown


def test_a_state_tells_which_address_is_which(listed: Take, account: MadeAccount, tmp_path: Path) -> None:
    arn = add_agent(account, EAST, 1, "named by the console", OVER)
    (tmp_path / "main.tf").write_text(
        f'provider "aws" {{ region = "{EAST}" }}\nvariable "name" {{}}\nresource "aws_bedrockagent_agent" "a" {{\n'
        f'  agent_name = var.name\n  foundation_model = "{FINE}"\n}}\n'
    )
    state = {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {
            "root_module": {
                "resources": [
                    {
                        "address": "aws_bedrockagent_agent.a",
                        "mode": "managed",
                        "type": "aws_bedrockagent_agent",
                        "name": "a",
                        "provider_name": "registry.terraform.io/hashicorp/aws",
                        "values": {"agent_arn": arn, "foundation_model": OVER},
                    }
                ]
            }
        },
    }
    (tmp_path / "state.json").write_text(json.dumps(state))
    both = listed("--regions", EAST, "--against", ".", "--against", "state.json")
    assert compared(both) == {("different", "AGENT00001", "aws_bedrockagent_agent.a", "ARN")}
    alone = listed("--regions", EAST, "--against", "state.json")
    assert compared(alone) == {("same", "AGENT00001", "aws_bedrockagent_agent.a", "ARN")}


def test_tags_of_cloudformation_tell_the_logical_id(listed: Take, account: MadeAccount, tmp_path: Path) -> None:
    template: dict[str, Any] = {
        "Resources": {
            "Chat": {
                "Type": "AWS::Bedrock::Agent",
                "Properties": {"AgentName": {"Ref": "Name"}, "FoundationModel": FINE},
            }
        },
        "Parameters": {"Name": {"Type": "String"}},
    }
    (tmp_path / "template.json").write_text(json.dumps(template))
    arn = add_agent(account, EAST, 1, "assistant-prod", OVER)
    add_tags(
        account, EAST, arn, {"aws:cloudformation:stack-name": "assistant", "aws:cloudformation:logical-id": "Chat"}
    )
    found = listed("--regions", EAST, "--against", "template.json")
    assert compared(found) == {("different", "AGENT00001", "Chat", "tags")}


def test_a_profile_is_compared_in_its_region(listed: Take, account: MadeAccount, tmp_path: Path) -> None:
    add_profile(account, EAST, 1, "chat", OVER)
    add_profile(account, "eu-west-1", 2, "chat", OVER)
    (tmp_path / "main.tf").write_text(
        f'provider "aws" {{ region = "{EAST}" }}\nresource "aws_bedrock_inference_profile" "a" {{\n  name = "chat"\n'
        f'  model_source {{ copy_from = "arn:aws:bedrock:{EAST}::foundation-model/{OVER}" }}\n}}\n'
    )
    found = listed("--regions", f"{EAST},eu-west-1", "--against", ".")
    assert compared(found) == {
        ("same", "profile00001", "aws_bedrock_inference_profile.a", "name"),
        ("only-in-account", "profile00002", None, None),
    }


def test_code_that_cannot_be_read_is_a_problem(listed: Take, account: MadeAccount, tmp_path: Path) -> None:
    found = listed("--regions", EAST, "--against", "nowhere")
    assert found.code == 3
    assert ["nowhere" in each["file"] for each in found.report["problems"]] == [True]


def test_without_code_nothing_is_compared(listed: Take, account: MadeAccount) -> None:
    assert listed("--regions", EAST).report["comparison"] is None
