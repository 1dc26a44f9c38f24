"""What differs between two catalogs."""

from datetime import date

from checker.immutable import immutable
from checker.model.lifecycle import Model


@immutable
class Change:
    """A fact of a model that differs; `regions` is empty where it is not about some. None: nothing is known."""

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
    """From one catalog to another. `confirmed` counts models of which only the day of the reading is newer."""

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
        """Whether nothing differs but days of reading."""
        return not (self.added or self.removed or self.changed)
