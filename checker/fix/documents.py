"""The files that may be edited, as they were when they were read."""

import os
import re
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from checker.discover.kinds import kind_of_json
from checker.errors import ReadError
from checker.source import Place
from checker.source.files import Boundary, SourceFiles
from checker.source.overlays import Overlays

_LINE_BREAK = re.compile("\r\n?|\n")
_BOM = "\ufeff"
# What other tools fetch or generate; it would be lost.
_NOT_OURS = frozenset({".terraform", ".terragrunt-cache", "node_modules", ".aws-sam", "cdk.out", ".venv"})


class NotEditableError(Exception):
    """A file that is not edited; the message is a sentence that says why."""


class Document:
    """The text of a file, in which places and byte offsets can be found."""

    def __init__(self, file: str, content: bytes, text: str) -> None:
        self.file = file
        self.content = content
        self.text = text
        self._lines = [0, *(found.end() for found in _LINE_BREAK.finditer(text))]

    def offset(self, place: Place) -> int:
        """Where a place is in the text; the start of its line if the line is shorter."""
        start, end = self.line(place.line)
        offset = start + place.column - 1
        return offset if offset <= end else start

    def line(self, number: int) -> tuple[int, int]:
        """Where a line begins and ends, without its break; that of the last line for a number past it."""
        index = min(max(number, 1), len(self._lines)) - 1
        start = self._lines[index]
        end = self._lines[index + 1] if index + 1 < len(self._lines) else len(self.text)
        return start, start + len(self.text[start:end].rstrip("\r\n"))

    def place(self, offset: int) -> Place:
        """The place of an offset in the text."""
        line = bisect_right(self._lines, offset)
        return Place(self.file, line, offset - self._lines[line - 1] + 1)

    def bytes_before(self, offset: int) -> int:
        """How many bytes stand before an offset in the text."""
        return len(self.text[:offset].encode("utf-8"))

    @property
    def line_break(self) -> str:
        """How its lines end."""
        found = _LINE_BREAK.search(self.text)
        return "\n" if found is None else found[0]


class Documents:
    """Reads each file once, within the work trees of a run; the unsaved text, where there is one."""

    def __init__(self, roots: Iterable[Path], cwd: Path, overlays: Overlays | None = None) -> None:
        self._cwd = cwd
        self._readers = tuple(SourceFiles(Boundary(root), cwd, overlays) for root in roots)
        self._known: dict[str, Document | NotEditableError] = {}
        self._by_path: dict[Path, Document] = {}

    def document(self, file: str) -> Document:
        """The file that is shown under a name. Raises NotEditableError."""
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
                # A byte order mark stays a character, so that nothing moves.
                text = content.decode("utf-8")
            except UnicodeDecodeError:
                raise NotEditableError(f"{file} is not UTF-8 text.") from None
            if PurePosixPath(file).suffix in (".json", ".tfstate") and kind_of_json(content) is not None:
                raise NotEditableError(f"{file} is a plan, a state or a manifest, which a tool writes.")
            real = Path(os.path.realpath(path))
            # A link and the file that it leads to are one.
            return self._by_path.setdefault(real, Document(file, content, text))
        raise NotEditableError(f"{file} {reason}.")
