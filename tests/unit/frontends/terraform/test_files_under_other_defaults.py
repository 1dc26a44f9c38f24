"""A file whose name rests on a default is one of those that match the name under another value."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.reference import Candidate
from checker.model.settings import Settings
from checker.pipeline import scan

MODEL = "anthropic.claude-sonnet-4-6"
OTHER = "anthropic.claude-3-haiku-20240307-v1:0"
FILES = {
    "cfg/dev.json": json.dumps({"m": MODEL}),
    "cfg/prod.json": json.dumps({"m": OTHER}),
    # Nothing of models is in these, whatever is wrong with them.
    "cfg/broken.json": '{"m":',
    "cfg/other.json": "{}",
    # Another kind of file is no other value of a whole name.
    "cfg/notes.md": f"See {OTHER}.",
    "two/dev-dev.json": json.dumps({"m": MODEL}),
    "two/prod-prod.json": json.dumps({"m": OTHER}),
    "two/prod-dev.json": json.dumps({"m": OTHER}),
    "env/dev/m.yaml": f"m: {MODEL}\n",
    "env/prod/m.yaml": f"m: {OTHER}\n",
    "env/prod/deeper/m.yaml": f"m: {OTHER}\n",
    "env/dev/m.yaml.tftpl": "m: ${model}\n",
    "env/prod/m.yaml.tftpl": f"m: {OTHER}\n",
}


def candidates(directory: Path, expression: str, variable: str) -> list[Candidate]:
    code = f"""\
variable "env" {{ {variable} }}
variable "last" {{ default = "dev.json" }}
variable "whole" {{ default = "cfg/dev.json" }}
resource "aws_bedrockagent_agent" "a" {{
  foundation_model = {expression}.m
}}
"""
    for name, content in {**FILES, "main.tf": code}.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(content)
    result = scan(["."], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=directory)
    assert not result.problems
    [reference] = result.references
    return list(reference.candidates)


@pytest.mark.parametrize(
    ("expression", "others"),
    [
        (
            'jsondecode(file("${path.module}/cfg/${var.env}.json"))',
            ["cfg/prod.json"],
        ),
        ('jsondecode(file("two/${var.env}-${var.env}.json"))', ["two/prod-prod.json"]),
        ('yamldecode(file("env/${var.env}/m.yaml"))', ["env/prod/m.yaml"]),
        (
            'yamldecode(templatefile("env/${var.env}/m.yaml.tftpl", { model = "' + MODEL + '" }))',
            ["env/prod/m.yaml.tftpl"],
        ),
        ("jsondecode(file(var.whole))", []),
        ('jsondecode(file("${path.module}/cfg/${var.last}"))', ["cfg/prod.json"]),
    ],
)
def test_other_files_are_overrides(tmp_path: Path, expression: str, others: list[str]) -> None:
    found = candidates(tmp_path, expression, 'default = "dev"')
    by_default = [one for one in found if one.certainty.value == "default"]
    assert [one.model for one in by_default] == [MODEL]
    overrides = [one for one in found if one.certainty.value == "override"]
    assert len(overrides) + 1 == len(found)
    assert sorted(one.written_at.file for one in overrides if one.written_at) == others
    assert {one.model for one in overrides} == ({OTHER} if others else set())
    assert all(
        [str(each).startswith(("var.env = ", "var.last = ")) for each in one.given] == [True] for one in overrides
    )


def test_values_that_a_variable_cannot_have_are_no_overrides(tmp_path: Path) -> None:
    validation = """
  default = "dev"
  validation {
    condition     = contains(["dev", "other"], var.env)
    error_message = "no"
  }
"""
    found = candidates(tmp_path, 'jsondecode(file("cfg/${var.env}.json"))', validation)
    assert [one.model for one in found] == [MODEL]
