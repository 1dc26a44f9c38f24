"""What Windows and macOS do otherwise: line ends, junctions, drives, files that are open, and names in other bytes."""

import os
from pathlib import Path

import pytest

from checker.adoption import directory_of_roots
from checker.model.settings import Settings
from checker.source.files import Boundary, SourceFiles, is_link
from checker.source.gitignore import Patterns
from checker.source.writing import write_whole


def test_a_junction_is_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "isjunction", lambda path: Path(path).name == "junction", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "junction").mkdir()
    assert is_link(tmp_path / "junction")
    with pytest.raises(OSError, match="is a link in the checked code"):
        write_whole(tmp_path / "junction" / "report.json", b"x")


def test_a_file_that_is_open_elsewhere_keeps_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to replace it."""
    (tmp_path / "report.json").write_text("before")

    def refused(_self: Path, _target: Path) -> Path:
        raise PermissionError(13, "The process cannot access the file")

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(PermissionError):
        write_whole(tmp_path / "report.json", b"after")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.json", "before")]


def test_paths_on_several_drives_have_no_directory_in_common(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_common_path(_paths: object) -> str:
        raise ValueError("Paths don't have the same drive")

    monkeypatch.setattr(os.path, "commonpath", no_common_path)
    from datetime import date

    assert directory_of_roots(["."], Settings(date(2026, 11, 24)), tmp_path) == Path(os.path.realpath(tmp_path))


def test_what_is_shown_has_slashes(tmp_path: Path) -> None:
    files = SourceFiles(Boundary(tmp_path), tmp_path)
    assert files.display(tmp_path / "a" / "b.tf") == "a/b.tf"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_of_gitignore_end_as_the_system_has_it(end: str) -> None:
    patterns = Patterns(end.join(["# comment", "*.log", "build/ ", "!keep.log", ""]).encode())
    assert patterns.decision("a.log", is_directory=False) is True
    assert patterns.decision("keep.log", is_directory=False) is False
    assert patterns.decision("build", is_directory=True) is True


def test_a_name_that_macos_takes_apart_is_another_name() -> None:
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    assert Patterns(composed.encode()).decision(composed, is_directory=False) is True
    assert Patterns(composed.encode()).decision(decomposed, is_directory=False) is None
