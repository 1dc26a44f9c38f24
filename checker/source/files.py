"""Reads files within a boundary, and gives the names under which they are shown; unsaved texts come first."""

import contextlib
import copy
import errno
import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from checker.errors import ReadError

# Texts of files that are not saved yet, as an editor has them: they are read in the place of what is on the disk.


class Overlays:
    """Unsaved contents by the paths of their files, links followed.

    `changes` counts what has changed, on the disk too: what was found out of files and directories before is out of
    date.
    """

    __slots__ = ("_contents", "_directories", "changes")

    def __init__(self) -> None:
        self.changes = 0
        self._contents: dict[str, bytes] = {}
        self._directories: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def __bool__(self) -> bool:
        return bool(self._contents)

    def put(self, resolved: Path, text: str | None) -> None:
        """From now on, a file has this text; None is what is on the disk."""
        self.changes += 1
        if text is None:
            self._contents.pop(os.fspath(resolved), None)
        else:
            self._contents[os.fspath(resolved)] = text.encode("utf-8", "surrogatepass")
        found: dict[str, tuple[str, ...]] = {}
        for path in sorted(self._contents):
            directory, name = os.path.split(path)
            found[directory] = (*found.get(directory, ()), name)
        self._directories = found

    def text(self, resolved: Path) -> str | None:
        """The unsaved text of a file, if there is one."""
        content = self.content(os.fspath(resolved))
        return None if content is None else content.decode("utf-8", "surrogatepass")

    def content(self, resolved: str) -> bytes | None:
        """The unsaved content of a file, if there is one."""
        return self._contents.get(resolved)

    def names_in(self, resolved: str) -> tuple[str, ...]:
        """The names of the files in a directory that have unsaved contents: they may not be on the disk at all."""
        return self._directories.get(resolved, ())


# Reads files within a boundary, and gives the names under which they are shown.

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_UTF_8_BOM = b"\xef\xbb\xbf"
_UTF_16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_UTF_32_BOMS = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
_LINE_BREAK = re.compile("\r\n?|\n")
_UNDECODED = re.compile("[\ud800-\udfff]")
_NEXT_READ = 1 << 16
_LARGEST_READ = 1 << 30


class Boundary(NamedTuple):
    """Where files may be read: in the directory `root`, or anywhere with `allow_outside`; without both, nowhere."""

    root: Path | None
    allow_outside: bool = False


def find_boundary(path: Path) -> Path:
    """The git work tree that holds `path`; without one, `path` itself, or its directory if it is a file. Resolved.

    A link that leads out of its work tree belongs to that work tree, so that the checked tree cannot widen the
    boundary.
    """
    resolved = Path(os.path.realpath(path))
    directory = resolved if is_directory(resolved) else resolved.parent
    written = Path(os.path.abspath(path))  # noqa: PTH100 (resolve() follows links)
    # Without a link on the way, there is only one work tree to find.
    for candidate in written.parents if written != resolved else ():
        if is_work_tree(candidate):
            around = Path(os.path.realpath(candidate))
            if not resolved.is_relative_to(around):
                return around
            break
    return next(filter(is_work_tree, (directory, *directory.parents)), directory)


def is_work_tree(directory: Path) -> bool:
    """True if a directory is the top of a git work tree."""
    return _kind_of(directory / ".git") in ("directory", "file")


def is_file(path: Path) -> bool:
    """True if there is a file, links followed. False if that cannot be told; `Path.is_file` raises an error then."""
    return _kind_of(path) == "file"


def is_directory(path: Path) -> bool:
    """True if there is a directory, links followed; False if that cannot be told."""
    return _kind_of(path) == "directory"


def is_link(path: Path) -> bool:
    """True if a path is a symbolic link, or a junction of Windows."""
    # Path.is_junction is new in Python 3.12.
    return path.is_symlink() or bool(getattr(os.path, "isjunction", lambda _path: False)(path))


def is_special(path: Path) -> bool:
    """True if there is a pipe, a socket or a device, links followed; False if that cannot be told."""
    return _kind_of(path) not in ("file", "directory", "nothing")


def is_there(path: Path) -> bool:
    """True if there is anything, links followed; False if that cannot be told."""
    return _kind_of(path) != "nothing"


