"""The files that may be edited, as they were when they were read."""

import os
import re
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from checker.discover.targets import kind_of_json
from checker.errors import ReadError
from checker.source import Location
from checker.source.files import Boundary, Overlays, SourceFiles

_LINE_BREAK = re.compile("\r\n?|\n")
_BOM = "\ufeff"
# Directories that other tools fill: they would overwrite an edit.
_NOT_OURS = frozenset({".terraform", ".terragrunt-cache", "node_modules", ".aws-sam", "cdk.out", ".venv"})


class NotEditableError(Exception):
    """A file must not be edited; the message is a sentence that says why."""


class Document:
    """The text of a file; it converts locations to offsets, and offsets to locations and bytes."""

    def __init__(self, file: str, content: bytes, text: str) -> None:
        self.file = file
        self.content = content
        self.text = text
        self._lines = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]

    def offset(self, location: Location) -> int:
        """The offset of a location in the text; the start of its line if the line is too short."""
        start, end = self.line(location.line)
        offset = start + location.column - 1
        return offset if offset <= end else start

    def line(self, number: int) -> tuple[int, int]:
        """The offsets where a line begins and ends, without its break. A number past the end means the last line."""
        index = min(max(number, 1), len(self._lines)) - 1
        start = self._lines[index]
        end = self._lines[index + 1] if index + 1 < len(self._lines) else len(self.text)
        return start, start + len(self.text[start:end].rstrip("\r\n"))

    def location(self, offset: int) -> Location:
        """The location of an offset in the text."""
        line = bisect_right(self._lines, offset)
        return Location(self.file, line, offset - self._lines[line - 1] + 1)

    def bytes_before(self, offset: int) -> int:
        """The number of bytes before an offset in the text."""
        return len(self.text[:offset].encode("utf-8"))

    @property
    def line_break(self) -> str:
        """The first line break of the text; a line feed if it has none."""
        found = _LINE_BREAK.search(self.text)
        return "\n" if found is None else found[0]


class Documents:
    """Reads each file once, within the work trees of a run. An unsaved text comes before the file on the disk."""

    def __init__(self, roots: Iterable[Path], cwd: Path, overlays: Overlays | None = None) -> None:
        self._cwd = cwd
        self._readers = tuple(SourceFiles(Boundary(root), cwd, overlays) for root in roots)
        self._known: dict[str, Document | NotEditableError] = {}
        self._by_path: dict[Path, Document] = {}

    def document(self, file: str) -> Document:
        """The document of a file by its shown name. Raises NotEditableError."""
        if file not in self._known:
            try:
                self._known[file] = self._read(file)
            except NotEditableError as error:
                self._known[file] = error
        known = self._known[file]
        if isinstance(known, NotEditableError):
            raise known
        return known

    def _read(self, file: str) -> Document:
        foreign = next((part for part in PurePosixPath(file).parts if part in _NOT_OURS), None)
        if foreign is not None:
            raise NotEditableError(f"{file} is below {foreign}, which another tool writes.")
        path = self._cwd / file
        reason = "is outside the work tree"
        for reader in self._readers:
            try:
                content = reader.read_bytes(path)
            except ReadError as error:
                reason = reason if error.kind == "outside-boundary" else f"cannot be read: {error.reason}"
                continue
            try:
                # Keep a byte order mark as a character, so that offsets do not move.
                text = content.decode("utf-8")
            except UnicodeDecodeError:
                raise NotEditableError(f"{file} is not UTF-8 text.") from None
            if PurePosixPath(file).suffix in (".json", ".tfstate") and kind_of_json(content) is not None:
                raise NotEditableError(f"{file} is a plan, a state or a manifest, which a tool writes.")
            real = Path(os.path.realpath(path))
            # A link and its target share one document.
            return self._by_path.setdefault(real, Document(file, content, text))
        raise NotEditableError(f"{file} {reason}.")
