"""The stage of a model on a day in a Region, and over several Regions."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from checker.kept import kept_by_identity
from checker.model.lifecycle import (
    LISTING_HOLDS,
    REPORTED,
    CompanyDate,
    CompanyDateKind,
    LifecycleRow,
    Model,
    Stage,
    known_regions,
)
from checker.model.regions import partition_of

# A forecast asks for many days, and for each only once.
_MOST_KEPT = 100_000
# Unknown is worse than Active, and a known Legacy is worse than unknown.
_GRAVITY = {Stage.ACTIVE: 0, Stage.UNKNOWN: 1, Stage.LEGACY: 2, Stage.EXTENDED_ACCESS: 3, Stage.END_OF_LIFE: 4}


class StageOn(NamedTuple):
    """The stage of a model on a day in a Region, with its evidence.

    `region` is None for "every Region of partition `aws` that no row names". The dates are those of `row`; None where
    the stage is unknown. `days_to_eol` is negative after the EOL. A date is *announced* if it is later than the day on
    which its source was read: it was AWS's plan then, even if it has passed since. `reason` says why the stage is
    unknown, or on what an Active without an EOL date rests; else it is empty. `company_date` is set if the EOL date is
    the company's own, even where the stage is unknown.
    """

    region: str | None
    day: date
    stage: Stage
    row: LifecycleRow | None = None
    legacy_date: date | None = None
    extended_access_date: date | None = None
    eol_date: date | None = None
    days_to_eol: int | None = None
    legacy_announced: bool = False
    extended_access_announced: bool = False
    eol_announced: bool = False
    reason: str = ""
    company_date: CompanyDate | None = None

    def reported_by(self, name: str) -> str:
        """The source of the date in the field `name` (`eol_date`, …) if it is not AWS; else empty."""
        origin = None if self.row is None else self.row.origin(name)
        return origin.source.removeprefix(REPORTED) if origin is not None and origin.is_second_hand else ""

    @property
    def gravity(self) -> tuple[int, int]:
        """Sorts stages from harmless to severe: by stage, then by the nearest EOL."""
        return _GRAVITY[self.stage], -_NEVER if self.days_to_eol is None else -self.days_to_eol

    @property
    def is_fine(self) -> bool:
        """True if the model is Active and no end is known."""
        return self.stage is Stage.ACTIVE and self.legacy_date is None and self.eol_date is None


_NEVER = 10**9


class WorstStage(NamedTuple):
    """The worst stage over several Regions.

    `regions` share the stage and EOL date of `worst`; empty if it holds for every Region that no row names.
    `fine_regions` are those where the model is Active without a known end. Where notice differs between Regions,
    `worst` need not have the earliest EOL date: judge by each of `stages` what depends on `days_to_eol`.
    """

    worst: StageOn
    regions: tuple[str, ...]
    fine_regions: tuple[str, ...]
    stages: tuple[StageOn, ...]


@kept_by_identity(_MOST_KEPT)
def stage_on(model: Model, day: date, region: str) -> StageOn:
    """The stage of `model` on `day` in `region`.

    A row that names the Region decides; else, in partition `aws`, a row without Regions; else the model is Active if
    the Region offers it and most other Regions do not end it. If several rows name the Region, the worst one decides.
    The company's own date is applied last.
    """
    return max((_with_company(model, stage, region) for stage in _stages_by_aws(model, day, region)), key=_gravity)


def _stages_by_aws(model: Model, day: date, region: str) -> list[StageOn]:
    rows = tuple(row for row in model.rows if region in row.regions)
    in_aws = partition_of(region) == "aws"
    if not rows and in_aws:
        rows = _rows_without_regions(model)
    if rows:
        return [_stage_by_row(row, day, region) for row in rows]
    if not model.is_offered_in(region):
        reason = f"not known to be offered in {region}{_in_commercial_regions(model, region)}"
        return [StageOn(region, day, Stage.UNKNOWN, reason=reason)]
    if not in_aws:
        # An offer counts as evidence for Active only where the sources would report an end. In other partitions they
        # would not: the API listing covers the commercial Regions, a row without Regions means those, and GovCloud had
        # its own dates before (Claude 3.7 Sonnet). There, only a row that names the Region counts.
        reason = f"no dates are known for {partition_name(partition_of(region))}{_in_commercial_regions(model, region)}"
        return [StageOn(region, day, Stage.UNKNOWN, reason=reason)]
    doubt = _doubt_about_active(model, day, region)
    if doubt:
        return [StageOn(region, day, Stage.UNKNOWN, reason=doubt)]
    return [StageOn(region, day, Stage.ACTIVE, reason=_reason_for_active(model, day, region))]


def partition_name(partition: str) -> str:
    """The usual name of a partition."""
    return {"aws": "the commercial Regions", "aws-us-gov": "GovCloud", "aws-cn": "China"}.get(
        partition, f"the partition {partition}"
    )


def _in_commercial_regions(model: Model, region: str) -> str:
    """What is known of the model's end in partition `aws`, as a hint for a Region of another one; empty if nothing
    is.
    """
    if partition_of(region) == "aws":
        return ""
    days = sorted(
        row.eol_date
        for row in model.rows
        if row.eol_date is not None and (not row.regions or any(partition_of(each) == "aws" for each in row.regions))
    )
    if not days:
        return ""
    said = f"{days[0]}" if days[0] == days[-1] else f"{days[0]} to {days[-1]}"
    return f"; EOL {said} in the commercial Regions"


def _doubt_about_active(model: Model, day: date, region: str) -> str:
    """Why a Region without a row is not assumed to be Active; empty if it is.

    AWS's rows may leave out a Region where the model goes on, or forget one. If the model is Legacy or over in most
    Regions, only a page that names the Region, or a recent listing, is evidence for Active.
    """
    going = sum(
        stage.stage not in (Stage.ACTIVE, Stage.UNKNOWN)
        for row in model.rows
        for each in row.regions
        if partition_of(each) == "aws"
        for stage in (_stage_by_row(row, day, each),)
    )
    if 2 * going <= len(known_regions(model)):
        return ""
    others = f"it is Legacy or over in {going} other Region{'s' if going > 1 else ''}"
    offer = model.offer_in(region)
    if offer is None:
        return f"the dates leave out {region}, and {others}"
    if offer.is_listing and day - offer.read_on > LISTING_HOLDS:
        return f"listed in {region} on {offer.read_on}, not confirmed since, and {others}"
    return ""


def worst_stage(model: Model, day: date, regions: Iterable[str] = (), partition: str = "aws") -> WorstStage:
    """The worst stage of `model` on `day` over `regions`; if there are none, over all known ones.

    Known are the Regions of `partition` that a row names or that offer the model. In partition `aws`, a row without
    Regions stands for all others together.
    """
    return _worst_stage(model, day, tuple(sorted(set(regions))), partition)


@kept_by_identity(_MOST_KEPT)
def _worst_stage(model: Model, day: date, wanted: tuple[str, ...], partition: str) -> WorstStage:
    stages = [stage_on(model, day, region) for region in wanted or known_regions(model, partition)]
    if not wanted and partition == "aws":
        stages += [_with_company(model, _stage_by_row(row, day, None), None) for row in _rows_without_regions(model)]
    if not stages:
        nowhere = f"not known to be offered in any Region of partition {partition}"
        stages = [_with_company(model, StageOn(None, day, Stage.UNKNOWN, reason=nowhere), None)]
    worst = max(stages, key=_gravity)
    alike = (s for s in stages if (s.stage, s.eol_date) == (worst.stage, worst.eol_date))
    return WorstStage(
        worst=worst,
        regions=tuple(stage.region for stage in alike if stage.region is not None),
        fine_regions=tuple(stage.region for stage in stages if stage.is_fine and stage.region is not None),
        stages=tuple(stages),
    )


def guaranteed_until(model: Model, as_of: date, region: str) -> date | None:
    """The first possible day of the end of life of `model` in `region`, if its EOL were announced on `as_of`.

    It is the later of `eol_no_sooner_than` and the end of the Legacy notice; `as_of` itself if nothing is promised.
    None for a model that is not Active or has an EOL date: then its dates apply.
    """
    stage = stage_on(model, as_of, region)
    if stage.stage is not Stage.ACTIVE or stage.eol_date is not None:
        return None
    noticed = as_of if model.legacy_notice is None else model.legacy_notice.after(as_of)
    # A promise that has passed tells nothing, and is never the later of the two.
    return noticed if model.eol_no_sooner_than is None else max(model.eol_no_sooner_than, noticed)


def _rows_without_regions(model: Model) -> tuple[LifecycleRow, ...]:
    return tuple(row for row in model.rows if not row.regions)


def _stage_by_row(row: LifecycleRow, day: date, region: str | None) -> StageOn:
    if row.disputed is not None:
        return StageOn(region, day, Stage.UNKNOWN, row=row, reason=row.disputed)
    legacy, extended, eol = row.legacy_date, row.extended_access_date, row.eol_date
    if eol is not None and eol <= day:
        stage = Stage.END_OF_LIFE
    elif extended is not None and extended <= day:
        stage = Stage.EXTENDED_ACCESS
    elif legacy is None or legacy <= day:
        # AWS announces an EOL when the model becomes Legacy. So an EOL without a Legacy date means Legacy by now.
        stage = Stage.LEGACY
    else:
        stage = Stage.ACTIVE
    return StageOn(
        region=region,
        day=day,
        stage=stage,
        row=row,
        legacy_date=legacy,
        extended_access_date=extended,
        eol_date=eol,
        days_to_eol=None if eol is None else (eol - day).days,
        legacy_announced=legacy is not None and legacy > row.origin("legacy_date").read_on,
        extended_access_announced=extended is not None and extended > row.origin("extended_access_date").read_on,
        eol_announced=eol is not None and eol > row.origin("eol_date").read_on,
    )


def _with_company(model: Model, stage: StageOn, region: str | None) -> StageOn:
    """Applies the company's own dates: an agreement moves an EOL back, a deadline comes before it."""
    fitting = [each for each in model.company_dates if each.holds_in(region)]
    moved = [each for each in fitting if each.kind is CompanyDateKind.ARRANGEMENT]
    if moved and stage.eol_date is not None:
        latest = max(moved, key=lambda each: each.eol_date)
        # AWS's own date has overtaken the agreement.
        if latest.eol_date > stage.eol_date:
            stage = _ending_on(stage, latest)
    deadlines = [each for each in fitting if each.kind is CompanyDateKind.DEADLINE]
    if deadlines:
        first = min(deadlines, key=lambda each: each.eol_date)
        if stage.eol_date is None or first.eol_date < stage.eol_date:
            stage = _ending_on(stage, first)
    return stage


def _ending_on(stage: StageOn, company: CompanyDate) -> StageOn:
    day = stage.day
    reached = stage.stage
    if company.eol_date <= day:
        reached = Stage.END_OF_LIFE
    elif stage.stage is Stage.END_OF_LIFE and stage.row is not None:
        # Without its EOL, the row tells what the model is until the agreement ends.
        reached = _stage_by_row(stage.row._replace(eol_date=None), day, stage.region).stage
    return stage._replace(
        stage=reached,
        eol_date=company.eol_date,
        days_to_eol=(company.eol_date - day).days,
        eol_announced=False,
        company_date=company,
    )


def _gravity(stage: StageOn) -> tuple[int, int]:
    return stage.gravity


def _reason_for_active(model: Model, day: date, region: str) -> str:
    floor = model.eol_no_sooner_than
    reason = f"EOL no sooner than {floor}" if floor is not None and floor > day else "no EOL known"
    offer = model.offer_in(region)
    if offer is None:
        return reason
    verb = "listed it" if offer.is_listing else "named it as offered"
    return f"{reason}; {offer.source} {verb} in {region} on {offer.read_on}"
