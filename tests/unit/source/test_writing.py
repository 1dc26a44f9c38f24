"""Files that are written: as a whole, and never through a link of what is checked."""

import os
from pathlib import Path

import pytest

from checker.catalog.store import load_bundled, write_catalog
from checker.errors import UsageError
from checker.source.writing import write_whole


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree, which is the working directory, with a file beside it that nobody may write."""
    top = tmp_path / "top"
    (top / ".git").mkdir(parents=True)
    (tmp_path / "victim").write_text("untouched")
    monkeypatch.chdir(top)
    return top


def test_a_file_is_replaced_as_a_whole_and_keeps_its_mode(tree: Path) -> None:
    Path("report.json").write_text("old")
    Path("report.json").chmod(0o640)
    write_whole(Path("report.json"), b"new")
    assert Path("report.json").read_bytes() == b"new"
    assert Path("report.json").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tree.iterdir() if path.suffix == ".part"] == []


@pytest.mark.parametrize("name", ["link", "directory/link", "linked/file"])
@pytest.mark.parametrize("is_there", [True, False])
def test_a_link_in_what_is_checked_is_refused(tree: Path, name: str, is_there: bool) -> None:
    (tree / "directory").mkdir()
    (tree / "linked").symlink_to("..")
    for link in (tree / "link", tree / "directory" / "link"):
        link.symlink_to(tree.parent / ("victim" if is_there else "missing"))
    for file in (Path(name), tree / name):
        with pytest.raises(OSError, match="is a link in the checked code"):
            write_whole(file, b"overwritten")
    assert (tree.parent / "victim").read_text() == "untouched"
    assert sorted(path.name for path in tree.parent.iterdir()) == ["top", "victim"]


def test_so_it_is_where_the_working_directory_is_no_work_tree_or_another_one(tree: Path) -> None:
    (tree / "link").symlink_to("../victim")
    Path(".git").rmdir()
    with pytest.raises(OSError, match="is a link"):
        write_whole(Path("link"), b"overwritten")
    (tree / ".git").mkdir()
    os.chdir(tree.parent)
    with pytest.raises(OSError, match="is a link"):
        write_whole(Path("top/link"), b"overwritten")


def test_a_refreshed_catalog_goes_through_no_such_link_either(tree: Path) -> None:
    (tree / "cache").symlink_to("..")
    with pytest.raises(UsageError, match=r"cannot be written: .* is a link"):
        write_catalog(Path("cache/catalog.json"), load_bundled())


def test_links_of_the_user_and_the_system_are_followed(tree: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "latest").symlink_to("report.json")
    write_whole(outside / "latest", b"new")
    assert (outside / "report.json").read_bytes() == b"new"
    assert (outside / "latest").is_symlink()
    reader, writer = os.pipe()
    write_whole(Path(f"/dev/fd/{writer}"), b"to a pipe")
    assert os.read(reader, 100) == b"to a pipe"
    os.close(reader)
    os.close(writer)
