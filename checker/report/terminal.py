"""The reports for people: what is wrong and where, what could not be known, and what it all comes to."""

from collections import Counter
from datetime import date

from checker.model.finding import Finding, Status, Use
from checker.model.policy import Severity
from checker.model.reference import Candidate, Reference
from checker.model.scan import Scan
from checker.report.excerpt import excerpt, shown_line
from checker.report.options import ReportOptions
from checker.report.page import INDENT, LABEL_STYLE, SEVERITY_STYLES, UNKNOWN_STYLE, Page, Span
from checker.report.steps import legs
from checker.report.view import Block, Group, UnresolvedGroup, Verdict, View, at_least
from checker.source import Place
from checker.values import Certainty
from checker.wording import (
    USED,
    catalog_line,
    counted,
    dated,
    distance,
    listed,
    mention_cells,
    mentions,
    problem_place,
    what_is_unknown,
)

_VERDICT_STYLES = {Verdict.PASSED: "bold green", Verdict.FAILED: "bold red", Verdict.INCOMPLETE: "bold magenta"}
_LABEL_WIDTH = 15
_USAGE_WIDTH = 12
# Beyond this many, what is alike is counted and not listed.
_LISTED = 8
_PROBLEMS_LISTED = 20
_MENTIONS_LISTED = 50


def render(view: View, options: ReportOptions) -> str:
    """The findings as lines of text, with colours if the options say so."""
    page = Page(width=options.width, color=options.color, unicode=options.unicode)
    least = Severity.NOTE if options.verbose else Severity.ERROR if options.quiet else Severity.WARNING
    for block in at_least(view.blocks, least):
        _write_block(page, view.scan, block, options)
    for group in view.unresolved:
        # All that is not known is shown, but for a quiet report, which shows what is an error.
        if not options.quiet or _is_error(group.finding):
            _write_unresolved(page, group, options)
    if not options.quiet:
        _write_problems(page, view, options)
        if options.verbose:
            _write_suppressed(page, view)
    _write_ending(page, view, options)
    return page.text()


def render_references(view: View, options: ReportOptions) -> str:
    """The references under the model that they name, then those that are not, or not wholly, known; no judgement."""
    page = Page(width=options.width, color=options.color, unicode=options.unicode)
    by_model: dict[tuple[bool, str], list[tuple[Reference, Candidate]]] = {}
    for reference in view.scan.references:
        for candidate in reference.candidates:
            # What names no base model is listed by what is written, after the models.
            key = (candidate.model is None, candidate.model or candidate.text)
            by_model.setdefault(key, []).append((reference, candidate))
    for (is_nameless, name), uses in sorted(by_model.items()):
        page.gap()
        form = f" ({uses[0][1].form})" if is_nameless else ""
        page.line(Span(name, "bold"), Span(f"{form}  {counted(len(uses), 'reference')}"))
        for reference, candidate in uses:
            _write_reference(page, reference, candidate)
    for group in view.unresolved:
        _write_unresolved(page, group._replace(finding=None), options)
    if not options.quiet:
        _write_problems(page, view, options)
    _write_ending(page, view, options)
    return page.text()


# Findings


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
        _write_dates(page, section.first, scan.as_of)
        for group in section.groups:
            _write_uses(page, block, group, options)
        if options.verbose and section.first.subsumes:
            _write_labelled(page, "also breaks", Span(", ".join(section.first.subsumes)))


def _write_excerpt(page: Page, scan: Scan, finding: Finding, options: ReportOptions) -> None:
    place = finding.written_at
    line = None if place is None else shown_line(scan, place, options.read_line)
    if place is None or line is None:
        return
    needles = () if finding.candidate is None else _spellings(finding.candidate)
    number = str(place.line)
    cut = excerpt(line, place.column, needles, max(options.width - INDENT - len(number) - 3, 20))
    if cut is None:
        return
    before, marked, after = (
        page.clean(part) for part in (cut.text[: cut.start], cut.text[cut.start : cut.end], cut.text[cut.end :])
    )
    rule = "│" if options.unicode else "|"
    style = SEVERITY_STYLES[finding.severity]
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


def _write_dates(page: Page, finding: Finding, as_of: date) -> None:
    parts = []
    for name, day in dated(finding.stage_on):
        since = "" if name == "EOL" else "from " if day > as_of else "since "
        parts.append(f"{name} {since}{day} ({distance(day, as_of)})")
    if parts:
        where = f"{finding.region}: " if finding.region is not None else ""
        _write_labelled(page, "dates", Span(where + ", ".join(parts)))


