"""`for` expressions, and objects with computed keys: collections whose elements may be absent."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import combinations, product
from typing import Any, NamedTuple

from checker.frontends.terraform.configuration.elements import Element as Item
from checker.frontends.terraform.configuration.elements import (
    broken,
    elements,
    invalid,
    is_invalid,
    key_of,
    unfolded,
    written_out,
)
from checker.frontends.terraform.configuration.scope import ROUND, Scope, shown
from checker.frontends.terraform.hcl import syntax as hcl
from checker.values import (
    Absent,
    Alternative,
    Assumption,
    Basis,
    Bool,
    Given,
    Kind,
    List,
    Map,
    Text,
    Unknown,
    Value,
    join,
    join_all,
)
from checker.values.guards import overridden
from checker.values.operations import (
    ABSENT,
    MOST_SHAPES,
    as_condition,
    assume,
    capped,
    choose,
    format_number,
    gathered,
    instead,
    kept,
    key_assumed_to_be,
    known,
    located_key,
    presences,
    reached,
    there,
    where_any,
    within,
)

Evaluate = Callable[[hcl.Expression, Scope], Value]


def written(value: object) -> str:
    """A literal as text."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Decimal():
            return format_number(value)
        case _:
            return str(value)


def bound_to(scope: Scope, key: str | None, value: str, item: Item) -> Scope:
    """The scope inside a `for`, for one element."""
    names = {value: item.here}
    if key is not None:
        names[key] = item.key
    return scope.bind(names)


def object_of(node: hcl.ObjectCons, scope: Scope, evaluate: Evaluate) -> Value:
    entries: dict[str, Value] = {}
    rest: list[Alternative] = []
    failing: list[Alternative] = []
    subject = shown(node.location)
    for item in node.items:
        value = evaluate(item.value, scope)
        if isinstance(item.key, hcl.Literal):
            entries[located_key(written(item.key.value), item.key.location)] = value
            continue
        key = written_out(evaluate(item.key, scope))
        entries = {name: _replaced(entry, key, name, value) for name, entry in entries.items()}
        named = _named(key, value, subject)
        for name, entry in named.entries.items():
            # Of a duplicate key the last one counts.
            entries[name] = instead(entry, entries.get(name, ABSENT), subject)
        rest += named.rest
        failing += named.failing
    return capped(_unless_it_fails(Alternative(Map(entries, tuple(rest), Kind.OBJECT)), failing), subject)


def _unless_it_fails(made: Alternative, failing: Sequence[Alternative]) -> list[Alternative]:
    """The result, and what fails; only the failure, if it happens in any case."""
    fails = any(set(one.given) <= set(made.given) for one in failing)
    return [*failing] if fails else [made, *failing]


def _replaced(entry: Value, key: Value, name: str, value: Value) -> Value:
    """The entry, or the value in its place, if the unknown key is the key of that entry."""
    replacing: list[Alternative] = []
    for one in key:
        if key_of(one.atom) is None and isinstance(one.atom, Unknown | Text) and not is_invalid(one.atom):
            assumed = key_assumed_to_be(one.atom, json.dumps(name, ensure_ascii=False))
            if assumed is not None:
                because = Assumption(*assumed, True, Basis.OPEN)
                made = assume(value, (because, *one.given))
                replacing += made
                if made and not one.given:
                    entry = assume(entry, (because._replace(holds=False),))
    return (*entry, *replacing)


class _Named(NamedTuple):
    """A value as the entry of each possible key, as the value of unknown keys, and as a failure."""

    entries: Mapping[str, Value]
    rest: Sequence[Alternative] = ()
    failing: Sequence[Alternative] = ()


def _named(key: Value, value: Value, subject: str) -> _Named:
    names = [_located(one) for one in key]
    if len(key) == 1 and names[0] is not None:
        # An override of the key's default makes it another key.
        absent = tuple(Alternative(Absent(), given) for given in overridden(key[0].given))
        return _Named({names[0]: (*assume(value, key[0].given), *absent)})
    entries: dict[str, list[Alternative]] = {name: [] for name in names if name is not None}
    rest: list[Alternative] = []
    failing: list[Alternative] = []
    for one, name in zip(key, names, strict=True):
        if is_invalid(one.atom):
            failing.append(one)
        elif name is None and isinstance(one.atom, Unknown | Text):
            rest += assume(value, one.given)
        elif name is None:
            failing.append(Alternative(invalid(f"{subject} has a key that is not text"), one.given))
        for other, entry in entries.items():
            entry += assume(value if other == name else ABSENT, one.given)
    return _Named({name: capped(entry, subject) for name, entry in entries.items()}, rest, failing)


def _located(key: Alternative) -> str | None:
    name = key_of(key.atom)
    if name is None:
        return None
    inner = key.atom.trail_at(0, len(name)) if isinstance(key.atom, Text) else ()
    return located_key(name, inner + key.trail)


