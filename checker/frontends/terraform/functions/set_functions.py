"""The functions of sets, and those that combine the elements of collections."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from checker.frontends.terraform.configuration.elements import set_of, unknowns_in
from checker.frontends.terraform.configuration.numbers import calculate
from checker.frontends.terraform.configuration.types import unified
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    InvalidCallError,
    anything,
    as_list,
    as_number,
    derived,
    plain,
    refused,
)
from checker.frontends.terraform.functions.collections import plain_of
from checker.frontends.terraform.functions.structural import is_open, structural
from checker.values import (
    Atom,
    Bool,
    Cause,
    List,
    Map,
    Null,
    Unknown,
    Value,
)
from checker.values.operations import (
    both,
    identity_of,
    known,
    negate,
    text,
)


def _setproduct(call: Call, *atoms: Atom) -> Value | Atom:
    columns: list[Sequence[Value]] = []
    rest = False
    sets = True
    for atom in atoms:
        if not isinstance(atom, List):
            return refused(call, "lists are needed")
        sets = sets and atom.is_set
        rest = rest or bool(atom.rest)
        columns.append(atom.items)
    if rest:
        rows = [tuple(one for value in (*a.items, a.rest) for one in value) for a in atoms if isinstance(a, List)]
        return List((), known(List(tuple(rows))))
    count = 1
    for column in columns:
        count *= len(column)
    if count > 20_000:
        return Unknown(Cause.TOO_MANY, call.subject, call.subject)
    return List(tuple(known(List(row)) for row in itertools.product(*columns)), (), sets)


def _matchkeys(call: Call, values: Atom, keys: Atom, wanted: Atom) -> Value | Atom:
    if not (isinstance(values, List) and isinstance(keys, List) and isinstance(wanted, List)):
        return refused(call, "lists are needed")
    every = tuple(one for value in (*values.items, values.rest) for one in value)
    if values.rest or keys.rest or wanted.rest or any(is_open(item) for item in (*keys.items, *wanted.items)):
        return List((), every)
    if len(values.items) != len(keys.items):
        return refused(call, "the lists have different lengths")
    sought = {identity_of(item[0].atom) for item in wanted.items}
    pairs = zip(values.items, keys.items, strict=True)
    return List(tuple(value for value, key in pairs if identity_of(key[0].atom) in sought))


def _transpose(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, Map):
        return refused(call, "a map is needed")
    made: dict[str, list[str]] = {}
    for key in sorted(atom.entries):
        for one in atom.entries[key]:
            found = next(iter(unknowns_in(one.atom)), None)
            if found is not None or len(atom.entries[key]) != 1 or not isinstance(one.atom, List):
                because = found or Unknown(Cause.DEPLOY_TIME, call.subject, call.subject)
                return derived(because, "transpose", (atom,)) if found else refused(call, "a map of lists is needed")
            for item in one.atom.items:
                made.setdefault(plain_of(item[0].atom), []).append(key)
    return Map({key: known(List(tuple(text(name) for name in made[key]))) for key in sorted(made)})


def _sets(combine: Callable[[list[dict[str, Value]]], dict[str, Value]], *, keeps: bool) -> Callable[..., Value | Atom]:
    def compute(call: Call, *atoms: Atom) -> Value | Atom:
        lists = [atom for atom in atoms if isinstance(atom, List)]
        if len(lists) != len(atoms):
            return refused(call, "sets are needed")
        unified_ = iter(unified([item for atom in lists for item in atom.items]))
        lists = [List(tuple(next(unified_) for _ in atom.items), atom.rest) for atom in lists]
        if any(atom.rest or any(is_open(item) for item in atom.items) for atom in lists):
            relevant = lists if keeps else lists[:1]
            every = tuple(one for atom in relevant for value in (*atom.items, atom.rest) for one in value)
            return List((), every, is_set=True)
        contents = [{identity_of(item[0].atom): item for item in atom.items} for atom in lists]
        return set_of(list(combine(contents).values()))

    return compute


def _union(contents: list[dict[str, Value]]) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for content in contents:
        made |= content
    return made


def _intersection(contents: list[dict[str, Value]]) -> dict[str, Value]:
    first, *others = contents
    return {key: item for key, item in first.items() if all(key in other for other in others)}


def _subtract(contents: list[dict[str, Value]]) -> dict[str, Value]:
    first, *others = contents
    return {key: item for key, item in first.items() if not any(key in other for other in others)}


def _truths(stop: bool) -> Callable[..., Value | Atom]:
    def compute(call: Call, atom: Atom) -> Value | Atom:
        if not isinstance(atom, List):
            return refused(call, "a list is needed")
        result = known(Bool(not stop))
        for item in (*atom.items, *([atom.rest] if atom.rest else [])):
            if stop:
                result = negate(both(negate(result), lambda item=item: negate(item), call.subject))  # type: ignore[misc]
            else:
                result = both(result, lambda item=item: item, call.subject)  # type: ignore[misc]
        return tuple(one._replace(atom=Bool(False)) if isinstance(one.atom, Null) else one for one in result)

    return compute


def _range(*bounds: Any) -> list[Any]:
    start, end, step = 0, 0, None
    if len(bounds) == 1:
        end = bounds[0]
    elif len(bounds) == 2:
        start, end = bounds
    else:
        start, end, step = bounds
    if step is None:
        step = 1 if end >= start else -1
    if step == 0 or (end > start and step < 0) or (end < start and step > 0):
        raise InvalidCallError("the step must lead from the start to the end")
    made = []
    current = start if isinstance(start, int) and isinstance(step, int) else Decimal(start)
    while (current < end) if step > 0 else (current > end):
        made.append(current)
        if len(made) > 1024:
            raise InvalidCallError("a range has at most 1024 elements")
        current += step
    return made


def _sum(items: Any) -> Any:
    numbers = [as_number(item) for item in as_list(items)]
    if not numbers:
        raise InvalidCallError("the sum of nothing is not defined")
    total = numbers[0]
    for number in numbers[1:]:
        total = calculate("+", total, number)
    return total


FUNCTIONS: Mapping[str, Function] = {
    "alltrue": structural(_truths(stop=False), least=1, most=1),
    "anytrue": structural(_truths(stop=True), least=1, most=1),
    "matchkeys": structural(_matchkeys, least=3, most=3),
    "range": plain(_range, as_number, as_number, as_number, optional=2),
    "setintersection": structural(_sets(_intersection, keeps=True), least=1),
    "setproduct": structural(_setproduct, least=1),
    "setsubtract": structural(_sets(_subtract, keeps=False), least=2, most=2),
    "setunion": structural(_sets(_union, keeps=True), least=1),
    "sum": plain(_sum, anything),
    "transpose": structural(_transpose, least=1, most=1),
}
