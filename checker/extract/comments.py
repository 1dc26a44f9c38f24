"""Comments in inline code, user data and chart values: models in them are not in use."""

import re
from collections.abc import Iterator

from checker.values import Piece, Slices, Text, Unknown

_LINE = re.compile(r"[^\n]*(?:#|//)[^\n]*")
_ALONE = re.compile(r"[ \t]*(?:#|//)")
# The mark of a comment behind code, and the strings in which it is none.
_STRING_OR_MARK = re.compile(
    r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|(?<=[ \t;])(?P<mark>#|//)(?=[ \t]|\Z)|#|//"
)
_BLOCK = re.compile(r"(?:(?<=[\s;{(,])|\A)/\*.*?\*/", re.DOTALL)


def without_comments(text: Text) -> Text:
    """The text without its comments. A text of one line is a value and has none."""
    marked = text.marked()
    if "\n" not in marked or not ("#" in marked or "//" in marked or "/*" in marked):
        return text
    slices = Slices.of(text)
    kept: list[Piece | Unknown] = []
    position = 0
    for start, end in sorted(_spans(marked)):
        if start >= position:
            kept += slices.pieces(position, start)
        position = max(position, end)
    return text if position == 0 else Text((*kept, *slices.pieces(position, len(marked))))


def _spans(marked: str) -> Iterator[tuple[int, int]]:
    for line in _LINE.finditer(marked):
        start = _start_in(line[0])
        if start is not None:
            yield line.start() + start, line.end()
    # In a shell, which begins with its interpreter, `/*` is a pattern of files.
    if not marked.startswith("#"):
        yield from (block.span() for block in _BLOCK.finditer(marked))


def _start_in(line: str) -> int | None:
    """Where the comment of a line starts, None if the line has none."""
    if _ALONE.match(line):
        return 0
    return next((found.start() for found in _STRING_OR_MARK.finditer(line) if found["mark"]), None)
