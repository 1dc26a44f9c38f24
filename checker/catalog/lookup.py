"""Finds the catalog's model for an id in the code, and Active replacements of a model."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from checker.model.lifecycle import BY_RULE, GEOGRAPHIES, Catalog, Model, Profile, Replacement, Stage, known_regions
from checker.model.stages import worst_stage

# Finds the catalog's model for an id in the code.

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


# Finds Active replacements: from the models that sources name, else from similar models.

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
