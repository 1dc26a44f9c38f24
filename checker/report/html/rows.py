"""What the table shows, as data for the script: texts once each, and rows of numbers of them."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from checker.model.finding import Finding
from checker.model.policy import RuleDescription
from checker.model.reference import Candidate, Reference
from checker.model.scan import Scan
from checker.report.excerpt import excerpt
from checker.report.options import ReportOptions
from checker.report.printable import printable
from checker.report.sources import shown_line
from checker.report.uses import use_of
from checker.report.wording import distance
from checker.source import Place
from checker.values import Certainty

NO_FINDING = "no finding"
UNRESOLVED = "unresolved"
_EXCERPT_WIDTH = 160


class Row(NamedTuple):
    """A finding, or a candidate without one, or a reference that is not resolved and has none. All texts are untrusted.

    `trail` and `excerpt` are numbers of what stands beside the rows, None where there is none.
    """

    severity: str
    rule: str
    model: str
    regions: str
    eol: str
    days: int | None
    address: str
    path: str
    place: str
    kind: str
    usage: str
    status: str
    certainty: str
    message: str
    advice: str
    dates: str
    given: str
    text: str
    change: str
    also: str
    waiver: str
    owners: str
    resource_type: str
    trail: int | None
    excerpt: int | None


class Table(NamedTuple):
    """The rows in the order of the scan (what is grave comes first), and what several of them share.

    A trail has (place, text) for each step; an excerpt has its place and the text before, within and after the mark.
    """

    rows: tuple[Row, ...]
    trails: tuple[tuple[tuple[str, str], ...], ...]
    excerpts: tuple[tuple[str, str, str, str], ...]


def table_of(scan: Scan, options: ReportOptions) -> Table:
    """Every finding, every candidate without one, and every reference that is not resolved."""
    maker = _Maker(scan, options)
    return Table(tuple(maker.rows()), tuple(maker.trails), tuple(maker.excerpts))


def as_data(table: Table, rules: Iterable[RuleDescription]) -> dict[str, Any]:
    """The table for the script. Each text stands once, in `texts`, and its number everywhere else.

    The cells `days`, `trail` and `excerpt` of a row are numbers themselves.
    """
    texts: dict[str, int] = {}

    def number(text: str) -> int:
        return texts.setdefault(printable(text), len(texts))

    data = {
        "fields": Row._fields,
        "rows": [[number(cell) if isinstance(cell, str) else cell for cell in row] for row in table.rows],
        "trails": [[[number(place), number(said)] for place, said in trail] for trail in table.trails],
        "excerpts": [[number(part) for part in parts] for parts in table.excerpts],
        "rules": [[number(rule.id), number(rule.summary), number(_link(rule.link))] for rule in rules],
    }
    return {**data, "texts": [*texts]}


class _Maker:
    """Makes rows, and collects the trails and lines that several of them share."""

    def __init__(self, scan: Scan, options: ReportOptions) -> None:
        self.trails: dict[tuple[tuple[str, str], ...], int] = {}
        self.excerpts: dict[tuple[str, str, str, str], int] = {}
        self._scan = scan
        self._options = options
        self._by_place: dict[tuple[Place, str], int | None] = {}

    def rows(self) -> Iterator[Row]:
        judged: set[tuple[str, int | None]] = set()
        for finding in self._scan.findings:
            use = use_of(self._scan, finding)
            if use.reference is not None:
                judged.add((use.reference.id, finding.candidate))
            yield self._row(use.reference, use.candidate, finding, use.message)
        for reference in self._scan.references:
            if reference.unresolved is not None and (reference.id, None) not in judged:
                unresolved = reference.unresolved
                why = f"Not known because of {unresolved.subject} ({unresolved.cause})."
                yield self._row(reference, None, None, why, UNRESOLVED)
            for index, candidate in enumerate(reference.candidates):
                if (reference.id, index) not in judged:
                    yield self._row(reference, candidate, None, "")

    def _row(
        self,
        reference: Reference | None,
        candidate: Candidate | None,
        finding: Finding | None,
        message: str,
        otherwise: str = NO_FINDING,
    ) -> Row:
        unresolved = None if reference is None else reference.unresolved
        advice = "" if finding is None else finding.advice
        location = finding.location if reference is None and finding is not None else None
        if reference is not None:
            location = reference.location
        waiver = None if finding is None else finding.waiver
        days = None if finding is None else finding.days_to_eol
        return Row(
            severity=otherwise if finding is None else str(finding.severity),
            rule="" if finding is None else finding.rule,
            model=_model(candidate, finding),
            regions=_regions(candidate, finding),
            eol="" if finding is None or finding.eol_date is None else finding.eol_date.isoformat(),
            days=days,
            address="" if reference is None else reference.address,
            path="" if reference is None else reference.path,
            place="" if location is None else str(location),
            kind="" if reference is None else str(reference.site.kind),
            usage="" if reference is None else str(reference.site.usage),
            status="" if finding is None else str(finding.status),
            certainty="" if candidate is None else str(candidate.certainty),
            message=message,
            advice=advice or ("" if candidate is not None or unresolved is None else unresolved.advice),
            dates="" if finding is None else self._dates(finding),
            given=_given(candidate),
            text="" if candidate is None else candidate.text,
            change="" if reference is None or reference.change is None else str(reference.change),
            also="" if finding is None else ", ".join(finding.subsumes),
            waiver="" if waiver is None else f"until {waiver.until}: {waiver.reason}",
            owners="" if finding is None else ", ".join(finding.owners),
            resource_type="" if reference is None else reference.resource_type,
            trail=self._trail(candidate),
            excerpt=self._excerpt(candidate, location),
        )

    def _dates(self, finding: Finding) -> str:
        dates = (
            ("Legacy", finding.legacy_date),
            ("extended access", finding.extended_access_date),
            ("EOL", finding.eol_date),
        )
        return "; ".join(f"{name} {day} ({distance(day, self._scan.as_of)})" for name, day in dates if day is not None)

    def _trail(self, candidate: Candidate | None) -> int | None:
        if candidate is None or not candidate.trail:
            return None
        steps = tuple(("" if step.place is None else str(step.place), step.text) for step in candidate.trail)
        return self.trails.setdefault(steps, len(self.trails))

    def _excerpt(self, candidate: Candidate | None, location: Place | None) -> int | None:
        place = (None if candidate is None else candidate.written_at) or location
        if place is None:
            return None
        needle = "" if candidate is None else candidate.text
        key = (place, needle)
        if key not in self._by_place:
            self._by_place[key] = self._read(place, candidate)
        return self._by_place[key]

    def _read(self, place: Place, candidate: Candidate | None) -> int | None:
        line = shown_line(self._scan, place, self._options.read_line)
        if line is None:
            return None
        needles = () if candidate is None else tuple(filter(None, (candidate.text, candidate.model)))
        cut = excerpt(line, place.column, needles, _EXCERPT_WIDTH)
        if cut is None:
            return None
        before, marked, after = cut.text[: cut.start], cut.text[cut.start : cut.end], cut.text[cut.end :]
        return self.excerpts.setdefault((str(place), before.lstrip(), marked, after), len(self.excerpts))


def _model(candidate: Candidate | None, finding: Finding | None) -> str:
    if finding is not None and finding.model is not None:
        return finding.model
    return "" if candidate is None else candidate.model or candidate.text


def _regions(candidate: Candidate | None, finding: Finding | None) -> str:
    """Regions with commas between them; empty if none is known."""
    if finding is not None and finding.region is not None:
        return finding.region
    return "" if candidate is None else ", ".join(candidate.regions)


def _given(candidate: Candidate | None) -> str:
    if candidate is None or candidate.certainty is Certainty.CERTAIN:
        return ""
    return " and ".join(str(assumption) for assumption in candidate.given)


def _link(link: str | None) -> str:
    """A link that may be followed: nothing but the web."""
    return link if link is not None and link.startswith(("https://", "http://")) else ""
