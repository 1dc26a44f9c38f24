"""Tells which models a resource names already before a plan."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from checker.extract.properties import without_numbers
from checker.model.reference import Reference


def with_models_before(references: Iterable[Reference], before: Iterable[Reference]) -> Iterator[Reference]:
    """The references of a resource after a plan, with the models of the same properties before it.

    Where more elements of a list name a model than before, one of them is new, and it may be any of them.
    """
    now = tuple(references)
    later, earlier = _models_by_place(now), _models_by_place(before)
    for reference in now:
        place = _place(reference)
        there = (model for model, count in earlier[place].items() if later[place][model] <= count)
        yield reference._replace(models_before=tuple(sorted(there)))


def _models_by_place(references: Iterable[Reference]) -> defaultdict[str, Counter[str]]:
    """How many references name a model at a place."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for reference in references:
        found[_place(reference)].update({one.model for one in reference.candidates if one.model is not None})
    return found


def _place(reference: Reference) -> str:
    """The path of a property without indices; an element that has a name is known by it."""
    return without_numbers(reference.named_path or reference.path)
