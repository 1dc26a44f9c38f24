"""Checks a catalog beyond its schema: ordered dates, unique ids, profiles that fit their model."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from checker.model.lifecycle import EARLIEST_DAY, LATEST_DAY, Catalog, LifecycleRow, Model, is_judged


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
