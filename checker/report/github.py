"""Workflow commands of GitHub Actions, which become annotations; then what they leave out, and the verdict.

Of each level GitHub shows ten annotations for a step. So findings are put together by line, the gravest come first, and
where there are more than ten, the last says how many are only in the log.
"""

from collections.abc import Iterator
from typing import NamedTuple

from checker.model.finding import Status
from checker.model.policy import Severity
from checker.model.reference import Reference
from checker.model.scan import Scan
from checker.report.blocks import Block, blocks, is_about_resolution
from checker.report.ending import catalog_line
from checker.report.options import ReportOptions
from checker.report.plain import named, unresolved_line
from checker.report.printable import printable
from checker.report.uses import USED
from checker.report.verdict import verdict_line, verdict_word
from checker.source import Place

# docs.github.com, "Workflow commands" and the limits of annotations, read 2026-11-22.
MOST_ANNOTATIONS = 10
_LISTED = 5
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class Annotation(NamedTuple):
    """One annotation; the lines of its message are untrusted, and so are file and title."""

    level: Severity
    title: str
    lines: tuple[str, ...]
    place: Place | None


def render(scan: Scan, options: ReportOptions) -> str:
    """The commands, each on its line, and lines for the log."""
    found = sorted(_annotations(scan), key=lambda each: -each.level)
    lines: list[str] = []
    left: list[Annotation] = []
    for level, command in _COMMANDS.items():
        of_level = [each for each in found if each.level is level]
        shown = of_level if len(of_level) <= MOST_ANNOTATIONS else of_level[: MOST_ANNOTATIONS - 1]
        lines += (_command(command, each) for each in shown)
        rest = of_level[len(shown) :]
        left += rest
        if rest:
            more = (
                f"{len(rest):,} more are in the log of this step and in the job summary: GitHub shows"
                f" {MOST_ANNOTATIONS} annotations of a kind for a step."
            )
            lines.append(_command(command, Annotation(level, "bedrock-eol", (more,), None)))
    lines += (_logged(each) for each in left)
    lines.append(printable(f"As of {scan.as_of}, with {catalog_line(scan)}."))
    lines.append(printable(f"{verdict_word(scan, options.verdict)}: {verdict_line(scan)}"))
    return "\n".join(lines) + "\n"


def _annotations(scan: Scan) -> Iterator[Annotation]:
    yield from (_of_block(block) for block in blocks(scan, scan.open_findings))
    for problem in scan.problems:
        level = Severity.ERROR if problem.incomplete else Severity.WARNING
        place = Place(problem.file, problem.line or 1, problem.column or 1)
        lines = tuple(line for line in (problem.message, problem.advice) if line)
        yield Annotation(level, f"{'incomplete: ' if problem.incomplete else ''}{problem.kind}", lines, place)
    yield from _of_unresolved(scan)


def _of_block(block: Block) -> Annotation:
    lines: dict[str, None] = {}
    for section in block.sections:
        lines[section.message] = None
    uses = [use for section in block.sections for group in section.groups for use in group.uses]
    for use in uses:
        if use.finding.advice:
            lines[use.finding.advice] = None
    used = [use.reference for use in uses if use.reference is not None]
    for reference in used[:_LISTED]:
        at = "" if reference.location is None else f" ({reference.location.file}:{reference.location.line})"
        lines[f"{USED[reference.site.usage]} {named(reference)}{at}"] = None
    if len(used) > _LISTED:
        lines[f"and {len(used) - _LISTED} more"] = None
    return Annotation(block.severity, block.rule, tuple(lines), block.place)


def _of_unresolved(scan: Scan) -> Iterator[Annotation]:
    """One for all references with the same cause; at the first of them."""
    findings = {each.reference: each for each in scan.findings if is_about_resolution(each)}
    groups: dict[tuple[Severity, str, str], list[Reference]] = {}
    for reference in scan.unresolved:
        finding = findings.get(reference.id)
        if finding is None or finding.status is Status.OPEN:
            level = Severity.NOTE if finding is None else finding.severity
            rule = "unresolved" if finding is None else finding.rule
            groups.setdefault((level, rule, unresolved_line(reference)), []).append(reference)
    for (level, rule, line), alike in groups.items():
        lines = [line]
        for reference in alike[:_LISTED]:
            at = "" if reference.location is None else f" ({reference.location.file}:{reference.location.line})"
            lines.append(f"named in {named(reference)}{at}")
        if len(alike) > _LISTED:
            lines.append(f"and {len(alike) - _LISTED} more")
        yield Annotation(level, rule, tuple(lines), alike[0].location)


def _command(command: str, annotation: Annotation) -> str:
    properties = {"title": annotation.title}
    place = annotation.place
    if place is not None:
        properties = {
            "file": place.file,
            "line": str(max(place.line, 1)),
            "col": str(max(place.column, 1)),
            **properties,
        }
    listed = ",".join(f"{name}={_property(printable(value))}" for name, value in properties.items())
    return f"::{command} {listed}::{_data(chr(10).join(map(printable, annotation.lines)))}"


def _data(text: str) -> str:
    """The text as the value of a command; a line break is kept, as an escape."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _logged(annotation: Annotation) -> str:
    place = "" if annotation.place is None else f" {annotation.place}"
    return printable(f"{annotation.level} {annotation.title}{place} {' '.join(annotation.lines)}")
