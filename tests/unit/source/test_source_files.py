"""Reading within a boundary: what may be read, what is refused and why, and how files are shown."""

import os
import socket
from pathlib import Path

import pytest

from checker.errors import ReadError
from checker.source.files import Boundary, SourceFiles, decode_text, find_boundary


@pytest.fixture
def root(tmp_path: Path) -> Path:
    directory = tmp_path / "repo"
    directory.mkdir()
    return directory


@pytest.fixture
def files(root: Path) -> SourceFiles:
    return SourceFiles(Boundary(root), root)


def refused(files: SourceFiles, path: Path) -> tuple[str, str]:
    with pytest.raises(ReadError) as caught:
        files.read_bytes(path)
    assert caught.value.file == files.display(path)
    assert path not in files.files_read
    return caught.value.kind, caught.value.reason


def test_files_are_read_and_remembered_once_in_order(root: Path, files: SourceFiles) -> None:
    (root / "b.tf").write_bytes(b"b\r\n")
    (root / "a.tf").write_bytes(b"")
    (root / "link.tf").symlink_to("b.tf")
    assert files.read_bytes(Path("b.tf")) == b"b\r\n"
    assert files.read_text(root / "a.tf") == ""
    assert files.read_bytes(Path("link.tf")) == b"b\r\n"
    assert files.files_read == ((root / "b.tf").resolve(), (root / "a.tf").resolve())


def test_large_files_are_read_whole(root: Path, files: SourceFiles) -> None:
    content = os.urandom(1 << 20) * 5
    (root / "large").write_bytes(content)
    assert files.read_bytes(Path("large")) == content


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_files_that_do_not_tell_their_size_are_read_whole(root: Path) -> None:
    files = SourceFiles(Boundary(None, allow_outside=True), root)
    assert files.read_bytes(Path("/proc/self/status")).startswith(b"Name:")


def test_what_is_outside_is_refused(root: Path, files: SourceFiles) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "x.tf").write_text("secret")
    (root / "link.tf").symlink_to(outside / "x.tf")
    (root / "dir").symlink_to(outside)
    (root.parent / "repo2").mkdir()
    (root.parent / "repo2" / "x.tf").write_text("secret")
    for path in ("../outside/x.tf", "link.tf", "dir/x.tf", "../repo2/x.tf", "dir/../repo2/x.tf", "dir/missing"):
        kind, reason = refused(files, Path(path))
        assert kind == "outside-boundary"
        assert "is outside" in reason
    assert refused(files, Path("../outside/missing"))[0] == "outside-boundary"
    assert files.files_read == ()
    everywhere = SourceFiles(Boundary(root, allow_outside=True), root)
    assert everywhere.read_text(Path("link.tf")) == "secret"
    assert refused(SourceFiles(Boundary(None), root), root / "link.tf")[0] == "outside-boundary"


def test_a_link_into_the_boundary_is_fine(root: Path, files: SourceFiles) -> None:
    (root / "x.tf").write_text("x")
    (root.parent / "link").symlink_to(root)
    assert files.read_text(root.parent / "link" / "x.tf") == "x"


def test_a_root_that_is_a_link_is_followed(root: Path) -> None:
    (root / "x.tf").write_text("x")
    (root.parent / "link").symlink_to(root)
    files = SourceFiles(Boundary(root.parent / "link"), root)
    assert files.read_text(Path("x.tf")) == "x"


def test_what_is_not_a_file_is_refused_without_waiting(root: Path, files: SourceFiles) -> None:
    os.mkfifo(root / "fifo")
    (root / "dir").mkdir()
    (root / "fifo-link").symlink_to("fifo")
    assert refused(files, Path("fifo")) == ("not-a-file", "this is a named pipe, not a file")
    assert refused(files, Path("fifo-link"))[0] == "not-a-file"
    assert refused(files, Path("dir")) == ("not-a-file", "this is a directory, not a file")
    everywhere = SourceFiles(Boundary(None, allow_outside=True), root)
    assert refused(everywhere, Path("/dev/zero")) == ("not-a-file", "this is a device, not a file")


def test_sockets_are_refused(root: Path, files: SourceFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)  # The name of a socket is limited to about a hundred characters.
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        assert refused(files, Path("s")) == ("not-a-file", "this is a socket, not a file")


def test_what_cannot_be_read_says_why(root: Path, files: SourceFiles) -> None:
    (root / "file").write_text("x")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nothing")
    assert refused(files, Path("missing")) == ("missing", "there is no such file or directory")
    assert refused(files, Path("dangling"))[0] == "missing"
    assert refused(files, Path("file/x"))[0] == "missing"
    assert refused(files, Path("x" * 5000))[0] == "missing"
    assert refused(files, Path("a\0b")) == ("missing", "no file can have this name")
    assert refused(files, Path("loop")) == ("unreadable", "the symbolic links go round in a loop")


