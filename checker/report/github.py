"""Workflow commands of GitHub Actions, which become annotations; then the rest of the report, and the verdict.

GitHub shows ten annotations of each level per step. So findings are grouped by line, the most severe first. If there
are more than ten, the last annotation counts those that are only in the log.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from checker.model.finding import Status
from checker.model.policy import Severity
from checker.model.reference import Reference
from checker.report.escaping import printable
from checker.report.lines import Line
from checker.report.view import ProblemGroup, ReportOptions, UnresolvedGroup, View
from checker.source import Location
from checker.wording import USED, catalog_line, named, unresolved

# docs.github.com, "Workflow commands" and the limits of annotations, read 2026-11-22.
MOST_ANNOTATIONS = 10
_LISTED = 5
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


class Annotation(NamedTuple):
    """One annotation. The lines of its message, its file and its title are untrusted."""

    level: Severity
    title: str
    lines: tuple[str, ...]
    location: Location | None


def render(view: View, options: ReportOptions) -> str:
    """The commands, one per line, and lines for the log."""
    found = sorted(_annotations(view), key=lambda each: -each.level)
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
    lines.append(printable(f"As of {view.scan.as_of}, with {catalog_line(view.scan.catalog, view.scan.as_of)}."))
    lines.append(printable(f"{view.verdict_word(options.verdict)}: {view.verdict_line}"))
    return "\n".join(lines) + "\n"


def _annotations(view: View) -> Iterator[Annotation]:
    yield from map(_of_line, view.lines)
    yield from map(_of_unresolved, (group for group in view.unresolved if _counts(group)))
    yield from map(_of_problems, view.problems)


def _of_line(line: Line) -> Annotation:
    references = [use.reference for use, _ in line.uses]
    uses = [f"{USED[reference.site.usage]} {_at(reference)}" for reference in references]
    owner = f"owner {', '.join(line.owners)}" if line.owners else ""
    lines = (*(fault.text() for fault in line.faults), line.to_do, *_first(uses), owner)
    return Annotation(line.severity, ", ".join(line.rules), tuple(filter(None, lines)), line.first.written_at)


def _of_problems(group: ProblemGroup) -> Annotation:
    level = Severity.ERROR if group.incomplete else Severity.WARNING
    location = Location(group.first.file, group.first.line or 1, group.first.column or 1)
    lines = (group.message, group.advice, *(_first([f"at {each}" for each in group.locations[1:]])))
    title = f"{'incomplete: ' if group.incomplete else ''}{group.kind}"
    return Annotation(level, title, tuple(filter(None, lines)), location)


def _first(lines: Sequence[str]) -> tuple[str, ...]:
    """The first lines, and the number of the others."""
    more = [f"and {len(lines) - _LISTED:,} more"] if len(lines) > _LISTED else []
    return (*lines[:_LISTED], *more)


def _counts(group: UnresolvedGroup) -> bool:
    return group.finding is None or group.finding.status is Status.OPEN


def _of_unresolved(group: UnresolvedGroup) -> Annotation:
    """One annotation for all references with the same cause, at the first of them."""
    level = Severity.NOTE if group.finding is None else group.finding.severity
    rule = "unresolved" if group.finding is None else group.finding.rule
    named_in = _first([f"named in {_at(reference)}" for reference in group.references])
    lines = (group.own_words, unresolved(group.first), *named_in)
    return Annotation(level, rule, tuple(filter(None, lines)), group.first.location)


def _at(reference: Reference) -> str:
    at = "" if reference.location is None else f" ({reference.location.file}:{reference.location.line})"
    return f"{named(reference)}{at}"


def _command(command: str, annotation: Annotation) -> str:
    properties = {"title": annotation.title}
    location = annotation.location
    if location is not None:
        properties = {
            "file": location.file,
            "line": str(max(location.line, 1)),
            "col": str(max(location.column, 1)),
            **properties,
        }
    listed = ",".join(f"{name}={_property(printable(value))}" for name, value in properties.items())
    return f"::{command} {listed}::{_data(chr(10).join(map(printable, annotation.lines)))}"


def _data(text: str) -> str:
    """The text as the value of a command; line breaks are kept as escapes."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _logged(annotation: Annotation) -> str:
    location = "" if annotation.location is None else f" {annotation.location}"
    return printable(f"{annotation.level} {annotation.title}{location} {' '.join(annotation.lines)}")
