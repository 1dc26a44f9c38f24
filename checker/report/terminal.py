"""The reports for people: faults and their locations, unresolved references, and the verdict."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from checker.model.finding import Finding, Status, Use
from checker.model.policy import Severity
from checker.model.reference import Candidate, Reference
from checker.model.resource import Framework
from checker.model.scan import Agreement, Compared, Scan
from checker.report.excerpt import Excerpt, excerpt, shown_line
from checker.report.in_use import InUse
from checker.report.lines import Line, legs
from checker.report.page import INDENT, LABEL_STYLE, SEVERITY_STYLES, UNKNOWN_STYLE, Page, Span
from checker.report.view import ReportOptions, UnresolvedGroup, Verdict, View
from checker.source import Location
from checker.values import Certainty
from checker.wording import (
    USED,
    catalog_age,
    catalog_line,
    counted,
    dated,
    distance,
    first_listed,
    listed,
    mention_cells,
    mentions,
    problem_location,
    sentence,
    what_is_unknown,
)

_VERDICT_STYLES = {Verdict.PASSED: "bold green", Verdict.FAILED: "bold red", Verdict.INCOMPLETE: "bold magenta"}
_NOT_COUNTED = {
    Status.BASELINE: "in the baseline",
    Status.UNCHANGED: "in what the plan leaves alone",
    Status.EXISTING: "there before the change",
}
_LABEL_WIDTH = 10
_USAGE_WIDTH = 12
# Beyond these numbers, similar entries are counted and not listed.
_USES_LISTED = 3
_FAULTS_LISTED = 3
_PROBLEMS_LISTED = 20
_MENTIONS_LISTED = 50
_MODELS_LISTED = 10


def render(view: View, options: ReportOptions) -> str:
    """The findings as lines of text, in colour if the options say so."""
    page = Page(width=options.width, color=options.color, unicode=options.unicode)
    least = Severity.NOTE if options.verbose else Severity.ERROR if options.quiet else Severity.WARNING
    for line in view.lines_of(least):
        _write_line(page, view, line, options)
    for group in view.unresolved:
        # All unresolved references are shown; a quiet report only shows errors.
        if not options.quiet or _is_error(group.finding):
            _write_unresolved(page, group, view, options)
    if not options.quiet:
        _write_problems(page, view, options)
        if options.verbose:
            _write_suppressed(page, view)
        _write_models(page, view, options)
        _write_comparison(page, view.scan.comparison, options)
    _write_ending(page, view, options)
    return page.text()


def render_references(view: View, options: ReportOptions) -> str:
    """The references by model, then the unresolved ones; no judgement."""
    page = Page(width=options.width, color=options.color, unicode=options.unicode)
    by_model: dict[tuple[bool, str], list[tuple[Reference, Candidate]]] = {}
    for reference in view.scan.references:
        for candidate in reference.candidates:
            # References without a base model are listed by their text, after the models.
            key = (candidate.model is None, candidate.model or candidate.text)
            by_model.setdefault(key, []).append((reference, candidate))
    for (is_nameless, name), uses in sorted(by_model.items()):
        page.gap()
        form = f" ({uses[0][1].form})" if is_nameless else ""
        page.line(Span(name, "bold"), Span(f"{form}  {counted(len(uses), 'reference')}"))
        for reference, candidate in uses:
            _write_reference(page, reference, candidate, options)
    for group in view.unresolved:
        _write_unresolved(page, group._replace(finding=None), view, options)
    if not options.quiet:
        _write_problems(page, view, options)
    _write_ending(page, view, options)
    return page.text()


# Findings


def _write_line(page: Page, view: View, line: Line, options: ReportOptions) -> None:
    """The text, its faults, its users, and the advice."""
    page.gap()
    page.line(*_head(line, view, options))
    cut = _excerpt(line.first, view.scan, options)
    if cut is not None and line.location is not None:
        _write_excerpt(page, line.location.line, cut, line.severity, options)
    is_marked = cut is not None and (line.model or "") in cut.text[cut.start : cut.end]
    listed_faults = line.faults if options.verbose else line.faults[:_FAULTS_LISTED]
    for fault in listed_faults:
        lead = "" if fault.rule == line.first.rule else f"{fault.rule} ({fault.severity}): "
        page.paragraph(Span(lead, "bold"), Span(fault.text(subject=bool(lead) or not is_marked)), indent=INDENT)
    if len(line.faults) > len(listed_faults):
        page.paragraph(_more(len(line.faults) - len(listed_faults)), indent=INDENT)
    if options.verbose:
        _write_all_of(page, line, view.scan.as_of)
    elif line.used_by and not (line.location is None and len({use.reference.address for use, _ in line.uses}) == 1):
        page.paragraph(Span(f"{sentence(line.used_by)}."), indent=INDENT)
    for label, text in (("fix", line.to_do), ("owner", ", ".join(line.owners))):
        if text:
            _write_labelled(page, label, Span(text))


def _head(line: Line, view: View, options: ReportOptions) -> list[Span]:
    first = line.first
    style = SEVERITY_STYLES[line.severity]
    head = [Span(str(line.severity), style), Span("  "), _rule(first.rule, view, options)]
    if line.title:
        head += [Span("  "), Span(line.title, "bold", link=_link(line.location, options))]
    # In an account, the title is the location.
    if line.location is None and first.reference is not None and first.reference.framework is not Framework.AWS:
        others = len({use.reference.address for use, _ in line.uses}) - 1
        if others:
            head.append(Span(f" and {others} more"))
        if len(view.scan.inputs) > 1:
            head.append(Span(f"  in {first.reference.input}"))
    return head


def _rule(name: str, view: View, options: ReportOptions) -> Span:
    link = None if options.link_to is None else view.rule_links.get(name)
    return Span(name, "bold", link=link)


def _link(location: Location | None, options: ReportOptions) -> str | None:
    return None if location is None or options.link_to is None else options.link_to(location.file)


def _excerpt(finding: Finding, scan: Scan, options: ReportOptions) -> Excerpt | None:
    location = finding.written_at
    line = None if location is None else shown_line(scan, location, options.read_line)
    if location is None or line is None:
        return None
    needles = () if finding.candidate is None else _spellings(finding.candidate)
    return excerpt(line, location.column, needles, max(options.width - INDENT - len(str(location.line)) - 3, 20))


def _write_excerpt(page: Page, line: int, cut: Excerpt, severity: Severity, options: ReportOptions) -> None:
    before, marked, after = (
        page.clean(part) for part in (cut.text[: cut.start], cut.text[cut.start : cut.end], cut.text[cut.end :])
    )
    number = str(line)
    rule = "│" if options.unicode else "|"
    margin = Span(" " * INDENT)
    page.line(margin, Span(f"{number} {rule} ", "blue"), Span(before), Span(marked, "bold"), Span(after))
    gutter = Span(f"{' ' * len(number)} {rule} ", "blue")
    mark = Span("^" * max(page.columns(marked), 1), SEVERITY_STYLES[severity])
    page.line(margin, gutter, Span(" " * page.columns(before)), mark)


def _spellings(candidate: Candidate) -> tuple[str, ...]:
    """The possible spellings of the model in a line, the longest first."""
    if candidate.model is None:
        return (candidate.text,)
    profile = () if candidate.profile is None else (f"{candidate.profile}.{candidate.model}",)
    return (candidate.text, *profile, candidate.model)


def _write_all_of(page: Page, line: Line, as_of: date) -> None:
    """The dates of each stage, and each use with the way to it."""
    if line.also_breaks:
        page.paragraph(Span(f"It breaks {listed(line.also_breaks)}, too."), indent=INDENT)
    for dates, regions in _dates(line, as_of).items():
        where = f"{listed(sorted(regions))}: " if regions else ""
        _write_labelled(page, "dates", Span(where + dates))
    inputs = {use.reference.input for use, _ in line.uses}
    for usage, uses in line.uses_by_usage.items():
        for use, severity in uses:
            spans = [Span(f"{USED[usage].capitalize()} "), *_named(use.reference)]
            if len(inputs) > 1:
                spans.append(Span(f" in {use.reference.input}"))
            if severity < line.severity:
                spans.append(Span(f" ({severity})", SEVERITY_STYLES[severity]))
            if use.reference.framework is Framework.AWS and use.reference.tags:
                spans.append(Span(f" ({', '.join(f'{key}={value}' for key, value in use.reference.tags)})", "dim"))
            page.paragraph(*spans, indent=INDENT)
            _write_way(page, use, line.first.written_at, indent=2 * INDENT)


def _dates(line: Line, as_of: date) -> dict[str, set[str]]:
    """The dates of the stages, each with its Regions."""
    regions: dict[str, set[str]] = {}
    for finding in line.findings:
        parts = []
        for name, day in dated(finding.stage_on):
            since = "" if name == "EOL" else "from " if day > as_of else "since "
            parts.append(f"{name} {since}{day} ({distance(day, as_of)})")
        if parts:
            regions.setdefault(", ".join(parts), set()).update([finding.region] if finding.region is not None else [])
    return regions


def _write_way(page: Page, use: Use, written: Location | None, indent: int) -> None:
    """The way from where the model is written to where it is used, one line per leg."""
    for leg in legs(use.reference, use.candidate, written):
        spans = [Span(leg.lead)]
        if leg.location is not None:
            spans.append(Span(str(leg.location), "", True))
        page.paragraph(*spans, first=[Span(f"{leg.label or '-'} ", "dim")], indent=indent)


def _more(count: int) -> Span:
    return Span(f"and {count:,} more (--verbose lists them)", "dim")


def _write_suppressed(page: Page, view: View) -> None:
    """The findings that do not count, and why; one line each."""
    if not view.suppressed:
        return
    page.gap()
    counts = Counter(str(finding.status) for finding in view.suppressed)
    page.line(Span("not counted", "bold"), Span(f"  {', '.join(f'{count} {name}' for name, count in counts.items())}"))
    for finding in view.suppressed:
        spans = [Span(f"{finding.rule} ", "bold"), Span(finding.message)]
        if finding.location is not None:
            spans += [Span(" "), Span(f"({finding.location})", whole=True)]
        if finding.waiver is not None:
            spans.append(Span(f" Waived until {finding.waiver.until}: {finding.waiver.reason}"))
        _write_labelled(page, str(finding.status), *spans)


# References


def _write_reference(page: Page, reference: Reference, candidate: Candidate, options: ReportOptions) -> None:
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
    if options.verbose:
        _write_way(page, Use(reference, candidate), written, indent=INDENT + _USAGE_WIDTH + 2)


def _write_unresolved(page: Page, group: UnresolvedGroup, view: View, options: ReportOptions) -> None:
    page.gap()
    page.line(*_unresolved_head(group, view, options))
    if group.own_words:
        page.paragraph(Span(group.own_words), indent=INDENT)
    page.paragraph(
        Span(f"{what_is_unknown(group.first)}, because of "),
        Span(group.why.subject, "bold", True),
        Span(f" ({group.why.cause})."),
        indent=INDENT,
    )
    limit = len(group.references) if options.verbose else _USES_LISTED
    for number, reference in enumerate(group.references[:limit]):
        spans = _named(reference)
        if len(group.references) > 1 and reference.location is not None:
            spans += [Span(" at "), Span(str(reference.location), "", True, _link(reference.location, options))]
        _write_labelled(page, "" if number else "named in", *spans)
    if len(group.references) > limit:
        _write_labelled(page, "", _more(len(group.references) - limit))
    _write_labelled(page, "fix", Span(group.why.advice))


def _unresolved_head(group: UnresolvedGroup, view: View, options: ReportOptions) -> list[Span]:
    finding = group.finding
    if finding is not None and finding.status is Status.OPEN:
        style = SEVERITY_STYLES[finding.severity]
        head = [Span(str(finding.severity), style), Span("  "), _rule(finding.rule, view, options)]
    else:
        head = [Span("unresolved", UNKNOWN_STYLE)]
        if finding is not None:
            head.append(Span(f"  {finding.rule} ({finding.status})"))
    location = group.first.location
    if len(group.references) == 1 and location is not None:
        is_code = location.file not in view.without_lines
        title, link = (str(location), _link(location, options)) if is_code else (group.first.address, None)
        head += [Span("  "), Span(title, "bold", link=link)]
    return head


def _is_error(finding: Finding | None) -> bool:
    return finding is not None and finding.status is Status.OPEN and finding.severity is Severity.ERROR


def _named(reference: Reference) -> list[Span]:
    name = [] if reference.name is None else [Span(f" ({reference.name})")]
    return [Span(reference.address, "bold", True), *name, Span(" "), Span(reference.path, "", True)]


def _write_labelled(page: Page, label: str, *spans: Span) -> None:
    page.paragraph(*spans, first=[Span(label, LABEL_STYLE)], indent=INDENT, label_width=_LABEL_WIDTH)


# The end


def _write_problems(page: Page, view: View, options: ReportOptions) -> None:
    limit = len(view.problems) if options.verbose else _PROBLEMS_LISTED
    for group in view.problems[:limit]:
        page.gap()
        label = Span("incomplete", UNKNOWN_STYLE) if group.incomplete else Span("problem", "bold cyan")
        head = [label, Span(f"  {group.kind}", "bold"), Span(f"  {group.locations[0]}", "bold")]
        if len(group.locations) > 1 and not options.verbose:
            head.append(Span(f" and {len(group.locations) - 1:,} more"))
        page.line(*head)
        page.paragraph(Span(group.message), indent=INDENT)
        if options.verbose and len(group.locations) > 1:
            for number, problem in enumerate(group.problems):
                _write_labelled(page, "" if number else "each", Span(f"{problem_location(problem)}: {problem.message}"))
        if group.advice:
            _write_labelled(page, "fix", Span(group.advice))
    if len(view.problems) > limit:
        page.gap()
        page.line(_more(len(view.problems) - limit))


def _write_models(page: Page, view: View, options: ReportOptions) -> None:
    """A table of the models in use: their ends, Regions, numbers of uses, and owners."""
    rows = view.models if options.verbose else view.models[:_MODELS_LISTED]
    if not rows:
        return
    page.gap()
    tables = [_table(rows, most) for most in (4, 3, 2, 1, 0)]
    table = next((each for each in tables if page.width_of(each) <= page.width), tables[-1])
    page.table(table, right=(3, 4))
    if len(view.models) > len(rows):
        page.line(_more(len(view.models) - len(rows)))


def _table(rows: Sequence[InUse], regions: int) -> list[tuple[Span, ...]]:
    """The rows under their heads, with about this many Regions by name."""
    heads = ("Model", "Region", "EOL", "Days", "Uses", *(["Owner"] if any(row.owners for row in rows) else []))
    return [tuple(Span(head, "bold") for head in heads), *(_cells(row, regions) for row in rows)]


def _cells(row: InUse, regions: int) -> tuple[Span, ...]:
    style = "" if row.severity is None else SEVERITY_STYLES[row.severity]
    several = first_listed(row.regions, regions) if regions else counted(len(row.regions), "Region")
    every = "" if row.stage is None else "every Region"
    where = several if len(row.regions) > 1 else "".join(row.regions) or every
    days = "" if row.days_to_eol is None else f"{row.days_to_eol:,}"
    numbers = (Span(row.eol, style), Span(days, style), Span(f"{row.uses:,}"))
    return Span(row.model), Span(where), *numbers, Span(", ".join(row.owners))


_AGREEMENTS = {
    Agreement.DIFFERENT: "different model",
    Agreement.ONLY_IN_ACCOUNT: "only in the account",
    Agreement.ONLY_IN_CODE: "only in code",
    Agreement.UNTOLD: "not told by code",
    Agreement.SAME: "same",
}
_AGREEMENT_WIDTH = max(map(len, _AGREEMENTS.values())) + 2


def _write_comparison(page: Page, comparison: Sequence[Compared] | None, options: ReportOptions) -> None:
    """The differences between code and account on the same resource; equal ones are only counted."""
    if comparison is None:
        return
    counts = Counter(each.agreement for each in comparison)
    page.gap()
    said = ", ".join(f"{counts[each]:,} {name}" for each, name in _AGREEMENTS.items() if counts[each]) or "nothing"
    page.line(Span("Account and code", "bold"), Span(f"  {said}"))
    for each in comparison:
        if each.agreement is Agreement.SAME and not options.verbose:
            continue
        name = f" ({each.name})" if each.name else ""
        code = f"{each.code_address} in {each.code_input}" if each.code_address else ""
        spans = [Span(each.arn, "bold", True), Span(name)] if each.arn else [Span(code, "bold", True)]
        spans.append(Span(f": {', '.join(each.models or each.code_models) or 'no model told'}"))
        if each.arn and each.code_address:
            spans.append(Span(f"; {code} (by {each.by}): {', '.join(each.code_models) or 'no model told'}"))
        first = [Span(_AGREEMENTS[each.agreement], LABEL_STYLE)]
        page.paragraph(*spans, first=first, indent=INDENT, label_width=_AGREEMENT_WIDTH)


def _write_ending(page: Page, view: View, options: ReportOptions) -> None:
    """What was read, the policy and the catalog, and, as the last line, the verdict."""
    scan = view.scan
    if not options.quiet:
        page.gap()
        _write_what_was_read(page, view, options)
        judged = f"Judged for {scan.as_of} by policy {listed(scan.policy)}" if scan.policy else f"As of {scan.as_of}"
        catalog = (catalog_line if options.verbose else catalog_age)(scan.catalog, scan.as_of)
        page.paragraph(Span(f"{judged}, with {catalog}."))
        aside = _aside(view, options)
        if aside:
            page.paragraph(Span(aside))
    page.gap()
    # One line of any length, so that a program that reads the last line has the whole verdict.
    page.line(
        Span(view.verdict_word(options.verdict), _VERDICT_STYLES[options.verdict]), Span(f": {view.verdict_line}")
    )


def _write_what_was_read(page: Page, view: View, options: ReportOptions) -> None:
    """The inputs by kind, the files and the references; each input separately if the options ask for it."""
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
        # A run without judgement lists them.
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
    """Notes and findings that do not count; empty if there are none."""
    parts = []
    waivers = [finding.waiver for finding in view.scan.findings if finding.waiver is not None]
    statuses = view.summary.by_status
    if waived := statuses[Status.WAIVED]:
        parts.append(f"{waived} waived (the first until {min(waiver.until for waiver in waivers)})")
    parts += [f"{statuses[status]} {said}" for status, said in _NOT_COUNTED.items() if statuses[status]]
    of_nobody = sum(finding.status is Status.OTHER_OWNER and not finding.owners for finding in view.scan.findings)
    if of_others := statuses[Status.OTHER_OWNER] - of_nobody:
        parts.append(f"{of_others} of other owners")
    parts += [f"{of_nobody} that nobody owns (--owner none counts what nobody owns)"] if of_nobody else []
    said = [f"Not counted: {', '.join(parts)}."] if parts else []
    notes = view.summary.by_severity[Severity.NOTE]
    if notes and not options.verbose:
        said.append(f"{counted(notes, 'note')} not shown here (--verbose shows {'it' if notes == 1 else 'them'}).")
    return " ".join(said)