def test_missing_permission_is_said(root: Path, files: SourceFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "locked"
    path.write_text("x")
    path.chmod(0)
    if os.access(path, os.R_OK):  # A superuser may read everything: then the system's refusal is played.

        def refuse(*_: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
    assert refused(files, Path("locked")) == ("unreadable", "no permission to read it")


def test_a_file_that_vanishes_or_is_swapped_is_noticed(
    root: Path, files: SourceFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root.parent / "secret").write_text("secret")
    really_open = os.open

    def swap(path: str, flags: int) -> int:
        Path(path).unlink()
        if "link" in str(path):
            Path(path).symlink_to(root.parent / "secret")
        if "fifo" in str(path):
            os.mkfifo(path)
        return really_open(path, flags)

    monkeypatch.setattr(os, "open", swap)
    for name, kind in (("gone", "missing"), ("link", "unreadable"), ("fifo", "not-a-file")):
        (root / name).write_text("x")
        assert refused(files, Path(name))[0] == kind


def test_a_file_larger_than_memory_is_said(root: Path, files: SourceFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "huge").write_text("x")

    def refuse(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(os, "read", refuse)
    assert refused(files, Path("huge")) == ("unreadable", "the file does not fit into memory")


def test_no_descriptor_is_left_open(root: Path, files: SourceFiles) -> None:
    (root / "x").write_text("x")
    first = os.open(root / "x", os.O_RDONLY)
    os.close(first)
    files.read_bytes(Path("x"))
    again = os.open(root / "x", os.O_RDONLY)
    os.close(again)
    assert again == first


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\r\nb", "a\r\nb"),
        (b"\xef\xbb\xbfa", "a"),
        ("\u00e9\U0001f600".encode(), "\u00e9\U0001f600"),
        ("a\u00e9".encode("utf-16"), "a\u00e9"),
        (b"\xff\xfea\x00", "a"),
        (b"\xfe\xff\x00a", "a"),
        (b"", ""),
    ],
)
def test_text(root: Path, files: SourceFiles, content: bytes, text: str) -> None:
    (root / "x").write_bytes(content)
    assert files.read_text(Path("x")) == text


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"\xff", 1),
        (b"a\nb\n\xe9", 3),
        (b"a\r\nb\r\n\xe9\n", 3),
        (b"\xef\xbb\xbfa\n\xed\xa0\x80", 2),
        (b"\xff\xfea\x00\n\x00b", 2),
    ],
)
def test_what_is_not_text_is_refused_with_its_line(content: bytes, line: int) -> None:
    with pytest.raises(ReadError) as caught:
        decode_text(content, "x.tf")
    assert (caught.value.file, caught.value.kind) == ("x.tf", "encoding")
    assert caught.value.reason.startswith(f"line {line} is not ")


def test_files_are_shown_relative_to_the_working_directory(root: Path) -> None:
    (root / "a" / "b").mkdir(parents=True)
    files = SourceFiles(Boundary(root), root / "a")
    assert files.display(Path("x.tf")) == "x.tf"
    assert files.display(Path("./b/../x.tf")) == "x.tf"
    assert files.display(root / "a" / "b" / "x.tf") == "b/x.tf"
    assert files.display(root / "c" / "x.tf") == "../c/x.tf"
    assert files.display(Path("b/../../c/x.tf")) == "../c/x.tf"
    assert files.display(root / "a") == "."


def test_a_step_back_out_of_a_link_is_shown_as_it_is_read(root: Path) -> None:
    (root / "far" / "deep").mkdir(parents=True)
    (root / "link").symlink_to("far/deep")
    (root / "far" / "x.tf").write_text("far")
    (root / "x.tf").write_text("near")
    files = SourceFiles(Boundary(root), root)
    assert files.read_text(Path("link/../x.tf")) == "far"
    assert files.display(Path("link/../x.tf")) == "far/x.tf"


def test_names_that_are_not_text_can_be_written(root: Path, files: SourceFiles) -> None:
    path = Path(os.fsdecode(b"caf\xe9.tf"))
    try:
        (root / path).write_text("x")
    except OSError:
        pytest.skip("this file system takes only text as names")
    assert files.display(path) == "caf\\xe9.tf"
    assert files.read_text(path) == "x"


def test_directories_are_listed_within_the_boundary(root: Path, files: SourceFiles) -> None:
    (root / "m").mkdir()
    for name in ("b.tf", "a.tf"):
        (root / "m" / name).write_text("x")
    (root / "up").symlink_to(root.parent)
    assert files.list_directory(Path("m")) == (Path("m/a.tf"), Path("m/b.tf"))
    for path, kind in ((Path("up"), "outside-boundary"), (Path("no"), "missing"), (Path("m/a.tf"), "missing")):
        with pytest.raises(ReadError) as caught:
            files.list_directory(path)
        assert caught.value.kind == kind
    assert files.files_read == ()


def test_the_boundary_is_the_git_work_tree(root: Path) -> None:
    inner = root / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "x.tf").write_text("x")
    (root.parent / "link").symlink_to(inner)
    (root / ".git").mkdir()
    assert find_boundary(inner) == find_boundary(inner / "x.tf") == find_boundary(root) == root.resolve()
    assert find_boundary(root.parent / "link") == root.resolve()
    (root / "a" / ".git").write_text("gitdir: elsewhere\n")
    assert find_boundary(inner / "x.tf") == (root / "a").resolve()


def test_without_git_the_boundary_is_the_path(root: Path) -> None:
    if find_boundary(root) != root.resolve():
        pytest.skip("the directory for temporary files is in a git work tree")
    (root / "x.tf").write_text("x")
    (root / "sub").mkdir()
    assert find_boundary(root / "sub") == (root / "sub").resolve()
    assert find_boundary(root / "x.tf") == root.resolve()
