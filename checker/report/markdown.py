"""A comment for a pull request: the verdict, what is wrong, what to do, and the rest folded away.

The rows are in `templates/comment.md.j2`; here they become parts, within the size that a comment may have.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from checker.model.finding import Finding, Status
from checker.model.policy import Severity
from checker.report.alike import ProblemGroup
from checker.report.lines import Fault, Line
from checker.report.options import ReportOptions
from checker.report.steps import legs
from checker.report.templates import Markup, markdown_template
from checker.report.view import UnresolvedGroup, Verdict, View
from checker.wording import counted

MARKER = "<!-- bedrock-eol -->"
# A comment on GitHub may have 65,536 characters; what a bot puts around it needs some of them.
MOST_BYTES = 60_000
# Of what is left, a part that others follow takes at most this share, so that no part is without room.
_SHARE = 0.6
_ROOM_FOR_NOTE = 200

_SEVERITIES = {
    Severity.ERROR: Markup("🔴 error"),
    Severity.WARNING: Markup("🟠 warning"),
    Severity.NOTE: Markup("🔵 note"),
}
_VERDICTS = {Verdict.PASSED: Markup("🟡"), Verdict.FAILED: Markup("❌"), Verdict.INCOMPLETE: Markup("⚠️")}
# Only for what has nothing at all to say: with an unresolved reference, green would promise too much.
_CLEAN = Markup("✅")


class _Part(NamedTuple):
    """Rows (each a line, or some that stay together) under a heading; `table` has the first lines of a table."""

    heading: str
    rows: tuple[str, ...]
    table: str = ""
    is_folded: bool = False


def render(view: View, options: ReportOptions) -> str:
    """The report as Markdown of at most `MOST_BYTES` bytes, ending in a line break.

    Its first line is a marker by which a bot finds its comment again.
    """
    write: Any = markdown_template("comment.md.j2").module
    grave = [line for line in view.lines if line.severity > Severity.NOTE]
    notes = [line for line in view.lines if line.severity <= Severity.NOTE]
    word = view.verdict_word(options.verdict)
    mark = _CLEAN if word == "clean" else _VERDICTS[options.verdict]
    unresolved, suppressed = view.unresolved, view.suppressed
    parts = (
        _findings(write, grave, "Findings", folded=False),
        _Part("What to do", tuple(_to_do(write, grave))),
        _problems(write, (each for each in view.problems if each.incomplete), "Could not be read", folded=False),
        _Part(
            f"{counted(view.summary.unresolved, 'reference')} unresolved",
            tuple(write.unresolved(group, _status(group)) for group in unresolved),
            write.unresolved_table(),
            is_folded=True,
        ),
        _Part("How the models get there", tuple(dict.fromkeys(_ways(write, grave))), is_folded=True),
        _findings(write, notes, counted(sum(len(line.findings) for line in notes), "note"), folded=True),
        _Part(
            f"{counted(len(suppressed), 'finding')} not counted",
            tuple(map(write.suppressed, suppressed)),
            write.suppressed_table(),
            is_folded=True,
        ),
        _problems(write, (each for each in view.problems if not each.incomplete), "Problems", folded=True),
    )
    head = f"{MARKER}\n{write.head(mark, word, view.verdict_line)}"
    return _put_together(head, [part for part in parts if part.rows], write.foot(view))


def _findings(write: Any, lines: Iterable[Line], heading: str, *, folded: bool) -> _Part:
    rows = tuple(write.finding(line, _SEVERITIES, tuple(map(_wrong, line.faults))) for line in lines)
    return _Part(heading, rows, write.findings_table(), folded)


def _wrong(fault: Fault) -> tuple[Fault, str, tuple[str, ...]]:
    """What is wrong, and the names in it; the column beside it has the model."""
    return fault, fault.text(subject=False), _names(fault.findings[0])


def _names(finding: Finding) -> tuple[str, ...]:
    names = (
        finding.model,
        None if finding.candidate is None else finding.candidate.text,
        None if finding.reference is None else finding.reference.address,
    )
    return tuple(name for name in names if name)


def _to_do(write: Any, lines: Iterable[Line]) -> Iterator[str]:
    """What to do, for each line and what is said of the run."""
    yield from dict.fromkeys(write.to_do(line) for line in lines if line.to_do)


def _ways(write: Any, lines: Iterable[Line]) -> Iterator[str]:
    """How each model gets from where it is written to where it is used, where that says more than the table."""
    for line in lines:
        for use, _ in line.uses:
            way = tuple(legs(use.reference, use.candidate, line.first.written_at))
            if way:
                yield write.way(use, line.first.written_at, way)


def _status(group: UnresolvedGroup) -> Markup:
    finding = group.finding
    if finding is None:
        return Markup("unresolved")
    status = "" if finding.status is Status.OPEN else f" ({finding.status})"
    return Markup(f"{_SEVERITIES[finding.severity]}{status}")


def _problems(write: Any, groups: Iterable[ProblemGroup], heading: str, *, folded: bool) -> _Part:
    return _Part(heading, tuple(map(write.problem, groups)), write.problems_table(), folded)


# The page


def _put_together(head: str, parts: list[_Part], foot: str) -> str:
    """The page, ending in a line break. Rows for which there is no room are counted, and the page says so."""
    # GitHub hides the line breaks within what is folded unless an empty line comes before it.
    room = MOST_BYTES - _bytes(head) - _bytes(foot) - 2
    lines = [head]
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1
        written = _written(part, room if is_last else int(room * _SHARE))
        room -= sum(map(_bytes, written))
        lines += written
    return "\n".join([*lines, "", foot, ""])


def _written(part: _Part, room: int) -> list[str]:
    if part.is_folded:
        opening = ["", "<details>", f"<summary>{part.heading}</summary>", ""]
        closing = ["", "</details>"]
    else:
        opening, closing = ["", f"### {part.heading}", ""], []
    if part.table:
        opening.append(part.table)
    left = room - sum(map(_bytes, (*opening, *closing))) - _ROOM_FOR_NOTE
    rows: list[str] = []
    for row in part.rows:
        left -= _bytes(row)
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


def _bytes(line: str) -> int:
    return len(line.encode("utf-8", "backslashreplace")) + 1
