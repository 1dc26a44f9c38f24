"""What git cannot be asked is an error that says why; nothing is guessed in its place."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.workspace import git
from checker.workspace.git import Git, GitError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs in place of git are shell scripts")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "top" / ".git").mkdir(parents=True)
    return tmp_path / "top"


@pytest.fixture
def in_place_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a program in the place of git."""

    def put(does: str) -> None:
        program = tmp_path / "programs" / "git"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")

    return put


def test_without_git_the_way_without_it_is_named(top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(GitError, match="was not found; install it, or use --baseline"):
        Git(top).commit("HEAD")


def test_a_git_that_may_not_be_run_is_an_error(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("subprocess.run", refuse)
    with pytest.raises(GitError, match="git cannot be run: Permission denied"):
        Git(top).commit("HEAD")


def test_a_git_that_does_not_end_is_an_error(
    top: Path, in_place_of_git: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_place_of_git("exec sleep 60")
    monkeypatch.setattr(git, "_LONGEST_SECONDS", 0.1)
    with pytest.raises(GitError, match=r"git rev-parse did not end in 0\.1 seconds"):
        Git(top).commit("HEAD")


@pytest.mark.parametrize(
    ("does", "said"),
    [
        (
            "echo 'fatal: detected dubious ownership in repository' >&2; exit 128",
            "git does not trust {top}, which another",
        ),
        ("echo 'fatal: first' >&2; echo 'fatal: last' >&2; exit 128", "git ls-files failed: fatal: last"),
        ("exit 7", "git ls-files failed: exit code 7"),
    ],
)
def test_what_git_says_is_told(does: str, said: str, top: Path, in_place_of_git: Callable[[str], None]) -> None:
    in_place_of_git(does)
    with pytest.raises(GitError, match=re.escape(said.format(top=top))):
        Git(top)._run("ls-files")


def test_dubious_ownership_is_told_where_a_failure_would_be_an_answer(
    top: Path, in_place_of_git: Callable[[str], None]
) -> None:
    in_place_of_git("echo 'fatal: detected dubious ownership in repository' >&2; exit 128")
    with pytest.raises(GitError, match="does not trust"):
        Git(top).commit("HEAD")


@pytest.mark.parametrize("directory", ["", "below"])
def test_a_gitignore_that_git_would_wait_for_is_named(top: Path, directory: str) -> None:
    (top / "below").mkdir()
    os.mkfifo(top / directory / ".gitignore")
    named = re.escape(str(top / directory / ".gitignore"))
    with pytest.raises(GitError, match=f"git cannot be asked: {named} is not a file"):
        Git(top).ignored([top / "below" / "main.tf"])


@pytest.mark.parametrize(("shallow", "said"), [("true", "This clone is shallow"), ("false", "; fetch it first")])
def test_what_a_shallow_clone_lacks_is_said(
    shallow: str, said: str, top: Path, in_place_of_git: Callable[[str], None]
) -> None:
    in_place_of_git(f'case "$*" in *--is-shallow-repository*) echo {shallow} ;; *) exit 1 ;; esac')
    with pytest.raises(GitError, match=f"knows no commit 'origin/main'.*{said}"):
        Git(top).merge_base("origin/main")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_blob_is_known_by_its_hash_with_either_line_breaks(algorithm: str) -> None:
    def blob(content: bytes) -> str:
        return hashlib.new(algorithm, b"blob " + str(len(content)).encode() + b"\0" + content).hexdigest()

    assert git._is_object(blob(b"a\nb\n"), b"a\nb\n")
    assert git._is_object(blob(b"a\nb\n"), b"a\r\nb\r\n")
    assert not git._is_object(blob(b"a\nb\n"), b"a\nc\n")
