"""A comment for a pull request: the verdict, the faults and the advice, what is known, and the rest folded.

The rows are in `templates/comment.md.j2`. Here they become parts, within the size that people read and that a comment
may have.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, NamedTuple

from checker.model.finding import Finding, Status, Use
from checker.model.policy import Severity
from checker.report.excerpt import suggestions
from checker.report.lines import Fault, Line
from checker.report.templates import Markup, markdown_template
from checker.report.view import ProblemGroup, ReportOptions, UnresolvedGroup, Verdict, View
from checker.wording import counted, listed

# A comment on GitHub may have 65,536 characters; text that a bot adds needs some of them.
MOST_BYTES = 60_000
# Nobody reads more rows in a comment. Suggestions only use the remaining lines.
MOST_ROWS = 40
MOST_LINES = 58
# The lines of a part besides its rows.
_FRAME = 7
# A part with others behind it takes at most this share of what is left, so that each gets some room.
_SHARE = 0.6
_ROOM_FOR_NOTE = 200

_SEVERITIES = {
    Severity.ERROR: Markup("🔴 error"),
    Severity.WARNING: Markup("🟠 warning"),
    Severity.NOTE: Markup("🔵 note"),
}
_VERDICTS = {Verdict.PASSED: Markup("🟡"), Verdict.FAILED: Markup("❌"), Verdict.INCOMPLETE: Markup("⚠️")}
# Only if there is nothing at all to report: with an unresolved reference, green would promise too much.
_CLEAN = Markup("✅")
_KNOWN = {
    Status.BASELINE: "in the baseline",
    Status.WAIVED: "waived",
    Status.UNCHANGED: "of what the plan leaves alone",
    Status.EXISTING: "there before the change",
}


class _Part(NamedTuple):
    """Rows (one line each, or several that stay together) under a heading; `table` has the first lines of a table."""

    heading: str
    rows: tuple[str, ...]
    table: str = ""
    is_folded: bool = False


class Row(NamedTuple):
    """Lines to change with the same model, fault and advice."""

    lines: tuple[Line, ...]

    @property
    def first(self) -> Line:
        """The first of them."""
        return self.lines[0]

    @property
    def uses(self) -> tuple[tuple[Use, Severity], ...]:
        """The references that use them, with the highest severity of their findings."""
        return tuple(use for line in self.lines for use in line.uses)

    @property
    def owners(self) -> tuple[str, ...]:
        """The owners of the lines."""
        return tuple(dict.fromkeys(owner for line in self.lines for owner in line.owners))


def render(view: View, options: ReportOptions) -> str:
    """The report as Markdown of at most `MOST_BYTES` bytes, with a final line break.

    Its first line is a marker by which a bot finds its comment again; other configurations have other markers.
    """
    write: Any = markdown_template("comment.md.j2").module
    grave = [line for line in view.lines if line.severity > Severity.NOTE]
    notes = [line for line in view.lines if line.severity <= Severity.NOTE]
    word = view.verdict_word(options.verdict)
    mark = _CLEAN if word == "clean" else _VERDICTS[options.verdict]
    parts: tuple[_Part, ...] = (
        _findings(write, grave, "New" if view.suppressed else "Findings", folded=False),
        _Part("Known", (write.known(_known(view.suppressed)),) if view.suppressed else ()),
        _problems(write, (each for each in view.problems if each.incomplete), "Could not be read", folded=False),
        _Part(
            f"{counted(view.summary.unresolved, 'reference')} unresolved",
            tuple(write.unresolved(group, _status(group)) for group in view.unresolved),
            write.unresolved_table(),
            is_folded=True,
        ),
        _findings(write, notes, counted(sum(len(line.findings) for line in notes), "note"), folded=True),
        _problems(write, (each for each in view.problems if not each.incomplete), "Problems", folded=True),
    )
    taken = sum(_FRAME + min(len(part.rows), MOST_ROWS) for part in parts if part.rows)
    parts = (*parts, _suggestions(write, view, options, MOST_LINES - taken))
    heading = write.head(mark, word, options.distinct_paths, options.variant, view.verdict_line)
    head = f"{marker(view, options)}\n{heading}"
    return _put_together(head, [part for part in parts if part.rows], write.foot(view))


def marker(view: View, options: ReportOptions) -> str:
    """The first line of the comment: equal for all runs of a configuration, whatever the code and the day."""
    names = options.names_of_run(view.scan)
    return f"<!-- bedrock-eol {sha256(chr(10).join(names).encode()).hexdigest()[:12]} -->"


def _findings(write: Any, lines: Iterable[Line], heading: str, *, folded: bool) -> _Part:
    alike: dict[object, list[Line]] = {}
    for line in lines:
        trouble = tuple((fault.rule, fault.severity, fault.text(subject=False)) for fault in line.faults)
        alike.setdefault((line.model, line.location is None, trouble, line.to_do), []).append(line)
    rows = tuple(
        write.finding(row, _SEVERITIES, tuple(map(_wrong, row.first.faults)))
        for row in (Row(tuple(group)) for group in alike.values())
    )
    return _Part(heading, rows, write.findings_table(), folded)


def _wrong(fault: Fault) -> tuple[Fault, str, tuple[str, ...]]:
    """The fault, and the names in it; the column beside it has the model."""
    return fault, fault.text(subject=False), _names(fault.findings[0])


def _names(finding: Finding) -> tuple[str, ...]:
    names = (
        finding.model,
        None if finding.candidate is None else finding.candidate.text,
        None if finding.reference is None else finding.reference.address,
    )
    return tuple(name for name in names if name)


def _known(findings: Iterable[Finding]) -> str:
    """The findings that do not count, in one line: `10 findings in the baseline and 2 waived (the first until
    2027-01-05)`.
    """
    by_status: dict[Status, list[Finding]] = {}
    for finding in findings:
        by_status.setdefault(finding.status, []).append(finding)
    parts: list[str] = []
    for status, found in by_status.items():
        ends = [finding.waiver.until for finding in found if finding.waiver is not None]
        until = f" ({'the first ' if len(ends) > 1 else ''}until {min(ends)})" if ends else ""
        noun = f"{len(found):,}" if parts else counted(len(found), "finding")
        parts.append(f"{noun} {_KNOWN[status]}{until}")
    return listed(parts)


def _suggestions(write: Any, view: View, options: ReportOptions, room: int) -> _Part:
    """The edits, if there are enough lines for them; else their number."""
    rows = tuple(write.suggestion(each) for each in suggestions(view.scan, options.read_line))
    heading = counted(len(rows), "suggested edit")
    if rows and _FRAME + sum(row.count("\n") + 1 for row in rows) > room:
        return _Part(heading, (write.too_many_edits(heading),))
    return _Part(heading, rows, is_folded=True)


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
    """The page with a final line break. Rows that do not fit are counted, and the page says so."""
    # GitHub ignores line breaks in folded text unless an empty line comes first.
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
        opening, closing = ["", f"### {part.heading}", ""] if part.table else [""], []
    if part.table:
        opening.append(part.table)
    left = room - sum(map(_bytes, (*opening, *closing))) - _ROOM_FOR_NOTE
    rows: list[str] = []
    for row in part.rows[:MOST_ROWS]:
        left -= _bytes(row)
        if left < 0:
            break
        rows.append(row)
    missing = len(part.rows) - len(rows)
    if missing:
        rows += [
            "",
            f"{missing:,} of {len(part.rows):,} rows are left out here; the other formats have all.",
        ]
    return [*opening, *rows, *closing]


def _bytes(line: str) -> int:
    return len(line.encode("utf-8", "backslashreplace")) + 1
