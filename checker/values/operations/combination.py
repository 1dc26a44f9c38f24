"""Applies functions to every combination of alternatives."""

from collections.abc import Callable, Iterable, Sequence

from checker.values.atoms import Absent, Alternative, Atom, Given, Json, List, Map, Trail, Unknown, Value
from checker.values.guards import digest, digest_of_all, identity_of, join
from checker.values.operations.alternatives import (
    MOST_ALTERNATIVES,
    MOST_AT_WORK,
    capped,
    is_override,
    lost_overrides,
    too_many,
    without_repeats,
)
from checker.values.operations.guarded import ways
from checker.values.operations.texts import as_text


def flat_map(
    operands: Sequence[Value],
    function: Callable[[Sequence[Atom]], Value | Atom],
    name: str,
    *,
    deep: bool = False,
    write_json: bool = False,
    unknowns: bool = False,
) -> Value:
    """Applies a function of atoms to every combination of the operands' alternatives that can hold together.

    An unknown operand makes the result unknown, with its cause and subject, unless `unknowns` passes it to the
    function. `deep`: each element of a collection has exactly one alternative. `write_json`: JSON is passed as text.
    The result has the trail of the first operand, unless the function returns its own.
    """
    prepared = [_prepare(operand, name, deep=deep, write_json=write_json) for operand in operands]
    result: list[Alternative] = []
    for atoms, given, trail in _combinations(prepared, name):
        missing = () if unknowns else tuple(_unknowns(atoms, deep=deep))
        if missing:
            identity = f"{name}({', '.join(identity_of(atom) for atom in atoms)})"
            result.append(Alternative(missing[0].derived(identity), given, trail))
        else:
            made = function(atoms)
            if isinstance(made, tuple):
                for alternative in made:
                    joined = join(given, alternative.given)
                    if joined is not None:
                        result.append(Alternative(alternative.atom, joined, alternative.trail or trail))
            else:
                result.append(Alternative(made, given, trail))
        if len(result) > MOST_AT_WORK:
            result = [one for one in without_repeats(result) if not is_override(one.given)]
            if len(result) > MOST_ALTERNATIVES:
                return too_many(name, digest_of_all(operands))
            result.append(lost_overrides(name, digest_of_all(operands)))
    return capped(result, name)


def _prepare(operand: Value, name: str, *, deep: bool, write_json: bool) -> Value:
    if write_json and any(isinstance(one.atom, Json) for one in operand):
        written: list[Alternative] = []
        for one in operand:
            if isinstance(one.atom, Json):
                written.extend(as_text(one))
            else:
                written.append(one)
        operand = capped(written, name)
    return distribute(operand, name) if deep else operand


def _combinations(operands: Sequence[Value], name: str) -> Iterable[tuple[tuple[Atom, ...], Given, Trail]]:
    """The combinations of the operands."""
    for way, given in ways(operands, name):
        if way is None:
            hole = too_many(name, digest_of_all(operands))[0].atom
            yield tuple(hole for _ in operands), given, ()
        else:
            yield tuple(one.atom for one in way), given, next((one.trail for one in way if one.trail), ())


def _unknowns(atoms: Iterable[Atom], *, deep: bool) -> Iterable[Unknown]:
    for atom in atoms:
        match atom:
            case Unknown():
                yield atom
            case List(items, rest) if deep:
                yield from _unknowns((one.atom for item in (*items, rest) for one in item), deep=True)
            case Map(entries, rest) if deep:
                yield from _unknowns((one.atom for item in (*entries.values(), rest) for one in item), deep=True)


def distribute(value: Value, subject: str) -> Value:
    """Moves the alternatives inside collections to the top, so that each element has exactly one.

    An element that may be absent is either there or not. A `rest` does not change, since each of the elements in it may
    be another of its alternatives.
    """
    result: list[Alternative] = []
    for alternative in value:
        match alternative.atom:
            case List(items, rest, kind):
                for elements, more, given in _products(items, subject):
                    there = tuple(one for one in elements if not _is_absent(one))
                    result.extend(_drawn_up(alternative, List(there, (*rest, *more), kind), given))
            case Map(entries, rest, kind):
                for elements, more, given in _products(tuple(entries.values()), subject):
                    named = zip(entries, elements, strict=False)
                    present = {key: one for key, one in named if not _is_absent(one)}
                    result.extend(_drawn_up(alternative, Map(present, (*rest, *more), kind), given))
            case _:
                result.append(alternative)
        if len(result) > MOST_AT_WORK:
            result = [one for one in result if not is_override(one.given)]
            if len(result) > MOST_ALTERNATIVES:
                return too_many(subject, digest(value))
            result.append(lost_overrides(subject, digest(value)))
    return capped(result, subject)


def _drawn_up(whole: Alternative, atom: Atom, given: Given) -> Value:
    joined = join(whole.given, given)
    return (Alternative(atom, joined, whole.trail),) if joined is not None else ()


def _is_absent(element: Value) -> bool:
    return isinstance(element[0].atom, Absent)


def _products(items: Sequence[Value], subject: str) -> Iterable[tuple[Sequence[Value], Value, Given]]:
    """The elements, the `rest` and the assumptions, for each combination of the items."""
    for way, given in ways([distribute(item, subject) for item in items], subject, most=MOST_ALTERNATIVES):
        if way is not None:
            yield [(one._replace(given=()),) for one in way], (), given
        elif any(_is_absent((one,)) for item in items for one in item):
            yield (), too_many(subject, digest_of_all(items)), given
        else:
            identity = digest_of_all(items)
            yield [too_many(f"{subject}[{number}]", identity) for number in range(len(items))], (), given
