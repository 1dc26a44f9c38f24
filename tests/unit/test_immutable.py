"""Instances of an immutable class are values: compared and hashed by what they hold, and copied to be changed."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from checker.immutable import immutable


@immutable
class Point:
    x: int
    y: int = 0


def test_instances_are_compared_and_hashed_by_their_fields() -> None:
    assert Point(1) == Point(1, 0) != Point(1, 1)
    assert {Point(1): "a"}[Point(1, 0)] == "a"
    assert repr(Point(1)) == "Point(x=1, y=0)"


def test_a_change_is_a_copy() -> None:
    first = Point(1)
    assert replace(first, y=2) == Point(1, 2)
    assert first == Point(1)


def test_there_are_no_other_fields() -> None:
    with pytest.raises(AttributeError):
        Point(1).z = 1  # type: ignore[attr-defined]


def test_the_type_checker_guards_the_fields(tmp_path: Path) -> None:
    code = "from checker.immutable import immutable\n\n@immutable\nclass Point:\n    x: int\n\nPoint(1).x = 2\n"
    (tmp_path / "code.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", f"--cache-dir={tmp_path}", tmp_path / "code.py"],
        capture_output=True,
        text=True,
    )
    assert 'code.py:7: error: Property "x" defined in "Point" is read-only' in done.stdout
