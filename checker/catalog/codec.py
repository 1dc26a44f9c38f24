"""Encodes a catalog as the text of its file, decodes it, and checks it beyond its schema."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from checker.model.lifecycle import (
    EARLIEST_DAY,
    LATEST_DAY,
    Catalog,
    CompanyDate,
    CompanyDateKind,
    LifecycleRow,
    Model,
    Notice,
    Offer,
    Origin,
    Profile,
    Replacement,
    SourceDay,
    is_judged,
)

# Checks a catalog beyond its schema: ordered dates, unique ids, profiles that fit their model.


class Fault(NamedTuple):
    """A fault, and the steps to it from the root of the document."""

    path: tuple[str | int, ...]
    reason: str


def faults(catalog: Catalog) -> tuple[Fault, ...]:
    """All contradictions inside `catalog`; positions of models are those in `catalog.models`."""
    found: list[Fault] = []
    owners: dict[str, str] = {}
    if catalog.updated_on is not None and catalog.updated_on < catalog.as_of:
        found.append(Fault(("updated_on",), f"is before as_of, {catalog.as_of}"))
    if not (is_judged(catalog.as_of) and is_judged(catalog.newest)):
        found.append(Fault(("as_of",), f"is not between {EARLIEST_DAY} and {LATEST_DAY}"))
    for index, each in enumerate(catalog.read):
        if each.read_on > catalog.newest:
            found.append(Fault(("read", index, "read_on"), _too_late(each.read_on, catalog)))
    for position, model in enumerate(catalog.models):
        root = ("models", position)
        found += [Fault((*root, *path), reason) for path, reason in _model_faults(model, catalog)]
        ids: list[tuple[tuple[str | int, ...], str]] = [(("id",), model.id)]
        ids += [(("aliases", index), alias) for index, alias in enumerate(model.aliases)]
        ids += [(("profiles", index, "id"), profile.id) for index, profile in enumerate(model.profiles)]
        for path, identifier in ids:
            if identifier in owners:
                other = owners[identifier]
                found.append(Fault((*root, *path), f"{identifier} is already an id of the model {other}"))
            owners.setdefault(identifier, model.id)
    return tuple(found)


def _model_faults(model: Model, catalog: Catalog) -> Iterator[Fault]:
    seen: set[str] = set()
    for day in sorted(day for day in {model.launch_date, *model.dates()} if day is not None and not is_judged(day)):
        yield Fault((), f"{day} is not between {EARLIEST_DAY} and {LATEST_DAY}")
    for index, row in enumerate(model.rows):
        path = ("rows", index)
        yield from (Fault(path, reason) for reason in _row_faults(row))
        if row.read_on > catalog.newest:
            yield Fault((*path, "read_on"), _too_late(row.read_on, catalog))
        for name, origin in row.origins:
            if getattr(row, name) is None:
                yield Fault((*path, "origins", name), f"the row has no {name}")
            if origin.read_on > catalog.newest:
                yield Fault((*path, "origins", name), _too_late(origin.read_on, catalog))
        locations = row.regions or ("(all Regions)",)
        for region in locations:
            if region in seen:
                yield Fault((*path, "regions"), f"{region} has more than one row")
            seen.add(region)
    for index, profile in enumerate(model.profiles):
        if profile.id != f"{profile.prefix}.{model.id}":
            yield Fault(("profiles", index, "id"), f"expected {profile.prefix}.{model.id}")
    for index, offer in enumerate(model.offers):
        if offer.read_on > catalog.newest:
            yield Fault(("offers", index, "read_on"), _too_late(offer.read_on, catalog))
    if any(replacement.id == model.id for replacement in model.replacements):
        yield Fault(("replacements",), "a model cannot replace itself")


def _too_late(day: date, catalog: Catalog) -> str:
    return (
        f"read on {day}, after the day of the catalog, {catalog.newest}: give that day as updated_on at the top of the"
        " file"
    )


def _row_faults(row: LifecycleRow) -> Iterator[str]:
    dates = [
        (name, day)
        for name, day in (
            ("legacy_date", row.legacy_date),
            ("extended_access_date", row.extended_access_date),
            ("eol_date", row.eol_date),
        )
        if day is not None
    ]
    if not dates:
        yield "needs at least one of legacy_date, extended_access_date and eol_date"
    for (earlier_name, earlier), (later_name, later) in pairwise(dates):
        if earlier >= later:
            yield f"{later_name} {later} is not after {earlier_name} {earlier}"


# Encodes a catalog as the text of its file, and decodes it.

FORMAT_VERSION = 1

Document = Mapping[str, Any]
_Value = str | int | Sequence[str] | Sequence["_Object"] | Mapping[str, Mapping[str, str]]
_Object = Mapping[str, _Value]


def encode(catalog: Catalog) -> str:
    """JSON text that decodes to `catalog`: equal bytes for equal catalogs, one block per model, no empty fields."""
    head: dict[str, _Value] = {"version": FORMAT_VERSION, "as_of": catalog.as_of.isoformat()}
    if catalog.updated_on is not None:
        head["updated_on"] = catalog.updated_on.isoformat()
    head["source"] = catalog.source
    lines = [f"  {_text(key)}: {_text(value)}," for key, value in head.items()]
    if catalog.read:
        days = ",\n".join("    " + json.dumps(_source_day(each), ensure_ascii=False) for each in catalog.read)
        lines += ['  "read": [', days, "  ],"]
    blocks = [_layout(_model(model), 4) for model in sorted(catalog.models, key=lambda model: model.id)]
    models = ",\n".join("    " + block for block in blocks)
    return "\n".join(["{", *lines, '  "models": [', models, "  ]", "}", ""])


def _source_day(day: SourceDay) -> _Object:
    return _without_empty({"source": day.source, "read_on": day.read_on.isoformat(), "regions": sorted(day.regions)})


def _model(model: Model) -> _Object:
    item = _without_empty(
        {
            "id": model.id,
            "name": model.name,
            "provider": model.provider,
            "aliases": sorted(model.aliases),
            "launch_date": _day(model.launch_date),
            "eol_no_sooner_than": _day(model.eol_no_sooner_than),
            "legacy_notice": "" if model.legacy_notice is None else str(model.legacy_notice),
            "rows": [_row(row) for row in model.rows],
            "regions": sorted(model.regions),
            "offers": [_offer(each) for each in model.offers],
            "profiles": [_profile(profile) for profile in sorted(model.profiles, key=lambda each: each.prefix)],
            "inputs": sorted(model.inputs),
            "outputs": sorted(model.outputs),
            "endpoints": sorted(model.endpoints),
            "replacements": [{"id": each.id, "source": each.source} for each in model.replacements],
            "notes": list(model.notes),
            "sources": sorted(model.sources),
            "company_dates": [_company_date(each) for each in model.company_dates],
        }
    )
    # False is information too.
    known = {"provisioned_throughput": model.provisioned_throughput, "fine_tuning": model.fine_tuning}
    return {**item, **{key: value for key, value in known.items() if value is not None}}


def _row(row: LifecycleRow) -> _Object:
    return _without_empty(
        {
            "regions": sorted(row.regions),
            "legacy_date": _day(row.legacy_date),
            "extended_access_date": _day(row.extended_access_date),
            "eol_date": _day(row.eol_date),
            "source": row.source,
            "read_on": row.read_on.isoformat(),
            "disputed": row.disputed or "",
            "origins": {
                name: {"source": origin.source, "read_on": origin.read_on.isoformat()}
                for name, origin in sorted(row.origins)
            },
        }
    )


def _offer(offer: Offer) -> _Object:
    return {"regions": sorted(offer.regions), "source": offer.source, "read_on": offer.read_on.isoformat()}


def _company_date(company: CompanyDate) -> _Object:
    return _without_empty(
        {
            "kind": str(company.kind),
            "eol_date": company.eol_date.isoformat(),
            "regions": sorted(company.regions),
            "reason": company.reason,
            "source": company.source,
        }
    )


def _profile(profile: Profile) -> _Object:
    return _without_empty(
        {
            "prefix": profile.prefix,
            "id": profile.id,
            "source_regions": sorted(profile.source_regions),
            "destination_regions": sorted(profile.destination_regions),
            "destinations_inferred": profile.destinations_inferred,
        }
    )


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _without_empty(item: _Object) -> _Object:
    return {key: value for key, value in item.items() if value}


def _layout(item: _Object, indent: int) -> str:
    """An object over several lines, lists of strings on one: a changed date changes one line."""
    pad = " " * (indent + 2)
    members = []
    for key, value in item.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            objects = [_layout(each, indent + 4) for each in value if isinstance(each, dict)]
            inner = (",\n").join(f"{pad}  {each}" for each in objects)
            members.append(f"{pad}{_text(key)}: [\n{inner}\n{pad}]")
        else:
            members.append(f"{pad}{_text(key)}: {_text(value)}")
    return "{\n" + ",\n".join(members) + "\n" + " " * indent + "}"


def _text(value: _Value) -> str:
    return json.dumps(value, ensure_ascii=False)


def decode(document: Document) -> Catalog:
    """The catalog in `document`, with its models in written order.

    Expects a document that fits the schema. Raises ValueError for a date that does not exist.
    """
    models = tuple([_model_of(item) for item in document["models"]])
    updated_on = _day_of(document.get("updated_on"))
    read = tuple(
        [
            SourceDay(each["source"], date.fromisoformat(each["read_on"]), tuple(each.get("regions", ())))
            for each in document.get("read", ())
        ]
    )
    return Catalog(date.fromisoformat(document["as_of"]), document["source"], models, updated_on, read)


def _model_of(item: Document) -> Model:
    get = item.get
    return Model(
        id=item["id"],
        name=item["name"],
        provider=item["provider"],
        launch_date=_day_of(get("launch_date")),
        eol_no_sooner_than=_day_of(get("eol_no_sooner_than")),
        legacy_notice=Notice.parsed(item["legacy_notice"]) if "legacy_notice" in item else None,
        rows=tuple([_row_of(row) for row in get("rows", ())]),
        regions=tuple(get("regions", ())),
        offers=tuple([_offer_of(each) for each in get("offers", ())]),
        profiles=tuple([_profile_of(profile) for profile in get("profiles", ())]),
        aliases=tuple(get("aliases", ())),
        inputs=tuple(get("inputs", ())),
        outputs=tuple(get("outputs", ())),
        endpoints=tuple(get("endpoints", ())),
        provisioned_throughput=get("provisioned_throughput"),
        fine_tuning=get("fine_tuning"),
        replacements=tuple([Replacement(each["id"], each["source"]) for each in get("replacements", ())]),
        notes=tuple(get("notes", ())),
        sources=tuple(get("sources", ())),
        company_dates=tuple([_company_date_of(each) for each in get("company_dates", ())]),
    )


def _row_of(item: Document) -> LifecycleRow:
    get = item.get
    return LifecycleRow(
        regions=tuple(get("regions", ())),
        legacy_date=_day_of(get("legacy_date")),
        extended_access_date=_day_of(get("extended_access_date")),
        eol_date=_day_of(get("eol_date")),
        source=item["source"],
        read_on=date.fromisoformat(item["read_on"]),
        disputed=get("disputed"),
        origins=tuple(
            [
                (name, Origin(origin["source"], date.fromisoformat(origin["read_on"])))
                for name, origin in sorted(get("origins", {}).items())
            ]
        ),
    )


def _offer_of(item: Document) -> Offer:
    return Offer(tuple(item["regions"]), item["source"], date.fromisoformat(item["read_on"]))


def _company_date_of(item: Document) -> CompanyDate:
    return CompanyDate(
        kind=CompanyDateKind(item["kind"]),
        eol_date=date.fromisoformat(item["eol_date"]),
        regions=tuple(item.get("regions", ())),
        reason=item["reason"],
        source=item["source"],
    )


def _profile_of(item: Document) -> Profile:
    get = item.get
    return Profile(
        prefix=item["prefix"],
        id=item["id"],
        source_regions=tuple(get("source_regions", ())),
        destination_regions=tuple(get("destination_regions", ())),
        destinations_inferred=get("destinations_inferred", False),
    )


def _day_of(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
