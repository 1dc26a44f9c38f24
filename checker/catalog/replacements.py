"""Which models to move to from another."""

from collections.abc import Iterable
from datetime import date

from checker.catalog.lookup import CatalogIndex
from checker.model.lifecycle import Model, Stage, worst_stage


def usable_replacements(index: CatalogIndex, model: Model, day: date, regions: Iterable[str] = ()) -> tuple[Model, ...]:
    """The replacements of `model` that are Active on `day` in each of `regions`, in the catalog's order.

    Without `regions`, those that are Active wherever they are offered. They give every kind of output that `model`
    gives. Whether the place that names the model accepts them is for the caller to ask.
    """
    wanted = tuple(regions)
    found = (index.lookup(replacement.id) for replacement in model.replacements)
    return tuple(
        other
        for other in found
        if other is not None
        and other is not model
        and set(model.outputs) <= set(other.outputs)
        and worst_stage(other, day, wanted).worst.stage is Stage.ACTIVE
    )
