"""The functions of sets, and those that combine the elements of collections."""

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from checker.frontends.terraform.configuration.elements import same_where_there, set_of, unknowns_in
from checker.frontends.terraform.configuration.types import STRING, Collection, calculate, number_in, unified
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    InvalidCallError,
    Parameter,
    SetOf,
    anything,
    derived,
    hidden,
    is_open,
    listed,
    number,
    plain,
    refused,
    setted,
    structural,
)
from checker.frontends.terraform.functions.collections import plain_of
from checker.values import (
    Absent,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Kind,
    List,
    Map,
    Null,
    Unknown,
    Value,
)
from checker.values.operations import (
    ABSENT,
    assume,
    both,
    identity_of,
    instead,
    known,
    negate,
    text,
    there,
    unless,
    within,
)


def _setproduct(call: Call, *atoms: Atom) -> Value | Atom:
    if len(atoms) < 2:
        return refused(call, '"sets" must be two or more')
    columns: list[Sequence[Value]] = []
    rest = False
    is_set = False
    for atom in atoms:
        if not isinstance(atom, List):
            return refused(call, 'each of "sets" must be a set or a list')
        is_set = is_set or atom.is_set
        rest = rest or bool(atom.rest)
        column = unified(atom.items)
        if column is None:
            return refused(call, 'each of "sets" must have elements of one type')
        columns.append(column)
    if rest:
        rows = [tuple(one for value in (*a.items, a.rest) for one in value) for a in atoms if isinstance(a, List)]
        return List((), known(List(tuple(rows))))
    if math.prod(map(len, columns)) > 20_000:
        return Unknown(Cause.TOO_MANY, call.subject, call.subject)
    product = tuple(known(List(row, (), Kind.TUPLE)) for row in itertools.product(*columns))
    return set_of(product) if is_set else List(product, (), Kind.LIST)


def _matchkeys(call: Call, values: Atom, keys: Atom, wanted: Atom) -> Value | Atom:
    if not (isinstance(values, List) and isinstance(keys, List) and isinstance(wanted, List)):
        return refused(call, '"values", "keys" and "searchset" must be lists')
    every = tuple(one for value in (*values.items, values.rest) for one in value)
    if values.rest or keys.rest or wanted.rest or any(is_open(item) for item in (*keys.items, *wanted.items)):
        return List((), every)
    compared = unified([*keys.items, *wanted.items])
    if compared is None:
        return refused(call, '"keys" and "searchset" must have elements of one type')
    if len(values.items) != len(keys.items):
        return refused(call, '"keys" must have as many elements as "values"')
    sought = {identity_of(item[0].atom) for item in compared[len(keys.items) :]}
    pairs = zip(values.items, compared, strict=False)
    return List(tuple(value for value, key in pairs if identity_of(key[0].atom) in sought), (), Kind.LIST)


def _transpose(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, Map):
        return refused(call, '"values" must be a map')
    if atom.rest:
        return derived(hidden(atom, call), "transpose", (atom,))
    made: dict[str, list[str]] = {}
    for key in sorted(atom.entries):
        for one in atom.entries[key]:
            if not isinstance(one.atom, List | Unknown):
                return refused(call, '"values" must be a map of lists of strings')
            if len(atom.entries[key]) != 1 or isinstance(one.atom, Unknown) or any(map(is_open, one.atom.items)):
                because = one.atom if isinstance(one.atom, Unknown) else hidden(one.atom, call)
                return derived(because, "transpose", (atom,))
            for item in one.atom.items:
                if isinstance(item[0].atom, Null):
                    return refused(call, '"values" must hold no null')
                made.setdefault(plain_of(item[0].atom), []).append(key)
    lists = {key: known(List(tuple(map(text, made[key])), (), Kind.LIST)) for key in sorted(made)}
    return Map(lists, (), Kind.MAP)


# Decides whether an element is in the result, from its presence in two sets. An element of one of them may be in the
# other if that one has unknown elements, which the last two arguments say.
Combine = Callable[[Value, Value, str, bool, bool], Value]


def _sets(combine: Combine, unknown_of: Callable[[Value, Value], Value]) -> Callable[..., Value | Atom]:
    """A function of sets. `unknown_of` returns the unknown elements of the result by those of two sets."""

    def compute(call: Call, *atoms: Atom) -> Value | Atom:
        lists = [atom for atom in atoms if isinstance(atom, List)]
        if len(lists) != len(atoms):
            return refused(call, "each argument must be a set")
        elements = unified([item for atom in lists for item in atom.items])
        if elements is None:
            return refused(call, "the elements of all sets must have one type")
        following = iter(elements)
        first, *others = [
            _Parts.of([each for _ in atom.items for each in _apart(next(following))], atom.rest) for atom in lists
        ]
        for other in others:
            first = _Parts(
                {
                    key: combine(
                        first.known.get(key, ABSENT),
                        other.known.get(key, ABSENT),
                        f"{call.subject}[{key}]",
                        bool(first.unknown),
                        bool(other.unknown),
                    )
                    for key in dict.fromkeys((*first.known, *other.known))
                },
                unknown_of(first.unknown, other.unknown),
            )
        return set_of([item for item in first.known.values() if item != ABSENT], first.unknown)

    return compute


