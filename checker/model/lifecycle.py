"""The lifecycle of a model: its dates, offers, profiles and replacements; and how two catalogs differ.

Dates are UTC days. A date is the first day of its stage: on its EOL date a model is at end of life.
"""

import calendar
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Literal, NamedTuple

from checker.immutable import immutable
from checker.model.regions import partition_of, regions_of_geography

# The lifecycle of a model: its dates, offers, profiles and replacements.

# The prefixes of system inference profiles. The list is closed. If it were open, `deepseek.v3.1` would be read as model
# `v3.1` of geography `deepseek`. A prefix comes before its own beginnings (`us-gov` before `us`).
GEOGRAPHIES = ("us-gov", "us", "eu", "apac", "jp", "au", "ca", "in", "global")

# The accepted days of a run or a catalog: date arithmetic on them never leaves the calendar.
EARLIEST_DAY, LATEST_DAY = date(1900, 1, 1), date(2999, 12, 31)


def is_judged(day: date) -> bool:
    """True if a run or a catalog may have this day."""
    return EARLIEST_DAY <= day <= LATEST_DAY


class Stage(StrEnum):
    """A stage in the life of a model; `unknown` if the catalog cannot tell."""

    ACTIVE = "active"
    LEGACY = "legacy"
    EXTENDED_ACCESS = "extended-access"
    END_OF_LIFE = "end-of-life"
    UNKNOWN = "unknown"


@immutable
class Notice:
    """The least time between the announcement of an EOL and the EOL. Months are calendar months."""

    count: int
    unit: Literal["months", "days"]

    def after(self, day: date) -> date:
        """The day this long after `day`. A day that the month does not have becomes its last day."""
        if self.unit == "days":
            return day + timedelta(days=self.count)
        months = day.year * 12 + day.month - 1 + self.count
        year, month = divmod(months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))

    @property
    def least_days(self) -> int:
        """The least number of days, whenever it begins."""
        return _least_days(self)

    @classmethod
    def parsed(cls, text: str) -> "Notice":
        """Parses `6 months` or `45 days`."""
        count, _, unit = text.partition(" ")
        return cls(int(count), "months" if unit.startswith("month") else "days")

    def __str__(self) -> str:
        return f"{self.count} {self.unit}"


# A rule asks for each model and each day on which one changes, and there are few notices.
@cache
def _least_days(notice: Notice) -> int:
    if notice.unit == "days":
        return notice.count
    begins = (date(2025, month, 1) for month in range(1, 13))
    return min((notice.after(day) - day).days for day in begins)


# The source of a date begins like this if AWS's own pages and API have not given it.
REPORTED = "reported by "

# The source of a replacement begins like this if nobody names it.
BY_RULE = "by rule"

# How long a listing is evidence for a model that is ending in all other Regions.
LISTING_HOLDS = timedelta(days=30)


class Origin(NamedTuple):
    """The source of a date, and the day on which it was read."""

    source: str
    read_on: date

    @property
    def is_second_hand(self) -> bool:
        """True if the source is not AWS."""
        return self.source.startswith(REPORTED)


class Offer(NamedTuple):
    """A source named these Regions as offering the model, on the day on which it was read."""

    regions: tuple[str, ...]
    source: str
    read_on: date

    @property
    def is_listing(self) -> bool:
        """True for a listing by the API, which tells nothing about later days."""
        return self.source.startswith("Bedrock API")


class SourceDay(NamedTuple):
    """The day on which a source was last read; for the API, also the Regions."""

    source: str
    read_on: date
    regions: tuple[str, ...] = ()


class LifecycleRow(NamedTuple):
    """The dates of a model in some Regions; at least one is set.

    No `regions` means every Region of partition `aws` that no other row names. `read_on` is the day on which the source
    was read; if only the month is known, an earlier day. `disputed` says why the row is not reliable. `origins` has the
    dates, by field name, whose source or day differs from that of the row.
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
        """The origin of the date in the field `name` (`eol_date`, …)."""
        return next((origin for key, origin in self.origins if key == name), Origin(self.source, self.read_on))


class CompanyDateKind(StrEnum):
    """A company's own date: its deadline before the EOL, or a later EOL agreed with the provider."""

    DEADLINE = "deadline"
    ARRANGEMENT = "arrangement"


class CompanyDate(NamedTuple):
    """An end of life for this company only. No `regions` means every Region of every partition."""

    kind: CompanyDateKind
    eol_date: date
    regions: tuple[str, ...]
    reason: str
    source: str

    def holds_in(self, region: str | None) -> bool:
        """True if it holds in a Region; for None, in all Regions that no lifecycle row names."""
        return not self.regions or region in self.regions


class Profile(NamedTuple):
    """A system inference profile: the Regions that can call it, and those to which it routes.

    No `destination_regions` means that they are not listed (a global profile may use any commercial Region).
    `destinations_inferred`: they follow from the prefix; no list for this profile names them.
    """

    prefix: str
    id: str
    source_regions: tuple[str, ...]
    destination_regions: tuple[str, ...]
    destinations_inferred: bool = False

    def destinations_from(self, source: str) -> tuple[str, ...]:
        """The Regions to which a call from `source` may go, including `source`; empty if they are not listed.

        A call never leaves the partition of its source.
        """
        if not self.destination_regions:
            return ()
        partition = partition_of(source)
        return tuple(sorted({source, *(r for r in self.destination_regions if partition_of(r) == partition)}))


