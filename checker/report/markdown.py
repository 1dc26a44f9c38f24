"""A comment for a pull request: the verdict, what is wrong, what to do, and the rest folded away."""

from collections.abc import Iterable, Iterator
from datetime import date

from checker.model.finding import Finding, Statement, Status
from checker.model.policy import Severity
from checker.model.problem import Problem
from checker.report.markdown_page import MARKER, Part, put_together
from checker.report.markdown_text import code, prose
from checker.report.options import ReportOptions
from checker.report.steps import Leg, legs
from checker.report.view import Block, Verdict, View
from checker.source import Place
from checker.wording import USED, catalog_line, counted, distance, in_regions, listed, named, problem_place

_SEVERITIES = {Severity.ERROR: "🔴 error", Severity.WARNING: "🟠 warning", Severity.NOTE: "🔵 note"}
_VERDICTS = {Verdict.PASSED: "🟡", Verdict.FAILED: "❌", Verdict.INCOMPLETE: "⚠️"}
# Only for what has nothing at all to say: with an unresolved reference, green would promise too much.
_CLEAN = "✅"
# Of uses that are alike, so many are named.
_LISTED = 3


def render(view: View, options: ReportOptions) -> str:
    """The report as Markdown of at most `markdown_page.MOST_BYTES` bytes, ending in a line break.

    Its first line is a marker by which a bot finds its comment again.
    """
    scan = view.scan
    grave = [block for block in view.blocks if block.severity > Severity.NOTE]
    notes = [block for block in view.blocks if block.severity <= Severity.NOTE]
    word = view.verdict_word(options.verdict)
    mark = _CLEAN if word == "clean" else _VERDICTS[options.verdict]
    head = [
        MARKER,
        f"## {mark} Amazon Bedrock models: {word}",
        "",
        f"{view.verdict_line[:1].upper()}{view.verdict_line[1:]}",
    ]
    parts = [
        _problems([each for each in scan.problems if each.incomplete], "Could not be read", is_folded=False),
        _findings(grave, scan.as_of, "Findings", is_folded=False),
        _to_do(grave),
        _unresolved(view),
        _ways(grave),
        _findings(notes, scan.as_of, counted(sum(map(_size, notes)), "note"), is_folded=True),
        _suppressed(view),
        _problems([each for each in scan.problems if not each.incomplete], "Problems", is_folded=True),
    ]
    return put_together(head, [part for part in parts if part.rows], _foot(view))


def _foot(view: View) -> list[str]:
    scan, summary = view.scan, view.summary
    judged = f"Judged for {scan.as_of}"
    if scan.policy:
        judged += f" by policy {listed([code(name) for name in scan.policy])}"
    read = (
        f"Read {counted(summary.inputs, 'input')} from {counted(summary.files, 'file')}; found"
        f" {counted(summary.references, 'reference')} to {counted(summary.models, 'model')}."
    )
    return [f"<sub>{read} {judged}, with {prose(catalog_line(scan.catalog, scan.as_of))}.</sub>"]


def _findings(found: Iterable[Block], as_of: date, heading: str, *, is_folded: bool) -> Part:
    table = ("| | Model, and where it is written | What is wrong | Where it is used |", "| --- | --- | --- | --- |")
    rows = tuple(_row(block, as_of) for block in found)
    return Part(heading, rows, table=table, is_folded=is_folded)


def _row(block: Block, as_of: date) -> str:
    finding = block.first
    model = "" if finding.model is None else code(finding.model)
    place = "" if block.place is None else code(f"{block.place.file}:{block.place.line}")
    wrong = list(_wrong(block))
    if len(wrong) > _LISTED:
        wrong[_LISTED:] = [f"and {len(wrong) - _LISTED} more"]
    if finding.eol_date is not None and str(finding.eol_date) not in finding.message:
        wrong.append(f"EOL {finding.eol_date}, {distance(finding.eol_date, as_of)}")
    cells = (
        _SEVERITIES[block.severity],
        "<br>".join(part for part in (model, place) if part),
        "<br>".join((_rule(block), *wrong)),
        "<br>".join(_where(block)),
    )
    return f"| {' | '.join(cells)} |"


def _wrong(block: Block) -> Iterator[str]:
    """What is wrong, once for all Regions of which the same is said. The column beside it has the model."""
    alike: dict[Statement, list[Finding]] = {}
    for section in block.sections:
        first = section.first
        said = first.statement._replace(written="", shared="")
        # Only a statement about the one Region that the finding names can hold for the Region of another.
        if first.region is not None and said.where == in_regions((first.region,)):
            said = said._replace(where="")
        alike.setdefault(said, []).append(first)
    for first, *others in alike.values():
        text = first.statement.text(subject=False, place=False, uses=False)
        regions = [finding.region for finding in others if finding.region is not None]
        if regions:
            text += f" The same in {listed(regions)}."
        yield prose(text, _names(first))


