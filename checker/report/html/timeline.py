"""The data of the timeline: one lane per model and set of Regions with equal dates."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum

from checker.immutable import immutable
from checker.model.lifecycle import Model, Stage
from checker.model.scan import ModelInUse, Scan
from checker.model.stages import StageOn, guaranteed_until
from checker.wording import STAGES, counted, dated, distance, listed

# The most of the past and of the future in the picture.
_PAST, _FUTURE = timedelta(days=400), timedelta(days=900)
_MARGIN = timedelta(days=30)
_FARTHEST_HORIZON_DAYS = 3650
_DEFAULT_HORIZON_DAYS = 90
LANES_SHOWN = 300
# An en dash.
NOTHING = "\u2013"
_REGIONS_NAMED = 3


class Phase(StrEnum):
    """The meaning of a part of a lane. `OPEN` is Active without a promise, `UNKNOWN` is without known dates."""

    ACTIVE = "active"
    OPEN = "open"
    LEGACY = "legacy"
    EXTENDED_ACCESS = "extended-access"
    END_OF_LIFE = "end-of-life"
    UNKNOWN = "unknown"


@immutable
class Span:
    """A part of a lane, from a day up to, not including, another. It is announced if it begins after the day of the
    data.
    """

    start: date
    end: date
    phase: Phase
    announced: bool


@immutable
class Lane:
    """A model in the Regions that share its dates.

    `regions` contains None for every Region that no row names; it is empty for a model without known dates. `stage` is
    that of any of the Regions. `guaranteed_until` is the first possible day of the end of life of an Active model
    without an EOL date. `read_on` is the day of the data: later dates are announced.
    """

    model: str
    name: str
    regions: tuple[str | None, ...]
    stage: StageOn | None
    guaranteed_until: date | None
    no_sooner_than: date | None
    launch_date: date | None
    read_on: date
    references: int

    @property
    def current(self) -> Stage:
        """The stage on the day of the run."""
        return Stage.UNKNOWN if self.stage is None else self.stage.stage

    @property
    def where(self) -> str:
        """The Regions, or their number."""
        named = [region for region in self.regions if region is not None]
        if not self.regions:
            return "every Region"
        text = f"{len(named)} Regions" if len(named) > _REGIONS_NAMED else listed(named)
        if len(named) < len(self.regions):
            return f"{text} and every other Region" if text else "every other Region"
        return text

    @property
    def every_region(self) -> str:
        """All Regions by name."""
        return ", ".join(region or "every Region not named" for region in self.regions) or NOTHING

    @property
    def eol_is_announced(self) -> bool:
        """True if the EOL is after the day of the data."""
        return self.stage is not None and self.stage.eol_date is not None and self.stage.eol_date > self.read_on

    def said(self, day: date | None) -> str:
        """A date of the lane, and whether it is announced."""
        if day is None:
            return NOTHING
        return f"{day} (announced)" if day > self.read_on else str(day)

    def what_comes(self, as_of: date) -> str:
        """The EOL, or what is known instead."""
        stage = self.stage
        if stage is None:
            return "the catalog has no dates"
        if stage.eol_date is not None:
            return f"EOL {stage.eol_date}, {distance(stage.eol_date, as_of)}"
        if stage.stage is Stage.UNKNOWN:
            return stage.reason if len(self.regions) == 1 or stage.row is not None else "no dates known there"
        floor = self.no_sooner_than
        if floor is not None and floor > as_of:
            return f"EOL no sooner than {floor}"
        promised = self.guaranteed_until
        return f"no EOL known; with notice not before {promised}" if promised and promised > as_of else "no EOL known"

    def described(self, as_of: date) -> str:
        """The lane in words, for screen readers."""
        parts = [f"{STAGES[self.current]} today"]
        parts += (f"{name} from {self.said(day)}" for name, day in dated(self.stage, eol="end of life"))
        eol = None if self.stage is None else self.stage.eol_date
        parts.append(self.what_comes(as_of) if eol is None else f"EOL {distance(eol, as_of)}")
        return f"{'; '.join(parts)}."


@immutable
class Timeline:
    """The lanes, the next EOL first, and the days from `start` to `end` in the picture.

    Positions are percentages of its width, as text.
    """

    lanes: tuple[Lane, ...]
    start: date
    end: date
    as_of: date
    horizon: date
    horizon_is_of_policy: bool

    @property
    def shown(self) -> tuple[Lane, ...]:
        """The lanes that are drawn. The table of references has every model in use."""
        return self.lanes[:LANES_SHOWN]

    @property
    def left_out(self) -> str:
        """The number of lanes that are not drawn; empty if all are."""
        left = len(self.lanes) - LANES_SHOWN
        return counted(left, "more lane") if left > 0 else ""

    @property
    def ahead(self) -> str:
        """The distance of the horizon: `90 days`."""
        return counted((self.horizon - self.as_of).days, "day")

    def at(self, day: date) -> str:
        """The position of a day."""
        whole = (self.end - self.start).days
        return f"{min(max((day - self.start).days / whole, 0.0), 1.0) * 100:.2f}"

    def width(self, start: date, end: date) -> str:
        """The width of the time between two days."""
        return f"{float(self.at(end)) - float(self.at(start)):.2f}"

    def holds(self, day: date | None) -> bool:
        """True if a day is in the picture."""
        return day is not None and self.start <= day <= self.end

    def spans(self, lane: Lane) -> tuple[Span, ...]:
        """The parts of a lane in the picture."""
        return tuple(spans(lane, self.start, self.end))

    def quarters(self) -> Iterator[date]:
        """The first days of the quarters; of the years, if there are too many."""
        months = (1, 4, 7, 10) if (self.end - self.start) < timedelta(days=1600) else (1,)
        for year in range(self.start.year, self.end.year + 1):
            for month in months:
                if self.holds(date(year, month, 1)):
                    yield date(year, month, 1)


def timeline(scan: Scan) -> Timeline:
    """The timeline of every model in use."""
    uses: Counter[str] = Counter()
    for reference in scan.references:
        uses.update({candidate.model for candidate in reference.candidates if candidate.model is not None})
    lanes = [lane for used in scan.models for lane in _lanes(used, scan, uses)]
    known = {name for used in scan.models for name in (used.model.id, *used.model.aliases)}
    lanes += (
        Lane(name, "", (), None, None, None, None, scan.catalog.as_of, count)
        for name, count in uses.items()
        if name not in known
    )
    days = [day for lane in lanes for day in _days(lane)]
    ahead = _DEFAULT_HORIZON_DAYS if scan.horizon_days is None else min(scan.horizon_days, _FARTHEST_HORIZON_DAYS)
    horizon = scan.as_of + timedelta(days=ahead)
    first = min([*days, scan.as_of - timedelta(days=180)])
    last = max([*days, horizon + timedelta(days=90)])
    return Timeline(
        lanes=tuple(sorted(lanes, key=_order)),
        start=max(first - _MARGIN, scan.as_of - _PAST),
        end=min(last + _MARGIN, max(scan.as_of + _FUTURE, horizon + _MARGIN)),
        as_of=scan.as_of,
        horizon=horizon,
        horizon_is_of_policy=scan.horizon_days is not None,
    )


def spans(lane: Lane, start: date, end: date) -> Iterator[Span]:
    """The parts of a lane between two days, in order, without gaps after the launch.

    A part that begins before the day of the data and ends after it becomes two parts.
    """
    for first, last, phase in _phases(lane, start, end):
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        # An end in the past does not change.
        is_whole = phase in {Phase.UNKNOWN, Phase.OPEN, Phase.END_OF_LIFE}
        if is_whole or not first <= lane.read_on < last:
            yield Span(first, last, phase, first > lane.read_on)
        else:
            read = lane.read_on + timedelta(days=1)
            yield Span(first, read, phase, False)
            if read < last:
                yield Span(read, last, phase, True)


def _phases(lane: Lane, start: date, end: date) -> Iterator[tuple[date, date, Phase]]:
    stage = lane.stage
    if stage is None or stage.stage is Stage.UNKNOWN:
        yield start, end, Phase.UNKNOWN
        return
    begin = start if lane.launch_date is None else lane.launch_date
    dates = (
        (stage.legacy_date, Phase.LEGACY),
        (stage.extended_access_date, Phase.EXTENDED_ACCESS),
        (stage.eol_date, Phase.END_OF_LIFE),
    )
    # AWS announces an EOL when a model becomes Legacy.
    phase = Phase.LEGACY if stage.legacy_date is None and stage.eol_date is not None else Phase.ACTIVE
    for day, following in dates:
        if day is not None:
            yield begin, day, phase
            begin, phase = day, following
    if phase is not Phase.ACTIVE:
        yield begin, end, phase
        return
    promised = max(lane.read_on + timedelta(days=1), lane.guaranteed_until or lane.read_on)
    yield begin, promised, Phase.ACTIVE
    yield max(begin, promised), end, Phase.OPEN


def _lanes(used: ModelInUse, scan: Scan, uses: Mapping[str, int]) -> Iterator[Lane]:
    alike: dict[tuple[object, ...], list[StageOn]] = {}
    for stage in used.stages:
        dates = (stage.legacy_date, stage.extended_access_date, stage.eol_date)
        read_on = None if stage.row is None else stage.row.read_on
        alike.setdefault((stage.stage, dates, read_on), []).append(stage)
    for stages in alike.values():
        first = stages[0]
        yield Lane(
            model=used.model.id,
            name=used.model.name,
            regions=tuple(stage.region for stage in stages),
            stage=first,
            guaranteed_until=_guaranteed(used.model, scan.as_of, first),
            no_sooner_than=used.model.eol_no_sooner_than,
            launch_date=used.model.launch_date,
            read_on=scan.catalog.as_of if first.row is None else first.row.read_on,
            references=sum(uses.get(name, 0) for name in {used.model.id, *used.model.aliases}),
        )


def _guaranteed(model: Model, as_of: date, stage: StageOn) -> date | None:
    return None if stage.region is None else guaranteed_until(model, as_of, stage.region)


def _days(lane: Lane) -> Iterator[date]:
    stage = lane.stage
    if stage is not None:
        for day in (stage.legacy_date, stage.extended_access_date, stage.eol_date, lane.guaranteed_until):
            if day is not None:
                yield day


def _order(lane: Lane) -> tuple[object, ...]:
    """The sort order: the next end first, then models without known dates, then Legacy or Active ones without a known
    end.
    """
    stage = lane.stage
    eol = None if stage is None else stage.eol_date
    is_unknown = stage is None or stage.stage is Stage.UNKNOWN
    gravity = 0 if stage is None else -stage.gravity[0]
    return (0 if eol else 1 if is_unknown else 2, eol or date.max, gravity, lane.model, lane.regions[:1] == (None,))
