"""Patterns of .gitignore, also those that are no patterns; git is the oracle in tests/property."""

import time

import pytest

from checker.source.gitignore import parse_pattern, read_patterns


def decision(path: str, *lines: str) -> bool | None:
    patterns = read_patterns("\n".join(lines).encode())
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
        (["[!a]"], "b", True),
        (["[]-]"], "]", True),
        (["[a-c]x"], "bx", True),
        (["[[:digit:]]*"], "1x", True),
        (["[[:nothing:]]*"], "1x", None),
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


def test_a_pattern_of_any_length_is_matched_in_no_time() -> None:
    started = time.monotonic()
    for line in (
        "*a" * 40 + "b",
        "**/a/" * 40 + "b",
        "*" * 300 + "b",
        "a?" * 10_000,
        "**/" * 100_000 + "b",
        "*?" * 10_000,
    ):
        assert decision("/".join(["a" * 120] * 30), line) is None
        assert decision("a" * 250, line) is None
    assert decision("a" * 100 + "b", "*a" * 40 + "b") is True
    assert decision("/".join(["a"] * 100) + "/b", "**/a/" * 40 + "b") is True
    assert decision("a.tf", "*.tf", "!" + "*a" * 40) is True
    assert time.monotonic() - started < 10


def test_brackets_may_stand_for_themselves() -> None:
    assert parse_pattern("a[1].tf", has_classes=False).fits("a[1].tf", is_directory=False)
    assert not parse_pattern("a[1].tf", has_classes=False).fits("a1.tf", is_directory=False)
