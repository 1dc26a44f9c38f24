"""Patterns of .gitignore, also those that are no patterns; git is the oracle in tests/property."""

import pytest

from checker.source.gitignore import Patterns


def decision(path: str, *lines: str) -> bool | None:
    patterns = Patterns("\n".join(lines).encode())
    return patterns.decision(path.removesuffix("/"), is_directory=path.endswith("/"))


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        (["*.log"], "a/b.log", True),
        (["*.log", "!keep.log"], "keep.log", False),
        (["*.log"], "a.tf", None),
        (["build/"], "build/", True),
        (["build/"], "build", None),
        (["/build"], "a/build", None),
        (["a/build"], "b/a/build", None),
        (["***.log"], "a/b.log", True),
        (["src/**/*.generated.*"], "src/a/b/c.generated.tf", True),
        (["src/**/x"], "src/x", True),
        (["src/**"], "src", None),
        (["src/a**b"], "src/a/b", None),
        (["a?c"], "a/c", None),
        (["é?"], "éx", True),
        (["?"], "é", None),
        (["src/**/"], "src/x", None),
        (["src/**/"], "src/x/", True),
        (["[]-]"], "]", True),
        (["[a-c]x"], "bx", True),
        (["a[/]b"], "a/b", None),
        (["\\#x"], "#x", True),
        (["#x"], "#x", None),
        (["\\!x"], "!x", True),
        (["x "], "x", True),
        (["x\\ "], "x ", True),
        (["x\r"], "x", True),
        (["\ufeff*.tf"], "a.tf", True),
    ],
)
def test_patterns_are_those_of_git(lines: list[str], path: str, expected: bool | None) -> None:
    assert decision(path, *lines) is expected


@pytest.mark.parametrize("line", ["!", "\\", "/", "[a", "", "a\\", "[[:x"])
def test_what_is_no_pattern_fits_nothing_and_leaves_the_others(line: str) -> None:
    for path in ("a/b.tf", "a", "a/"):
        assert decision(path, line) is None
    assert decision("a/b.log", line, "*.log") is True


@pytest.mark.parametrize(
    ("line", "path", "expected"),
    [
        ("[!a]", "b", True),
        ("[^a]", "a", None),
        ("[[:digit:]]*", "1x", True),
        ("[[:digit:]]*", "x1", None),
        ("a[b/]c", "abc", True),
        ("[b-a]", "a", None),
        ("[a-", "a", None),
        ("[[:other:]]", "o", None),
        ("a**/b", "ax/y/b", True),
        ("*/**/b", "x/b", True),
        ("a/**/b/**/c", "a/x/b/y/b/c", True),
        ("*a*b*", "xaxbx", True),
        ("*a*b", "xaxbx", None),
    ],
)
def test_classes_and_stars_are_those_of_git(line: str, path: str, expected: bool | None) -> None:
    assert decision(path, line) is expected


def test_the_last_pattern_that_fits_decides_of_the_path_itself_only() -> None:
    lines = ("*", "!*/", "!*.tf")
    assert decision("infra/", *lines) is False
    assert decision("infra/main.tf", *lines) is False
    assert decision("infra/notes.txt", *lines) is True
    # What is said of a directory is not said of what it holds: the caller asks for each.
    assert decision("a/b/c", "a/b", "!b") is None


def test_a_pattern_that_is_too_long_to_try_takes_back_everything_or_nothing() -> None:
    assert decision("a" * 250, "a?" * 10_000) is None
    assert decision("a.tf", "*.tf", "!" + "a?" * 10_000) is False


@pytest.mark.parametrize("line", ["*a" * 40 + "b", "**/a/" * 40 + "b", "*" * 300 + "b", "**/" * 100_000 + "b"])
def test_a_pattern_with_any_number_of_stars_ends(line: str) -> None:
    assert decision("/".join(["a" * 120] * 30), line) is None
    assert decision("a" * 250, line) is None