class _Parts(NamedTuple):
    """The elements of a set whose values are known, by their values, and what the others can be."""

    known: Mapping[str, Value]
    unknown: Value

    @classmethod
    def of(cls, items: Sequence[Value], rest: Value) -> "_Parts":
        found = set_of(items).items
        unknown = tuple(one for item in found if is_open(item) for one in there(item))
        return cls({same_where_there(item): item for item in found if not is_open(item)}, (*unknown, *rest))


def _apart(item: Value) -> Sequence[Value]:
    """An element that has one of several known values, as an element for each of them; in a set, that is the same."""
    values = {identity_of(one.atom): one for one in there(item)}
    if len(values) < 2 or any(True for one in item for _ in unknowns_in(one.atom)):
        return (item,)
    return [
        tuple(one if identity_of(one.atom) == value else one._replace(atom=Absent()) for one in item)
        for value in values
    ]


def _perhaps(item: Value, subject: str) -> Value:
    """The element, if it is one of the unknown elements of another set."""
    is_there, is_not = (Assumption(subject, "there", holds, Basis.OPEN) for holds in (True, False))
    return (*assume(item, (is_there,)), *assume(ABSENT, (is_not,)))


def _union(one: Value, other: Value, subject: str, _more: bool, _others: bool) -> Value:
    return instead(one, other, subject)


def _intersection(one: Value, other: Value, subject: str, more: bool, others: bool) -> Value:
    both_have = ABSENT if ABSENT in (one, other) else within(one, other, subject)
    if others and one != ABSENT:
        both_have = instead(both_have, _perhaps(one, subject), subject)
    if more and other != ABSENT:
        both_have = instead(both_have, _perhaps(other, subject), subject)
    return both_have


def _unknown_of_both(one: Value, other: Value) -> Value:
    """Where one of the sets is known, its elements are all that both can have."""
    return (*one, *other) if one and other else ()


def _subtract(one: Value, other: Value, subject: str, _more: bool, others: bool) -> Value:
    left = unless(one, other, subject)
    return _perhaps(left, subject) if others and left != ABSENT else left


def _truths(stop: bool) -> Callable[..., Value | Atom]:
    def compute(call: Call, atom: Atom) -> Value | Atom:
        if not isinstance(atom, List):
            return refused(call, '"list" must be a list')
        result = known(Bool(not stop))
        neutral = known(Bool(not stop))
        # Of elements of unknown number, there may be none.
        further = [_perhaps(atom.rest, f"a further element of {call.subject}")] if atom.rest else []
        for element in (*atom.items, *further):
            item = tuple(one._replace(atom=Bool(False)) if isinstance(one.atom, Null) else one for one in element)
            item = instead(item, neutral, call.subject)
            if stop:
                result = negate(both(negate(result), lambda item=item: negate(item), call.subject))  # type: ignore[misc]
            else:
                result = both(result, lambda item=item: item, call.subject)  # type: ignore[misc]
        return result

    return compute


def _range(*params: int | Decimal) -> list[int | Decimal]:
    if not 1 <= len(params) <= 3:
        raise InvalidCallError('"params" must be one, two or three numbers')
    start, end = (0, params[0]) if len(params) == 1 else params[:2]
    step = params[2] if len(params) == 3 else 1 if end >= start else -1
    if (end > start and step < 0) or (end < start and step > 0):
        raise InvalidCallError('"params": the step must lead from the start to the end')
    made: list[int | Decimal] = []
    current = start
    while (current < end) if end > start else (current > end):
        made.append(current)
        if len(made) > _LONGEST_RANGE:
            raise InvalidCallError(f'"params" must stand for at most {_LONGEST_RANGE} numbers')
        current = calculate("+", current, step)
    return made


_LONGEST_RANGE = 1024


def _sum(items: object) -> int | Decimal:
    elements = items.items if isinstance(items, SetOf) else items
    if not isinstance(elements, list) or not elements:
        raise InvalidCallError('"list" must be a list of numbers, and have an element')
    numbers = list(map(_number, elements))
    total = numbers[0]
    for number_ in numbers[1:]:
        total = calculate("+", total, number_)
    return total


def _number(item: object) -> int | Decimal:
    found = number_in(item) if isinstance(item, str) else item
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise InvalidCallError('"list" must be a list of numbers')
    return found


_LIST_OF_BOOLEANS = listed("list", "bool")

FUNCTIONS: Mapping[str, Function] = {
    "alltrue": structural(_truths(stop=False), _LIST_OF_BOOLEANS),
    "anytrue": structural(_truths(stop=True), _LIST_OF_BOOLEANS),
    "matchkeys": structural(_matchkeys, listed("values"), listed("keys"), listed("searchset")),
    "range": plain(_range, variadic=number("params")),
    "setintersection": structural(
        _sets(_intersection, _unknown_of_both), setted("first_set"), variadic=setted("other_sets")
    ),
    "setproduct": structural(_setproduct, variadic=anything("sets")),
    "setsubtract": structural(_sets(_subtract, lambda one, _: one), setted("a"), setted("b")),
    "setunion": structural(
        _sets(_union, lambda one, other: (*one, *other)), setted("first_set"), variadic=setted("other_sets")
    ),
    "sum": plain(_sum, anything("list")),
    "transpose": structural(_transpose, Parameter("values", Collection("map", Collection("list", STRING)))),
}
