"""Groups edits into lines that change together, and writes them as a unified diff."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from checker.model.finding import Edit
from checker.report.escaping import printable

_CONTEXT = 3
_LINES = re.compile(rb"[^\n]*\n|[^\n]+")
_NO_LINE_BREAK = "\\ No newline at end of file\n"


class Hunk(NamedTuple):
    """A change of a file: the lines `old`, which begin at line `start`, become `new`.

    `start` counts from 0. `old` is one line; it is empty if the change only inserts lines before `start`.
    """

    file: str
    start: int
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]
    edits: tuple[Edit, ...]

    @property
    def is_grant(self) -> bool:
        """Whether the change only adds grants."""
        return all(edit.is_grant for edit in self.edits)


def edited(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The content of a file after its edits."""
    parts, position = [], 0
    for edit in sorted(edits, key=lambda edit: edit.offset):
        parts += [content[position : edit.offset], edit.after.encode()]
        position = edit.offset + len(edit.before.encode())
    return b"".join((*parts, content[position:]))


def hunks(contents: Mapping[str, bytes], edits: Iterable[Edit]) -> tuple[Hunk, ...]:
    """The lines that edits change, sorted by file and line."""
    of_files: dict[str, list[Edit]] = {}
    for edit in edits:
        of_files.setdefault(edit.location.file, []).append(edit)
    return tuple(hunk for file in sorted(of_files) for hunk in _of_file(file, contents[file], of_files[file]))


def _of_file(file: str, content: bytes, edits: Iterable[Edit]) -> Iterator[Hunk]:
    lines = _LINES.findall(content)
    starts = [0, *accumulate(map(len, lines))][: len(lines)]
    of_lines: dict[int, list[Edit]] = {}
    for edit in sorted(edits, key=lambda edit: edit.offset):
        of_lines.setdefault(bisect_right(starts, edit.offset) - 1, []).append(edit)
    for number, of_line in of_lines.items():
        moved = (edit._replace(offset=edit.offset - starts[number]) for edit in of_line)
        old, new = lines[number], _LINES.findall(edited(lines[number], moved))
        if len(new) > 1 and new[-1] == old:
            yield Hunk(file, number, (), tuple(new[:-1]), tuple(of_line))
        elif len(new) > 1 and new[0] == old:
            yield Hunk(file, number + 1, (), tuple(new[1:]), tuple(of_line))
        else:
            yield Hunk(file, number, (old,), tuple(new), tuple(of_line))


def unified_diff(contents: Mapping[str, bytes], changes: Sequence[Hunk]) -> str:
    """The hunks as a unified diff for `patch` and `git apply`. Grants have sections of their own where possible."""
    parts = []
    for file in dict.fromkeys(hunk.file for hunk in changes):
        shown = printable(file)
        parts.append(f"--- a/{shown}\n+++ b/{shown}\n")
        parts.extend(_written(_LINES.findall(contents[file]), [hunk for hunk in changes if hunk.file == file]))
    return "".join(parts)


def _written(lines: Sequence[bytes], changes: Sequence[Hunk]) -> Iterator[str]:
    added, told = 0, 0
    for number, group in enumerate(groups := _groups(changes)):
        first, last = group[0], group[-1]
        start, end = max(first.start - _CONTEXT, told), last.start + len(last.old)
        following = groups[number + 1][0].start if number + 1 < len(groups) else len(lines)
        told = min(end + _CONTEXT, following)
        body: list[str] = []
        position = start
        put: list[str] = []
        for hunk in group:
            if hunk.start > position:
                # Neighbouring old lines come together, then all lines that replace them.
                body += put
                put = []
            body += (_line(" ", each) for each in lines[position : hunk.start])
            body += (_line("-", each) for each in hunk.old)
            put += (_line("+", each) for each in hunk.new)
            position = hunk.start + len(hunk.old)
        body += put
        body += (_line(" ", each) for each in lines[position:told])
        more = sum(len(hunk.new) - len(hunk.old) for hunk in group)
        old, new = _range(start, told - start), _range(start + added, told - start + more)
        added += more
        yield f"@@ -{old} +{new} @@\n" + "".join(body)


def _groups(changes: Sequence[Hunk]) -> list[list[Hunk]]:
    """The hunks that share context lines. A grant joins another hunk only if no line is between them."""
    groups: list[list[Hunk]] = []
    for hunk in changes:
        last = groups[-1][-1] if groups else None
        gap = 0 if last is None else hunk.start - last.start - len(last.old)
        if last is not None and (gap == 0 or (gap <= 2 * _CONTEXT and last.is_grant == hunk.is_grant)):
            groups[-1].append(hunk)
        else:
            groups.append([hunk])
    return groups


def _range(start: int, count: int) -> str:
    begin = start + 1 if count else start
    return f"{begin}" if count == 1 else f"{begin},{count}"


def _line(mark: str, line: bytes) -> str:
    # Bytes that are not valid UTF-8 are never edited, only shown.
    text = line.decode("utf-8", "replace")
    return f"{mark}{text}" if text.endswith("\n") else f"{mark}{text}\n{_NO_LINE_BREAK}"
