"""The end of a terminal report: what could not be analysed, what was read, and what it all comes to."""

from collections import Counter

from checker.model.finding import Status
from checker.model.policy import Severity
from checker.model.problem import Problem
from checker.model.scan import Scan
from checker.report.options import ReportOptions
from checker.report.page import Page, Span
from checker.report.styles import INDENT, LABEL_STYLE, LABEL_WIDTH, UNKNOWN_STYLE, VERDICT_STYLES
from checker.report.verdict import verdict_line, verdict_word
from checker.report.wording import counted, listed

_PROBLEMS_LISTED = 20


def write_problems(page: Page, scan: Scan, options: ReportOptions) -> None:
    """What could not be analysed, those first because of which models may have been missed."""
    problems = sorted(scan.problems, key=lambda problem: not problem.incomplete)
    limit = len(problems) if options.verbose else _PROBLEMS_LISTED
    for problem in problems[:limit]:
        page.gap()
        label = Span("incomplete", UNKNOWN_STYLE) if problem.incomplete else Span("problem", "bold cyan")
        page.line(label, Span(f"  {problem.kind}", "bold"), Span(f"  {_place(problem)}", "bold"))
        page.paragraph(Span(problem.message), indent=INDENT)
        if problem.advice:
            page.paragraph(
                Span(problem.advice), first=[Span("fix", LABEL_STYLE)], indent=INDENT, label_width=LABEL_WIDTH
            )
    if len(problems) > limit:
        page.gap()
        page.line(Span(f"and {counted(len(problems) - limit, 'more problem')} (--verbose lists them)", "dim"))


def write_ending(page: Page, scan: Scan, options: ReportOptions) -> None:
    """What was read and by what it was judged, and, as the last line, the verdict."""
    if not options.quiet:
        page.gap()
        write_what_was_read(page, scan, options)
        judged = f"Judged for {scan.as_of} by policy {listed(scan.policy)}" if scan.policy else f"As of {scan.as_of}"
        page.paragraph(Span(f"{judged}, with {catalog_line(scan)}."))
        aside = _aside(scan, options)
        if aside:
            page.paragraph(Span(aside))
    page.gap()
    # One line however long, so that what reads the last line has the whole verdict.
    page.line(
        Span(verdict_word(scan, options.verdict), VERDICT_STYLES[options.verdict]), Span(f": {verdict_line(scan)}")
    )


def write_what_was_read(page: Page, scan: Scan, options: ReportOptions) -> None:
    """The inputs by kind, the files and the references; each input by itself if the options ask for all."""
    files = len({file for each in scan.inputs for file in each.files})
    kinds = Counter(str(each.kind) for each in scan.inputs)
    by_kind = f" ({', '.join(f'{count:,} {kind}' for kind, count in sorted(kinds.items()))})" if kinds else ""
    models = len({c.model for reference in scan.references for c in reference.candidates if c.model is not None})
    page.paragraph(
        Span(
            f"Read {counted(len(scan.inputs), 'input')}{by_kind} from {counted(files, 'file')}; found"
            f" {counted(len(scan.references), 'reference')} to {counted(models, 'model')}."
        )
    )
    if options.verbose:
        page.table(
            [(Span(each.path), Span(str(each.kind)), Span(counted(len(each.files), "file"))) for each in scan.inputs],
            indent=INDENT,
        )


def catalog_line(scan: Scan) -> str:
    """What the catalog is, and how old."""
    age = (scan.as_of - scan.catalog.as_of).days
    old = f", {counted(age, 'day')} old" if age > 0 else ""
    return f"catalog data of {scan.catalog.as_of}{old} ({counted(scan.catalog.models, 'model')}; {scan.catalog.source})"


def _aside(scan: Scan, options: ReportOptions) -> str:
    """Notes and what does not count; empty if there is nothing."""
    parts = []
    notes = scan.count_by_severity()[Severity.NOTE]
    statuses = scan.count_by_status()
    waived = statuses[Status.WAIVED]
    if waived:
        soonest = min(finding.waiver.until for finding in scan.findings if finding.waiver is not None)
        parts.append(f"{waived} waived (the first until {soonest})")
    parts += [f"{count} {status}" for status, count in statuses.items() if count and status not in _COUNTED]
    said = [f"Not counted: {', '.join(parts)}."] if parts else []
    if notes and not options.verbose:
        said.append(f"{counted(notes, 'note')} not shown here (--verbose shows them).")
    return " ".join(said)


_COUNTED = (Status.OPEN, Status.WAIVED)


def _place(problem: Problem) -> str:
    parts = [problem.file]
    if problem.line is not None:
        parts.append(str(problem.line))
        if problem.column is not None:
            parts.append(str(problem.column))
    return ":".join(parts)