def _rule(block: Block) -> str:
    return f"**{prose(block.rule)}**"


def _names(finding: Finding) -> tuple[str, ...]:
    names = (
        finding.model,
        None if finding.candidate is None else finding.candidate.text,
        None if finding.reference is None else finding.reference.address,
    )
    return tuple(name for name in names if name)


def _where(block: Block) -> Iterator[str]:
    uses = [(group, use) for group in block.groups for use in group.uses]
    for group, use in uses[:_LISTED]:
        lower = f" ({group.severity})" if group.severity != block.severity else ""
        yield f"{USED[use.reference.site.usage]} {code(named(use.reference))}{lower}"
    if len(uses) > _LISTED:
        yield f"and {len(uses) - _LISTED} more"


def _size(block: Block) -> int:
    return sum(len(group.findings) for group in block.groups)


def _to_do(found: Iterable[Block]) -> Part:
    """What to do, for each model and line."""
    advice: dict[str, dict[str, None]] = {}
    for block in found:
        about = block.first
        place = "" if block.place is None else f" at {code(f'{block.place.file}:{block.place.line}')}"
        subject = prose(about.rule) if about.model is None else f"{code(about.model)}{place}"
        for section in block.sections:
            advice.setdefault(subject, {}).update((prose(g.advice), None) for g in section.groups if g.advice)
    rows = []
    for subject, said in advice.items():
        if len(said) == 1:
            rows.append(f"- {subject}: {next(iter(said))}")
        elif said:
            # One row, so that they stay together where room is short.
            rows.append("\n".join((f"- {subject}:", *(f"  - {each}" for each in said))))
    return Part("What to do", tuple(rows))


def _ways(found: Iterable[Block]) -> Part:
    """How each model gets from where it is written to where it is used, where that says more than the table."""
    rows = []
    for block in found:
        for use in (use for group in block.groups for use in group.uses):
            steps = [_leg(leg) for leg in legs(use.reference, use.candidate, block.place)]
            if steps:
                start = "" if block.place is None else f" from {_place(block.place)}"
                rows.append(f"- {code(named(use.reference))}{start}: {'; '.join(steps)}")
    return Part("How the models get there", tuple(dict.fromkeys(rows)), is_folded=True)


def _leg(leg: Leg) -> str:
    said = prose(leg.lead)
    place = _place(leg.place)
    return " ".join(part for part in (leg.label, said, place) if part)


def _place(place: Place | None) -> str:
    return "" if place is None else code(str(place))


def _unresolved(view: View) -> Part:
    rows = []
    for group in view.unresolved:
        shown = [
            code(named(each)) + ("" if each.location is None else f" at {code(str(each.location))}")
            for each in group.references[:_LISTED]
        ]
        if len(group.references) > _LISTED:
            shown.append(f"and {len(group.references) - _LISTED} more")
        finding = group.finding
        if finding is None:
            status = "unresolved"
        else:
            status = _SEVERITIES[finding.severity]
            status += "" if finding.status is Status.OPEN else f" ({finding.status})"
        unknown = code(group.why.subject) + f" ({group.why.cause})"
        if group.first.candidates:
            unknown += "<br>some of the models are known"
        rows.append(f"| {status} | {'<br>'.join(shown)} | {unknown} | {prose(group.why.advice)} |")
    table = ("| | Reference | Not known | What to do |", "| --- | --- | --- | --- |")
    heading = f"{counted(view.summary.unresolved, 'reference')} unresolved"
    return Part(heading, tuple(rows), table=table, is_folded=True)


def _suppressed(view: View) -> Part:
    rows = []
    for finding in view.suppressed:
        model = "" if finding.model is None else code(finding.model)
        where = "" if finding.reference is None else code(named(finding.reference))
        why = str(finding.status)
        if finding.waiver is not None:
            why += f" until {finding.waiver.until}: {prose(finding.waiver.reason)}"
        rows.append(f"| {prose(finding.rule)} | {model} | {where} | {why} |")
    table = ("| Rule | Model | Where | Why it does not count |", "| --- | --- | --- | --- |")
    return Part(f"{counted(len(rows), 'finding')} not counted", tuple(rows), table=table, is_folded=True)


def _problems(problems: list[Problem], heading: str, *, is_folded: bool) -> Part:
    rows = tuple(
        f"| {code(problem_place(problem))} | {prose(problem.message)} | {prose(problem.advice)} |"
        for problem in problems
    )
    table = ("| File | Problem | What to do |", "| --- | --- | --- |")
    return Part(heading, rows, table=table, is_folded=is_folded)