def for_tuple(node: hcl.ForTuple, scope: Scope, evaluate: Evaluate) -> Value:
    result: list[Alternative] = []
    subject = shown(node.location)
    for holder in _collections(node.collection, scope, evaluate):
        items = elements(holder, indexed=node.key is not None)
        if items is None:
            result.append(_without_elements(holder, node.location))
            continue
        scope.module.host.spend(ROUND * len(items))
        made: list[Value] = []
        rest: list[Alternative] = []
        failing: list[Alternative] = []
        for item in items:
            inner = bound_to(scope, node.key, node.value, item)
            condition = _condition(evaluate(node.condition, inner) if node.condition else None, item, holder, failing)
            if _never(condition):
                continue
            value = evaluate(node.result, inner)
            if item.repeated:
                rest += value
            else:
                made.append(_where(condition, value, item, subject))
        result += _unless_it_fails(Alternative(List(tuple(made), tuple(rest), Kind.TUPLE), holder.given), failing)
    return capped(result, subject)


_ALWAYS: Value = (Alternative(Bool(True)),)


def _collections(collection: hcl.Expression, scope: Scope, evaluate: Evaluate) -> Value:
    return gathered(unfolded(evaluate(collection, scope), scope), shown(collection.location))


def _without_elements(alternative: Alternative, location: Any) -> Alternative:
    if isinstance(alternative.atom, Unknown):
        return alternative
    return broken(alternative, f"{shown(location)} goes through what has no elements")


def _condition(found: Value | None, item: Item, holder: Alternative, failing: list[Alternative]) -> Value:
    """The possible booleans of the condition for an element; any other value makes the whole expression fail."""
    if found is None:
        return _ALWAYS
    decided: list[Alternative] = []
    for one in as_condition(found):
        if isinstance(one.atom, Bool):
            decided.append(one)
            continue
        atom = one.atom if isinstance(one.atom, Unknown) else invalid("the condition of a for")
        for given in presences(item.value):
            joined = join_all(holder.given, given, one.given)
            if joined is not None:
                failing.append(Alternative(atom, joined, one.trail))
    return tuple(decided)


def _never(condition: Value) -> bool:
    return all(one.atom == Bool(False) and not overridden(one.given) for one in condition)


def _where(condition: Value, value: Value, item: Item, subject: str) -> Value:
    """The result for an element: it exists where the element exists and the condition holds."""
    made = value if condition is _ALWAYS else choose(condition, lambda: value, lambda: ABSENT, subject)
    return within(made, item.value, subject)


def for_object(node: hcl.ForObject, scope: Scope, evaluate: Evaluate) -> Value:
    result: list[Alternative] = []
    subject = shown(node.location)
    for holder in _collections(node.collection, scope, evaluate):
        items = elements(holder, indexed=node.key is not None)
        if items is None:
            result.append(_without_elements(holder, node.location))
            continue
        scope.module.host.spend(ROUND * len(items))
        entries: dict[str, list[Value]] = {}
        rest: list[Alternative] = []
        failing: list[Alternative] = []
        for item in items:
            inner = bound_to(scope, node.key, node.value, item)
            condition = _condition(evaluate(node.condition, inner) if node.condition else None, item, holder, failing)
            if _never(condition):
                continue
            key = written_out(evaluate(node.result_key, inner))
            named = _named(key, evaluate(node.result_value, inner), subject)
            for name, entry in named.entries.items():
                if item.repeated:
                    rest += there(entry)
                else:
                    entries.setdefault(name, []).append(_where(condition, entry, item, subject))
            rest += there(_where(condition, tuple(named.rest), item, subject))
            failing += reached(holder, _where(condition, tuple(named.failing), item, subject))
        if node.grouped:
            groups = {
                name: Alternative(List(tuple(entries[name]), tuple(rest), Kind.TUPLE)) for name in sorted(entries)
            }
            made = {name: where_any(group, entries[name], subject) for name, group in groups.items()}
            further: Value = known(List((), tuple(rest))) if rest else ()
        else:
            twice = known(invalid(f"{subject} has a key twice"))
            clashes = _clashes(list(entries.values()))
            failing += (one for given in clashes for one in kept(holder._replace(trail=()), twice, given))
            made = {name: _first_there(entries[name], subject) for name in sorted(entries)}
            further = tuple(rest)
        result += _unless_it_fails(Alternative(Map(made, further, Kind.OBJECT), holder.given), failing)
    return capped(result, subject)


def _first_there(values: Sequence[Value], subject: str) -> Value:
    made, *others = values
    for other in others:
        made = instead(made, other, subject)
    return made


def _clashes(entries: Sequence[Sequence[Value]]) -> tuple[Given, ...]:
    """The assumptions under which a key is there twice, which Terraform refuses; if they are many, that it may be."""
    found: dict[Given, None] = {}
    for one, other in (pair for values in entries for pair in combinations(values, 2)):
        for given, more in product(presences(one), presences(other)):
            joined = join(given, more)
            if joined is not None:
                found[joined] = None
        if () in found:
            return ((),)
        if len(found) > MOST_SHAPES:
            return (_SOME_KEY_TWICE,)
    return tuple(found)


_SOME_KEY_TWICE: Given = (Assumption("a key", "there twice", True, Basis.OPEN),)
