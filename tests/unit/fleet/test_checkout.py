"""Commits as files: of local repositories, and of remote ones over an ssh that runs here."""

from datetime import date
from pathlib import Path

import pytest

from checker.fleet.checkout import Limits, TooLargeError, fetch, head_of, write_files
from checker.fleet.repositories import Repository
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.workspace.git import GitError
from tests.unit.fleet.conftest import AGENT, ENDED, MakeRepository, git

LIMITS = Limits(seconds=60)


@pytest.fixture
def ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What git runs in place of ssh: the command for the server, on this machine."""
    script = tmp_path / "ssh"
    script.write_text('#!/bin/sh\nwhile [ "$#" -gt 1 ]; do shift; done\nexec sh -c "$1"\n')
    script.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(script))


def test_a_remote_repository_is_fetched_without_its_history(
    tmp_path: Path, make_repository: MakeRepository, ssh: None
) -> None:
    top = make_repository("infra", main__tf="# old\n")
    make_repository("infra", main__tf=AGENT.format(model=ENDED))
    repository = Repository("infra", f"ssh://git@example.com{top}")
    head = git(top, "rev-parse", "HEAD")
    assert head_of(repository, LIMITS) == head
    fetched = fetch(repository, head, tmp_path / "scratch", LIMITS)
    assert fetched.commit == head
    assert git(fetched.directory, "rev-list", "--count", head) == "1"
    write_files(fetched, tmp_path / "files", LIMITS)
    assert (tmp_path / "files" / "main.tf").read_text() == AGENT.format(model=ENDED)


def test_a_remote_repository_may_have_no_commit_at_all(
    tmp_path: Path, make_repository: MakeRepository, ssh: None
) -> None:
    empty = tmp_path / "empty"
    git(tmp_path, "init", "--quiet", str(empty))
    assert head_of(Repository("empty", f"ssh://git@example.com{empty}"), LIMITS) is None
    top = make_repository("infra", main__tf="# one\n")
    git(top, "symbolic-ref", "HEAD", "refs/heads/gone")
    with pytest.raises(GitError, match="HEAD of the repository names a branch that is not there"):
        head_of(Repository("infra", f"ssh://git@example.com{top}"), LIMITS)


@pytest.mark.parametrize("ref", ["v1", "old", "größe/#1"])
def test_a_ref_is_a_tag_or_a_branch(tmp_path: Path, make_repository: MakeRepository, ssh: None, ref: str) -> None:
    top = make_repository("infra", main__tf="# one\n")
    git(top, "tag", "--annotate", "--message", "v1", "v1")
    git(top, "branch", "old")
    git(top, "branch", "größe/#1")
    commit = git(top, "rev-parse", "HEAD")
    make_repository("infra", main__tf="# two\n")
    for location in (str(top), f"ssh://git@example.com{top}"):
        repository = Repository("infra", location, ref)
        assert head_of(repository, LIMITS) == commit
        fetched = fetch(repository, commit, tmp_path / f"scratch-{repository.is_remote}", LIMITS)
        write_files(fetched, tmp_path / f"files-{repository.is_remote}", LIMITS)
        assert (tmp_path / f"files-{repository.is_remote}" / "main.tf").read_text() == "# one\n"


def test_what_the_work_tree_holds_beyond_the_commit_is_not_read(
    tmp_path: Path, make_repository: MakeRepository
) -> None:
    top = make_repository("infra", main__tf="# committed\n")
    (top / "main.tf").write_text("# changed\n")
    (top / "more.tf").write_text("# new\n")
    repository = Repository("infra", str(top))
    write_files(fetch(repository, head_of(repository, LIMITS) or "", tmp_path, LIMITS), tmp_path / "files", LIMITS)
    assert {path.name for path in (tmp_path / "files").iterdir()} == {".git", "main.tf"}
    assert (tmp_path / "files" / "main.tf").read_text() == "# committed\n"


def test_texts_that_look_like_an_id_are_collected(tmp_path: Path, make_repository: MakeRepository) -> None:
    top = make_repository(
        "infra", app__py='MODEL = "us.newco.thinker-2-v1:0"\nHOST = "s3.amazonaws.com"\nVERSION = "numpy.1.2"\n'
    )
    repository = Repository("infra", str(top))
    fetched = fetch(repository, head_of(repository, LIMITS) or "", tmp_path, LIMITS)
    assert write_files(fetched, tmp_path / "files", LIMITS) == ("us.newco.thinker-2-v1:0",)


def test_a_repository_over_a_limit_is_not_written_whole(tmp_path: Path, make_repository: MakeRepository) -> None:
    top = make_repository("infra", a__tf="x" * 100, b__tf="y" * 100)
    repository = Repository("infra", str(top))
    fetched = fetch(repository, head_of(repository, LIMITS) or "", tmp_path, LIMITS)
    with pytest.raises(TooLargeError, match="more than 150 bytes"):
        write_files(fetched, tmp_path / "bytes", Limits(size=150))
    with pytest.raises(TooLargeError, match="more than 1 files"):
        write_files(fetched, tmp_path / "count", Limits(files=1))


def test_what_git_says_of_a_failure_has_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_SSH_COMMAND", "false")
    with pytest.raises(GitError, match="git ls-remote failed"):
        head_of(Repository("x", f"ssh://git@example.com{tmp_path}/nothing"), LIMITS)


def test_tokens_are_for_their_own_hosts_and_not_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.fleet.checkout import _environment

    made = _environment({"GITHUB_TOKEN": "ghp_x", "GITLAB_TOKEN": "glpat_y", "GITLAB_URL": "https://git.example.com"})
    assert made["GIT_CONFIG_COUNT"] == "2"
    assert made["GIT_CONFIG_KEY_0"] == "http.https://github.com/.extraHeader"
    assert made["GIT_CONFIG_KEY_1"] == "http.https://git.example.com/.extraHeader"
    assert "ghp_x" not in made["GIT_CONFIG_VALUE_0"]
    assert _environment({"GITHUB_TOKEN": "x", "GITHUB_SERVER_URL": "http://plain.example"})["GIT_CONFIG_COUNT"] == "0"


def test_a_submodule_is_an_empty_directory_and_told(tmp_path: Path, make_repository: MakeRepository) -> None:
    inner = make_repository("inner", main__tf=AGENT.format(model=ENDED))
    top = make_repository("infra", main__tf="# one\n")
    git(top, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "shared")
    git(top, "commit", "--quiet", "--message", "two")
    fetched = fetch(Repository("infra", str(top)), git(top, "rev-parse", "HEAD"), tmp_path / "scratch", LIMITS)
    files = tmp_path / "files"
    write_files(fetched, files, LIMITS)
    assert list((files / "shared").iterdir()) == []
    found = scan(["."], Settings(as_of=date(2026, 11, 24)), standard_input=bytes, cwd=files)
    assert [(each.file, each.incomplete) for each in found.problems] == [("shared", True)]
