"""What .gitignore keeps out of a search: never what git tracks, never what is named, and not without saying so."""

import subprocess
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

AGENT = 'resource "aws_bedrockagent_agent" "%s" {\n  foundation_model = "amazon.nova-premier-v1:0"\n}\n'
TEMPLATE = "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {FoundationModel: amazon.nova-lite-v1:0}\n"


class Tree:
    """A directory, which may be a work tree."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def git(self, *arguments: str, at: str = ".") -> None:
        subprocess.run(["git", "-C", str(self.top / at), *arguments], check=True, capture_output=True)

    def write(self, **files: str) -> None:
        for name, text in files.items():
            self.put(name, text)

    def put(self, name: str, text: str = "") -> None:
        file = self.top / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text or AGENT % Path(name).parent.name)

    def check(self, *paths: str) -> Scan:
        settings = Settings(as_of=date(2026, 11, 24))
        return scan(paths or (".",), settings, standard_input=bytes, cwd=self.top)

    def inputs(self, *paths: str) -> list[str]:
        return [one.path for one in self.check(*paths).inputs]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path / "top")
    made.top.mkdir()
    return made


@pytest.fixture
def work_tree(tree: Tree) -> Tree:
    tree.git("init", "-q")
    return tree


def test_what_git_tracks_is_read_though_gitignore_names_it(work_tree: Tree) -> None:
    work_tree.put(".gitignore", "infra/\ngenerated.yaml\n")
    work_tree.put("infra/main.tf")
    work_tree.put("infra/deep/er/main.tf")
    work_tree.put("infra/new/main.tf")
    work_tree.put("generated.yaml", TEMPLATE)
    work_tree.git("add", "-f", "infra/main.tf", "infra/deep", "generated.yaml")
    found = work_tree.check()
    assert [one.path for one in found.inputs] == ["generated.yaml", "infra", "infra/deep/er"]
    assert [(each.file, each.incomplete) for each in found.problems] == [("infra", False)]


def test_what_is_kept_out_is_counted_only_if_it_is_infrastructure_code(work_tree: Tree) -> None:
    work_tree.put("main.tf")
    work_tree.put(".gitignore", "build/\nlogs/\n*.gen.json\n")
    work_tree.put("build/a/main.tf")
    work_tree.put("build/a/more.tf")
    work_tree.put("build/t.yaml", TEMPLATE)
    work_tree.put("build/data.json", '{"a": 1}')
    work_tree.put("logs/x.json", '{"a": 1}')
    work_tree.put("x.gen.json", '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}')
    problems = {each.file: each.message for each in work_tree.check().problems}
    assert problems == {
        "build": "not searched, since .gitignore names it: 3 files of infrastructure code",
        "x.gen.json": "not searched, since .gitignore names it: a file of infrastructure code",
    }


@pytest.mark.parametrize("in_git", [True, False])
@pytest.mark.parametrize(
    ("lines", "read"),
    [
        ("*\n!*/\n!*.tf\n", ["infra", "infra/modules"]),
        ("infra/**\n!infra/main.tf\n", ["infra"]),
        ("infra/*\n!infra/modules\n", ["infra/modules"]),
        ("infra/\n!infra/modules\n", []),
        ("modules\n", ["infra"]),
        ("/modules\n", ["infra", "infra/modules"]),
    ],
)
def test_patterns_decide_as_they_do_for_git(tree: Tree, lines: str, read: list[str], in_git: bool) -> None:
    if in_git:
        tree.git("init", "-q")
    tree.put("main.tf", "locals {}\n")
    tree.put(".gitignore", lines)
    tree.put("infra/main.tf")
    tree.put("infra/modules/main.tf")
    # At the top, the last of the lines names no file of its own.
    assert [path for path in tree.inputs() if path != "."] == read


def test_a_directory_that_is_named_is_read_whatever_gitignore_says(work_tree: Tree) -> None:
    work_tree.put("build/sub/main.tf")
    work_tree.put("own/.gitignore", "*\n")
    work_tree.put("own/sub/main.tf")
    work_tree.put(".gitignore", "build\n")
    assert work_tree.inputs("build") == ["build/sub"]
    assert work_tree.inputs("build/sub") == ["build/sub"]
    assert work_tree.inputs("own") == ["own/sub"]
    found = work_tree.check(".")
    assert found.inputs == ()
    assert sorted(each.file for each in found.problems if each.kind == "pruned") == ["build", "own/sub"]


def test_a_work_tree_in_another_has_patterns_of_its_own(work_tree: Tree) -> None:
    work_tree.put(".gitignore", "*.tf\n")
    work_tree.put("inner/infra/main.tf")
    work_tree.put("outer/main.tf")
    work_tree.git("init", "-q", at="inner")
    assert work_tree.inputs() == ["inner/infra"]


def test_where_git_cannot_be_asked_nothing_is_kept_out_silently(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    (tree.top / ".git").mkdir()
    tree.put(".gitignore", "build\n")
    tree.put("main.tf")
    tree.put("build/main.tf")
    (problem,) = tree.check().problems
    assert (problem.file, problem.incomplete) == ("build", True)
    assert "could not be asked" in problem.message
    tree.git("init", "-q")
    assert [each.incomplete for each in tree.check().problems] == [False]
    monkeypatch.setenv("PATH", str(tree.top))
    (problem,) = tree.check().problems
    assert "git is needed for this and was not found" in problem.message


def test_git_is_asked_nothing_where_gitignore_names_nothing(work_tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    work_tree.put(".gitignore", "*.log\n")
    work_tree.put("main.tf")
    monkeypatch.setenv("PATH", str(work_tree.top))
    assert work_tree.check().problems == ()


def test_a_link_is_where_it_leads(work_tree: Tree) -> None:
    work_tree.put(".gitignore", "linked\nshared\n")
    work_tree.put("shared/main.tf")
    (work_tree.top / "linked").symlink_to("shared")
    work_tree.git("add", "-f", "shared/main.tf")
    assert work_tree.inputs() == ["linked"]


def test_directories_are_searched_as_deep_as_a_path_is_long(tree: Tree) -> None:
    directories = [tree.top]
    for _ in range(1000):
        directories.append(directories[-1] / "d")
        directories[-1].mkdir()
    file = directories[-1] / "main.tf"
    file.write_text(AGENT % "deep")
    try:
        assert [reference.address for reference in tree.check().references] == ["aws_bedrockagent_agent.deep"]
    finally:
        # Not every tool that removes directories goes as deep.
        file.unlink()
        for directory in reversed(directories):
            directory.rmdir()
