"""Lines of source files, for the excerpts of a report."""

import re
from collections.abc import Sequence
from pathlib import Path

from checker.errors import ReadError
from checker.source.files import Boundary, SourceFiles, find_boundary

_LINE_BREAK = re.compile("\r\n|\r|\n")


class SourceLines:
    """Reads lines of files within the boundaries of a run, since what a place names may come from untrusted data."""

    def __init__(self, paths: Sequence[str], cwd: Path, *, allow_outside: bool) -> None:
        roots = dict.fromkeys(find_boundary(cwd / path) for path in paths if path != "-")
        self._readers = [SourceFiles(Boundary(root, allow_outside), cwd) for root in roots]
        self._lines: dict[str, tuple[str, ...]] = {}

    def line(self, file: str, number: int) -> str | None:
        """A line (one-based) of a file by its shown name, or None if it cannot be read or has no such line."""
        if file not in self._lines:
            self._lines[file] = self._read(file)
        lines = self._lines[file]
        return lines[number - 1] if 0 < number <= len(lines) else None

    def _read(self, file: str) -> tuple[str, ...]:
        for reader in self._readers:
            try:
                return tuple(_LINE_BREAK.split(reader.read_text(Path(file))))
            except ReadError:
                continue
        return ()
