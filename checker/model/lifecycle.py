"""What is known of a model's life, and what follows from it for a day and a Region.

Dates are UTC days, and a date is the first day of its stage: on its EOL date a model is at end of life.
"""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

from checker.immutable import immutable
from checker.model.regions import partition_of, regions_of_geography

# The prefixes of system inference profiles. The list is closed: with an open one, `deepseek.v3.1` would read as the
# model `v3.1` of geography `deepseek`. A prefix comes before its own beginnings (`us-gov` before `us`).
GEOGRAPHIES = ("us-gov", "us", "eu", "apac", "jp", "au", "ca", "in", "global")

# The days that a run and a catalog can be about: what is counted from one of them never leaves the calendar.
EARLIEST_DAY, LATEST_DAY = date(1900, 1, 1), date(2999, 12, 31)


def is_judged(day: date) -> bool:
    """Whether a run or a catalog can be about the day."""
    return EARLIEST_DAY <= day <= LATEST_DAY


class Stage(StrEnum):
    """Where in its life a model is; `unknown` if the catalog cannot tell."""

    ACTIVE = "active"
    LEGACY = "legacy"
    EXTENDED_ACCESS = "extended-access"
    END_OF_LIFE = "end-of-life"
    UNKNOWN = "unknown"


# Not knowing is worse than Active, and what is known to be Legacy is worse than not knowing.
_GRAVITY = {Stage.ACTIVE: 0, Stage.UNKNOWN: 1, Stage.LEGACY: 2, Stage.EXTENDED_ACCESS: 3, Stage.END_OF_LIFE: 4}


@immutable
class Notice:
    """The least time between the announcement of an EOL and the EOL. Months are calendar months."""

    count: int
    unit: Literal["months", "days"]

    def after(self, day: date) -> date:
        """The day that is this long after `day`; a day that its month does not have becomes the month's last."""
        if self.unit == "days":
            return day + timedelta(days=self.count)
        months = day.year * 12 + day.month - 1 + self.count
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

    @property
    def least_days(self) -> int:
        """How many days it is at least, whenever it begins."""
        if self.unit == "days":
            return self.count
        begins = (date(2025, month, 1) for month in range(1, 13))
        return min((self.after(day) - day).days for day in begins)

    @classmethod
    def parsed(cls, text: str) -> "Notice":
        """`6 months` or `45 days` as a notice."""
        count, _, unit = text.partition(" ")
        return cls(int(count), "months" if unit.startswith("month") else "days")

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


# How the source of a date begins that AWS's own pages or API have not been seen to give.
REPORTED = "reported by "

# How the source of a replacement begins that nobody names.
BY_RULE = "by rule"

# For how long a listing speaks for a model that is on its way out everywhere else.
LISTING_HOLDS = timedelta(days=30)


class Origin(NamedTuple):
    """Who gives a date, and the day on which that was read."""

    source: str
    read_on: date

    @property
    def is_second_hand(self) -> bool:
        """Whether someone else than AWS says so."""
        return self.source.startswith(REPORTED)


class Offer(NamedTuple):
    """That a source named the Regions as ones where the model is offered, on the day on which it was read."""

    regions: tuple[str, ...]
    source: str
    read_on: date

    @property
    def is_listing(self) -> bool:
        """Whether it is a mere listing by the API, which says nothing of the days after."""
        return self.source.startswith("Bedrock API")


class SourceDay(NamedTuple):
    """The day on which a source was last read; for the API, in which Regions."""

    source: str
    read_on: date
    regions: tuple[str, ...] = ()


class LifecycleRow(NamedTuple):
    """The dates of a model in some Regions; at least one is set.

    No `regions` means every Region of partition `aws` that no other row names. `read_on` is the day on which the
    source was read, or a day before it if only the month is known. `disputed` says why the row cannot be relied on.
    `origins` has the dates, by their names here, that come from another source or day than the row.
    """

    regions: tuple[str, ...]
    legacy_date: date | None
    extended_access_date: date | None
    eol_date: date | None
    source: str
    read_on: date
    disputed: str | None = None
    origins: tuple[tuple[str, Origin], ...] = ()

    def origin(self, name: str) -> Origin:
        """Where the date with the name `name` (`eol_date`, …) comes from."""
        return next((origin for key, origin in self.origins if key == name), Origin(self.source, self.read_on))


class CompanyDateKind(StrEnum):
    """What a company's own date is: a day of its own before the EOL, or a later EOL agreed with the provider."""

    DEADLINE = "deadline"
    ARRANGEMENT = "arrangement"


class CompanyDate(NamedTuple):
    """An end of life that holds for the company alone. No `regions` means every Region of every partition."""

    kind: CompanyDateKind
    eol_date: date
    regions: tuple[str, ...]
    reason: str
    source: str

    def holds_in(self, region: str | None) -> bool:
        """Whether it holds in a Region, or, for None, in all that nothing names."""
        return not self.regions or region in self.regions


