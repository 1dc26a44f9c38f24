"""Merges statements into a catalog. The API outranks a card, a card the lifecycle page, and that the old data."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from checker.catalog.lookup import CatalogIndex
from checker.catalog.refresh.statements import (
    DATE_NAMES,
    MANTLE_ONLY,
    Contradiction,
    Dated,
    DatedRows,
    SourceKind,
    StatedProfile,
    StatedRow,
    Statement,
    kind_of_source,
)
from checker.immutable import immutable
from checker.model.lifecycle import Catalog, Model, Offer, Origin, Profile, Replacement
from checker.model.regions import partition_of

_STILL_LISTED = "The Bedrock API still listed the model"


class Merged(NamedTuple):
    """The models, the contradictions, and the models that a listing no longer has, with the Regions."""

    models: tuple[Model, ...]
    contradictions: tuple[Contradiction, ...]
    gone: tuple[tuple[str, tuple[str, ...]], ...]


@immutable
class _Listing:
    """The API's listings: the Regions that answered, and the day."""

    regions: frozenset[str]
    day: date


def merge(
    base: Catalog, bundled: Catalog, statements: Sequence[Statement], listed_regions: Iterable[str], day: date
) -> Merged:
    """`base` with the statements merged in.

    Dates that `base` has from `bundled` rank lowest, whatever their source. `listed_regions` are those whose listing
    was read in full on `day`: a model missing there is no longer offered. Dates stay, and so does the history of models
    that are gone.
    """
    index = CatalogIndex(base)
    bundled_models = {model.id: model for model in bundled.models}
    by_model: dict[str, list[Statement]] = {}
    for statement in statements:
        known = index.lookup(statement.model)
        if known is None and statement.refused and not statement.listed:
            # If an entry is invalid, only its id is known.
            continue
        by_model.setdefault(statement.model if known is None else known.id, []).append(statement)
    listing = _Listing(frozenset(listed_regions), day)
    models: list[Model] = []
    contradictions: list[Contradiction] = []
    gone: list[tuple[str, tuple[str, ...]]] = []
    old = {model.id: model for model in base.models}
    for identifier in sorted({*old, *by_model}):
        said = sorted(by_model.get(identifier, []), key=lambda each: (each.kind, each.origin.read_on))
        model = old.get(identifier) or _new_model(identifier, said)
        kind_of = _kind_of(bundled_models.get(identifier))
        merged = _Merging(model, said, listing, kind_of)
        models.append(merged.result())
        contradictions += merged.contradictions
        if merged.gone:
            gone.append((identifier, merged.gone))
    return Merged(_with_named(models, by_model), tuple(contradictions), tuple(gone))


def _kind_of(bundled: Model | None) -> Callable[[Origin, date], SourceKind]:
    shipped = {
        (row.origin(name), getattr(row, name))
        for row in (() if bundled is None else bundled.rows)
        for name in DATE_NAMES
    }

    def kind_of(origin: Origin, day: date) -> SourceKind:
        kind = kind_of_source(origin.source)
        return min(kind, SourceKind.BUNDLED) if (origin, day) in shipped else kind

    return kind_of


def _new_model(identifier: str, said: Sequence[Statement]) -> Model:
    names = [each.name for each in reversed(said) if each.name]
    providers = [each.provider for each in reversed(said) if each.provider]
    return Model(
        id=identifier,
        name=names[0] if names else identifier,
        provider=providers[0] if providers else identifier.partition(".")[0],
    )