def _write_uses(page: Page, block: Block, group: Group, options: ReportOptions) -> None:
    label = "" if group.usage is None else USED[group.usage]
    limit = len(group.uses) if options.verbose else _LISTED
    inputs = {use.reference.input for use in group.uses}
    for use in group.uses[:limit]:
        spans = _named(use.reference)
        if len(inputs) > 1 and any(finding.also_in for finding in group.findings):
            spans.append(Span(f" in {use.reference.input}"))
        if group.severity != block.severity:
            spans.append(Span(f" ({group.severity})", SEVERITY_STYLES[group.severity]))
        _write_labelled(page, label, *spans)
        label = ""
        _write_way(page, use, block.place, indent=INDENT + _LABEL_WIDTH + 2)
    if len(group.uses) > limit:
        _write_labelled(page, "", Span(f"and {len(group.uses) - limit} more (--verbose lists them)", "dim"))
    if group.advice:
        _write_labelled(page, "fix", Span(group.advice))


def _write_way(page: Page, use: Use, written: Place | None, indent: int) -> None:
    """The way from where the model is written to where it is used, a line for each leg."""
    for leg in legs(use.reference, use.candidate, written):
        spans = [Span(leg.lead)]
        if leg.place is not None:
            spans.append(Span(str(leg.place), "", True))
        page.paragraph(*spans, first=[Span(f"{leg.label} ", "dim")], indent=indent)


def _write_suppressed(page: Page, view: View) -> None:
    """What does not count, and why; a line for each."""
    if not view.suppressed:
        return
    page.gap()
    counts = Counter(str(finding.status) for finding in view.suppressed)
    page.line(Span("not counted", "bold"), Span(f"  {', '.join(f'{count} {name}' for name, count in counts.items())}"))
    for finding in view.suppressed:
        spans = [Span(f"{finding.rule} ", "bold"), Span(finding.message)]
        if finding.location is not None:
            spans += [Span(" "), Span(f"({finding.location})", "", True)]
        if finding.waiver is not None:
            spans.append(Span(f" Waived until {finding.waiver.until}: {finding.waiver.reason}"))
        _write_labelled(page, str(finding.status), *spans)


# References


def _write_reference(page: Page, reference: Reference, candidate: Candidate) -> None:
    usage = [Span(str(reference.site.usage), LABEL_STYLE)]
    page.paragraph(*_named(reference), first=usage, indent=INDENT, label_width=_USAGE_WIDTH)
    written = candidate.written_at
    facts = [] if written is None else [Span(str(written), "", True), Span(" · ", "dim")]
    facts.append(Span(", ".join(candidate.regions) or "Region not known"))
    if candidate.profile is not None:
        facts += [Span(" · ", "dim"), Span(f"profile {candidate.profile}")]
    if candidate.certainty is not Certainty.CERTAIN:
        facts += [Span(" · ", "dim"), Span(str(candidate.certainty), "yellow")]
    page.paragraph(*facts, indent=INDENT + _USAGE_WIDTH)
    _write_way(page, Use(reference, candidate), written, indent=INDENT + _USAGE_WIDTH + 2)


def _write_unresolved(page: Page, group: UnresolvedGroup, options: ReportOptions) -> None:
    page.gap()
    page.line(*_unresolved_head(group))
    page.paragraph(
        Span(f"{what_is_unknown(group.first)}, because of "),
        Span(group.why.subject, "bold", True),
        Span(f" ({group.why.cause})."),
        indent=INDENT,
    )
    limit = len(group.references) if options.verbose else _LISTED
    for number, reference in enumerate(group.references[:limit]):
        spans = _named(reference)
        if len(group.references) > 1 and reference.location is not None:
            spans += [Span(" at "), Span(str(reference.location), "", True)]
        _write_labelled(page, "" if number else "named in", *spans)
    if len(group.references) > limit:
        _write_labelled(page, "", Span(f"and {len(group.references) - limit} more (--verbose lists them)", "dim"))
    _write_labelled(page, "fix", Span(group.why.advice))


def _unresolved_head(group: UnresolvedGroup) -> list[Span]:
    finding = group.finding
    if finding is not None and finding.status is Status.OPEN:
        head = [Span(str(finding.severity), SEVERITY_STYLES[finding.severity]), Span(f"  {finding.rule}", "bold")]
    else:
        head = [Span("unresolved", UNKNOWN_STYLE)]
        if finding is not None:
            head.append(Span(f"  {finding.rule} ({finding.status})"))
    if len(group.references) == 1 and group.first.location is not None:
        head.append(Span(f"  {group.first.location}", "bold"))
    return head


def _is_error(finding: Finding | None) -> bool:
    return finding is not None and finding.status is Status.OPEN and finding.severity is Severity.ERROR


