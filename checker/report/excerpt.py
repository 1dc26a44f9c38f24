"""The line where a model is written, with marks under its id."""

from typing import NamedTuple

# A longer line is not written by hand but packed by a program: no help, and what else is in it may be secret.
_LONGEST_LINE = 400
_TAB = 4
_ELLIPSIS = "..."


class Excerpt(NamedTuple):
    """A line without its indentation's excess, and the span of characters to mark."""

    text: str
    start: int
    end: int


def excerpt(line: str, column: int, needles: tuple[str, ...], width: int) -> Excerpt | None:
    """The part of a line that shows what is at `column`, at most `width` characters; None if it is too long to show.

    The first of `needles` that stands at the column or after it, else anywhere in the line, is marked; without one,
    the column itself.
    """
    if len(line) > _LONGEST_LINE or not 1 <= column <= len(line) + 1:
        return None
    before = line[: column - 1].expandtabs(_TAB)
    start = len(before)
    text = (before + line[column - 1 :].expandtabs(_TAB)).rstrip()
    end = start + 1
    for needle in needles:
        found = text.find(needle, start)
        if found < 0:
            found = text.find(needle)
        if needle and found >= 0:
            start, end = found, found + len(needle)
            break
    return _cut(text, start, end, width)


def _cut(text: str, start: int, end: int, width: int) -> Excerpt:
    """The window of the line that holds the mark, with as much before it as there is room for."""
    if len(text) <= width:
        return Excerpt(text, start, end)
    room = max(width, end - start + 2 * len(_ELLIPSIS))
    first = max(end + len(_ELLIPSIS) - room, 0) if end > room - len(_ELLIPSIS) else 0
    last = min(first + room, len(text))
    cut = text[first:last]
    if first:
        cut = _ELLIPSIS + cut[len(_ELLIPSIS) :]
    if last < len(text):
        cut = cut[: -len(_ELLIPSIS)] + _ELLIPSIS
    return Excerpt(cut, start - first, end - first)