class _Merging:
    """Merges the statements on one model."""

    def __init__(
        self,
        model: Model,
        said: Sequence[Statement],
        listing: _Listing,
        kind_of: Callable[[Origin, date], SourceKind],
    ) -> None:
        self._model = model
        self._said = said
        self._listing = listing
        self._dated = DatedRows(model.id, model.rows, kind_of)
        self._listings = {
            region: (status, each) for each in said if each.kind is SourceKind.API for region, status in each.listed
        }
        self._statuses = {region: status for region, (status, _) in self._listings.items()}
        self._refused = frozenset(region for each in said for region in each.refused)
        self._notes: list[str] = []
        self._others: list[Contradiction] = []
        self.gone: tuple[str, ...] = ()

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        return (*self._dated.contradictions(), *self._others)

    def result(self) -> Model:
        for statement in self._said:
            if statement.kind is SourceKind.MODEL_CARD:
                self._take_card(statement)
            else:
                self._take_rows(statement)
        self._dated.settle()
        self._compare_with_listing()
        self._dated.settle()
        model = self._offered(self._with_facts(self._model))
        floor = model.eol_no_sooner_than
        rows = self._dated.rows(self._model.rows)
        earliest = min((row.eol_date for row in rows if row.eol_date is not None), default=None)
        if floor is not None and earliest is not None and floor > earliest:
            said = f"an EOL no sooner than {floor} was promised, which is left out"
            self._others.append(Contradiction(model.id, (), f"EOL {earliest}", said))
            floor = None
        sources = {*model.sources, *(each.origin.source for each in self._said if not each.refused)}
        notes = tuple(dict.fromkeys((*model.notes, *self._notes)))
        return model._replace(rows=rows, eol_no_sooner_than=floor, notes=notes, sources=tuple(sorted(sources)))

    # Dates

    def _take_rows(self, statement: Statement) -> None:
        named = {region for row in statement.rows for region in row.regions}
        for row in statement.rows:
            dates = _dates(row, statement)
            for area in row.regions or (None,):
                self._merge(area, dates, statement.kind)
            if not row.regions:
                # "All Regions" includes those with their own rows, but not those where the model is over.
                for area in self._dated.areas:
                    if area is None or area in named or partition_of(area) != "aws":
                        continue
                    if not self._had_ended(area, statement.origin.read_on):
                        self._merge(area, dates, statement.kind)

    def _merge(self, area: str | None, dates: Mapping[str, Dated], kind: SourceKind) -> None:
        here = self._dated.own(area)
        if here.disputed is not None and kind is SourceKind.API and "eol_date" in dates:
            # The API's own statement ends a dispute.
            here.disputed = None
            here.dates.clear()
        self._dated.merge(area, dates)

    def _take_card(self, statement: Statement) -> None:
        """A card has one EOL date, mostly without Regions: it can only complete or correct a single row."""
        for row in statement.rows:
            dates = _dates(row, statement)
            areas = self._dated.areas
            if row.regions:
                for region in row.regions:
                    self._merge(region, dates, statement.kind)
            elif not areas or None in areas:
                self._merge(None, dates, statement.kind)
            elif len(self._dated.rows(())) == 1:
                for area in areas:
                    self._merge(area, dates, statement.kind)
            elif row.eol_date is not None:
                self._compare_with_card(statement, row.eol_date, "without Regions")
        if statement.partial_eol is not None:
            self._compare_with_card(statement, statement.partial_eol, "in certain Regions, which it does not name")
        for region, status in statement.listed:
            if status == "LEGACY" and self._dated.at(region) is None:
                self._became_legacy_by(region, statement)

    def _compare_with_card(self, statement: Statement, eol: date, where: str) -> None:
        dated = [self._dated.own(area).dates["eol_date"].day for area in self._dated.areas if self._has_eol(area)]
        if eol not in dated:
            listed = ", ".join(sorted({str(day) for day in dated}))
            chosen = f"EOL {listed}, by Region" if listed else "no EOL is known"
            said = f"its card of {statement.origin.read_on} says EOL {eol}, {where}"
            self._others.append(Contradiction(self._model.id, (), chosen, said))

    def _had_ended(self, area: str, day: date) -> bool:
        eol = self._dated.own(area).dates.get("eol_date")
        return eol is not None and eol.day <= day

    def _has_eol(self, area: str | None) -> bool:
        return "eol_date" in self._dated.own(area).dates

    def _compare_with_listing(self) -> None:
        day = self._listing.day
        rows = [row for each in self._said if each.kind is SourceKind.API for row in each.rows]
        stated = {region for row in rows if row.eol_date is not None for region in row.regions}
        for region, status in sorted(self._statuses.items()):
            here = self._dated.at(region)
            if here is None:
                if status == "LEGACY":
                    self._became_legacy_by(region, self._listings[region][1])
                continue
            legacy, eol = here.dates.get("legacy_date"), here.dates.get("eol_date")
            if eol is not None and eol.day <= day and region not in stated:
                self._dated.own(
                    region
                ).disputed = (
                    f"{_STILL_LISTED} in {region} on {day}, after the EOL date {eol.day} that {eol.origin.source} gave."
                )
                self._dated.contradict(region, f"listed as {status} by the API on {day}, so the stage is not known",
                                       f"EOL {eol.day} by {eol.origin.source} of {eol.origin.read_on}")  # fmt: skip
            elif status == "ACTIVE" and _has_begun(legacy, eol, day):
                since = "" if legacy is None else f" since {legacy.day}"
                source = legacy or eol
                by = "" if source is None else f" by {source.origin.source} of {source.origin.read_on}"
                self._dated.contradict(region, f"Legacy{since}{by}", f"the API lists it as ACTIVE on {day}")
            elif status == "LEGACY" and legacy is not None and legacy.day > day:
                self._dated.contradict(
                    region,
                    f"Legacy from {legacy.day} by {legacy.origin.source}",
                    f"the API lists it as LEGACY on {day}",
                )
        for region in self._listing.regions - set(self._statuses):
            here = self._dated.at(region)
            if here is not None and (here.disputed or "").startswith(_STILL_LISTED):
                self._dated.own(region).disputed = None

    def _became_legacy_by(self, region: str, statement: Statement) -> None:
        """Uses the reading day as the Legacy date if the source does not give one."""
        origin = statement.origin
        self._dated.merge(region, {"legacy_date": Dated(origin.read_on, origin, statement.kind)})
        source = "The Bedrock API listed it" if statement.kind is SourceKind.API else "Its model card had it"
        self._notes.append(
            f"{source} as LEGACY on {origin.read_on} without saying since when: that day is the latest possible."
        )

    # Everything else

    def _with_facts(self, model: Model) -> Model:
        for each in self._said:
            model = model._replace(
                launch_date=model.launch_date or each.launch_date,
                eol_no_sooner_than=each.eol_no_sooner_than or model.eol_no_sooner_than,
                legacy_notice=each.legacy_notice or model.legacy_notice,
                inputs=model.inputs or each.inputs,
                outputs=model.outputs or each.outputs,
                regions=tuple(sorted({*model.regions, *each.offered})),
                provisioned_throughput=_newer(each.provisioned_throughput, model.provisioned_throughput),
                fine_tuning=_newer(each.fine_tuning, model.fine_tuning),
            )
        return model

    def _offered(self, model: Model) -> Model:
        """The model with the Regions and profiles of the listing, if there is one."""
        listing = self._listing
        missing = frozenset[str]()
        if model.endpoints != MANTLE_ONLY:
            by_profile = {profile.source_region for each in self._said for profile in each.profiles}
            missing = listing.regions - set(self._statuses) - by_profile - self._refused
        left = sorted(missing & model.offered_regions())
        self.gone = tuple(region for region in left if not self._is_over(region))
        if self.gone:
            where = ", ".join(self.gone)
            self._notes.append(f"The Bedrock API did not list it any more on {listing.day} in {where}.")
        read = listing.regions - missing - self._refused
        profiles = _profiles(model, [p for each in self._said for p in each.profiles], read, missing)
        regions = tuple(region for region in model.regions if region not in missing)
        return model._replace(
            regions=regions, profiles=profiles, offers=self._offers(model, regions, profiles, missing)
        )

    def _offers(
        self, model: Model, regions: tuple[str, ...], profiles: tuple[Profile, ...], missing: frozenset[str]
    ) -> tuple[Offer, ...]:
        """The sources that offer the model, as far as rows, Regions and profiles do not show it.

        Where rows name other Regions, evidence for a Region that they leave out is kept with its day.
        """
        told = {*regions, *(region for profile in profiles for region in profile.source_regions)}
        has_rows = any(area is not None for area in self._dated.areas)
        newest: dict[tuple[str, str], date] = {}
        for offer in model.offers:
            for region in offer.regions:
                if region not in missing and not (offer.is_listing and region in self._statuses):
                    newest[region, offer.source] = offer.read_on
        for each in self._said:
            for region, status in each.listed:
                if status == "ACTIVE" and (has_rows or region not in told):
                    newest[region, each.origin.source] = each.origin.read_on
        grouped: dict[tuple[str, date], list[str]] = {}
        for (region, source), day in newest.items():
            if self._dated.own_or_none(region) is None:
                grouped.setdefault((source, day), []).append(region)
        return tuple(Offer(tuple(sorted(there)), source, day) for (source, day), there in sorted(grouped.items()))

    def _is_over(self, region: str) -> bool:
        here = self._dated.at(region)
        eol = None if here is None else here.dates.get("eol_date")
        return eol is not None and eol.day <= self._listing.day