def _named(reference: Reference) -> list[Span]:
    return [Span(reference.address, "bold", True), Span(" "), Span(reference.path, "", True)]


def _write_labelled(page: Page, label: str, *spans: Span) -> None:
    page.paragraph(*spans, first=[Span(label, LABEL_STYLE)], indent=INDENT, label_width=_LABEL_WIDTH)


# The end


def _write_problems(page: Page, view: View, options: ReportOptions) -> None:
    groups = view.problem_groups
    limit = len(groups) if options.verbose else _PROBLEMS_LISTED
    for group in groups[:limit]:
        problem = group[0]
        page.gap()
        label = Span("incomplete", UNKNOWN_STYLE) if problem.incomplete else Span("problem", "bold cyan")
        place = problem_place(problem) if len(group) == 1 else counted(len(group), "file")
        page.line(label, Span(f"  {problem.kind}", "bold"), Span(f"  {place}", "bold"))
        page.paragraph(Span(problem.message), indent=INDENT)
        if len(group) > 1:
            shown = [problem_place(each) for each in (group if options.verbose else group[:_LISTED])]
            more = [f"{len(group) - len(shown):,} more"] if len(group) > len(shown) else []
            _write_labelled(page, "in", Span(listed([*shown, *more])))
        if problem.advice:
            _write_labelled(page, "fix", Span(problem.advice))
    left = sum(map(len, groups[limit:]))
    if left:
        page.gap()
        page.line(Span(f"and {counted(left, 'more problem')} (--verbose lists them)", "dim"))


def _write_ending(page: Page, view: View, options: ReportOptions) -> None:
    """What was read and by what it was judged, and, as the last line, the verdict."""
    scan = view.scan
    if not options.quiet:
        page.gap()
        _write_what_was_read(page, view, options)
        judged = f"Judged for {scan.as_of} by policy {listed(scan.policy)}" if scan.policy else f"As of {scan.as_of}"
        page.paragraph(Span(f"{judged}, with {catalog_line(scan.catalog, scan.as_of)}."))
        aside = _aside(view, options)
        if aside:
            page.paragraph(Span(aside))
    page.gap()
    # One line however long, so that what reads the last line has the whole verdict.
    page.line(
        Span(view.verdict_word(options.verdict), _VERDICT_STYLES[options.verdict]), Span(f": {view.verdict_line}")
    )


def _write_what_was_read(page: Page, view: View, options: ReportOptions) -> None:
    """The inputs by kind, the files and the references; each input by itself if the options ask for all."""
    scan, summary = view.scan, view.summary
    inputs, mentioned = scan.inputs, scan.mentions
    kinds = Counter(str(each.kind) for each in inputs)
    by_kind = f" ({', '.join(f'{count:,} {kind}' for kind, count in sorted(kinds.items()))})" if kinds else ""
    page.paragraph(
        Span(
            f"Read {counted(summary.inputs, 'input')}{by_kind} from {counted(summary.files, 'file')}; found"
            f" {counted(summary.references, 'reference')} to {counted(summary.models, 'model')}."
        )
    )
    if mentioned:
        # A run that does not judge is there to list them.
        most = len(mentioned) if options.verbose else 0 if scan.policy else _MENTIONS_LISTED
        told = " (--verbose lists them)" if most == 0 else ""
        page.paragraph(Span(f"{mentions(mentioned)}{told}."))
        page.table([tuple(map(Span, mention_cells(each))) for each in mentioned[:most]], indent=INDENT)
        if 0 < most < len(mentioned):
            more = counted(len(mentioned) - most, "more id")
            page.line(Span(f"{' ' * INDENT}and {more} (--verbose lists them)", "dim"))
    if options.verbose:
        page.table(
            [(Span(each.path), Span(str(each.kind)), Span(counted(len(each.files), "file"))) for each in inputs],
            indent=INDENT,
        )


def _aside(view: View, options: ReportOptions) -> str:
    """Notes and what does not count; empty if there is nothing."""
    parts = []
    waivers = [finding.waiver for finding in view.scan.findings if finding.waiver is not None]
    statuses = view.summary.by_status
    if waived := statuses[Status.WAIVED]:
        parts.append(f"{waived} waived (the first until {min(waiver.until for waiver in waivers)})")
    parts += [
        f"{count} {status}"
        for status, count in statuses.items()
        if count and status not in (Status.OPEN, Status.WAIVED)
    ]
    said = [f"Not counted: {', '.join(parts)}."] if parts else []
    notes = view.summary.by_severity[Severity.NOTE]
    if notes and not options.verbose:
        said.append(f"{counted(notes, 'note')} not shown here (--verbose shows them).")
    return " ".join(said)
