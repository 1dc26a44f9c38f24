"""What is kept out of the search is what git ignores."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checker.source.gitignore import Patterns

NAMES = ["a", "b", "ab", "a.b", "é", "[a]", "a b", "#a", "!a", "a-b", "\\", "*"]
PATHS = [
    *NAMES,
    *(f"d/{name}" for name in NAMES),
    *(f"d/a/{name}" for name in NAMES),
    *(f"ab/x/y/{name}" for name in NAMES[:4]),
]
# A file cannot stand where a directory does.
# How people write them; each line that takes back what another one excludes has tripped some matcher.
IDIOMS = [
    "*\n!*/\n!*.b", "**\n!**/\n!*.b", "*\n!/**/\n!*.b", "**/*\n!**/\n!**/*.b", "/*\n!/d", "/*\n!/d/\n/d/*\n!/d/a/",
    "d/**\n!d/a", "d/**\n!d/a/\n!d/a/**", "d/*\n!d/a", "d/\n!d/a", "d\n!d/a/b", "**/a/**", "**/a", "/**/a", "a/**",
    "a/**/", "d/**/b", "ab/**/y", "ab/*/y", "ab/x/", "ab/x/*", "*.b\n!a.b", "*.b\n!/a.b", "!a\na", "a\n!a", "a*",
    "*a*", "?", "a?b", "[ab]", "[!a]*", "[^a]*", "\\#a", "\\!a", "a\\ b", "#a", "/d/*\n!/d/[[:alpha:]]", "x/y",
    "/x", "y/", "ab/**\n!ab/x/\n!ab/x/y/",
]  # fmt: skip
FILES = [path for path in PATHS if not any(other.startswith(f"{path}/") for other in PATHS)]
PIECES = ["a", "b", "d", "x", "*", "?", "/", "/", "!", "#", " ", "[", "]", "-", "^", ".", "é", ":", "y"]
PIECES += ["[a-b]", "[[:alpha:]]", "[!a]", "[x/]", "[a\\-b]", "\\", "**", "a**", "**/", "/**", "a/"]
LINES = st.lists(st.lists(st.sampled_from(PIECES), max_size=7).map("".join), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("tree")
    subprocess.run(["git", "init", "-q", str(top)], check=True)
    for file in FILES:
        (top / file).parent.mkdir(parents=True, exist_ok=True)
        (top / file).touch()
    return top


def ignored_by_git(tree: Path, content: bytes) -> set[str]:
    (tree / ".gitignore").write_bytes(content)
    asked = b"\0".join(os.fsencode(file) for file in FILES)
    command = ["git", "-c", "core.excludesFile=", "check-ignore", "--no-index", "-z", "--stdin"]
    ran = subprocess.run(command, cwd=tree, input=asked, capture_output=True, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    return {os.fsdecode(name) for name in ran.stdout.split(b"\0") if name}


def prefixes(path: str) -> Iterator[tuple[str, bool]]:
    """The directories above a path, from the outermost, and then the path, with whether it is a directory."""
    parts = path.split("/")
    for count in range(1, len(parts)):
        yield "/".join(parts[:count]), True
    yield path, False


def ignored(content: bytes) -> set[str]:
    patterns = Patterns(content)
    return {
        file
        for file in FILES
        if any(patterns.decision(path, is_directory=is_directory) for path, is_directory in prefixes(file))
    }


@given(LINES)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_left_out_is_what_git_ignores(tree: Path, lines: list[str]) -> None:
    content = "\n".join(lines).encode()
    assert ignored(content) == ignored_by_git(tree, content)


@pytest.mark.parametrize("content", IDIOMS)
def test_idioms_are_taken_as_git_takes_them(tree: Path, content: str) -> None:
    assert ignored(content.encode()) == ignored_by_git(tree, content.encode())