class SourceFiles:
    """Reads files and records them.

    Links are followed before the boundary is checked, so that no link leads out of it. Every failure is a ReadError.
    A file with a text in `overlays` has that content, and is in its directory even if it is not on the disk.
    """

    def __init__(self, boundary: Boundary, cwd: Path, overlays: Overlays | None = None) -> None:
        self._boundary = boundary
        self._overlays = Overlays() if overlays is None else overlays
        self._root = None if boundary.root is None else Path(os.path.realpath(boundary.root))
        self._cwd = Path(os.path.realpath(cwd))
        self._below_cwd = os.path.join(self._cwd, "")  # noqa: PTH118
        self._files_read: dict[str, None] = {}
        self._kept: dict[Path, tuple[str, bytes]] | None = None
        self._remember_nothing()

    def _remember_nothing(self) -> None:
        self._as_of = self._overlays.changes
        self._listed: dict[str, tuple[str, ...]] = {}
        # Directories inside the boundary, links followed: most files of a tree share their directory with others.
        self._directories: dict[str, str] = {}
        self._paths: dict[Path, tuple[Path, ...]] = {}
        self._resolved: dict[Path, Path] = {}
        self._shown_directories: dict[str, str] = {}

    @property
    def boundary(self) -> Boundary:
        """Where this reads."""
        return self._boundary

    @property
    def cwd(self) -> Path:
        """The base of relative paths and of the names under which files are shown; resolved."""
        return self._cwd

    def anew(self) -> "SourceFiles":
        """The same reader, with an empty record.

        It keeps what it knows of directories, unless files have changed since.
        """
        other = copy.copy(self)
        other._files_read = {}
        if self._as_of != self._overlays.changes:
            other._remember_nothing()
        return other

    def keeping(self) -> "SourceFiles":
        """The same reader, which keeps the content of every file, so that none is read twice; also after `anew`."""
        other = self.anew()
        other._kept = {}
        return other

    def within(self, boundary: Boundary) -> "SourceFiles":
        """A reader for the same working directory, with another boundary."""
        return SourceFiles(boundary, self._cwd, self._overlays)

    @property
    def files_read(self) -> tuple[Path, ...]:
        """The files that were read, resolved, in order of the first reading, without duplicates."""
        return tuple(map(Path, self._files_read))

    def note_read(self, files: Iterable[Path]) -> None:
        """Records files (resolved paths) that another reader has read."""
        self._files_read.update(dict.fromkeys(map(os.fspath, files)))

    def read_bytes(self, path: Path, most: int | None = None) -> bytes:
        """The content of a regular file. A relative path is relative to the working directory.

        A file of more than `most` bytes is not read.
        """
        if self._kept is not None and path in self._kept:
            resolved, content = self._kept[path]
            self._files_read[resolved] = None
            self._check_size(path, len(content), most)
            return content
        resolved, content = self._read(path, most)
        self._files_read[resolved] = None
        if self._kept is not None:
            self._kept[path] = resolved, content
        return content

    def _check_size(self, path: Path, size: int, most: int | None) -> None:
        if most is not None and size > most:
            reason = f"the file has {size:,} bytes, and at most {most:,} are read here"
            raise ReadError(self.display(path), "too-large", reason)

    def _read(self, path: Path, most: int | None = None) -> tuple[str, bytes]:
        """The path without links, and the content of the file."""
        unsaved = self._unsaved(path) if self._overlays else None
        if unsaved is not None:
            self._check_size(path, len(unsaved[1]), most)
            return unsaved
        resolved = self._file_in_known_directory(path)
        if resolved is None:
            resolved = self._resolve(path)
            kind = _kind_of(resolved)
            if kind not in ("file", "nothing"):
                raise self._not_a_file(path, kind)
        try:
            descriptor = os.open(resolved, _OPEN_FLAGS)
        except OSError as error:
            raise self._failure(path, error) from None
        try:
            # The path may lead elsewhere now than when it was checked.
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise self._not_a_file(path, _kind_of_mode(status.st_mode))
            self._check_size(path, status.st_size, most)
            return resolved, _read_all(descriptor, status.st_size)
        except OSError as error:
            raise self._failure(path, error) from None
        except MemoryError:
            raise ReadError(self.display(path), "unreadable", "the file does not fit into memory") from None
        finally:
            os.close(descriptor)

    def is_unsaved(self, path: Path) -> bool:
        """True if a file has an unsaved text; it need not be on the disk."""
        return bool(self._overlays) and self._overlays.content(os.fspath(self.resolved(path))) is not None

    def _unsaved(self, path: Path) -> tuple[str, bytes] | None:
        """The path without links, and the unsaved content of the file, if it has one."""
        try:
            resolved = os.path.realpath(os.path.join(self._cwd, path))  # noqa: PTH118
        except ValueError:
            return None
        content = self._overlays.content(resolved)
        if content is not None and not self._is_inside(resolved):
            raise self._outside(path)
        return None if content is None else (resolved, content)

    def read_text(self, path: Path, most: int | None = None) -> str:
        """The content of a UTF-8 file, or of a UTF-16 file that begins with a byte order mark; without the mark.

        Line breaks are not changed.
        """
        return decode_text(self.read_bytes(path, most), self.display(path))

    def list_directory(self, path: Path) -> tuple[Path, ...]:
        """The entries of a directory, sorted by name, each as `path` joined with the name; links are not followed.

        A directory is listed once, so that a file which vanishes between two listings cannot be missed.
        """
        if path in self._paths:
            return self._paths[path]
        resolved = self._resolve(path)
        if resolved in self._listed:
            return self._joined(path, self._listed[resolved])
        kind = _kind_of(resolved)
        if kind not in ("directory", "nothing"):
            raise ReadError(self.display(path), "missing", f"this is a {kind}, not a directory")
        try:
            names = sorted({child.name for child in Path(resolved).iterdir()}.union(self._overlays.names_in(resolved)))
        except OSError as error:
            raise self._failure(path, error) from None
        self._listed[resolved] = tuple(names)
        self._directories[os.path.join(self._cwd, path)] = resolved  # noqa: PTH118
        return self._joined(path, names)

    def outside(self, path: Path) -> ReadError | None:
        """The error that reading `path` raises if it is outside the boundary, links followed; None if it is inside."""
        joined = os.path.join(self._cwd, path)  # noqa: PTH118
        return None if self._is_inside(os.path.realpath(joined)) else self._outside(path)

    def resolved(self, path: Path) -> Path:
        """The absolute path without links, which is equal for two paths to the same file; cached."""
        found = self._resolved.get(path)
        if found is None:
            found = self._resolved[path] = self._followed(path)
        return found

    def display(self, path: Path) -> str:
        """The path relative to the working directory, with `/`; absolute only on another drive.

        Bytes of a name that are not text are shown as `\\xNN`, so that the name can be written to any report.
        """
        written = os.fspath(path)
        directory, _, name = written.rpartition(os.sep)
        # The shown path follows from that of its directory, unless it contains `..`.
        if not directory or not name.isascii() or ".." in written or self._below_cwd.startswith(written + os.sep):
            return self._display(path)
        shown = self._shown_directories.get(directory)
        if shown is None:
            shown = self._shown_directories[directory] = self._display(Path(directory))
        return name if shown == "." else f"{shown}/{name}"

    def _display(self, path: Path) -> str:
        absolute = self._cwd / path
        shown = os.path.normpath(absolute)
        # A name with a NUL cannot be resolved; another drive has no relative path.
        with contextlib.suppress(ValueError):
            if ".." in path.parts and self.resolved(Path(shown)) != self.resolved(path):
                # A `..` after a link does not lead back to the directory of the link.
                shown = os.fspath(self.resolved(path))
            shown = os.path.relpath(shown, self._cwd)
        return _UNDECODED.sub(lambda match: f"\\x{ord(match[0]) & 0xFF:02x}", shown.replace(os.sep, "/"))

    def _followed(self, path: Path) -> Path:
        if path.name in ("", ".."):
            return Path(os.path.realpath(os.path.join(self._cwd, path)))  # noqa: PTH118
        # Most paths of a tree share their directory with others, and are no links.
        directory = self._resolved.get(path.parent)
        if directory is None:
            directory = Path(os.path.realpath(os.path.join(self._cwd, path.parent)))  # noqa: PTH118
            self._resolved[path.parent] = directory
        found = directory / path.name
        return Path(os.path.realpath(found)) if os.path.islink(found) else found  # noqa: PTH114

    def _joined(self, directory: Path, names: Iterable[str]) -> tuple[Path, ...]:
        paths = self._paths[directory] = tuple(directory / name for name in names)
        return paths

    def _file_in_known_directory(self, path: Path) -> str | None:
        """A regular file, no link, in a directory that was resolved before; None otherwise."""
        directory, name = os.path.split(os.path.join(self._cwd, path))  # noqa: PTH118
        known = self._directories.get(directory)
        if known is None or name in ("", ".", ".."):
            return None
        resolved = os.path.join(known, name)  # noqa: PTH118
        try:
            return resolved if stat.S_ISREG(os.lstat(resolved).st_mode) else None
        except (OSError, ValueError):
            return None

    def _resolve(self, path: Path) -> str:
        joined = os.path.join(self._cwd, path)  # noqa: PTH118
        try:
            resolved = os.path.realpath(joined, strict=True)
        except OSError as error:
            if not self._is_inside(os.path.realpath(joined)):
                # Whether there is a file outside is not revealed either.
                raise self._outside(path) from None
            raise self._failure(path, error) from None
        except ValueError:
            raise ReadError(self.display(path), "missing", "no file can have this name") from None
        if not self._is_inside(resolved):
            raise self._outside(path)
        directory, name = os.path.split(joined)
        if os.path.basename(resolved) == name and not os.path.islink(joined):  # noqa: PTH114, PTH119
            self._directories[directory] = os.path.dirname(resolved)  # noqa: PTH120
        return resolved

    def _is_inside(self, resolved: str) -> bool:
        return self._boundary.allow_outside or (self._root is not None and Path(resolved).is_relative_to(self._root))

    def _outside(self, path: Path) -> ReadError:
        if self._root is None:
            reason = "the file is outside what may be read"
        else:
            reason = f"the file is outside {self.display(self._root)!r}"
        return ReadError(self.display(path), "outside-boundary", reason)

    def _not_a_file(self, path: Path, kind: str) -> ReadError:
        return ReadError(self.display(path), "not-a-file", f"this is a {kind}, not a file")

    def _failure(self, path: Path, error: OSError) -> ReadError:
        match error.errno:
            case errno.ENOENT:
                kind, reason = "missing", "there is no such file or directory"
            case errno.ENOTDIR:
                kind, reason = "missing", "a part of the path is not a directory"
            case errno.ENAMETOOLONG:
                kind, reason = "missing", "the name is too long for this system"
            case errno.EACCES | errno.EPERM:
                kind, reason = "unreadable", "no permission to read it"
            case errno.ELOOP:
                kind, reason = "unreadable", "the symbolic links go round in a loop"
            case _:
                kind, reason = "unreadable", f"it cannot be read ({error.strerror or error})"
        return ReadError(self.display(path), kind, reason)


