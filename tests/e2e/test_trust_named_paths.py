"""A path that the user names is read, or it is said why not; never is it silently nothing."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.report.view import Verdict, verdict_of

GOOD = "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {FoundationModel: amazon.nova-lite-v1:0}\n"
DAMAGED = [
    "{",
    '{"a": 1',
    "R: [",
    "Parameters:\n  A: {",
    'Res: "',
    "\t- a: b: c",
    "Resources:\n  A: [",
    '{"Resources": {',
]
OTHER = ["", "Resou", "hello", "%PDF-1.7", "# only a comment\n", "a: 1\n", "- a\n- b\n", "[]", '"x"', '{"Outputs": {}}']
OTHER += ["Resources:", "resource x", "a: Resources of x::y\n"]


def check(cwd: Path, *paths: str, given: bytes = b"") -> Scan:
    return scan(paths, Settings(as_of=date(2026, 11, 24)), standard_input=lambda: given, cwd=cwd)


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "good.yaml").write_text(GOOD)
    return tmp_path


def assert_told(found: Scan, file: str) -> None:
    assert verdict_of(found, None, False) is Verdict.INCOMPLETE
    assert [problem.file for problem in found.problems if problem.incomplete] == [file], found.problems


@pytest.mark.parametrize("beside", [(), ("good.yaml",), (".",)])
@pytest.mark.parametrize("name", ["t.yaml", "t.json", "t.txt", "t"])
@pytest.mark.parametrize("content", [*DAMAGED, *OTHER])
def test_a_file_that_is_no_template_is_told(top: Path, content: str, name: str, beside: tuple[str, ...]) -> None:
    (top / name).write_text(content)
    found = check(top, name, *beside)
    assert_told(found, name)
    if beside:
        assert_told(check(top, *beside, name), name)
    if content in DAMAGED and content[0] in '{RP"':
        assert [problem.line is not None for problem in found.problems] == [True]


@pytest.mark.parametrize("content", [*DAMAGED, *OTHER])
def test_standard_input_that_is_no_template_is_told(top: Path, content: str) -> None:
    assert_told(check(top, "-", "good.yaml", given=content.encode()), "<stdin>")


def test_a_directory_in_which_there_is_nothing_is_told(top: Path) -> None:
    (top / "empty").mkdir()
    (top / "docs").mkdir()
    (top / "docs" / "index.md").write_text("# Index\n")
    assert_told(check(top, "good.yaml", "empty"), "empty")
    assert_told(check(top, "docs", "."), "docs")


def test_what_is_named_twice_or_used_by_another_is_something(top: Path) -> None:
    (top / "parent.yaml").write_text(
        "Resources:\n  S:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: good.yaml}\n"
    )
    for paths in (["good.yaml", "good.yaml"], [".", "good.yaml"], ["parent.yaml", "good.yaml"]):
        assert check(top, *paths).problems == ()


@pytest.mark.parametrize("lines", ["build/", "*", "b*d", "/build", "**/build/**\nbuild", "*u*i*l*d*/"])
@pytest.mark.parametrize("named", ["build", "build/below", "./build/../build", "build/below/t.yaml"])
def test_what_is_named_is_searched_though_git_ignores_it(tmp_path: Path, lines: str, named: str) -> None:
    (tmp_path / "build" / "below").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(lines)
    (tmp_path / "build" / "below" / "t.yaml").write_text(GOOD)
    (tmp_path / "build" / "below" / "main.tf").write_text("locals {}\n")
    settings = Settings(as_of=date(2026, 11, 24))
    assert len(scan([named], settings, standard_input=bytes, cwd=tmp_path).references) == 1
    if "build" in lines:
        assert scan(["."], settings, standard_input=bytes, cwd=tmp_path).references == ()
