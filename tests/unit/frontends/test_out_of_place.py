"""What has lost its location through a slip of an editor or a merge is told, in each language."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

AGENT = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "amazon.nova-lite-v1:0"\n}\n'
GRANT = """resource "aws_iam_policy" "p" {
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "bedrock:InvokeModel", Resource = "amazon.nova-lite-v1:0" }]
  })
}
"""
TEMPLATE = """Resources:
  Fn:
    Type: AWS::Lambda::Function
%sProperties:
%s  Environment: {Variables: {MODEL: amazon.nova-lite-v1:0}}
"""


def check(top: Path, name: str, text: str) -> Scan:
    (top / name).parent.mkdir(parents=True, exist_ok=True)
    (top / name).write_text(text)
    return scan(["."], Settings(date(2026, 11, 24)), standard_input=bytes, cwd=top)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('foundation_model = "amazon.nova-lite-v1:0"\n' + AGENT, 1),
        ('provider "aws" {\n\n' + AGENT + "}\n", 3),
        ('module "m" {\n  source = "./m"\n  variable "x" {}\n}\n', 3),
    ],
)
def test_terraform_that_stands_elsewhere_is_told(tmp_path: Path, text: str, line: int) -> None:
    found = [each for each in check(tmp_path, "main.tf", text).problems if "where Terraform takes none" in each.message]
    assert [(each.line, each.incomplete) for each in found] == [(line, True)]


@pytest.mark.parametrize(
    "text",
    [
        AGENT,
        'check "c" {\n  data "aws_region" "r" {}\n  assert {\n    condition = true\n    error_message = ""\n  }\n}\n',
        'resource "x" "y" {\n  data {\n  }\n  module {\n  }\n  provisioner "local-exec" {\n  }\n}\n',
    ],
)
def test_blocks_that_may_stand_there_are_not(tmp_path: Path, text: str) -> None:
    assert not [each for each in check(tmp_path, "main.tf", text).problems if "takes none" in each.message]


def test_a_section_that_a_template_does_not_have_is_told(tmp_path: Path) -> None:
    assert check(tmp_path, "t.yaml", TEMPLATE % ("    ", "    ")).problems == ()
    _, problem = check(tmp_path, "t.yaml", TEMPLATE % ("", "")).problems
    assert (problem.line, problem.incomplete) == (4, True)
    assert "no section 'Properties'" in problem.message
    # A macro may take sections of its own.
    own = "Transform: Own\n" + TEMPLATE % ("", "")
    assert not any("no section" in problem.message for problem in check(tmp_path, "t.yaml", own).problems)


def test_a_template_of_an_artifact_of_no_known_type_is_told(tmp_path: Path) -> None:
    artifact = {"type": "aws:cloudformationn:stack", "properties": {"templateFile": "A.template.json"}}
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cdk.out").write_text("{}")
    found = check(tmp_path, "out/manifest.json", json.dumps({"version": "36.0.0", "artifacts": {"A": artifact}}))
    assert ["of no type that is known" in problem.message for problem in found.problems] == [True]


@pytest.mark.parametrize("block", ["output", "variable"])
def test_an_argument_of_another_block_is_told(tmp_path: Path, block: str) -> None:
    text = f'{block} "x" {{\n  description = "x"\n  foundation_model = "amazon.nova-lite-v1:0"\n}}\n'
    (problem,) = check(tmp_path, "main.tf", text).problems
    assert (problem.line, problem.incomplete) == (3, False)
    assert f"stands in a block `{block}`, which has no such argument" in problem.message


def test_a_name_where_only_values_may_stand_is_told(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'variable "m" {\n  default = nul\n}\n' + AGENT.replace('"amazon.nova-lite-v1:0"', "var.m")
    )
    (problem,) = check(tmp_path, "none.tfvars", "").problems
    assert (problem.file, problem.line) == ("main.tf", 2)
    found = check(tmp_path, "terraform.tfvars", "m = nullQ\n").problems
    assert [(each.file, each.line) for each in found if "'nullQ'" in each.message] == [("terraform.tfvars", 1)]


def test_a_model_for_a_variable_that_there_is_not_is_told_of_a_file_that_is_not_loaded(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "model" {}\n' + AGENT.replace('"amazon.nova-lite-v1:0"', "var.model"))
    # What names no model may be for a backend.
    (problem,) = check(tmp_path, "dev.tfvars", 'bucket = "b"\nmodelQ = "amazon.nova-pro-v1:0"\n').problems
    assert (problem.file, problem.line, problem.incomplete) == ("dev.tfvars", 2, False)
    assert "declares the variable 'modelQ'; did you mean 'model'?" in problem.message


def test_what_a_terraform_block_of_terragrunt_does_not_have_is_told(tmp_path: Path) -> None:
    (problem,) = check(tmp_path, "unit/terragrunt.hcl", 'terraform {\n  sourceQ = "../m"\n}\ninputs = {}\n').problems
    assert (problem.line, problem.incomplete) == (2, True)
    assert "'sourceQ' is nothing that Terragrunt knows here" in problem.message


@pytest.mark.parametrize("arn", ["bedrockQ:us-east-1::foundation-model/", "bedrock:us-east-1::foundatio}n-model/"])
@pytest.mark.parametrize(
    "text",
    [
        AGENT,
        GRANT,
    ],
)
def test_a_slip_in_the_arn_of_a_model_is_unresolved(tmp_path: Path, text: str, arn: str) -> None:
    (reference,) = check(tmp_path, "main.tf", text.replace("amazon", f"arn:aws:{arn}amazon")).references
    assert reference.candidates == ()
    assert reference.unresolved is not None
    assert reference.unresolved.subject == f"arn:aws:{arn}amazon.nova-lite-v1:0"