class Profile(NamedTuple):
    """A system inference profile: the Regions from which it may be called, and those to which it routes.

    No `destination_regions` means that they are not listed (a global profile may use any commercial Region).
    `destinations_inferred` if they come from the habits of the prefix, not from a list for this profile.
    """

    prefix: str
    id: str
    source_regions: tuple[str, ...]
    destination_regions: tuple[str, ...]
    destinations_inferred: bool = False

    def destinations_from(self, source: str) -> tuple[str, ...]:
        """The Regions to which a call from `source` may go, with `source` itself; empty if they are not listed.

        A call never leaves the partition of its source.
        """
        if not self.destination_regions:
            return ()
        partition = partition_of(source)
        return tuple(sorted({source, *(r for r in self.destination_regions if partition_of(r) == partition)}))


class Replacement(NamedTuple):
    """A model to move to; `source` says who names it, and by way of which models, or that it follows by rule."""

    id: str
    source: str

    @property
    def is_by_rule(self) -> bool:
        """Whether nobody names it: it is of the same family, and takes and produces the same."""
        return self.source.startswith(BY_RULE)


class Model(NamedTuple):
    """What the catalog knows of one model.

    `regions` are those where it can be called by its own id. `offers` say who named Regions as ones where the model is
    offered, and when. `eol_no_sooner_than` is a promise, not an EOL date. `aliases` are other ids of the same model (on
    the `bedrock-mantle` endpoint, older spellings). `legacy_notice` is None if nothing is promised.
    `provisioned_throughput` and `fine_tuning` tell whether it can be bought, or tuned, so; None if that is not known.
    `company_dates` come before, or in place of, AWS's EOL dates.
    """

    id: str
    name: str
    provider: str
    launch_date: date | None = None
    eol_no_sooner_than: date | None = None
    legacy_notice: Notice | None = None
    rows: tuple[LifecycleRow, ...] = ()
    regions: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    profiles: tuple[Profile, ...] = ()
    aliases: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    endpoints: tuple[str, ...] = ()
    provisioned_throughput: bool | None = None
    fine_tuning: bool | None = None
    replacements: tuple[Replacement, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    company_dates: tuple[CompanyDate, ...] = ()

    def dates(self) -> frozenset[date]:
        """Every day on which something about the model changes, as far as is known."""
        found = {self.eol_no_sooner_than, *(each.eol_date for each in self.company_dates)}
        for row in self.rows:
            found.update((row.legacy_date, row.extended_access_date, row.eol_date))
        return frozenset(day for day in found if day is not None)

    def days_of_change(self) -> frozenset[date]:
        """The dates, and the days on which a listing ceases to speak for the model."""
        ends = {each.read_on + LISTING_HOLDS + timedelta(days=1) for each in self.offers if each.is_listing}
        return self.dates() | ends if self.rows else self.dates()

    def offered_regions(self) -> frozenset[str]:
        """Where the model is known to be offered: by its own id, as a source of a profile, or by a source's word."""
        return frozenset(self.regions).union(
            *(offer.regions for offer in self.offers), *(profile.source_regions for profile in self.profiles)
        )

    def is_offered_in(self, region: str) -> bool:
        """Whether the model is known to be offered in `region`."""
        return (
            region in self.regions
            or any(region in profile.source_regions for profile in self.profiles)
            or self.offer_in(region) is not None
        )

    def offer_in(self, region: str) -> Offer | None:
        """The newest word of a source that it is offered in `region`; of one day, that of a page before a listing."""
        named = [offer for offer in self.offers if region in offer.regions]
        return max(named, key=lambda offer: (offer.read_on, not offer.is_listing), default=None)

    def profile(self, prefix: str) -> Profile | None:
        """The system inference profile with the geography `prefix`, or None."""
        return next((profile for profile in self.profiles if profile.prefix == prefix), None)

    def regions_to_call(self, prefix: str, partition: str) -> tuple[str, ...]:
        """The Regions of a partition in which the system inference profile with the geography `prefix` can be called.

        If the catalog does not list the profile, those of the geography, where the model is known if it is in any.
        Empty for `global`, which bounds nothing.
        """
        profile = None if prefix == "global" else self.profile(prefix)
        regions = regions_of_geography(prefix) if profile is None else profile.source_regions
        inside = tuple(region for region in regions if partition_of(region) == partition)
        known = frozenset(known_regions(self, partition)).intersection(inside) if profile is None else frozenset()
        return tuple(region for region in inside if region in known) or inside


class Catalog(NamedTuple):
    """All models, sorted by id, and where the data comes from.

    `as_of` is the day by which AWS's data as a whole is current: its lifecycle page was read in full, or the API listed
    every Region where models are offered. Some data may be newer, up to `updated_on`. `read` has the day of each
    source; a model card is named only if it is of another day than the others.
    """

    as_of: date
    source: str
    models: tuple[Model, ...]
    updated_on: date | None = None
    read: tuple[SourceDay, ...] = ()

    @property
    def newest(self) -> date:
        """The day of the newest data."""
        return self.as_of if self.updated_on is None else max(self.as_of, self.updated_on)


class StageOn(NamedTuple):
    """The stage of a model on a day in a Region, and what it rests on.

    `region` is None for "every Region of partition `aws` that nothing names". The dates are those of `row`, and None
    where the stage is unknown. `days_to_eol` is negative after the EOL. A date is *announced* if it lies after the day
    on which its source was read: then it is a plan of AWS's, even if it has passed by now. `reason` says why the
    stage is unknown, or what little an Active without an EOL date rests on; else it is empty. `company_date` is set if
    the EOL date is the company's own; then it has one even where the stage is unknown.
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
        """Who reports the date with the name `name` (`eol_date`, …), if AWS has not been seen to; else empty."""
        origin = None if self.row is None else self.row.origin(name)
        return origin.source.removeprefix(REPORTED) if origin is not None and origin.is_second_hand else ""

    @property
    def gravity(self) -> tuple[int, int]:
        """A key that orders stages from harmless to grave: by stage, then by how near the EOL is."""
        return _GRAVITY[self.stage], -_NEVER if self.days_to_eol is None else -self.days_to_eol

    @property
    def is_fine(self) -> bool:
        """Whether the model is Active and no end of that is in sight."""
        return self.stage is Stage.ACTIVE and self.legacy_date is None and self.eol_date is None


_NEVER = 10**9


class WorstStage(NamedTuple):
    """The gravest stage over several Regions.

    `regions` are those that share `worst`'s stage and EOL date; empty if it holds for every Region that nothing
    names. `fine_regions` are those where the model is Active with no end in sight. Where
    notice differs between Regions, the earliest EOL date need not be `worst`'s, so judge what depends on
    `days_to_eol` by each of `stages`.
    """

    worst: StageOn
    regions: tuple[str, ...]
    fine_regions: tuple[str, ...]
    stages: tuple[StageOn, ...]


def stage_on(model: Model, day: date, region: str) -> StageOn:
    """The stage of `model` on `day` in `region`.

    A row that names the Region decides; else, in partition `aws`, a row without Regions; else the model is Active if
    it is offered there and not on its way out nearly everywhere else. If several rows name the Region, the gravest
    decides. A date of the company's own comes on top.
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
        # Being offered speaks for Active only where the sources would say otherwise. For the other partitions they
        # would not: the API listing covers the commercial Regions, a row without Regions means those, and GovCloud had
        # dates of its own before (Claude 3.7 Sonnet). So there, nothing counts but a row that names the Region.
        reason = f"no dates are known for {partition_name(partition_of(region))}{_in_commercial_regions(model, region)}"
        return [StageOn(region, day, Stage.UNKNOWN, reason=reason)]
    doubt = _doubt_about_active(model, day, region)
    if doubt:
        return [StageOn(region, day, Stage.UNKNOWN, reason=doubt)]
    return [StageOn(region, day, Stage.ACTIVE, reason=_reason_for_active(model, day, region))]


def partition_name(partition: str) -> str:
    """What people call a partition."""
    return {"aws": "the commercial Regions", "aws-us-gov": "GovCloud", "aws-cn": "China"}.get(
        partition, f"the partition {partition}"
    )


def _in_commercial_regions(model: Model, region: str) -> str:
    """What is known of the model's end in partition `aws`, for a Region of another one; empty if nothing is."""
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
    """Why a Region without a row is not taken to be Active; empty if it is.

    AWS's rows may leave out a Region where the model goes on, or forget one. Where the model is Legacy or over in most
    Regions, only a page that names the Region, or a recent listing, speaks for Active.
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
    """The gravest stage of `model` on `day` over `regions`, or, if there are none, over all that are known.

    Known are the Regions of `partition` that a row names or where the model is offered, and, for partition `aws` and a
    row without Regions, all others together.
    """
    wanted = sorted(set(regions))
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


def known_regions(model: Model, partition: str = "aws") -> tuple[str, ...]:
    """The Regions of `partition` that a row of `model` names or where it is offered, sorted."""
    named = model.offered_regions().union(*(row.regions for row in model.rows))
    return tuple(sorted(region for region in named if partition_of(region) == partition))


def guaranteed_until(model: Model, as_of: date, region: str) -> date | None:
    """The first day on which `model` could be at end of life in `region`, were its EOL announced on `as_of`.

    That is the later of `eol_no_sooner_than` and the end of the Legacy notice; `as_of` itself if nothing is promised.
    None for a model that is not Active or has an EOL date: then the dates speak for themselves.
    """
    stage = stage_on(model, as_of, region)
    if stage.stage is not Stage.ACTIVE or stage.eol_date is not None:
        return None
    noticed = as_of if model.legacy_notice is None else model.legacy_notice.after(as_of)
    # A promise that has passed says nothing, and is never the later of the two.
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
        # AWS announces an EOL when the model becomes Legacy, so an EOL without a Legacy date means Legacy by now.
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
    """The stage with the company's own dates: an arrangement moves an EOL back, a deadline comes before it."""
    fitting = [each for each in model.company_dates if each.holds_in(region)]
    moved = [each for each in fitting if each.kind is CompanyDateKind.ARRANGEMENT]
    if moved and stage.eol_date is not None:
        latest = max(moved, key=lambda each: each.eol_date)
        # An arrangement that AWS's own date has overtaken is of no use any more.
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
        # Without its EOL, the row says what the model is until the arrangement ends.
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