def decode_text(content: bytes, file: str) -> str:
    """The text of UTF-8, or of UTF-16 with a byte order mark; without the mark, line breaks unchanged.

    Raises ReadError of kind `encoding`, with the line of the first invalid byte.
    """
    if content.startswith(_UTF_32_BOMS):
        raise ReadError(file, "encoding", "this is UTF-32; UTF-8 is needed")
    if content.startswith(_UTF_16_BOMS):
        encoding, name = "utf-16", "UTF-16"
    elif 0 in content[:2]:
        # Each of these zeros would be a character of UTF-8.
        raise ReadError(file, "encoding", "this is no UTF-8 text; if it is UTF-16, it lacks its byte order mark")
    else:
        encoding, name = "utf-8", "UTF-8"
        content = content.removeprefix(_UTF_8_BOM)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding, "replace")
        line = 1 + len(_LINE_BREAK.findall(before))
        reason = f"line {line} is not {name} text (byte 0x{content[error.start]:02X} at {error.start})"
        raise ReadError(file, "encoding", reason) from None


def _read_all(descriptor: int, size: int) -> bytes:
    # Reading one byte more than the size shows the end; the loop is for files that grow or have no size.
    chunks: list[bytes] = []
    wanted = size + 1
    while chunk := os.read(descriptor, min(wanted if wanted > 0 else _NEXT_READ, _LARGEST_READ)):
        chunks.append(chunk)
        wanted -= len(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _kind_of(path: Path | str) -> str:
    """The kind of file at `path`, links followed; `nothing` if that cannot be told."""
    try:
        return _kind_of_mode(os.stat(path).st_mode)  # noqa: PTH116
    except (OSError, ValueError):
        return "nothing"


def _kind_of_mode(mode: int) -> str:
    for is_kind, name in _KINDS:
        if is_kind(mode):
            return name
    return "special file"


_KINDS = (
    (stat.S_ISREG, "file"),
    (stat.S_ISDIR, "directory"),
    (stat.S_ISFIFO, "named pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
)
