"""Reads lines of files as the editor has them, and converts locations to the editor's positions."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lsprotocol import types
from pygls.workspace import PositionCodec

from checker.lsp.session import Session
from checker.source import Location
from checker.source.lines import split_lines

# A value at a location that does not have the expected text.
_TOKEN = re.compile(r"""["']?[^\s"',\]})]*""")


class Around(NamedTuple):
    """A part of a line around a cursor: its columns, and that of the cursor, from 0; `end` is not included."""

    line: str
    start: int
    cursor: int
    end: int

    @property
    def text(self) -> str:
        """The part."""
        return self.line[self.start : self.end]

    @property
    def before(self) -> str:
        """The part before the cursor."""
        return self.line[self.start : self.cursor]


class Texts:
    """Reads the lines of files, each file once.

    Locations refer to the current texts, except `surveyed` ones, which refer to the texts at the time of the survey.
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
        """A line by its number (one-based); empty if the file does not have it."""
        lines = self.lines(file)
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def path(self, file: str) -> Path:
        """The path of a file by its shown name."""
        return self._session.path(file)

    def uri(self, file: str) -> str:
        """The URI of a file by its shown name."""
        return self.path(file).as_uri()

    def range_of(self, location: Location, text: str = "") -> types.Range:
        """The range of `text` on the line from a location on; if it is not there, of the value at the location."""
        line = self.line(location.file, location.line)
        start = min(location.column - 1, len(line))
        found = line.find(text, start) if text else -1
        if found >= 0:
            return self.span(location.file, location.line, found, found + len(text))
        token = _TOKEN.match(line, start)
        end = token.end() if token is not None and token.end() > start else len(line)
        return self.span(location.file, location.line, start, end)

    def span(self, file: str, line: int, start: int, end: int) -> types.Range:
        """The range of characters `start` to `end` (from 0, `end` not included) of a line (one-based)."""
        text = self.line(file, line)
        return types.Range(*(types.Position(line - 1, self._codec.client_num_units(text[:at])) for at in (start, end)))

    def around(self, location: Location, before: re.Pattern[str], behind: re.Pattern[str]) -> "Around":
        """The text around a location: as many characters `before` and `behind` it as these patterns match."""
        line, cursor = self.line(location.file, location.line), location.column - 1
        start = end = cursor
        while start > 0 and before.match(line, start - 1):
            start -= 1
        while behind.match(line, end):
            end += 1
        return Around(line, start, cursor, end)

    def as_location(self, surveyed: Location, text: str = "") -> types.Location:
        """The location of a text that a survey found at a location; on a changed line, that of what is there now."""
        location = self.current(surveyed) or surveyed
        return types.Location(self.uri(location.file), self.range_of(location, text))

    def current(self, surveyed: Location) -> Location | None:
        """The current location of something that a survey found at a location; None if its line has changed since."""
        line = self._moved(surveyed.file, since=True)(surveyed.line)
        return None if line is None else surveyed._replace(line=line)

    def surveyed(self, location: Location) -> Location:
        """The location, at the time of the survey, of what is at one now; the same location if its line has changed."""
        line = self._moved(location.file, since=False)(location.line)
        return location if line is None else location._replace(line=line)

    def _moved(self, file: str, *, since: bool) -> Callable[[int], int | None]:
        if (file, since) not in self._moves:
            path = self.path(file)
            answer = self._session.answer(path) if path in self._session.open_files else None
            now = "" if answer is None else self._session.text(path)
            before = now if answer is None else answer.text
            self._moves[file, since] = line_map(before, now) if since else line_map(now, before)
        return self._moves[file, since]

    def location(self, file: str, position: types.Position) -> Location:
        """The location in a file for a position of the editor."""
        line = self.line(file, position.line + 1)
        column = self._codec.position_from_client_units([line], types.Position(0, position.character)).character
        return Location(file, position.line + 1, min(column, len(line)) + 1)


def line_map(before: str, after: str) -> Callable[[int], int | None]:
    """A function from line numbers (one-based) of `before` to those of `after`; None for edited lines."""
    old, new = split_lines(before), split_lines(after)
    shorter = min(len(old), len(new))
    same = next((number for number in range(shorter) if old[number] != new[number]), shorter)
    rest = next((number for number in range(shorter - same) if old[-1 - number] != new[-1 - number]), shorter - same)

    def moved(line: int) -> int | None:
        if line <= same:
            return line
        return line + len(new) - len(old) if line > len(old) - rest else None

    return moved
