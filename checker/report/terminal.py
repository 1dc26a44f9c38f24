"""The report for people: findings with their lines, what could not be known, and what it all comes to."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from checker.model.finding import Finding, Status
from checker.model.policy import Severity
from checker.model.reference import Candidate, Reference, Usage
from checker.model.scan import Scan
from checker.report.blocks import Block, Section, Use, Uses, blocks, is_about_resolution
from checker.report.ending import write_ending, write_problems
from checker.report.excerpt import excerpt
from checker.report.options import ReportOptions
from checker.report.page import Page, Span
from checker.report.sources import shown_line
from checker.report.steps import write_steps
from checker.report.wording import distance

SEVERITY_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTE: "bold cyan"}
_VERBS = {
    Usage.USE: "used by",
    Usage.INDIRECT: "set in",
    Usage.GRANT: "granted in",
    Usage.MENTION: "mentioned in",
    Usage.SELECTABLE: "selectable in",
    None: "",
}
_INDENT = 2
_LABEL = 15
# Beyond this many, what is alike is counted and not listed.
_LISTED = 8


def render(scan: Scan, options: ReportOptions) -> str:
    """The report as lines of text, with colours if the options say so."""
    page = Page(width=options.width, color=options.color, unicode=options.unicode)
    least = Severity.NOTE if options.verbose else Severity.ERROR if options.quiet else Severity.WARNING
    shown = [finding for finding in scan.open_findings if finding.severity >= least]
    for block in blocks(scan, shown):
        _write_block(page, scan, block, options)
    if not options.quiet:
        _write_unresolved(page, scan, options)
        write_problems(page, scan, options)
        if options.verbose:
            _write_suppressed(page, scan)
    else:
        _write_unresolved_findings(page, scan, shown, options)
    write_ending(page, scan, options)
    return page.text()


def _write_block(page: Page, scan: Scan, block: Block, options: ReportOptions) -> None:
    page.gap()
    head = [Span(str(block.severity), SEVERITY_STYLES[block.severity]), Span("  "), Span(block.rule, "bold")]
    if block.place is not None:
        head += [Span("  "), Span(str(block.place), "bold")]
    page.line(*head)
    for number, section in enumerate(block.sections):
        if number:
            page.gap()
        page.paragraph(Span(section.message), indent=_INDENT)
        if number == 0:
            _write_excerpt(page, scan, block.first, options)
        _write_dates(page, section, scan.as_of)
        for group in section.groups:
            _write_uses(page, block, group, options)
        if options.verbose and section.first.finding.subsumes:
            _write_labelled(page, "also breaks", Span(", ".join(section.first.finding.subsumes)))


def _write_excerpt(page: Page, scan: Scan, use: Use, options: ReportOptions) -> None:
    place = use.written_at
    if place is None:
        return
    line = shown_line(scan, place, options.read_line)
    if line is None:
        return
    candidate = use.candidate
    needles = () if candidate is None else _spellings(candidate)
    number = str(place.line)
    cut = excerpt(line, place.column, needles, max(options.width - _INDENT - len(number) - 3, 20))
    if cut is None:
        return
    before, marked, after = (
        page.clean(part) for part in (cut.text[: cut.start], cut.text[cut.start : cut.end], cut.text[cut.end :])
    )
    rule = "│" if options.unicode else "|"
    style = SEVERITY_STYLES[use.finding.severity]
    margin = Span(" " * _INDENT)
    page.gap()
    page.line(margin, Span(f"{number} {rule} ", "blue"), Span(before), Span(marked, "bold"), Span(after))
    gutter = Span(f"{' ' * len(number)} {rule} ", "blue")
    page.line(margin, gutter, Span(" " * page.columns(before)), Span("^" * max(page.columns(marked), 1), style))
    page.gap()


def _spellings(candidate: Candidate) -> tuple[str, ...]:
    """How the model may be written in a line, the longest first."""
    if candidate.model is None:
        return (candidate.text,)
    profile = () if candidate.profile is None else (f"{candidate.profile}.{candidate.model}",)
    return (candidate.text, *profile, candidate.model)


def _write_dates(page: Page, section: Section, as_of: date) -> None:
    finding = section.first.finding
    dates = (
        ("Legacy", finding.legacy_date),
        ("extended access", finding.extended_access_date),
        ("EOL", finding.eol_date),
    )
    parts = []
    for name, day in dates:
        if day is not None:
            since = "" if name == "EOL" else "from " if day > as_of else "since "
            parts.append(f"{name} {since}{day} ({distance(day, as_of)})")
    if parts:
        where = f"{finding.region}: " if finding.region is not None else ""
        _write_labelled(page, "dates", Span(where + ", ".join(parts)))


def _write_uses(page: Page, block: Block, group: Uses, options: ReportOptions) -> None:
    label = _VERBS[group.usage]
    limit = len(group.uses) if options.verbose else _LISTED
    for use in group.uses[:limit]:
        if use.reference is None:
            continue
        spans = [Span(use.reference.address, "bold", True), Span(" "), Span(use.reference.path, "", True)]
        if group.severity != block.severity:
            spans.append(Span(f" ({group.severity})", SEVERITY_STYLES[group.severity]))
        _write_labelled(page, label, *spans)
        label = ""
        write_steps(page, use.reference, use.candidate, block.place, indent=_INDENT + _LABEL + 2)
    if len(group.uses) > limit:
        _write_labelled(page, "", Span(f"and {len(group.uses) - limit} more (--verbose lists them)", "dim"))
    if group.advice:
        _write_labelled(page, "fix", Span(group.advice))


def _write_labelled(page: Page, label: str, *spans: Span) -> None:
    page.paragraph(*spans, first=[Span(label, "cyan")], indent=_INDENT, label_width=_LABEL)


def _write_unresolved(page: Page, scan: Scan, options: ReportOptions) -> None:
    """All that is not known, with or without a finding: it is what keeps a report from being clean."""
    about = {
        finding.reference: finding for finding in scan.findings if is_about_resolution(finding) and finding.reference
    }
    _write_unresolved_references(page, scan.unresolved, about, options)


def _write_unresolved_findings(page: Page, scan: Scan, shown: Iterable[Finding], options: ReportOptions) -> None:
    about = {finding.reference: finding for finding in shown if is_about_resolution(finding) and finding.reference}
    references = [reference for reference in scan.unresolved if reference.id in about]
    _write_unresolved_references(page, references, about, options)


def _write_unresolved_references(
    page: Page, references: Iterable[Reference], about: dict[str, Finding], options: ReportOptions
) -> None:
    groups: dict[tuple[object, ...], list[Reference]] = {}
    for reference in references:
        unresolved = reference.unresolved
        finding = about.get(reference.id)
        if unresolved is None:
            continue
        said = None if finding is None else (finding.severity, finding.rule, finding.status)
        key = (unresolved.cause, unresolved.subject, unresolved.advice, said)
        groups.setdefault(key, []).append(reference)
    for shared in groups.values():
        _write_unresolved_group(page, shared, about.get(shared[0].id), options)


def _write_unresolved_group(
    page: Page, references: list[Reference], finding: Finding | None, options: ReportOptions
) -> None:
    unresolved = references[0].unresolved
    assert unresolved is not None
    page.gap()
    if finding is not None and finding.status is Status.OPEN:
        head = [Span(str(finding.severity), SEVERITY_STYLES[finding.severity]), Span("  "), Span(finding.rule, "bold")]
    else:
        head = [Span("unresolved", "bold magenta")]
        if finding is not None:
            head.append(Span(f"  {finding.rule} ({finding.status})"))
    if len(references) == 1 and references[0].location is not None:
        head += [Span("  "), Span(str(references[0].location), "bold")]
    page.line(*head)
    which = "other models it can be is" if all(each.candidates for each in references) else "model it is is"
    page.paragraph(
        Span(f"Which {which} not known, because of "),
        Span(unresolved.subject, "bold", True),
        Span(f" ({unresolved.cause})."),
        indent=_INDENT,
    )
    limit = len(references) if options.verbose else _LISTED
    label = "used by"
    for reference in references[:limit]:
        spans = [Span(reference.address, "bold", True), Span(" "), Span(reference.path, "", True)]
        if len(references) > 1 and reference.location is not None:
            spans += [Span(" at "), Span(str(reference.location), "", True)]
        _write_labelled(page, label, *spans)
        label = ""
    if len(references) > limit:
        _write_labelled(page, "", Span(f"and {len(references) - limit} more (--verbose lists them)", "dim"))
    _write_labelled(page, "fix", Span(unresolved.advice))


def _write_suppressed(page: Page, scan: Scan) -> None:
    """What does not count, and why; a line for each."""
    suppressed = [finding for finding in scan.findings if finding.status is not Status.OPEN]
    if not suppressed:
        return
    page.gap()
    counts = Counter(str(finding.status) for finding in suppressed)
    page.line(Span("not counted", "bold"), Span(f"  {', '.join(f'{count} {name}' for name, count in counts.items())}"))
    for finding in suppressed:
        spans = [Span(f"{finding.rule} ", "bold"), Span(finding.message)]
        if finding.waiver is not None:
            spans.append(Span(f" Waived until {finding.waiver.until}: {finding.waiver.reason}"))
        page.paragraph(*spans, first=[Span(str(finding.status), "cyan")], indent=_INDENT, label_width=_LABEL)
