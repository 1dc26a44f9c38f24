"""Finds the catalog's model for an id in the code."""

from collections.abc import Iterable
from typing import NamedTuple

from checker.model.lifecycle import GEOGRAPHIES, Catalog, Model, Profile

_SUGGESTIONS = 3


class Match(NamedTuple):
    """The model that an id names.

    `geography` is the prefix if the id has the form of a system inference profile. `profile` is then None if the
    catalog does not know that profile of the model.
    """

    model: Model
    geography: str | None = None
    profile: Profile | None = None


class CatalogIndex:
    """Looks up ids in a catalog. Made once for a run; immutable afterwards."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._by_id: dict[str, Model] = {}
        self._by_profile: dict[str, tuple[Model, Profile]] = {}
        self._by_family: dict[str, list[Model]] = {}
        for model in catalog.models:
            self._by_id[model.id] = model
            for alias in model.aliases:
                self._by_id.setdefault(alias, model)
            for profile in model.profiles:
                self._by_profile[profile.id] = (model, profile)
            family, _, revision = model.id.partition(":")
            if revision and not model.id.startswith("arn:"):
                self._by_family.setdefault(family, []).append(model)

    def match(self, identifier: str) -> Match | None:
        """The model that `identifier` names, with its geography; None if the catalog knows none.

        Accepts a base model id or an alias, each with or without a context suffix (`:24k`), and the id of a system
        inference profile. An unknown revision is not guessed, nor is a missing one where the catalog has several: their
        dates differ.
        """
        known = self._by_profile.get(identifier)
        if known is not None:
            return Match(known[0], known[1].prefix, known[1])
        model = self._base(identifier)
        if model is not None:
            return Match(model)
        geography, base = split_geography(identifier)
        if geography is None:
            return None
        model = self._base(base)
        return None if model is None else Match(model, geography, model.profile(geography))

    def lookup(self, identifier: str) -> Model | None:
        """The model of `match`, or None."""
        found = self.match(identifier)
        return None if found is None else found.model

    def model_id(self, identifier: str) -> str | None:
        """The id of the model of `match`, or None."""
        found = self.lookup(identifier)
        return None if found is None else found.id

    def knows(self, text: str) -> bool:
        """True if `text`, as a whole, is an id in the catalog."""
        return self.match(text) is not None

    def ids(self) -> Iterable[str]:
        """The ids and aliases of the models."""
        return self._by_id.keys()

    def suggest(self, identifier: str) -> tuple[str, ...]:
        """Known ids similar to `identifier`, best first; at most three, none if nothing is similar.

        They have the geography of `identifier` where the catalog knows such a profile.
        """
        import difflib  # needed only for an unknown id, and slow to import

        geography, base = split_geography(identifier.lower())
        family = self._by_family.get(base.partition(":")[0], [])
        close = [model.id for model in family]
        close += difflib.get_close_matches(base, self._by_id, n=_SUGGESTIONS, cutoff=0.75)
        found: list[str] = []
        for each in close:
            model = self._by_id[each]
            profile = None if geography is None else model.profile(geography)
            suggestion = each if profile is None else profile.id
            if suggestion not in found and suggestion != identifier:
                found.append(suggestion)
        return tuple(found[:_SUGGESTIONS])

    def holding(self, text: str) -> tuple[str, ...]:
        """Known ids that have the text within them; at most three, the newest by their names first."""
        found = sorted((each for each in self._by_id if text and text.lower() in each), reverse=True)
        return tuple(found[:_SUGGESTIONS])

    def _base(self, identifier: str) -> Model | None:
        model = self._by_id.get(identifier)
        if model is not None:
            return model
        family, _, rest = identifier.partition(":")
        if not rest:
            models = self._by_family.get(family, [])
            return models[0] if len(models) == 1 else None
        revision, _, _context = rest.partition(":")
        model = self._by_id.get(f"{family}:{revision}")
        # Provisioned throughput writes a revision that the plain id lacks: `amazon.titan-embed-text-v1:2:8k`.
        if model is None and family not in self._by_family:
            model = self._by_id.get(family)
        return model


def split_geography(identifier: str) -> tuple[str | None, str]:
    """The geography and base model id of an inference profile id; `(None, identifier)` for a base model id."""
    for geography in GEOGRAPHIES:
        if identifier.startswith(geography) and identifier[len(geography) : len(geography) + 1] == ".":
            return geography, identifier[len(geography) + 1 :]
    return None, identifier
