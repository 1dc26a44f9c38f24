"""A comment for a pull request: the verdict, what is wrong, what to do, and the rest folded away."""

from collections.abc import Iterable, Iterator
from datetime import date

from checker.model.finding import Status
from checker.model.policy import Severity
from checker.model.problem import Problem
from checker.model.reference import Reference
from checker.model.scan import Scan
from checker.report.blocks import Block, blocks, is_about_resolution
from checker.report.ending import catalog_line
from checker.report.markdown_page import MARKER, Part, put_together
from checker.report.markdown_text import code, prose
from checker.report.options import ReportOptions
from checker.report.plain import named, problem_place
from checker.report.steps import Leg, legs
from checker.report.uses import USED, Use, use_of
from checker.report.verdict import Verdict, verdict_line, verdict_word
from checker.report.wording import counted, distance, listed
from checker.source import Place

_SEVERITIES = {Severity.ERROR: "🔴 error", Severity.WARNING: "🟠 warning", Severity.NOTE: "🔵 note"}
_VERDICTS = {Verdict.PASSED: "🟡", Verdict.FAILED: "❌", Verdict.INCOMPLETE: "⚠️"}
# Only for what has nothing at all to say: with an unresolved reference, green would promise too much.
_CLEAN = "✅"
# Of uses that are alike, so many are named.
_LISTED = 3


def render(scan: Scan, options: ReportOptions) -> str:
    """The report as Markdown of at most `markdown_page.MOST_BYTES` bytes, ending in a line break.

    Its first line is a marker by which a bot finds its comment again.
    """
    made = blocks(scan, scan.open_findings)
    grave = [block for block in made if block.severity > Severity.NOTE]
    notes = [block for block in made if block.severity <= Severity.NOTE]
    word = verdict_word(scan, options.verdict)
    mark = _CLEAN if word == "clean" else _VERDICTS[options.verdict]
    head = [
        MARKER,
        f"## {mark} Amazon Bedrock models: {word}",
        "",
        f"{verdict_line(scan)[:1].upper()}{verdict_line(scan)[1:]}",
    ]
    parts = [
        _problems([each for each in scan.problems if each.incomplete], "Could not be read", is_folded=False),
        _findings(grave, scan.as_of, "Findings", is_folded=False),
        _to_do(grave),
        _unresolved(scan),
        _ways(grave),
        _findings(notes, scan.as_of, counted(sum(map(_size, notes)), "note"), is_folded=True),
        _suppressed(scan),
        _problems([each for each in scan.problems if not each.incomplete], "Problems", is_folded=True),
    ]
    return put_together(head, [part for part in parts if part.rows], _foot(scan))


def _foot(scan: Scan) -> list[str]:
    files = len({file for each in scan.inputs for file in each.files})
    models = len({c.model for reference in scan.references for c in reference.candidates if c.model is not None})
    judged = f"Judged for {scan.as_of}"
    if scan.policy:
        judged += f" by policy {listed([code(name) for name in scan.policy])}"
    read = (
        f"Read {counted(len(scan.inputs), 'input')} from {counted(files, 'file')}; found"
        f" {counted(len(scan.references), 'reference')} to {counted(models, 'model')}."
    )
    return [f"<sub>{read} {judged}, with {prose(catalog_line(scan))}.</sub>"]


def _findings(found: Iterable[Block], as_of: date, heading: str, *, is_folded: bool) -> Part:
    table = ("| | Model, and where it is written | What is wrong | Where it is used |", "| --- | --- | --- | --- |")
    rows = tuple(_row(block, as_of) for block in found)
    return Part(heading, rows, table=table, is_folded=is_folded)


def _row(block: Block, as_of: date) -> str:
    finding = block.first.finding
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
    """What is wrong, once for all Regions of which the same is said."""
    alike: dict[str, list[Use]] = {}
    for section in block.sections:
        region = section.first.finding.region
        said = section.message if region is None else section.message.replace(region, "")
        alike.setdefault(said, []).append(section.first)
    for first, *others in alike.values():
        text = _without_model(first)
        regions = [use.finding.region for use in others if use.finding.region is not None]
        if regions:
            text += f" The same in {listed(regions)}."
        yield prose(text, _names(first))


def _without_model(use: Use) -> str:
    """The message without the model that it begins with: the column beside it has that."""
    message = use.message
    rest = message.removeprefix(f"{use.finding.model} ")
    return message if rest == message else f"{rest[:1].upper()}{rest[1:]}"


def _rule(block: Block) -> str:
    return f"**{prose(block.rule)}**"


