"""Data sources in `check` blocks are read, and a `for_each` without a value says why it has none."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


def scanned(directory: Path, name: str, text: str) -> Scan:
    (directory / name).write_text(text)
    return scan(["."], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=directory)


NATIVE = f"""\
variable "model" {{ default = "{MODEL}" }}
check "model" {{
  data "aws_bedrock_foundation_model" "m" {{ model_id = var.model }}
  assert {{
    condition     = data.aws_bedrock_foundation_model.m.model_arn != ""
    error_message = "gone"
  }}
}}
"""
IN_JSON = json.dumps(
    {
        "variable": {"model": {"default": MODEL}},
        "check": {
            "model": {
                "data": {"aws_bedrock_foundation_model": {"m": {"model_id": "${var.model}"}}},
                "assert": {"condition": "${true}", "error_message": "gone"},
            }
        },
    }
)


@pytest.mark.parametrize(("name", "text"), [("main.tf", NATIVE), ("main.tf.json", IN_JSON)])
def test_the_data_source_of_a_check_is_read_like_others(tmp_path: Path, name: str, text: str) -> None:
    result = scanned(tmp_path, name, text)
    [reference] = result.references
    assert reference.address == "data.aws_bedrock_foundation_model.m"
    assert [candidate.model for candidate in reference.candidates] == [MODEL]
    assert not result.problems


@pytest.mark.parametrize(
    ("argument", "expression", "message"),
    [
        ("for_each", "{ for i in range(2000) : i => i }", "could not be evaluated: range(…) at main.tf:2: "),
        ("for_each", '{ for i in ["a", "b"] : "k" => i }', "could not be evaluated: main.tf:2 has a key twice"),
        ("for_each", "3", "is not a map, or a set of strings"),
        ("count", "-1", "is not a whole number that is not negative"),
        ("count", "null ? 1 : 0", "could not be evaluated: main.tf:2 has a condition that is null"),
        ("count", '"x" ? 1 : 0', "could not be evaluated: main.tf:2 has a condition that is neither true nor false"),
        ("count", "null && true ? 1 : 0", "could not be evaluated: main.tf:2 has an operand that is null"),
        ("count", "-null", "could not be evaluated: main.tf:2 "),
        ("for_each", "null.x", "could not be evaluated: main.tf:2 takes a part of null"),
        ("for_each", "{}.x", "could not be evaluated: main.tf:2 has no such key"),
        ("count", "length(range(2000))", "could not be evaluated: range(…) at main.tf:2: "),
    ],
)
def test_instances_that_cannot_be_told_say_why(tmp_path: Path, argument: str, expression: str, message: str) -> None:
    code = (
        f'resource "aws_bedrockagent_agent" "a" {{\n  {argument} = {expression}\n  foundation_model = "{MODEL}"\n}}\n'
    )
    [problem] = scanned(tmp_path, "main.tf", code).problems
    assert problem.message.startswith(f"{argument} of aws_bedrockagent_agent.a {message}")
    assert problem.incomplete


@pytest.mark.parametrize(
    ("condition", "is_told"),
    [
        ('startswith(var.m, "amazon.")', True),
        ('startswith(var.m, "anthropic.")', False),
        # Any other value has to be given.
        ('contains(["amazon.nova-lite-v1:0"], var.m)', True),
        # Something decides that is not known.
        ('var.n == "x" || startswith(var.m, "amazon.")', False),
        ("var.n == var.m", False),
        ("no_such_function(var.m)", False),
    ],
)
@pytest.mark.parametrize("is_called", [False, True])
def test_a_value_that_breaks_its_validation_is_told(
    tmp_path: Path, condition: str, is_told: bool, is_called: bool
) -> None:
    block = f'validation {{\n    condition     = {condition}\n    error_message = "no"\n  }}'
    own = f'variable "n" {{}}\nvariable "m" {{\n  default = "{MODEL}"\n  {block}\n}}\n'
    code = own + 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n'
    if is_called:
        (tmp_path / "m").mkdir()
        (tmp_path / "m" / "main.tf").write_text(code)
        code = 'variable "n" {}\nmodule "m" {\n  source = "./m"\n  n = var.n\n}\n'
    told = [each for each in scanned(tmp_path, "main.tf", code).problems if "breaks its validation" in each.message]
    assert [(each.line, each.incomplete) for each in told] == ([(5, False)] if is_told else [])
    assert all(
        each.message == f"the value of {'module.m.' if is_called else ''}var.m breaks its validation" for each in told
    )
