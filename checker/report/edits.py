"""Edits in reports: those of a finding, and the changed lines."""

from collections.abc import Iterable
from typing import NamedTuple

from checker.model.finding import Finding
from checker.model.mending import Edit
from checker.model.scan import Scan
from checker.report.excerpt import excerpt, shown_line
from checker.report.options import ReadLine
from checker.report.printable import printable
from checker.source import Location

_WHOLE = 10_000


class Suggestion(NamedTuple):
    """A changed line, and the lines added beside it."""

    location: Location
    text: str
    is_grant: bool


def edits_for(scan: Scan, finding: Finding) -> tuple[Edit, ...]:
    """The edits that mend a finding, with their grants; empty if it is refused."""
    own = [edit for edit in scan.mending.edits if finding.fingerprint in edit.findings]
    moves = {(edit.model, edit.replacement) for edit in own}
    grants = (edit for edit in scan.mending.edits if edit.is_grant and (edit.model, edit.replacement) in moves)
    return (*own, *grants)


def suggestions(scan: Scan, read_line: ReadLine) -> tuple[Suggestion, ...]:
    """The changed lines, without those that may hold a secret, sorted by location."""
    of_lines: dict[tuple[str, int], list[Edit]] = {}
    for edit in scan.mending.edits:
        of_lines.setdefault((edit.location.file, edit.location.line), []).append(edit)
    made = (_suggestion(scan, of_line, read_line) for of_line in of_lines.values())
    return tuple(each for each in made if each is not None)


def _suggestion(scan: Scan, edits: Iterable[Edit], read_line: ReadLine) -> Suggestion | None:
    edits = sorted(edits, key=lambda edit: edit.location.column)
    location = edits[0].location
    line = shown_line(scan, location, read_line)
    if line is None or any(line[edit.location.column - 1 :][: len(edit.before)] != edit.before for edit in edits):
        return None
    shown = excerpt(line, location.column, tuple(edit.before for edit in edits), _WHOLE)
    if shown is None or shown.text != line.expandtabs(4).rstrip():
        # Text that an excerpt omits may be a secret.
        return None
    if any(printable(part) != part for part in line.split("\t")):
        return None
    parts, position = [], 0
    for edit in edits:
        parts += [line[position : edit.location.column - 1], edit.after]
        position = edit.location.column - 1 + len(edit.before)
    return Suggestion(location, "".join((*parts, line[position:])), all(edit.is_grant for edit in edits))
