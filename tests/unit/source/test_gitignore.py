"""Patterns of .gitignore, also those that are no patterns."""

import time

import pytest

from checker.source.gitignore import patterns


def excluded(path: str, *lines: str) -> bool:
    return patterns(lines).match_file(path)


@pytest.mark.parametrize(
    ("lines", "path", "expected"),
    [
        (["*.log"], "a/b.log", True),
        (["*.log", "!keep.log"], "keep.log", False),
        (["build/"], "build/x", True),
        (["/build"], "a/build", False),
        (["***.log"], "a/b.log", True),
        (["src/**/*.generated.*"], "src/a/b/c.generated.tf", True),
    ],
)
def test_patterns_are_those_of_git(lines: list[str], path: str, expected: bool) -> None:
    assert excluded(path, *lines) is expected


@pytest.mark.parametrize("line", ["!", "\\", "/", "[a", ""])
def test_what_is_no_pattern_fits_nothing_and_leaves_the_others(line: str) -> None:
    assert not excluded("a/b.tf", line)
    assert excluded("a/b.log", line, "*.log")


def test_nothing_is_said_of_odd_brackets(recwarn: pytest.WarningsRecorder) -> None:
    assert excluded("a.log", "[[:alpha:]]", "[[a]", "*.log")
    assert not recwarn.list


def test_a_pattern_that_takes_for_ever_excludes_nothing() -> None:
    started = time.monotonic()
    for line in ("*a" * 40 + "b", "**/a/" * 40 + "b", "*" * 300 + "b", "a?" * 10_000):
        assert not excluded("/".join(["a" * 120] * 30), line)
    assert time.monotonic() - started < 10


def test_one_that_takes_back_what_is_excluded_then_takes_back_everything() -> None:
    assert excluded("a.tf", "*.tf")
    assert not excluded("a.tf", "*.tf", "!" + "*a" * 40)
