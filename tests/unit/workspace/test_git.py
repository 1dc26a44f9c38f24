"""What git cannot be asked is an error that says why; nothing is guessed in its place."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.workspace import git
from checker.workspace.git import Git, GitError

from .conftest import Repository

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
        program.parent.mkdir(exist_ok=True)
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
        ("printf 'hint: one\\nhint: two\\nfatal: last\\n' >&2; exit 128", "git ls-files failed: fatal: last"),
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
    assert not git._is_object("", b"a\nb\n")


_KILLED = "kill -9 $$"


def test_a_git_that_is_killed_has_not_answered(top: Path, in_place_of_git: Callable[[str], None]) -> None:
    in_place_of_git(_KILLED)
    with pytest.raises(GitError, match="git knows no commit 'HEAD'"):
        Git(top).commit("HEAD")
    with pytest.raises(GitError, match="git knows no commit 'main'"):
        Git(top).merge_base("main")
    with pytest.raises(GitError, match="git cannot tell what it ignores: exit code -9"):
        Git(top).ignored([top / "main.tf"])
    with pytest.raises(GitError, match="git ls-files failed: exit code -9"):
        Git(top).tracks(top)


@pytest.mark.parametrize("answer", ["exit 1", _KILLED])
def test_without_an_ancestor_nothing_is_compared(
    answer: str, top: Path, in_place_of_git: Callable[[str], None]
) -> None:
    in_place_of_git(f'case "$*" in *merge-base*) {answer} ;; esac')
    with pytest.raises(GitError, match="HEAD and 'main' have no commit in common"):
        Git(top).merge_base("main")


def test_a_repository_without_a_commit_has_nothing_to_compare_with(
    top: Path, in_place_of_git: Callable[[str], None]
) -> None:
    in_place_of_git('case "$*" in *"HEAD^{commit}"*) exit 1 ;; esac')
    with pytest.raises(GitError, match="there is no commit yet to compare with; use --baseline"):
        Git(top).merge_base("main")


@pytest.mark.parametrize(
    "answer",
    ["1 missing", "1 ambiguous", "1 tree 3\nabc", "1 blob 3 more\nabc", ""],
    ids=lambda text: text.split("\n")[0],
)
def test_what_git_does_not_have_is_no_empty_file(
    answer: str, top: Path, in_place_of_git: Callable[[str], None]
) -> None:
    in_place_of_git(f"cat <<'END'\n{answer}\nEND")
    with pytest.raises(GitError, match=r"git does not have the content of a/main\.tf at that commit"):
        list(Git(top).contents([git.Blob("100644", "1" * 40, "a/main.tf")]))


def test_a_content_that_ends_early_is_an_error(top: Path, in_place_of_git: Callable[[str], None]) -> None:
    in_place_of_git("printf '1 blob 9\\nabc'")
    with pytest.raises(GitError, match=r"git stopped while it read main\.tf"):
        list(Git(top).contents([git.Blob("100644", "1" * 40, "main.tf")]))


def test_contents_are_those_of_their_files_and_their_sizes_are_known_before(repository: Any) -> None:
    texts = {"a.tf": "", "b.tf": "one\n", "c/d.tf": "without a break", "e.tf": "\n", "f.tf": "long\n" * 9999}
    for name, text in texts.items():
        repository.write(name, text)
    repository.commit()
    sizes: list[int] = []
    read = Git(repository.top).contents(tuple(Git(repository.top).blobs("HEAD")), sizes.append)
    assert {blob.path: content.decode() for blob, content in read} == texts
    assert sizes == [len(text) for text in texts.values()]


def test_all_files_that_were_renamed_are_named_with_their_directories(repository: Any) -> None:
    for name in ("top.tf", "envs/prod/main.tf", "envs/prod/agents.tf", "left.tf"):
        repository.write(name, f"# the text of {name}\n" * 9)
    repository.commit()
    repository.git("mv", "top.tf", "first.tf")
    repository.git("mv", "envs/prod/main.tf", "main.tf")
    repository.git("mv", "envs", "live")
    assert Git(repository.top).renamed("HEAD") == {
        ("top.tf", "first.tf"),
        (".", "."),
        ("envs/prod/main.tf", "main.tf"),
        ("envs/prod", "."),
        ("envs/prod/agents.tf", "live/prod/agents.tf"),
        ("envs/prod", "live/prod"),
    }


def test_a_file_that_differs_from_its_commit_is_not_committed(repository: Any) -> None:
    stored = {"same.tf": b"a\nb\n", "crlf.tf": b"a\nc\n", "changed.tf": b"a\nd\n"}
    for name, content in stored.items():
        (repository.top / name).write_bytes(content)
    repository.commit()
    now = {"same.tf": b"a\nb\n", "crlf.tf": b"a\r\nc\r\n", "new.tf": b"a\nb\n"}
    # Whatever the hash of the change.
    for change in range(9):
        contents = {repository.top / name: content for name, content in now.items()}
        contents[repository.top / "changed.tf"] = b"a\nd\n%d\n" % change
        found = Git(repository.top).uncommitted(contents)
        assert {path.name for path in found} == {"changed.tf", "new.tf"}


def test_before_the_first_commit_nothing_is_committed(repository: Any) -> None:
    file = repository.write("main.tf", "one\n")
    repository.git("add", "main.tf")
    assert Git(repository.top).uncommitted({file: b"one\n"}) == {file}


def test_of_several_paths_those_are_ignored_that_the_last_pattern_names(repository: Any) -> None:
    repository.write(".gitignore", "*.gen.tf\n!kept*.tf\nbuild/\n")
    for name in ("tracked.gen.tf", "one.gen.tf", "kept.gen.tf", "two.gen.tf", "main.tf", "build/main.tf"):
        repository.write(name, "")
    repository.git("add", "-f", "tracked.gen.tf")
    asked = [path for path in sorted(repository.top.rglob("*.tf")) if ".git" not in path.parts]
    found = Git(repository.top).ignored(asked)
    assert {path.relative_to(repository.top).as_posix() for path in found} == {
        "one.gen.tf",
        "two.gen.tf",
        "build/main.tf",
    }


@pytest.mark.parametrize(
    "name",
    ["config", "info/exclude", "objects/info/alternates", "objects/pack/p", "refs/heads/main", "refs/remotes/origin/x"],
)
@pytest.mark.parametrize("is_bare", [True, False])
def test_a_file_of_its_own_that_git_would_wait_for_is_named(tmp_path: Path, name: str, is_bare: bool) -> None:
    file = tmp_path / name if is_bare else tmp_path / ".git" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(file)
    with pytest.raises(GitError, match=re.escape("git cannot be run: ")) as caught:
        Git(tmp_path).commit("HEAD")
    assert str(caught.value).endswith(f"{name} is not a file")


def test_nobody_wrote_what_git_does_not_know(
    repository: Any, top: Path, in_place_of_git: Callable[[str], None]
) -> None:
    repository.write("main.tf", "one\n")
    repository.commit()
    new = repository.write("new.tf", "two\n")
    assert Git(repository.top).last_authors(repository.top / "main.tf", [1], b"one\n") == {1: "Ada <ada@example.com>"}
    assert Git(repository.top).last_authors(new, [1], b"two\n") == {}


@pytest.mark.parametrize("end", ["exit 3", _KILLED])
def test_what_a_git_that_fails_says_of_authors_is_not_believed(
    end: str, top: Path, in_place_of_git: Callable[[str], None]
) -> None:
    told = f"{'1' * 40} 1 1 1\nauthor Ada\nauthor-mail <ada@example.com>\n\tone\n"
    said = f"cat <<'END'\n{told}END"
    for does, expected in ((said, {1: "Ada <ada@example.com>"}), (f"{said}\n{end}", {})):
        in_place_of_git(does)
        assert Git(top).last_authors(top / "main.tf", [1], b"one\n") == expected


@pytest.mark.parametrize("required", ["true", "false"])
def test_no_filter_runs_to_tell_who_wrote_a_line(repository: Any, tmp_path: Path, required: str) -> None:
    """Attributes of the repository itself name it here, which git reads without a work tree, too."""
    program, evidence = tmp_path / "program", tmp_path / "ran"
    program.write_text(f"#!/bin/sh\ntouch {evidence}\ncat\n")
    program.chmod(0o755)
    file = repository.write("main.tf", "one\n")
    repository.commit()
    (repository.top / ".git" / "info").mkdir(exist_ok=True)
    (repository.top / ".git" / "info" / "attributes").write_text("*.tf filter=bad\n")
    for key in ("clean", "smudge", "process"):
        repository.git("config", f"filter.bad.{key}", str(program))
    repository.git("config", "filter.bad.required", required)
    assert Git(repository.top).last_authors(file, [1], b"one\n") == {1: "Ada <ada@example.com>"}
    assert not evidence.exists()


@pytest.mark.parametrize(
    "text",
    [
        "anthropic.claude-3-haiku-20240307-v1:0: 5",
        "anthropic.claude-3-haiku-20240307-v1:0: 5 9",
        f"{'1' * 39} 1 7 1",
        f"{'1' * 63} 1 7 1",
        "author Eve",
        "author-mail <eve@example.com>",
        "\ttwo",
        "",
    ],
)
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_line_that_looks_like_what_git_says_of_it_is_a_line(tmp_path: Path, text: str, algorithm: str) -> None:
    made = Repository(tmp_path)
    made.git("init", "-q", f"--object-format={algorithm}")
    content = f"first\n{text}\nlast\n"
    file = made.write("main.tf", content)
    made.commit()
    authors = dict.fromkeys((1, 2, 3), "Ada <ada@example.com>")
    assert Git(tmp_path).last_authors(file, [3, 1, 2], content.encode()) == authors
    # A line that is new is nobody's.
    assert Git(tmp_path).last_authors(file, [1, 2, 3, 4], f"new\n{content}".encode()) == dict.fromkeys(
        (2, 3, 4), "Ada <ada@example.com>"
    )


def test_a_repository_is_empty_until_something_is_committed(repository: Any) -> None:
    assert Git(repository.top).is_empty()
    repository.write("main.tf", "")
    repository.commit()
    assert not Git(repository.top).is_empty()
    # A branch without a commit is none, but there is another one; nor is a commit without a branch nothing.
    repository.git("checkout", "-q", "--orphan", "new")
    assert not Git(repository.top).is_empty()
    repository.git("checkout", "-q", "--detach", "main")
    repository.git("branch", "-qD", "main")
    assert not Git(repository.top).is_empty()
