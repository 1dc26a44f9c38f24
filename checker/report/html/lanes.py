"""What the timeline shows: a lane for each model and each set of Regions in which its dates are the same."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum

from checker.immutable import immutable
from checker.model.lifecycle import Model, Stage, StageOn, guaranteed_until
from checker.model.scan import ModelInUse, Scan

# How much of the past and of the future the picture may hold.
_PAST, _FUTURE = timedelta(days=400), timedelta(days=900)
_MARGIN = timedelta(days=30)
_FARTHEST_HORIZON_DAYS = 3650
_DEFAULT_HORIZON_DAYS = 90


class Phase(StrEnum):
    """What a part of a lane stands for. `OPEN` is Active with nothing promised, `UNKNOWN` what no date is known of."""

    ACTIVE = "active"
    OPEN = "open"
    LEGACY = "legacy"
    EXTENDED_ACCESS = "extended-access"
    END_OF_LIFE = "end-of-life"
    UNKNOWN = "unknown"


@immutable
class Span:
    """A part of a lane, from a day up to, not including, another. It is announced if it lies after what was read."""

    start: date
    end: date
    phase: Phase
    announced: bool


@immutable
class Lane:
    """A model in the Regions that share its dates.

    `regions` holds None for every Region that nothing names, and is empty for a model without known dates. `stage` is
    that of any of the Regions. `guaranteed_until` is the first day on which an Active model without an EOL date could
    be at end of life. `read_on` is the day of the data: what lies after it is announced.
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


@immutable
class Timeline:
    """The lanes, the first EOL first, and the days from `start` to `end` that the picture holds."""

    lanes: tuple[Lane, ...]
    start: date
    end: date
    as_of: date
    horizon: date
    horizon_is_of_policy: bool


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
    """The parts of a lane between two days, in order, without gaps once the model is launched.

    A part that begins before the day of the data and lasts beyond it is two parts.
    """
    for first, last, phase in _phases(lane, start, end):
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        # What has ended stays so, whoever looks when.
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
    """What ends first, then what nothing is known of, then what is Legacy or Active with no end known."""
    stage = lane.stage
    eol = None if stage is None else stage.eol_date
    is_unknown = stage is None or stage.stage is Stage.UNKNOWN
    gravity = 0 if stage is None else -stage.gravity[0]
    return (0 if eol else 1 if is_unknown else 2, eol or date.max, gravity, lane.model, lane.regions[:1] == (None,))
