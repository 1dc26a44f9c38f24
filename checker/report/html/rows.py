"""The data of the table for the script: each text once, and rows of indexes into the texts."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from checker.model.finding import Finding
from checker.model.policy import RuleDescription
from checker.model.reference import Candidate, Reference
from checker.report.escaping import printable
from checker.report.excerpt import excerpt, shown_line
from checker.report.view import ReportOptions, View
from checker.source import Location
from checker.values import Certainty
from checker.wording import dated, distance

NO_FINDING = "no finding"
UNRESOLVED = "unresolved"
_EXCERPT_WIDTH = 160


class Row(NamedTuple):
    """A finding, a candidate without one, or an unresolved reference without one. All texts are untrusted.

    `trail` and `excerpt` are indexes into the lists beside the rows; None where there is none.
    """

    severity: str
    rule: str = ""
    model: str = ""
    regions: str = ""
    eol: str = ""
    days: int | None = None
    address: str = ""
    path: str = ""
    location: str = ""
    kind: str = ""
    usage: str = ""
    status: str = ""
    certainty: str = ""
    message: str = ""
    advice: str = ""
    dates: str = ""
    given: str = ""
    text: str = ""
    change: str = ""
    also: str = ""
    waiver: str = ""
    owners: str = ""
    resource_type: str = ""
    fingerprint: str = ""
    trail: int | None = None
    excerpt: int | None = None


class Table(NamedTuple):
    """The rows in the order of the scan (the most severe first), and what several of them share.

    A trail has (location, text) for each step. An excerpt has its location, and the text before, inside and after the
    mark.
    """

    rows: tuple[Row, ...]
    trails: tuple[tuple[tuple[str, str], ...], ...]
    excerpts: tuple[tuple[str, str, str, str], ...]


def table_of(view: View, options: ReportOptions) -> Table:
    """Every finding, every candidate without one, and every unresolved reference."""
    maker = _Maker(view, options)
    return Table(tuple(maker.rows()), tuple(maker.trails), tuple(maker.excerpts))


def as_data(table: Table, rules: Iterable[RuleDescription]) -> dict[str, Any]:
    """The table for the script. Each text is once in `texts`; everywhere else is its index.

    The cells `days`, `trail` and `excerpt` of a row are numbers themselves.
    """
    texts: dict[str, int] = {}

    def number(text: str) -> int:
        return texts.setdefault(printable(text), len(texts))

    data = {
        "fields": Row._fields,
        "rows": [[number(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows],
        "trails": [[[number(location), number(said)] for location, said in trail] for trail in table.trails],
        "excerpts": [[number(part) for part in parts] for parts in table.excerpts],
        "rules": [[number(rule.id), number(rule.summary), number(_link(rule.link))] for rule in rules],
    }
    return {**data, "texts": [*texts]}


class _Maker:
    """Makes rows, and collects the trails and excerpts that several of them share."""

    def __init__(self, view: View, options: ReportOptions) -> None:
        self.trails: dict[tuple[tuple[str, str], ...], int] = {}
        self.excerpts: dict[tuple[str, str, str, str], int] = {}
        self._view = view
        self._options = options
        self._by_location: dict[tuple[Location, str], int | None] = {}

    def rows(self) -> Iterator[Row]:
        judged: set[tuple[str, int]] = set()
        for finding in self._view.scan.findings:
            judged.update((use.reference.id, id(use.candidate)) for use in finding.uses)
            yield self._of_finding(finding, finding.reference, finding.candidate)
            yield from (self._of_finding(finding, use.reference, use.candidate) for use in finding.also_in)
        unjudged = {reference.id for reference in self._view.unjudged}
        for reference in self._view.scan.references:
            if reference.unresolved is not None and reference.id in unjudged:
                why = reference.unresolved
                yield self._row(
                    reference,
                    None,
                    severity=UNRESOLVED,
                    message=f"Not known because of {why.subject} ({why.cause}).",
                    advice=why.advice,
                )
            for candidate in reference.candidates:
                if (reference.id, id(candidate)) not in judged:
                    yield self._row(reference, candidate, severity=NO_FINDING)

    def _of_finding(self, finding: Finding, reference: Reference | None, candidate: Candidate | None) -> Row:
        unresolved = None if reference is None else reference.unresolved
        advice = unresolved.advice if finding.is_about_resolution and unresolved is not None else ""
        waiver = finding.waiver
        row = self._row(
            reference,
            candidate,
            location=finding.location,
            severity=str(finding.severity),
            message=finding.statement.text(location=False, uses=False),
            advice=finding.advice or advice,
        )
        return row._replace(
            rule=finding.rule,
            model=finding.model or row.model,
            regions=finding.region or row.regions,
            eol=_text(finding.eol_date),
            days=finding.days_to_eol,
            status=str(finding.status),
            dates="; ".join(
                f"{name} {day} ({distance(day, self._view.scan.as_of)})" for name, day in dated(finding.stage_on)
            ),
            also=", ".join(finding.subsumes),
            waiver="" if waiver is None else f"until {waiver.until}: {waiver.reason}",
            owners=", ".join(finding.owners),
            fingerprint=finding.fingerprint,
        )

    def _row(
        self,
        reference: Reference | None,
        candidate: Candidate | None,
        *,
        severity: str,
        message: str = "",
        advice: str = "",
        location: Location | None = None,
    ) -> Row:
        """The row of a reference and a candidate without a finding."""
        row = Row(severity=severity, message=message, advice=advice)
        if reference is not None:
            location = reference.location
            row = row._replace(
                address=reference.address,
                path=reference.path,
                kind=str(reference.site.kind),
                usage=str(reference.site.usage),
                change=_text(reference.change),
                resource_type=reference.resource_type,
            )
        if candidate is not None:
            row = row._replace(
                model=candidate.model or candidate.text,
                regions=", ".join(candidate.regions),
                certainty=str(candidate.certainty),
                given=_given(candidate),
                text=candidate.text,
                trail=self._trail(candidate),
            )
        return row._replace(location=_text(location), excerpt=self._excerpt(candidate, location))

    def _trail(self, candidate: Candidate) -> int | None:
        if not candidate.trail:
            return None
        steps = tuple(("" if step.location is None else str(step.location), step.text) for step in candidate.trail)
        return self.trails.setdefault(steps, len(self.trails))

    def _excerpt(self, candidate: Candidate | None, used_at: Location | None) -> int | None:
        location = (None if candidate is None else candidate.written_at) or used_at
        if location is None:
            return None
        needle = "" if candidate is None else candidate.text
        key = (location, needle)
        if key not in self._by_location:
            self._by_location[key] = self._read(location, candidate)
        return self._by_location[key]

    def _read(self, location: Location, candidate: Candidate | None) -> int | None:
        line = shown_line(self._view.scan, location, self._options.read_line)
        if line is None:
            return None
        needles = () if candidate is None else tuple(filter(None, (candidate.text, candidate.model)))
        cut = excerpt(line, location.column, needles, _EXCERPT_WIDTH)
        if cut is None:
            return None
        before, marked, after = cut.text[: cut.start], cut.text[cut.start : cut.end], cut.text[cut.end :]
        return self.excerpts.setdefault((str(location), before.lstrip(), marked, after), len(self.excerpts))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _given(candidate: Candidate) -> str:
    if candidate.certainty is Certainty.CERTAIN:
        return ""
    return " and ".join(str(assumption) for assumption in candidate.given)


def _link(link: str | None) -> str:
    """A link that may be followed: only to the web."""
    return link if link is not None and link.startswith(("https://", "http://")) else ""
