"""The differences between two catalogs."""

from datetime import date

from checker.immutable import immutable
from checker.model.lifecycle import Model


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
