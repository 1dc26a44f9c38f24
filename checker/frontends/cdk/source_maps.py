"""Source maps: the locations in an app's code from which a compiler made a program (ECMA-426, read 2026-11-30)."""

import base64
import binascii
import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from posixpath import join
from string import ascii_lowercase, ascii_uppercase, digits

from checker.immutable import immutable

_DIGITS = {digit: value for value, digit in enumerate(f"{ascii_uppercase}{ascii_lowercase}{digits}+/")}
_CONTINUES, _BITS = 32, 5
_URL = re.compile(r"^//[#@]\s*sourceMappingURL=(\S+)\s*\Z", re.MULTILINE)
_INLINE = re.compile(r"data:application/json(?:;charset=[\w-]+)?;base64,(.*)")


@immutable
class SourceMap:
    """For each line of a program: the columns from 0 at which parts of it begin, and the location of each part.

    A location is a source, its line and its column, both from 0; a source is named relative to the map.
    """

    columns: tuple[tuple[int, ...], ...]
    locations: tuple[tuple[tuple[str, int, int], ...], ...]

    def origin(self, line: int, column: int) -> tuple[str, int, int] | None:
        """The source, line and column behind a line and column of the program, all from 1; None if it has none."""
        if not 0 < line <= len(self.columns):
            return None
        number = bisect_right(self.columns[line - 1], column - 1) - 1
        if number < 0:
            return None
        source, source_line, source_column = self.locations[line - 1][number]
        return source, source_line + 1, source_column + 1


def url_of(program: str) -> str | None:
    """The URL of the source map that a program names at its end: relative to it, or the content itself."""
    found = _URL.search(program)
    return None if found is None else found[1]


def inline(url: str) -> str | None:
    """The content of a source map that is in its URL."""
    found = _INLINE.fullmatch(url)
    if found is None:
        return None
    try:
        return base64.b64decode(found[1], validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None


def read(content: str) -> SourceMap | None:
    """The source map in a JSON text; None if it is none."""
    try:
        data = json.loads(content)
        sources = [join(str(data.get("sourceRoot") or ""), str(source)) for source in data["sources"]]
        return _decoded(str(data["mappings"]), sources)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, RecursionError):
        return None


def _decoded(mappings: str, sources: list[str]) -> SourceMap:
    columns: list[tuple[int, ...]] = []
    locations: list[tuple[tuple[str, int, int], ...]] = []
    # All fields but the first of a line are relative to the segment before, even over lines.
    source = source_line = source_column = 0
    for line in mappings.split(";"):
        column = 0
        made: list[tuple[int, tuple[str, int, int]]] = []
        for segment in filter(None, line.split(",")):
            fields = tuple(_numbers(segment))
            column += fields[0]
            if len(fields) > 1:
                source += fields[1]
                source_line += fields[2]
                source_column += fields[3]
                if min(source, source_line, source_column) < 0:
                    raise IndexError(segment)
                made.append((column, (sources[source], source_line, source_column)))
        columns.append(tuple(start for start, _ in made))
        locations.append(tuple(location for _, location in made))
    return SourceMap(tuple(columns), tuple(locations))


def _numbers(segment: str) -> Iterator[int]:
    """The numbers of a segment, in base 64 with the sign in the last bit."""
    value = shift = 0
    for digit in segment:
        bits = _DIGITS[digit]
        value |= (bits & (_CONTINUES - 1)) << shift
        shift += _BITS
        if not bits & _CONTINUES:
            yield -(value >> 1) if value & 1 else value >> 1
            value = shift = 0
