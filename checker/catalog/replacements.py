"""What to move to: from the models that sources name, to those that are Active."""

from collections.abc import Mapping

from checker.catalog.lookup import CatalogIndex
from checker.model.lifecycle import Catalog, Model, Replacement, Stage, worst_stage


def with_replacements(catalog: Catalog) -> Catalog:
    """`catalog`, in which each model has replacements that are Active everywhere on the day of its data.

    A replacement that is itself Legacy or worse is followed to its own replacements. If none is left, a note says which
    were named and why they are no use.
    """
    index = CatalogIndex(catalog)
    named = {model.id: model.replacements for model in catalog.models}
    return catalog._replace(models=tuple(_with_replacements(model, named, index) for model in catalog.models))


def _with_replacements(model: Model, named: Mapping[str, tuple[Replacement, ...]], index: CatalogIndex) -> Model:
    day = index.catalog.as_of
    found: dict[str, Replacement] = {}
    dead: list[str] = []
    # What is left to look at: an id, who named it and those on the way to it, and the models on that way.
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
    notes = model.notes
    if dead and not found:
        notes = (*notes, f"No replacement: {'; '.join(dead)}.")
    return model._replace(replacements=tuple(found.values()), notes=notes)
