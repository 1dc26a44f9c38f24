"""`--source`: the values of a plan at the locations of the code that it was made from."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checker.errors import UsageError
from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan
from checker.report.view import alike

Plan = Callable[..., Scan]

HAIKU, OPUS = "anthropic.claude-3-haiku-20240307-v1:0", "anthropic.claude-3-opus-20240229-v1:0"


def change(address: str, after: dict[str, Any], unknown: object = None, sensitive: object = None) -> dict[str, Any]:
    """A planned creation."""
    kind, name = address.split("[")[0].split(".")[-2:]
    changes = {"actions": ["create"], "before": None, "after": after, "after_unknown": unknown or {}}
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "change": changes | {"after_sensitive": sensitive or {}},
    }


def agent(address: str, model: str) -> dict[str, Any]:
    return change(address, {"foundation_model": model})


@pytest.fixture
def planned(tmp_path: Path) -> Plan:
    """The scan of a plan with the given changes and variables, whose code is in `code/`."""

    def run(code: dict[str, str], changes: list[dict[str, Any]], source: str = "code", **variables: object) -> Scan:
        for name, content in code.items():
            (tmp_path / "code" / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "code" / name).write_text(content)
        plan = {
            "format_version": "1.2",
            "planned_values": {},
            "variables": {name: {"value": value} for name, value in variables.items()},
            "resource_changes": changes,
        }
        (tmp_path / "plan.json").write_text(json.dumps(plan))
        options = Options(source=Path(source))
        return scan(
            ["plan.json"],
            Settings(date(2026, 11, 24), options=options, policy=("baseline",)),
            standard_input=bytes,
            cwd=tmp_path,
        )

    return run


def written(result: Scan) -> dict[str, list[str]]:
    """Where each reference is and where its models are written."""
    return {
        f"{one.address} {one.path}": [
            f"{one.location.file}:{one.location.line}" if one.location else "-",
            *(f"{c.model} {c.written_at and f'{c.written_at.file}:{c.written_at.line}'}" for c in one.candidates),
        ]
        for one in result.references
    }


AGENT = """resource "aws_bedrockagent_agent" "a" {
  foundation_model = var.model
}
"""


def test_the_default_that_the_plan_has_is_where_it_is_written(planned: Plan) -> None:
    code = {"v.tf": f'variable "model" {{\n  default = "{HAIKU}"\n}}\n', "main.tf": AGENT}
    result = planned(code, [agent("aws_bedrockagent_agent.a", HAIKU)], model=HAIKU)
    assert written(result) == {"aws_bedrockagent_agent.a foundation_model": ["code/main.tf:2", f"{HAIKU} code/v.tf:2"]}


def test_the_tfvars_file_that_was_given_is_found(planned: Plan) -> None:
    code = {
        "main.tf": f'variable "model" {{\n  default = "{HAIKU}"\n}}\n' + AGENT,
        "prod.tfvars": f'model = "{OPUS}"\n',
        "dev.tfvars": 'model = "amazon.nova-lite-v1:0"\n',
    }
    result = planned(code, [agent("aws_bedrockagent_agent.a", OPUS)], model=OPUS)
    assert written(result) == {
        "aws_bedrockagent_agent.a foundation_model": ["code/main.tf:5", f"{OPUS} code/prod.tfvars:1"]
    }


def test_what_only_the_plan_knows_is_at_the_argument(planned: Plan) -> None:
    code = {"main.tf": 'variable "model" {}\n' + AGENT}
    result = planned(code, [agent("aws_bedrockagent_agent.a", OPUS)], model=OPUS)
    (reference,) = result.references
    assert str(reference.location) == "code/main.tf:3:3"
    assert next(step.text for step in reference.candidates[0].trail) == "value of var.model in the plan"


def test_keys_and_modules_that_the_code_does_not_tell(planned: Plan) -> None:
    code = {
        "main.tf": 'variable "agents" {}\ndata "x" "y" {}\n'
        'module "m" {\n  source = "./m"\n  agents = var.agents\n  sizes = data.x.y.z\n}\n',
        "m/main.tf": 'variable "agents" {}\nvariable "sizes" {}\n'
        'resource "aws_bedrockagent_agent" "a" {\n  for_each = var.agents\n  foundation_model = each.value\n}\n'
        'resource "aws_bedrockagent_agent" "b" {\n  for_each = toset(var.sizes)\n'
        f'  foundation_model = each.key == "l" ? "{OPUS}" : "{HAIKU}"\n}}\n',
    }
    changes = [
        agent('module.m.aws_bedrockagent_agent.a["x.y"]', HAIKU),
        agent('module.m.aws_bedrockagent_agent.b["l"]', OPUS),
    ]
    result = planned(code, changes, agents={"x.y": HAIKU})
    assert written(result) == {
        'module.m.aws_bedrockagent_agent.a["x.y"] foundation_model': ["code/m/main.tf:5", f"{HAIKU} None"],
        'module.m.aws_bedrockagent_agent.b["l"] foundation_model': ["code/m/main.tf:9", f"{OPUS} code/m/main.tf:9"],
    }


def test_an_address_that_is_not_in_the_code_keeps_its_place(planned: Plan) -> None:
    result = planned(
        {"main.tf": f'resource "x_y" "z" {{\n  a = "{HAIKU}"\n}}\n'}, [agent("aws_bedrockagent_agent.a", HAIKU)]
    )
    assert written(result) == {"aws_bedrockagent_agent.a foundation_model": ["plan.json:1", f"{HAIKU} plan.json:1"]}
    (problem,) = [one for one in result.problems if one.kind.value == "not-in-source"]
    assert not problem.incomplete
    assert "aws_bedrockagent_agent.a" in problem.message


def test_missing_addresses_are_told_together(planned: Plan) -> None:
    changes = [agent(f"aws_bedrockagent_agent.a[{number}]", HAIKU) for number in range(30)]
    result = planned({"main.tf": "locals {}\n"}, changes)
    problems = [one for one in result.problems if one.kind.value == "not-in-source"]
    assert len(problems) == 30
    (group,) = alike(problems)
    assert group.message.startswith("30 addresses are not in the code under ")
    assert group.message.endswith("a[3] and 26 more")


def test_a_waiver_in_the_code_holds_for_the_plan(planned: Plan) -> None:
    comment = '// bedrock-eol: ignore=eol-reached until=2027-01-31 reason="moving"\n'
    code = {
        "main.tf": f'{comment}resource "aws_bedrockagent_agent" "a" {{\n'
        '  foundation_model = "anthropic.claude-v2:1"\n}\n'
    }
    result = planned(code, [agent("aws_bedrockagent_agent.a", "anthropic.claude-v2:1")])
    statuses = {finding.rule: finding.status.value for finding in result.findings if finding.reference}
    assert statuses["eol-reached"] == "waived"


def test_the_code_knows_what_the_plan_has_lost_or_hides(planned: Plan) -> None:
    code = {
        "main.tf": 'resource "aws_lambda_function" "f" {\n  environment {\n    variables = {\n'
        f'      MODEL = "{HAIKU}"\n      TABLE = aws_dynamodb_table.t.name\n    }}\n  }}\n}}\n'
        f'resource "aws_ssm_parameter" "p" {{\n  type = "String"\n  value = "{OPUS}"\n}}\n'
        'resource "aws_dynamodb_table" "t" {}\n'
    }
    changes = [
        change("aws_lambda_function.f", {"environment": [{}]}, {"environment": [{"variables": True}]}),
        change("aws_ssm_parameter.p", {"type": "String", "value": OPUS}, sensitive={"value": True}),
        change("aws_dynamodb_table.t", {}, {"name": True}),
    ]
    assert written(planned(code, changes)) == {
        "aws_lambda_function.f environment[0].variables.MODEL": ["code/main.tf:3", f"{HAIKU} code/main.tf:4"],
        "aws_ssm_parameter.p value": ["code/main.tf:11", f"{OPUS} code/main.tf:11"],
    }


def test_the_code_knows_a_part_of_what_is_encoded(planned: Plan) -> None:
    encoded = f'base64encode("M={HAIKU} ${{terraform_data.u.id}}")'
    code = {
        "main.tf": f'resource "aws_launch_template" "l" {{\n  user_data = {encoded}\n}}\n'
        'resource "terraform_data" "u" {}\n'
    }
    changes = [
        change("aws_launch_template.l", {}, {"user_data": True}),
        change("terraform_data.u", {}, {"id": True}),
    ]
    result = planned(code, changes)
    assert written(result) == {"aws_launch_template.l user_data": ["code/main.tf:2", f"{HAIKU} code/main.tf:2"]}
    assert result.references[0].unresolved is None


def test_what_the_code_leaves_open_stays_possible(planned: Plan) -> None:
    arms = f'terraform_data.u.id == "x" ? "{HAIKU}" : "{OPUS}"'
    code = {
        "main.tf": f'resource "terraform_data" "u" {{}}\n{AGENT}'.replace("var.model", arms),
    }
    changes = [change("aws_bedrockagent_agent.a", {}, unknown={"foundation_model": True})]
    (reference,) = planned(code, changes).references

    assert {one.model: one.certainty.value for one in reference.candidates} == {HAIKU: "possible", OPUS: "possible"}


def test_source_is_of_one_plan(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text("locals {}\n")
    with pytest.raises(UsageError, match="--source is the code of one plan"):
        scan(
            ["."],
            Settings(date(2026, 11, 24), options=Options(source=Path()), judge=False),
            standard_input=bytes,
            cwd=tmp_path,
        )
