"""What git tracks and has not written to the work tree: submodules that are not checked out, and sparse checkouts."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from checker.cli.configured import problems_of_exclusions, refuse_lost_options
from checker.errors import UsageError
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.workspace.configuration import load_configuration

AGENT = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "amazon.nova-premier-v1:0"\n}\n'
WHO = {f"GIT_{role}_{key}": "a@b.cd" for role in ("AUTHOR", "COMMITTER") for key in ("NAME", "EMAIL")}


def git(top: Path, *arguments: str) -> None:
    command = ["git", "-C", str(top), "-c", "protocol.file.allow=always", *arguments]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **WHO})


def repository(top: Path, *names: str) -> Path:
    for name in names:
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(AGENT)
    git(top, "init", "-q")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "first")
    return top


def check(top: Path, *paths: str, **settings: object) -> Scan:
    made = Settings(as_of=date(2026, 11, 24), **settings)  # type: ignore[arg-type]
    return scan(paths or (".",), made, standard_input=bytes, cwd=top)


def told(found: Scan) -> list[tuple[str, bool]]:
    return [(each.file, each.incomplete) for each in found.problems]


@pytest.fixture
def with_submodule(tmp_path: Path) -> Path:
    """A clone whose submodule is not checked out, beside an empty directory that is none."""
    shared = repository(tmp_path / "shared", "main.tf")
    origin = repository(tmp_path / "origin", "app/main.tf")
    git(origin, "submodule", "add", "-q", str(shared), "vendor/shared")
    git(origin, "commit", "-qm", "second")
    git(tmp_path, "clone", "-q", str(origin), "clone")
    (tmp_path / "clone" / "empty").mkdir()
    return tmp_path / "clone"


def test_a_submodule_that_is_not_checked_out_is_told(with_submodule: Path) -> None:
    (problem,) = check(with_submodule).problems
    assert (problem.file, problem.incomplete) == ("vendor/shared", True)
    assert "git submodule update --init" in problem.advice
    assert told(check(with_submodule, "vendor/shared")) == [("vendor/shared", True)]
    assert told(check(with_submodule / "vendor")) == [("shared", True)]


def test_only_submodules_below_the_paths_are_told(with_submodule: Path) -> None:
    assert told(check(with_submodule, "app")) == []
    assert told(check(with_submodule, "app/main.tf")) == []
    git(with_submodule, "submodule", "update", "--init")
    found = check(with_submodule)
    assert (told(found), [each.path for each in found.inputs]) == ([], ["app", "vendor/shared"])


def test_where_git_cannot_be_asked_its_list_of_submodules_decides(
    with_submodule: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(with_submodule))
    assert told(check(with_submodule)) == [("vendor/shared", True)]
    (with_submodule / ".gitmodules").unlink()
    assert told(check(with_submodule)) == []


def test_a_submodule_that_no_list_names_is_one_all_the_same(with_submodule: Path) -> None:
    (with_submodule / ".gitmodules").unlink()
    assert told(check(with_submodule)) == [("vendor/shared", True)]


def test_what_a_sparse_checkout_leaves_out_is_told_by_directory(tmp_path: Path) -> None:
    top = repository(tmp_path / "top", "app/main.tf", "infra/a/main.tf", "infra/b/t.template", "docs/notes.md", "x.tf")
    git(top, "sparse-checkout", "set", "--no-cone", "app")
    found = check(top)
    assert told(found) == [("infra", True), ("x.tf", True)]
    assert "infra/a/main.tf, infra/b/t.template" in found.problems[0].message
    assert told(check(top, "app")) == []
    git(top, "sparse-checkout", "disable")
    assert told(check(top)) == []


def test_a_sparse_checkout_of_a_further_work_tree_is_its_own(tmp_path: Path) -> None:
    top = repository(tmp_path / "top", "app/main.tf", "infra/main.tf")
    git(top, "worktree", "add", "-q", str(tmp_path / "other"))
    git(tmp_path / "other", "sparse-checkout", "set", "app")
    assert told(check(top)) == []
    assert told(check(tmp_path / "other")) == [("infra", True)]


def test_what_is_excluded_is_not_told(with_submodule: Path) -> None:
    found = check(with_submodule, excluded=("vendor",), configured_in=with_submodule)
    assert not found.incomplete


def test_what_is_excluded_is_not_told_of_a_sparse_checkout_either(tmp_path: Path) -> None:
    top = repository(tmp_path / "top", "app/main.tf", "infra/a/main.tf", "infra/b/main.tf")
    git(top, "sparse-checkout", "set", "--no-cone", "app")
    (problem,) = check(top, excluded=("infra/a",), configured_in=top).problems
    assert (problem.file, "infra/a" in problem.message) == ("infra", False)
    assert told(check(top, excluded=("infra/a", "infra/b"), configured_in=top)) == []
    assert told(check(top, excluded=("infra/*/*.tf",), configured_in=top)) == [("infra", True)]


ROOT = "roots: [{{path: {}, regions: us-east-1}}]\n"


def patterns(top: Path, text: str) -> list[str]:
    """What is told of the patterns of a configuration."""
    (top / ".bedrock-eol.yaml").write_text(text)
    configuration = load_configuration(top / ".bedrock-eol.yaml", top)
    try:
        refuse_lost_options(configuration)
    except UsageError as error:
        return [str(error)]
    return [each.message for each in problems_of_exclusions(configuration)]


@pytest.mark.parametrize(
    ("written", "is_told"),
    [
        (ROOT.format("vendor/shared/infra"), False),
        (ROOT.format("vendor/**/infra"), False),
        ("exclude: vendor/shared/docs\n", False),
        (ROOT.format("vendor/other/infra"), True),
        (ROOT.format("vendor/shard"), True),
        ("exclude: app/docs\n", True),
    ],
)
def test_patterns_may_be_for_a_submodule_that_is_not_checked_out(
    with_submodule: Path, written: str, is_told: bool
) -> None:
    assert bool(patterns(with_submodule, written)) == is_told


@pytest.mark.parametrize(
    ("written", "is_told"),
    [
        (ROOT.format("infra/a"), False),
        (ROOT.format("'*/b'"), False),
        ("templates: [{path: infra/b/t.template}]\n", False),
        ("exclude: infra\n", False),
        (ROOT.format("infra/c"), True),
        ("exclude: infra/c\n", True),
    ],
)
def test_patterns_may_be_for_what_a_sparse_checkout_leaves_out(tmp_path: Path, written: str, is_told: bool) -> None:
    top = repository(tmp_path / "top", "app/main.tf", "infra/a/main.tf", "infra/b/t.template")
    git(top, "sparse-checkout", "set", "--no-cone", "app")
    assert bool(patterns(top, written)) == is_told