def _newer(new: bool | None, old: bool | None) -> bool | None:
    return old if new is None else new


def _has_begun(legacy: Dated | None, eol: Dated | None, day: date) -> bool:
    return legacy.day <= day if legacy is not None else eol is not None


def _dates(row: StatedRow, statement: Statement) -> Mapping[str, Dated]:
    days = {name: getattr(row, name) for name in DATE_NAMES}
    return {name: Dated(day, statement.origin, statement.kind) for name, day in days.items() if day is not None}


def _profiles(
    model: Model, listed: Sequence[StatedProfile], read: frozenset[str], missing: frozenset[str]
) -> tuple[Profile, ...]:
    """The listed profiles, and the old ones that the listing did not cover."""
    profiles = {profile.prefix: profile for profile in model.profiles}
    asked = read | missing
    for prefix in sorted({*profiles, *(each.prefix for each in listed)}):
        found = [each for each in listed if each.prefix == prefix]
        old = profiles.get(prefix)
        unasked = set() if old is None else set(old.source_regions) - asked
        destinations = set() if old is None else set(old.destination_regions)
        inferred = False if old is None else old.destinations_inferred
        if found:
            stated = {region for each in found for region in each.destination_regions}
            is_open = any(not each.destination_regions for each in found)
            destinations = set() if is_open else stated | (destinations if unasked and not inferred else set())
            inferred = False
        profiles[prefix] = Profile(
            prefix=prefix,
            id=f"{prefix}.{model.id}",
            source_regions=tuple(sorted(unasked | {each.source_region for each in found})),
            destination_regions=tuple(sorted(destinations)),
            destinations_inferred=inferred and bool(destinations),
        )
    return tuple(profiles[prefix] for prefix in sorted(profiles))


def _with_named(known: Iterable[Model], by_model: Mapping[str, Sequence[Statement]]) -> tuple[Model, ...]:
    """The models with the replacements from pages, unless a replacement was named before."""
    models = []
    for model in known:
        found = {each.id: each for each in model.replacements if not each.is_by_rule}
        if not found:
            for statement in by_model.get(model.id, ()):
                named = (Replacement(each, "AWS's lifecycle page") for each in statement.replacements)
                found.update({each.id: each for each in named if each.id != model.id})
        models.append(model._replace(replacements=tuple(found.values())))
    return tuple(models)
