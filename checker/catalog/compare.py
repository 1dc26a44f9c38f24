"""Compares two catalogs fact by fact."""

from collections.abc import Iterable, Iterator, Mapping

from checker.model.lifecycle import Catalog, CatalogDiff, Change, CompanyDate, LifecycleRow, Model, ModelDiff
from checker.model.regions import partition_of

_DATES = {"legacy_date": "Legacy", "extended_access_date": "extended access", "eol_date": "EOL"}
_ELSEWHERE = "every Region that no row names"


def compare(before: Catalog, after: Catalog) -> CatalogDiff:
    """The changes in `after`. Other sources and reading days are no changes, but are counted."""
    old = {model.id: model for model in before.models}
    new = {model.id: model for model in after.models}
    changed, confirmed = [], 0
    for key in sorted(old.keys() & new.keys()):
        changes = tuple(_changes(old[key], new[key]))
        if changes:
            changed.append(ModelDiff(key, new[key].name, changes))
        elif old[key] != new[key]:
            confirmed += 1
    return CatalogDiff(
        before=before.newest,
        after=after.newest,
        source_before=before.source,
        source_after=after.source,
        added=tuple(new[key] for key in sorted(new.keys() - old.keys())),
        removed=tuple(old[key] for key in sorted(old.keys() - new.keys())),
        changed=tuple(changed),
        confirmed=confirmed,
    )


def _changes(old: Model, new: Model) -> Iterator[Change]:
    yield from _of_rows(old, new)
    yield from _company_changes(old.company_dates, new.company_dates)
    for fact, one, other in (
        ("EOL no sooner than", old.eol_no_sooner_than, new.eol_no_sooner_than),
        ("launch", old.launch_date, new.launch_date),
        ("Legacy notice", old.legacy_notice, new.legacy_notice),
        ("name", old.name, new.name),
        ("provider", old.provider, new.provider),
        ("provisioned throughput", old.provisioned_throughput, new.provisioned_throughput),
        ("fine-tuning", old.fine_tuning, new.fine_tuning),
    ):
        if one != other:
            yield Change(fact, (), None if one is None else str(one), None if other is None else str(other))
    yield from _sets("offered", old.regions, new.regions)
    yield from _sets("named as offered", _named(old), _named(new))
    yield from _profiles(old, new)
    for fact, some, others in (
        ("replacement", [each.id for each in old.replacements], [each.id for each in new.replacements]),
        ("alias", old.aliases, new.aliases),
        ("input", old.inputs, new.inputs),
        ("output", old.outputs, new.outputs),
        ("endpoint", old.endpoints, new.endpoints),
        ("note", old.notes, new.notes),
    ):
        for each in some:
            if each not in others:
                yield Change(fact, (), each, None)
        for each in others:
            if each not in some:
                yield Change(fact, (), None, each)


def _named(model: Model) -> frozenset[str]:
    return frozenset(region for offer in model.offers for region in offer.regions)


def _of_rows(old: Model, new: Model) -> Iterator[Change]:
    """The changed dates; equal changes in several Regions are one."""
    ours, theirs = _by_area(old.rows), _by_area(new.rows)
    grouped: dict[tuple[str, str | None, str | None], list[str]] = {}
    for area in sorted(ours.keys() | theirs.keys()):
        one, other = _at(ours, area), _at(theirs, area)
        for name, fact in _DATES.items():
            pair = _text(one, name), _text(other, name)
            if pair[0] != pair[1]:
                grouped.setdefault((fact, *pair), []).append(area)
        pair = None if one is None else one.disputed, None if other is None else other.disputed
        if pair[0] != pair[1]:
            grouped.setdefault(("disputed", *pair), []).append(area)
    order = [*_DATES.values(), "disputed"]
    for (fact, before, after), areas in sorted(grouped.items(), key=lambda each: (order.index(each[0][0]), each[1])):
        yield Change(fact, tuple(areas), before, after)


def _at(rows: Mapping[str, LifecycleRow], area: str) -> LifecycleRow | None:
    """The row for an area. A Region of partition `aws` without its own row has the row without Regions."""
    own = rows.get(area)
    return own if own is not None or partition_of(area) != "aws" else rows.get(_ELSEWHERE)


def _by_area(rows: Iterable[LifecycleRow]) -> Mapping[str, LifecycleRow]:
    return {area: row for row in rows for area in row.regions or (_ELSEWHERE,)}


def _text(row: LifecycleRow | None, name: str) -> str | None:
    day = None if row is None else getattr(row, name)
    return None if day is None else str(day)


def _sets(fact: str, old: Iterable[str], new: Iterable[str]) -> Iterator[Change]:
    gone, come = tuple(sorted(set(old) - set(new))), tuple(sorted(set(new) - set(old)))
    if gone:
        yield Change(fact, gone, "yes", "no")
    if come:
        yield Change(fact, come, "no", "yes")


def _profiles(old: Model, new: Model) -> Iterator[Change]:
    ours = {profile.prefix: profile for profile in old.profiles}
    theirs = {profile.prefix: profile for profile in new.profiles}
    for prefix in sorted(ours.keys() | theirs.keys()):
        one, other = ours.get(prefix), theirs.get(prefix)
        if one is None or other is None:
            yield Change("inference profile", (), None if one is None else one.id, None if other is None else other.id)
            continue
        yield from _sets(f"{other.id} from", one.source_regions, other.source_regions)
        yield from _sets(f"{other.id} to", one.destination_regions, other.destination_regions)


def _company_changes(old: tuple[CompanyDate, ...], new: tuple[CompanyDate, ...]) -> Iterator[Change]:
    for each in old:
        if each not in new:
            yield Change(f"the company's {each.kind}", each.regions, str(each.eol_date), None)
    for each in new:
        if each not in old:
            yield Change(f"the company's {each.kind}", each.regions, None, str(each.eol_date))
