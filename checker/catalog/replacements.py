"""Finds Active replacements: from the models that sources name, else from similar models."""

import re
from collections.abc import Mapping
from datetime import date

from checker.catalog.lookup import CatalogIndex
from checker.model.lifecycle import BY_RULE, Catalog, Model, Replacement, Stage, known_regions
from checker.model.stages import worst_stage

_MOST_BY_RULE = 3
# Parts of an id that distinguish versions, sizes and modes of one family: v1, 2, 70b, a3b, 8x7b, e2b, instruct.
_VARIANT = re.compile(r"v?\d*|\d+x\d+b|[ae]?\d+[bk]|instruct|it|preview|thinking|v")


def with_replacements(catalog: Catalog) -> Catalog:
    """`catalog` with replacements that are Active everywhere on the day of its data.

    A replacement that is itself Legacy or worse is followed to its own replacements. If no source names a living one, a
    model with dates gets those of its provider and family with the same inputs and outputs; their source says that they
    follow by rule. If there are none, a note says which were named and why they cannot be used.
    """
    index = CatalogIndex(catalog)
    named = {model.id: tuple(each for each in model.replacements if not each.is_by_rule) for model in catalog.models}
    return catalog._replace(models=tuple(_with_replacements(model, named, index) for model in catalog.models))


def _with_replacements(model: Model, named: Mapping[str, tuple[Replacement, ...]], index: CatalogIndex) -> Model:
    found, dead = _followed(model, named, index)
    if not found and model.rows:
        found = _by_rule(model, index.catalog)
    notes = tuple(note for note in model.notes if not note.startswith("No replacement: "))
    if dead and not found:
        notes = (*notes, f"No replacement: {'; '.join(dead)}.")
    return model._replace(replacements=found, notes=notes)


def _followed(
    model: Model, named: Mapping[str, tuple[Replacement, ...]], index: CatalogIndex
) -> tuple[tuple[Replacement, ...], list[str]]:
    """Follows the models that sources name to those that are alive; says what is wrong with the others."""
    day = index.catalog.as_of
    found: dict[str, Replacement] = {}
    dead: list[str] = []
    # The queue: an id, its sources, the models on the way to it, and their names.
    queue: list[tuple[str, tuple[str, ...], tuple[str, ...]]]
    queue = [(each.id, (each.source,), ()) for each in named[model.id]]
    seen = {model.id}
    while queue:
        identifier, sources, way = queue.pop(0)
        other = index.lookup(identifier)
        if other is None or other.id in seen:
            continue
        seen.add(other.id)
        stage = worst_stage(other, day).worst.stage
        if stage is Stage.ACTIVE:
            if not set(model.outputs) <= set(other.outputs):
                dead.append(f"{other.name} ({other.id}) gives other output")
                continue
            by_way = f", by way of {', '.join(way)}" if way else ""
            found[other.id] = Replacement(other.id, "; ".join(dict.fromkeys(sources)) + by_way)
        elif named[other.id]:
            queue += [(each.id, (*sources, each.source), (*way, other.id)) for each in named[other.id]]
        else:
            dead.append(f"{other.name} ({other.id}) is itself {stage} on {day}, without a replacement")
    return tuple(found.values()), dead


def _by_rule(model: Model, catalog: Catalog) -> tuple[Replacement, ...]:
    """The Active models of the family: those first that are offered in most of the same Regions, then the newest."""
    relatives = [
        other
        for other in catalog.models
        if other.id != model.id
        and (other.provider, family(other)) == (model.provider, family(model))
        and set(model.inputs) <= set(other.inputs)
        and model.outputs == other.outputs
        and _lives_on(other, catalog.as_of)
        and other.offered_regions() & model.offered_regions()
    ]
    relatives.sort(key=lambda other: (len(_missing(model, other)), _age(other), other.id))
    return tuple(
        Replacement(other.id, f"{BY_RULE}: same provider, family, inputs and outputs{_limits(model, other)}")
        for other in relatives[:_MOST_BY_RULE]
    )


def _lives_on(model: Model, day: date) -> bool:
    worst = worst_stage(model, day)
    return worst.worst.stage is Stage.ACTIVE and all(stage.eol_date is None for stage in worst.stages)


def _age(model: Model) -> int:
    return 0 if model.launch_date is None else -model.launch_date.toordinal()


def family(model: Model) -> frozenset[str]:
    """The words of its name that it shares with its other versions and sizes."""
    name = model.id.partition(".")[2].partition(":")[0]
    parts = (re.sub(r"\d+$", "", part) for part in re.split(r"[-._]", name) if not _VARIANT.fullmatch(part))
    return frozenset(part for part in parts if part)


def _missing(model: Model, other: Model) -> set[str]:
    """The Regions of partition `aws` that offer `model` and not `other`."""
    return set(known_regions(model)) & model.offered_regions() - other.offered_regions()


def _limits(model: Model, other: Model) -> str:
    """The limits of `other` compared with `model`: Regions and forms in which it is not offered."""
    missing = _missing(model, other)
    said = f"; not offered in {len(missing)} of its Regions" if missing else ""
    common = set(model.regions) & {region for profile in other.profiles for region in profile.source_regions}
    return f"{said}; by inference profile only" if common and not common & set(other.regions) else said
