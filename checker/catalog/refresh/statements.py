"""The statements of a source on a model, and the dates of one model by Region, each with its origin."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from itertools import combinations
from typing import NamedTuple

from checker.immutable import immutable
from checker.model.lifecycle import REPORTED, LifecycleRow, Notice, Origin
from checker.model.regions import partition_of

# The statements of a source on a model, before they are merged.


class SourceKind(IntEnum):
    """A later kind of source outranks an earlier one; within a kind, the later day wins."""

    SECOND_HAND = 0
    BUNDLED = 1
    LIFECYCLE_PAGE = 2
    MODEL_CARD = 3
    API = 4
    HEALTH = 5


API_SOURCE = "Bedrock API, ListFoundationModels"
HEALTH_SOURCE = "AWS Health"

# What can be done without credentials.
DOCS_NEED_NONE = ", or use `--from docs`, which needs none"

# Models on this endpoint alone are missing in the API's listing.
MANTLE_ONLY = ("bedrock-mantle",)


def kind_of_source(source: str) -> SourceKind:
    """The kind of a source by its name."""
    if source.startswith(REPORTED):
        return SourceKind.SECOND_HAND
    if source.startswith("Bedrock API"):
        return SourceKind.API
    if source.startswith(HEALTH_SOURCE):
        return SourceKind.HEALTH
    if "/model-card-" in source:
        return SourceKind.MODEL_CARD
    return SourceKind.LIFECYCLE_PAGE if "/model-lifecycle" in source else SourceKind.BUNDLED


class StatedRow(NamedTuple):
    """Dates in some Regions; no `regions` means all that no other row of the statement names."""

    regions: tuple[str, ...]
    legacy_date: date | None = None
    extended_access_date: date | None = None
    eol_date: date | None = None


class StatedProfile(NamedTuple):
    """A system inference profile, as listed in one source Region."""

    prefix: str
    source_region: str
    destination_regions: tuple[str, ...]


@immutable
class Statement:
    """One source's statement on one model. None and empty tell nothing.

    `model` is the id as the source writes it. `offered` are Regions where it can be called by its own id. `listed` are
    those where it is said to exist, with its status (`ACTIVE` or `LEGACY`). `refused` are those where the API's entry
    was invalid. `partial_eol` is an EOL date in some Regions that the source does not name.
    """

    kind: SourceKind
    origin: Origin
    model: str
    name: str = ""
    provider: str = ""
    launch_date: date | None = None
    eol_no_sooner_than: date | None = None
    legacy_notice: Notice | None = None
    rows: tuple[StatedRow, ...] = ()
    offered: tuple[str, ...] = ()
    listed: tuple[tuple[str, str], ...] = ()
    refused: tuple[str, ...] = ()
    partial_eol: date | None = None
    profiles: tuple[StatedProfile, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    replacements: tuple[str, ...] = ()
    provisioned_throughput: bool | None = None
    fine_tuning: bool | None = None


class Refusal(NamedTuple):
    """Something that was not adopted: its source, its content, and the reason."""

    source: str
    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.subject}: {self.reason}" if self.subject else f"{self.source}: {self.reason}"


class Reading(NamedTuple):
    """The result of reading a source. `notes` are refusals of one card or one detail, so that nothing else is
    missing.
    """

    statements: tuple[Statement, ...]
    refusals: tuple[Refusal, ...]
    notes: tuple[Refusal, ...] = ()


# The dates of one model by Region, each with its origin. Converts rows to these and back.

DATE_NAMES = ("legacy_date", "extended_access_date", "eol_date")

# A Region, or None for all of partition `aws` that no row names.
Area = str | None


class Dated(NamedTuple):
    """A date, its source, and the weight of the source."""

    day: date
    origin: Origin
    kind: SourceKind

    @property
    def rank(self) -> tuple[int, date]:
        """A later kind of source outranks an earlier one; within a kind, the later day wins."""
        return self.kind, self.origin.read_on


class Contradiction(NamedTuple):
    """Two sources that differ. `chosen` is the one that the catalog follows."""

    model: str
    regions: tuple[str, ...]
    chosen: str
    other: str

    def __str__(self) -> str:
        where = f" in {', '.join(self.regions)}" if self.regions else ""
        return f"{self.model}{where}: {self.chosen}; but {self.other}"


@dataclass
class AreaDates:
    """The dates in one area. `disputed` says why they are not reliable."""

    dates: dict[str, Dated] = field(default_factory=dict)
    disputed: str | None = None

    def copy(self) -> "AreaDates":
        """A copy, to be changed separately."""
        return AreaDates(dict(self.dates), self.disputed)

    def key(self) -> tuple[object, ...]:
        """Areas with an equal key can share a row."""
        return (self.disputed, *((name, each.day, each.origin) for name, each in sorted(self.dates.items())))


class DatedRows:
    """The rows of one model, split by Region; dates of other sources are merged into them."""

    def __init__(self, model: str, rows: Iterable[LifecycleRow], kind_of: Callable[[Origin, date], SourceKind]) -> None:
        self._model = model
        self._areas: dict[Area, AreaDates] = {}
        self._found: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            for area in row.regions or (None,):
                dates = {}
                for name in DATE_NAMES:
                    day = getattr(row, name)
                    if day is not None:
                        origin = row.origin(name)
                        dates[name] = Dated(day, origin, kind_of(origin, day))
                self._areas[area] = AreaDates(dates, row.disputed)

    @property
    def areas(self) -> tuple[Area, ...]:
        """The areas with dates."""
        return tuple(self._areas)

    def at(self, region: str) -> AreaDates | None:
        """The dates in a Region."""
        own = self._areas.get(region)
        return own if own is not None or partition_of(region) != "aws" else self._areas.get(None)

    def own_or_none(self, region: str) -> AreaDates | None:
        """The dates of a row that names the Region."""
        return self._areas.get(region)

    def own(self, area: Area) -> AreaDates:
        """The area's own dates, to be changed. They start as those that applied there so far."""
        if area not in self._areas:
            general = self.at(area) if area is not None else None
            self._areas[area] = AreaDates() if general is None else general.copy()
        return self._areas[area]

    def merge(self, area: Area, dates: Mapping[str, Dated]) -> None:
        """Takes over dates that outrank the present ones. Dates that the source does not give stay."""
        here = self.own(area)
        for name, new in dates.items():
            old = here.dates.get(name)
            if old is None:
                here.dates[name] = new
            elif old.day == new.day:
                here.dates[name] = max(old, new, key=lambda each: (each.origin.read_on, each.kind))
            else:
                chosen, other = (new, old) if new.rank >= old.rank else (old, new)
                here.dates[name] = chosen
                # A source that changes its own statement is no contradiction.
                if chosen.origin.source != other.origin.source:
                    self.contradict(area, _said(name, chosen), _said(name, other))

    def settle(self) -> None:
        """Drops dates that contradict higher-ranked ones. Call it after the last merge."""
        for area, here in self._areas.items():
            self._put_in_order(area, here)

    def contradict(self, area: Area, chosen: str, other: str) -> None:
        """Records a contradiction; the same one in several areas is one."""
        where = "every Region that no row names" if area is None else area
        self._found.setdefault((chosen, other), []).append(where)

    def contradictions(self) -> tuple[Contradiction, ...]:
        """The recorded contradictions."""
        return tuple(
            Contradiction(self._model, tuple(dict.fromkeys(areas)), chosen, other)
            for (chosen, other), areas in self._found.items()
        )

    def rows(self, before: Iterable[LifecycleRow]) -> tuple[LifecycleRow, ...]:
        """Areas with equal dates as rows; those of `before` first, in its order."""
        grouped: dict[tuple[object, ...], list[Area]] = {}
        for area, dates in self._areas.items():
            if dates.dates:
                grouped.setdefault((area is None, *dates.key()), []).append(area)
        position = {area: number for number, row in enumerate(before) for area in row.regions or (None,)}
        rows = []
        for areas in grouped.values():
            regions = tuple(sorted(area for area in areas if area is not None))
            order = min(position.get(area, len(position)) for area in areas)
            rows.append((order, _row(regions, self._areas[areas[0]])))
        rows.sort(key=lambda pair: (pair[0], pair[1].eol_date or date.max, pair[1].regions))
        return tuple(row for _, row in rows)

    def _put_in_order(self, area: Area, here: AreaDates) -> None:
        while True:
            wrong = [
                (here.dates[one], here.dates[other], one, other)
                for one, other in combinations([name for name in DATE_NAMES if name in here.dates], 2)
                if here.dates[one].day >= here.dates[other].day
            ]
            if not wrong:
                return
            earlier, later, earlier_name, later_name = wrong[0]
            if earlier.rank > later.rank:
                self.contradict(area, _said(earlier_name, earlier), f"{_said(later_name, later)}, which is left out")
                del here.dates[later_name]
                if later_name == "eol_date":
                    # An end must not vanish: without it, the model would seem to go on.
                    here.disputed = f"{_said(later_name, later)} is not after {_said(earlier_name, earlier)}."
            else:
                self.contradict(area, _said(later_name, later), f"{_said(earlier_name, earlier)}, which is left out")
                del here.dates[earlier_name]


def _row(regions: tuple[str, ...], dates: AreaDates) -> LifecycleRow:
    leading = next(dates.dates[name].origin for name in reversed(DATE_NAMES) if name in dates.dates)
    return LifecycleRow(
        regions=regions,
        legacy_date=_day(dates, "legacy_date"),
        extended_access_date=_day(dates, "extended_access_date"),
        eol_date=_day(dates, "eol_date"),
        source=leading.source,
        read_on=leading.read_on,
        disputed=dates.disputed,
        origins=tuple((name, each.origin) for name, each in sorted(dates.dates.items()) if each.origin != leading),
    )


def _day(dates: AreaDates, name: str) -> date | None:
    found = dates.dates.get(name)
    return None if found is None else found.day


def _said(name: str, dated: Dated) -> str:
    words = {"legacy_date": "Legacy", "extended_access_date": "extended access", "eol_date": "EOL"}
    return f"{words[name]} {dated.day} by {dated.origin.source} of {dated.origin.read_on}"
