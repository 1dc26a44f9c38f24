"""The report for people: findings with their lines, what could not be known, and what it all comes to."""

from collections import Counter
from datetime import date

from checker.model.finding import Status
from checker.model.policy import Severity
from checker.model.reference import Candidate
from checker.model.scan import Scan
from checker.report.blocks import Block, Section, Uses, blocks, is_about_resolution
from checker.report.ending import write_ending, write_problems
from checker.report.excerpt import excerpt
from checker.report.options import ReportOptions
from checker.report.page import Page, Span
from checker.report.sources import shown_line
from checker.report.steps import write_steps
from checker.report.styles import INDENT, LABEL_STYLE, LABEL_WIDTH, LISTED, SEVERITY_STYLES
from checker.report.unresolved import write_unresolved
from checker.report.uses import USED, Use
from checker.report.wording import distance


def render(scan: Scan, options: ReportOptions) -> str:
    """The report as lines of text, with colours if the options say so."""
    page = Page(width=options.width, color=options.color, unicode=options.unicode)
    least = Severity.NOTE if options.verbose else Severity.ERROR if options.quiet else Severity.WARNING
    shown = [finding for finding in scan.open_findings if finding.severity >= least]
    for block in blocks(scan, shown):
        _write_block(page, scan, block, options)
    counted = shown if options.quiet else scan.findings
    about = {each.reference: each for each in counted if each.reference is not None and is_about_resolution(each)}
    # All that is not known is shown, but for a quiet report, which shows what is an error.
    unresolved = [each for each in scan.unresolved if each.id in about or not options.quiet]
    write_unresolved(page, unresolved, about, options)
    if not options.quiet:
        write_problems(page, scan, options)
        if options.verbose:
            _write_suppressed(page, scan)
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
        page.paragraph(Span(section.message), indent=INDENT)
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
    cut = excerpt(line, place.column, needles, max(options.width - INDENT - len(number) - 3, 20))
    if cut is None:
        return
    before, marked, after = (
        page.clean(part) for part in (cut.text[: cut.start], cut.text[cut.start : cut.end], cut.text[cut.end :])
    )
    rule = "│" if options.unicode else "|"
    style = SEVERITY_STYLES[use.finding.severity]
    margin = Span(" " * INDENT)
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
    label = "" if group.usage is None else USED[group.usage]
    limit = len(group.uses) if options.verbose else LISTED
    for use in group.uses[:limit]:
        if use.reference is None:
            continue
        spans = [Span(use.reference.address, "bold", True), Span(" "), Span(use.reference.path, "", True)]
        if group.severity != block.severity:
            spans.append(Span(f" ({group.severity})", SEVERITY_STYLES[group.severity]))
        _write_labelled(page, label, *spans)
        label = ""
        write_steps(page, use.reference, use.candidate, block.place, indent=INDENT + LABEL_WIDTH + 2)
    if len(group.uses) > limit:
        _write_labelled(page, "", Span(f"and {len(group.uses) - limit} more (--verbose lists them)", "dim"))
    if group.advice:
        _write_labelled(page, "fix", Span(group.advice))


def _write_labelled(page: Page, label: str, *spans: Span) -> None:
    page.paragraph(*spans, first=[Span(label, LABEL_STYLE)], indent=INDENT, label_width=LABEL_WIDTH)


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
        if finding.location is not None:
            spans += [Span(" "), Span(f"({finding.location})", "", True)]
        if finding.waiver is not None:
            spans.append(Span(f" Waived until {finding.waiver.until}: {finding.waiver.reason}"))
        page.paragraph(*spans, first=[Span(str(finding.status), LABEL_STYLE)], indent=INDENT, label_width=LABEL_WIDTH)
