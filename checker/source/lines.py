"""Reads lines of source files by the names under which they are shown."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from checker.errors import ReadError
from checker.source.files import Boundary, SourceFiles, find_boundary

_LINE_BREAK = re.compile("\r\n|\r|\n")


class SourceText:
    """Reads lines of files with several readers, each with its own boundary; each file once."""

    def __init__(self, cwd: Path, readers: Iterable[SourceFiles]) -> None:
        self._cwd = cwd
        self._readers = tuple(readers)
        self._lines: dict[str, tuple[str, ...]] = {}

    @classmethod
    def below(cls, paths: Sequence[str], cwd: Path, *, allow_outside: bool) -> "SourceText":
        """Reads within the boundaries of the paths of a run, since a location may come from untrusted data."""
        roots = dict.fromkeys(find_boundary(cwd / path) for path in paths if path != "-")
        return cls(cwd, (SourceFiles(Boundary(root, allow_outside), cwd) for root in roots))

    def line(self, file: str, number: int) -> str | None:
        """A line (one-based) of a file by its shown name; None if it cannot be read or does not have that line."""
        if file not in self._lines:
            self._lines[file] = self._read(file)
        lines = self._lines[file]
        return lines[number - 1] if 0 < number <= len(lines) else None

    def _read(self, file: str) -> tuple[str, ...]:
        for reader in self._readers:
            try:
                return split_lines(reader.anew().read_text(self._cwd / file))
            except ReadError:
                continue
        return ()


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text as editors count them, without their breaks."""
    return tuple(_LINE_BREAK.split(text))
