"""An element of a list that has a name is the same one at another index."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.finding import Finding
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.workspace.baseline import KnownFinding, known_by, known_findings

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


def found(directory: Path, *containers: str, variables: tuple[str, ...] = ("M",)) -> tuple[Finding, ...]:
    """The findings about a task with containers of these names."""
    defined = [
        {"name": name, "environment": [{"name": variable, "value": MODEL} for variable in variables]}
        for name in containers
    ]
    code = (
        'provider "aws" {\n region = "us-east-1"\n}\nresource "aws_ecs_task_definition" "t" {\n container_definitions ='
    )
    (directory / "main.tf").write_text(f"{code} jsonencode({json.dumps(defined)})\n}}\n")
    result: Scan = scan(["."], Settings(date(2026, 11, 24)), standard_input=bytes, cwd=directory)
    return tuple(each for each in result.findings if each.rule == "eol-reached")


def paths(findings: tuple[Finding, ...], known: tuple[KnownFinding, ...]) -> list[str]:
    """The paths of the known findings."""
    return [each.reference.path for each, _ in known_by(findings, known) if each.reference is not None]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (("a",), ("a",), [0]),
        (("a",), ("new", "a"), [1]),
        (("a",), ("a", "new"), [0]),
        (("gone", "a"), ("a",), [0]),
        (("a", "b"), ("b", "a"), [0, 1]),
        # Another element, in the place of one that is gone.
        (("a",), ("b",), []),
        (("a", "b"), ("b", "c"), [0]),
        # One known finding is one finding, whatever elements share a name.
        (("a", "a"), ("new", "a", "a"), [1, 2]),
        (("a", "a"), ("a", "a", "a"), [0, 1]),
        (("a", "a"), ("a",), [0]),
    ],
)
def test_a_container_is_known_by_its_name(
    tmp_path: Path, before: tuple[str, ...], after: tuple[str, ...], same: list[int]
) -> None:
    known = known_findings(found(tmp_path, *before), {})
    now = found(tmp_path, *after)
    assert len(now) == len(after)
    known_paths = [f"container_definitions[{number}].environment[0].value" for number in same]
    assert sorted(paths(now, known)) == known_paths


def test_a_variable_is_known_by_its_name(tmp_path: Path) -> None:
    known = known_findings(found(tmp_path, "a", variables=("M",)), {})
    now = found(tmp_path, "a", variables=("NEW", "M"))
    assert paths(now, known) == ["container_definitions[0].environment[1].value"]


def test_what_was_known_without_names_is_known_by_its_index(tmp_path: Path) -> None:
    old = tuple(
        KnownFinding(each.rule, each.fingerprint, each.root, each.address, each.model)
        for each in known_findings(found(tmp_path, "a", "b"), {})
    )
    assert len(paths(found(tmp_path, "a", "b", "c"), old)) == 2


def test_what_was_known_without_names_is_one_finding(tmp_path: Path) -> None:
    old = tuple(
        KnownFinding(each.rule, each.fingerprint, each.root, each.address, each.model)
        for each in known_findings(found(tmp_path, "a", "a"), {})
    )
    assert len(paths(found(tmp_path, "new", "a", "a"), old)) == 2


def test_a_property_without_names_has_one_fingerprint(tmp_path: Path) -> None:
    code = f'resource "aws_lambda_function" "f" {{\n environment {{\n variables = {{ M = "{MODEL}" }}\n }}\n}}\n'
    (tmp_path / "main.tf").write_text(code)
    result = scan(["."], Settings(date(2026, 11, 24)), standard_input=bytes, cwd=tmp_path)
    assert [each.identity.others for each in result.findings if each.rule == "eol-reached"] == [()]
