"""Lines of files as the editor has them, and places in them as its positions."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from lsprotocol import types
from pygls.workspace import PositionCodec

from checker.lsp.session import Session
from checker.source import Place

_LINE_BREAK = re.compile("\r\n|\r|\n")
# Where a value ends that is not the text that was expected.
_TOKEN = re.compile(r"""["']?[^\s"',\]})]*""")


class Texts:
    """Reads each file once.

    Places are those of the texts as they are now, but for `surveyed` ones: the texts may have changed since a survey.
    """

    def __init__(self, session: Session, codec: PositionCodec) -> None:
        self._session = session
        self._codec = codec
        self._lines: dict[str, tuple[str, ...]] = {}
        self._moves: dict[tuple[str, bool], Callable[[int], int | None]] = {}

    def lines(self, file: str) -> tuple[str, ...]:
        """The lines of a file by its shown name, without their breaks."""
        if file not in self._lines:
            self._lines[file] = split_lines(self._session.text(self.path(file)))
        return self._lines[file]

    def line(self, file: str, number: int) -> str:
        """A line (one-based); empty if the file does not have it."""
        lines = self.lines(file)
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def path(self, file: str) -> Path:
        """The path of a file by its shown name."""
        return Path(os.path.normpath(self._session.folder / file))

    def uri(self, file: str) -> str:
        """The address of a file for the editor."""
        return self.path(file).as_uri()

    def range_of(self, place: Place, text: str = "") -> types.Range:
        """The range of a text that is written at a place, or of what else is written there."""
        line = self.line(place.file, place.line)
        start = min(place.column - 1, len(line))
        found = line.find(text, start) if text else -1
        if found >= 0:
            return self.span(place.file, place.line, found, found + len(text))
        token = _TOKEN.match(line, start)
        end = token.end() if token is not None and token.end() > start else len(line)
        return self.span(place.file, place.line, start, end)

    def span(self, file: str, line: int, start: int, end: int) -> types.Range:
        """The range of some characters of a line (one-based), counted from 0."""
        text = self.line(file, line)
        return types.Range(*(types.Position(line - 1, self._codec.client_num_units(text[:at])) for at in (start, end)))

    def location(self, surveyed: Place, text: str = "") -> types.Location:
        """The range of a text that was written at a place, with its file; on a line that has changed, what is there."""
        place = self.current(surveyed) or surveyed
        return types.Location(self.uri(place.file), self.range_of(place, text))

    def current(self, surveyed: Place) -> Place | None:
        """Where something is now that a survey has found at a place; None if its line has changed since."""
        line = self._moved(surveyed.file, since=True)(surveyed.line)
        return None if line is None else surveyed._replace(line=line)

    def surveyed(self, place: Place) -> Place:
        """Where a survey has found what is at a place now."""
        line = self._moved(place.file, since=False)(place.line)
        return place if line is None else place._replace(line=line)

    def _moved(self, file: str, *, since: bool) -> Callable[[int], int | None]:
        if (file, since) not in self._moves:
            path = self.path(file)
            answer = self._session.answer(path) if path in self._session.open_files else None
            now = "" if answer is None else self._session.text(path)
            before = now if answer is None else answer.text
            self._moves[file, since] = line_map(before, now) if since else line_map(now, before)
        return self._moves[file, since]

    def place(self, file: str, position: types.Position) -> Place:
        """The place of a position of the editor."""
        line = self.line(file, position.line + 1)
        column = self._codec.position_from_client_units([line], types.Position(0, position.character)).character
        return Place(file, position.line + 1, min(column, len(line)) + 1)


def split_lines(text: str) -> tuple[str, ...]:
    """The lines of a text, without their breaks."""
    return tuple(_LINE_BREAK.split(text))


def line_map(before: str, after: str) -> Callable[[int], int | None]:
    """Where lines (one-based) of a text are after an edit of it; None for those that were edited."""
    old, new = split_lines(before), split_lines(after)
    shorter = min(len(old), len(new))
    same = next((number for number in range(shorter) if old[number] != new[number]), shorter)
    rest = next((number for number in range(shorter - same) if old[-1 - number] != new[-1 - number]), shorter - same)

    def moved(line: int) -> int | None:
        if line <= same:
            return line
        return line + len(new) - len(old) if line > len(old) - rest else None

    return moved
