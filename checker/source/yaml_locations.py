"""Where the marks and the lines of scalars in YAML are, as editors count lines."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from checker.source.locations import Location

# The line breaks that libyaml counts, and those that editors count.
YAML_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_EDITOR_BREAK = re.compile("\r\n?|\n")
_RARE_BREAK = re.compile("[\x85\u2028\u2029]")

# What may precede a scalar in its node: tag, anchor, white space, comments.
_PROPERTIES = re.compile(r"(?:[!&]\S*+(?:\s++(?:#[^\r\n]*+)?+)*+)*+")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*+[ \t]*+(?:#[^\r\n]*+)?+")
_FLOW_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_SHORT_ESCAPES = {
    **{"0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"},
    **{"N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"},
}


class _Piece(NamedTuple):
    """The part of a scalar on one line of the file; `goes_on` if its line break is escaped."""

    text: str
    start: int
    goes_on: bool


class YamlLocations:
    """The lines of the text, for what the marks of events do not tell."""

    def __init__(self, text: str, file: str) -> None:
        self._text = text
        self._file = file
        # libyaml starts a line after these and editors do not: the lines are counted again.
        self.has_rare_breaks = not text.isascii() and _RARE_BREAK.search(text) is not None
        self._starts: list[int] | None = None

    @property
    def _line_starts(self) -> list[int]:
        if self._starts is None:
            self._starts = [0, *(match.end() for match in _EDITOR_BREAK.finditer(self._text))]
        return self._starts

    def location(self, mark: Any) -> Location:
        """The location of a mark."""
        if self.has_rare_breaks or mark.index >= len(self._text):
            return self.location_of(min(mark.index, len(self._text)))
        return Location(self._file, mark.line + 1, mark.column + 1)

    def location_of(self, index: int) -> Location:
        """The location of a character."""
        line = bisect_right(self._line_starts, index)
        return Location(self._file, line, index - self._line_starts[line - 1] + 1)

    def segments(self, event: Any) -> tuple[tuple[int, Location], ...]:
        """The locations of the lines of a scalar, as in `Scalar.lines`; empty if the text does not tell them."""
        start, end = event.start_mark.index, event.end_mark.index
        properties = _PROPERTIES.match(self._text, start, end)
        assert properties is not None
        start = properties.end()
        opening = self._text[start : start + 1]
        style = event.style or ""
        if style in ("|", ">"):
            pieces = self._block_pieces(start, end, event.value)
        elif style in ("'", '"'):
            if opening != style:
                return ()
            pieces = self._flow_pieces(start + 1, end - 1, style)
        else:
            pieces = self._flow_pieces(start, end, "")
        return self._aligned(event.value, pieces, is_block=style in ("|", ">"))

    def _block_pieces(self, start: int, end: int, value: str) -> Iterator[_Piece]:
        header = _BLOCK_HEADER.match(self._text, start, end)
        if header is None:
            return
        lines = self._lines(header.end(), end)[1:]
        written = next((line for line, _ in lines if line.strip(" ")), "")
        first = next((line for line in value.split("\n") if line.strip(" ")), "")
        indent = _leading_spaces(written) - _leading_spaces(first)
        for line, index in lines:
            if indent >= 0 and not line[:indent].strip(" "):
                yield _Piece(line[indent:], index + indent, False)

    def _flow_pieces(self, start: int, end: int, style: str) -> Iterator[_Piece]:
        lines = self._lines(start, end)
        for number, (raw, index) in enumerate(lines):
            goes_on = False
            if number:
                index += len(raw) - len(raw.lstrip(" \t"))
                raw = raw.lstrip(" \t")
            if number < len(lines) - 1:
                goes_on = style == '"' and _ends_in_escape(raw)
                raw = raw[:-1] if goes_on else _without_trailing_blanks(raw, style)
            if style == '"':
                raw = _FLOW_ESCAPE.sub(_unescaped, raw)
            elif style == "'":
                raw = raw.replace("''", "'")
            yield _Piece(raw, index, goes_on)

    def _lines(self, start: int, end: int) -> list[tuple[str, int]]:
        """The lines between two characters without their breaks, each with the index of its first character."""
        lines: list[tuple[str, int]] = []
        for match in YAML_BREAK.finditer(self._text, start, end):
            lines.append((self._text[start : match.start()], start))
            start = match.end()
        lines.append((self._text[start:end], start))
        return lines

    def _aligned(self, value: str, pieces: Iterable[_Piece], is_block: bool) -> tuple[tuple[int, Location], ...]:
        """The offset in the value of each non-empty piece; empty if the pieces do not add up to the value."""
        segments: list[tuple[int, Location]] = []
        position = 0
        content_end = len(value.rstrip("\n")) if is_block else len(value)
        is_first, goes_on, empty_lines = True, False, 0
        for text, index, next_goes_on in pieces:
            if position >= content_end:
                break
            if not text and not next_goes_on and (is_block or not is_first):
                empty_lines += 1
                continue
            if is_block:
                if not is_first and value.startswith(" ", position) and not text.startswith((" ", "\t")):
                    position += 1
                while value.startswith("\n", position):
                    position += 1
            elif not is_first:
                separator = "\n" * empty_lines or ("" if goes_on else " ")
                if not value.startswith(separator, position):
                    return ()
                position += len(separator)
            if not value.startswith(text, position):
                return ()
            if text:
                segments.append((position, self.location_of(index)))
            position += len(text)
            is_first, goes_on, empty_lines = False, next_goes_on, 0
        return tuple(segments) if not value[position:].strip(" \n") else ()


def _ends_in_escape(raw: str) -> bool:
    return (len(raw) - len(raw.rstrip("\\"))) % 2 == 1


def _without_trailing_blanks(raw: str, style: str) -> str:
    stripped = raw.rstrip(" \t")
    escapes_a_blank = style == '"' and _ends_in_escape(stripped)
    return raw[: len(stripped) + escapes_a_blank]


def _leading_spaces(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _unescaped(match: re.Match[str]) -> str:
    two, four, eight, short = match.groups()
    if short is not None:
        return _SHORT_ESCAPES.get(short, short)
    return chr(int(two or four or eight, 16))