def _names(use: Use) -> tuple[str, ...]:
    finding, reference, candidate = use.finding, use.reference, use.candidate
    return tuple(
        name
        for name in (
            finding.model,
            None if candidate is None else candidate.text,
            None if reference is None else reference.address,
        )
        if name
    )


def _where(block: Block) -> Iterator[str]:
    groups = [group for section in block.sections for group in section.groups]
    named_uses = [(group, use) for group in groups for use in group.uses if use.reference is not None]
    for group, use in named_uses[:_LISTED]:
        if use.reference is not None:
            verb = "" if group.usage is None else USED[group.usage]
            lower = f" ({group.severity})" if group.severity != block.severity else ""
            yield f"{verb} {code(named(use.reference))}{lower}"
    if len(named_uses) > _LISTED:
        yield f"and {len(named_uses) - _LISTED} more"


def _size(block: Block) -> int:
    return sum(len(group.uses) for section in block.sections for group in section.groups)


def _to_do(found: Iterable[Block]) -> Part:
    """What to do, for each model and line."""
    advice: dict[str, dict[str, None]] = {}
    for block in found:
        about = block.first.finding
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
        for section in block.sections:
            for group in section.groups:
                for use in group.uses:
                    if use.reference is None:
                        continue
                    steps = [_leg(leg) for leg in legs(use.reference, use.candidate, use.written_at)]
                    if steps:
                        start = "" if use.written_at is None else f" from {_place(use.written_at)}"
                        rows.append(f"- {code(named(use.reference))}{start}: {'; '.join(steps)}")
    return Part("How the models get there", tuple(dict.fromkeys(rows)), is_folded=True)


def _leg(leg: Leg) -> str:
    said = prose(leg.lead)
    place = _place(leg.place)
    return " ".join(part for part in (leg.label, said, place) if part)


def _place(place: Place | None) -> str:
    return "" if place is None else code(str(place))


def _unresolved(scan: Scan) -> Part:
    counts = {each.reference: each for each in scan.findings if is_about_resolution(each)}
    groups: dict[tuple[object, ...], list[Reference]] = {}
    for reference in scan.unresolved:
        finding = counts.get(reference.id)
        said = None if finding is None else (finding.severity, finding.status)
        groups.setdefault((reference.unresolved, bool(reference.candidates), said), []).append(reference)
    rows = []
    for alike in groups.values():
        first = alike[0]
        if first.unresolved is None:
            continue
        finding = counts.get(first.id)
        shown = [
            code(named(each)) + ("" if each.location is None else f" at {code(str(each.location))}")
            for each in alike[:_LISTED]
        ]
        if len(alike) > _LISTED:
            shown.append(f"and {len(alike) - _LISTED} more")
        if finding is None:
            status = "unresolved"
        else:
            status = _SEVERITIES[finding.severity]
            status += "" if finding.status is Status.OPEN else f" ({finding.status})"
        unknown = code(first.unresolved.subject) + f" ({first.unresolved.cause})"
        if first.candidates:
            unknown += "<br>some of the models are known"
        rows.append(f"| {status} | {'<br>'.join(shown)} | {unknown} | {prose(first.unresolved.advice)} |")
    table = ("| | Reference | Not known | What to do |", "| --- | --- | --- | --- |")
    return Part(f"{counted(len(scan.unresolved), 'reference')} unresolved", tuple(rows), table=table, is_folded=True)


def _suppressed(scan: Scan) -> Part:
    found = [use_of(scan, finding) for finding in scan.findings if finding.status is not Status.OPEN]
    rows = []
    for use in found:
        finding = use.finding
        model = "" if finding.model is None else code(finding.model)
        where = "" if use.reference is None else code(named(use.reference))
        why = str(finding.status)
        if finding.waiver is not None:
            why += f" until {finding.waiver.until}: {prose(finding.waiver.reason)}"
        rows.append(f"| {prose(finding.rule)} | {model} | {where} | {why} |")
    table = ("| Rule | Model | Where | Why it does not count |", "| --- | --- | --- | --- |")
    return Part(f"{counted(len(found), 'finding')} not counted", tuple(rows), table=table, is_folded=True)


def _problems(problems: list[Problem], heading: str, *, is_folded: bool) -> Part:
    rows = tuple(
        f"| {code(problem_place(problem))} | {prose(problem.message)} | {prose(problem.advice)} |"
        for problem in problems
    )
    table = ("| File | Problem | What to do |", "| --- | --- | --- |")
    return Part(heading, rows, table=table, is_folded=is_folded)
