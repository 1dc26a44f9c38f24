"""Parts of a Markdown page, put together within the size that a comment may have."""

from collections.abc import Sequence

from checker.immutable import immutable

MARKER = "<!-- bedrock-eol -->"
# A comment on GitHub may have 65,536 characters; what a bot puts around it needs some of them.
MOST_BYTES = 60_000
# Of what is left, a part that others follow takes at most this share, so that no part is without room.
_SHARE = 0.6
_ROOM_FOR_NOTE = 200


@immutable
class Part:
    """Rows (each a line) under a heading; `table` has the first two lines of a table."""

    heading: str
    rows: tuple[str, ...]
    table: tuple[str, ...] = ()
    is_folded: bool = False


def put_together(head: Sequence[str], parts: Sequence[Part], foot: Sequence[str]) -> str:
    """The page, ending in a line break. Rows for which there is no room are counted, and the page says so."""
    # GitHub hides the line breaks within what is folded unless an empty line comes before it.
    room = MOST_BYTES - sum(map(_size, (*head, *foot))) - 2
    lines = list(head)
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        written = _written(part, room if is_last else int(room * _SHARE))
        room -= sum(map(_size, written))
        lines += written
    return "\n".join([*lines, "", *foot, ""])


def _written(part: Part, room: int) -> list[str]:
    opening = (
        ["", "<details>", f"<summary>{part.heading}</summary>", ""]
        if part.is_folded
        else ["", f"### {part.heading}", ""]
    )
    opening += part.table
    closing = ["", "</details>"] if part.is_folded else []
    left = room - sum(map(_size, (*opening, *closing))) - _ROOM_FOR_NOTE
    rows: list[str] = []
    for row in part.rows:
        left -= _size(row)
        if left < 0:
            break
        rows.append(row)
    missing = len(part.rows) - len(rows)
    if missing:
        rows += [
            "",
            f"{missing:,} of {len(part.rows):,} rows are left out here for want of room; the other formats have all.",
        ]
    return [*opening, *rows, *closing]


def _size(line: str) -> int:
    return len(line.encode("utf-8", "backslashreplace")) + 1