class Replacement(NamedTuple):
    """A model to move to. `source` says who names it, through which models, or that it follows by rule."""

    id: str
    source: str

    @property
    def is_by_rule(self) -> bool:
        """True if no source names it: it has the same family, inputs and outputs."""
        return self.source.startswith(BY_RULE)


class Model(NamedTuple):
    """The catalog's data on one model.

    `regions` are those where the model can be called by its own id. `offers` are statements of sources that Regions
    offer it. `eol_no_sooner_than` is a promise, not an EOL date. `aliases` are other ids of the same model (on the
    `bedrock-mantle` endpoint, older spellings). `legacy_notice` is None if nothing is promised.
    `provisioned_throughput` and `fine_tuning` tell whether these are available; None if unknown. `company_dates`
    precede or replace AWS's EOL dates.
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
        """Every known day on which something about the model changes."""
        found = {self.eol_no_sooner_than, *(each.eol_date for each in self.company_dates)}
        for row in self.rows:
            found.update((row.legacy_date, row.extended_access_date, row.eol_date))
        return frozenset(day for day in found if day is not None)

    def days_of_change(self) -> frozenset[date]:
        """The dates, and the days after which a listing is no longer evidence."""
        ends = {each.read_on + LISTING_HOLDS + timedelta(days=1) for each in self.offers if each.is_listing}
        return self.dates() | ends if self.rows else self.dates()

    def offered_regions(self) -> frozenset[str]:
        """Where the model is known to be offered: by its own id, as a source of a profile, or by a statement of a
        source.
        """
        return frozenset(self.regions).union(
            *(offer.regions for offer in self.offers), *(profile.source_regions for profile in self.profiles)
        )

    def is_offered_in(self, region: str) -> bool:
        """True if the model is known to be offered in `region`."""
        return (
            region in self.regions
            or any(region in profile.source_regions for profile in self.profiles)
            or self.offer_in(region) is not None
        )

    def offer_in(self, region: str) -> Offer | None:
        """The newest statement of a source that `region` offers it; a page comes before a listing of the same day."""
        named = [offer for offer in self.offers if region in offer.regions]
        return max(named, key=lambda offer: (offer.read_on, not offer.is_listing), default=None)

    def profile(self, prefix: str) -> Profile | None:
        """The system inference profile with the geography `prefix`, or None."""
        return next((profile for profile in self.profiles if profile.prefix == prefix), None)

    def regions_to_call(self, prefix: str, partition: str) -> tuple[str, ...]:
        """The Regions of a partition in which the system inference profile with the geography `prefix` can be called.

        If the catalog does not list the profile: the Regions of the geography, limited to those of the model if any of
        them is known. Empty for `global`, which sets no bounds.
        """
        profile = None if prefix == "global" else self.profile(prefix)
        regions = regions_of_geography(prefix) if profile is None else profile.source_regions
        inside = tuple(region for region in regions if partition_of(region) == partition)
        known = frozenset(known_regions(self, partition)).intersection(inside) if profile is None else frozenset()
        return tuple(region for region in inside if region in known) or inside

    def takes_calls_from(self, prefix: str, region: str) -> bool:
        """True unless `region` is outside of the system inference profile with the geography `prefix`."""
        return prefix == "global" or region in self.regions_to_call(prefix, partition_of(region))


class Catalog(NamedTuple):
    """All models, sorted by id, and the sources of the data.

    `as_of` is the day for which AWS's data as a whole is current: its lifecycle page was read in full, or the API
    listed every Region that offers models. Some data may be newer, up to `updated_on`. `read` has the day of each
    source; it names a model card only if its day differs from the others.
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


def known_regions(model: Model, partition: str = "aws") -> tuple[str, ...]:
    """The Regions of `partition` that a row of `model` names or that offer it, sorted."""
    named = model.offered_regions().union(*(row.regions for row in model.rows))
    return tuple(sorted(region for region in named if partition_of(region) == partition))


# The differences between two catalogs.


@immutable
class Change:
    """A changed fact of a model. `regions` is empty if the fact is not about Regions. None: nothing is known."""

    fact: str
    regions: tuple[str, ...]
    before: str | None
    after: str | None


@immutable
class ModelDiff:
    """The changes of one model, in the order of the facts."""

    id: str
    name: str
    changes: tuple[Change, ...]


@immutable
class CatalogDiff:
    """The difference between two catalogs. `confirmed` counts models for which only the reading day is newer."""

    before: date
    after: date
    source_before: str
    source_after: str
    added: tuple[Model, ...]
    removed: tuple[Model, ...]
    changed: tuple[ModelDiff, ...]
    confirmed: int

    @property
    def is_empty(self) -> bool:
        """True if only reading days differ."""
        return not (self.added or self.removed or self.changed)
