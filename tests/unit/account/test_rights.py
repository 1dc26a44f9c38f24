"""The policies of least rights are those of the table, and allow what a run asks, and nothing else."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from checker.account.rights import as_cloudformation, as_json, as_terraform, rights
from checker.account.services import SERVICES
from tests.aws_server.made_account import (
    Faulty,
    MadeAccount,
    add_agent,
    add_agent_alias,
    add_calls,
    add_function,
    add_knowledge_base,
    add_parameter,
    add_profile,
    add_tags,
)
from tests.aws_server.server import ServiceError
from tests.aws_server.wire import Request
from tests.unit.account.conftest import Listed

ROOT = Path(__file__).parents[3]
# The prefix of a service's actions; that of all others is how they sign.
ACTIONS = {each.name: each.actions for each in SERVICES} | {
    "resourcegroupstaggingapi": "tag",
    "cloudwatch": "cloudwatch",
    "cloudformation": "cloudformation",
    "ec2": "ec2",
    "sts": "sts",
    "organizations": "organizations",
}
# Allowed to all.
FREE = {"sts:GetCallerIdentity"}


def test_the_files_are_those_of_the_table() -> None:
    done = subprocess.run(
        [sys.executable, "tools/account/build.py", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_three_forms_allow_the_same() -> None:
    document = json.loads(as_json())
    said = {each["Sid"]: tuple(each["Action"]) for each in document["Statement"]}
    assert said == {name: actions for name, actions in rights().items() if name != "Organization"}
    template = yaml.safe_load(as_cloudformation())
    assert template["Resources"]["BedrockEolRead"]["Properties"]["PolicyDocument"] == document
    code = as_terraform()
    assert sorted(re.findall(r'"([a-z0-9-]+:\w+)"', code)) == sorted(each for some in said.values() for each in some)
    assert code.count("statement {") == len(said)


def test_only_reading_is_allowed() -> None:
    allowed = {action for actions in rights().values() for action in actions}
    assert all(re.fullmatch(r"[a-z0-9-]+:(List|Get|Describe)\w+|sts:AssumeRole", action) for action in allowed)
    assert not [each for each in allowed if "secret" in each.lower() or each.startswith("kms:")]


@pytest.mark.parametrize(
    ("options", "names"),
    [((), {"Bedrock"}), (("--include", "compute,parameters"), {"Bedrock", "Compute", "Parameters"})],
)
def test_a_run_needs_no_other_rights(
    listed: Callable[..., Listed], account: MadeAccount, options: tuple[str, ...], names: set[str]
) -> None:
    """What the policy does not allow is refused here, and nothing is."""
    region = "us-east-1"
    agent = add_agent(account, region, 1, "a", "anthropic.test-eol-v1:0")
    add_agent_alias(account, region, 1, "LIVE000001", "3", "anthropic.test-eol-v1:0")
    add_knowledge_base(account, region, 1, "kb", "amazon.test-embed-v1")
    add_profile(account, region, 1, "p", "anthropic.test-eol-v1:0")
    add_function(account, region, "fn", {"MODEL": "anthropic.test-eol-v1:0"})
    add_parameter(account, region, "/ai/model", "anthropic.test-eol-v1:0")
    add_calls(account, region, "anthropic.test-eol-v1:0", {})
    add_tags(account, region, agent, {"a": "b"})
    allowed = {action for name in names for action in rights()[name]} | FREE

    def answer(request: Request) -> object:
        action = f"{ACTIONS[request.service]}:{request.operation}"
        if action not in allowed:
            raise ServiceError(403, "AccessDeniedException", f"not authorized to perform: {action}")
        return Faulty(account).answer(request)

    found = listed("--regions", region, *options, answering=answer)
    assert found.report["problems"] == []
    assert found.uses
