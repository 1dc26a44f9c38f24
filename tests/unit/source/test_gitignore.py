"""Patterns of .gitignore, also those that are no patterns; git is the oracle in tests/property."""

import time

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


@pytest.mark.parametrize("line", ["[!a]", "[^a]", "[[:digit:]]*", "*a" * 40, "a?" * 10_000])
def test_what_the_library_would_take_otherwise_or_for_ever_excludes_nothing(line: str) -> None:
    for path in ("b", "1x", "a" * 250, "/".join(["a" * 120] * 30)):
        assert decision(path, line) is None


@pytest.mark.parametrize("line", ["!" + "*a" * 40, "![!b]"])
def test_if_it_takes_back_what_is_excluded_it_takes_back_everything(line: str) -> None:
    assert decision("a.tf", "*.tf", line) is False


def test_a_pattern_of_any_length_is_matched_in_no_time() -> None:
    started = time.monotonic()
    for line in ("*a" * 40 + "b", "**/a/" * 40 + "b", "*" * 300 + "b", "a?" * 10_000, "**/" * 100_000 + "b"):
        assert decision("/".join(["a" * 120] * 30), line) is None
        assert decision("a" * 250, line) is None
    assert time.monotonic() - started < 10
