"""Indexes and attributes, also of resources and modules that are one unknown."""

import json
from collections.abc import Iterable, Mapping

from checker.frontends.terraform.configuration.elements import invalid, is_invalid
from checker.frontends.terraform.configuration.hidden import is_marked, marked, unmarked
from checker.frontends.terraform.configuration.scope import Scope
from checker.values import (
    Alternative,
    Assumption,
    Atom,
    Basis,
    Given,
    List,
    Map,
    Number,
    Text,
    Unknown,
    Value,
    join,
)
from checker.values.operations import (
    absences,
    assume,
    capped,
    index,
    literal,
    shapes,
)

# Set where `try` or `can` tests whether an expression fails.
ATTEMPTED = "try"


def get(container: Value, key: Value, scope: Scope, subject: str) -> Value:
    """`container[key]`, also of resources and modules that are one unknown."""
    result: list[Alternative] = []
    ordinary: list[Alternative] = []
    for holder in container:
        made = None
        if isinstance(holder.atom, Unknown) and holder.atom.target is not None and not holder.atom.target.attribute:
            names = [one.atom.plain if isinstance(one.atom, Text) else None for one in key]
            if len(names) == 1 and names[0] is not None:
                made = scope.module.attribute(holder.atom, names[0])
        if is_marked(holder.atom):
            result.extend(marked(get(unmarked((holder,)), key, scope, subject), subject))
        elif isinstance(holder.atom, List) and holder.atom.is_set:
            result.append(broken(holder, f"{subject} is a set, which has no indices"))
        elif made is None:
            ordinary.append(holder)
        else:
            for atom, given, trail in made:
                joined = join(holder.given, given)
                if joined is not None:
                    result.append(Alternative(atom, joined, trail + holder.trail))
    if ordinary:
        result.extend(index(tuple(ordinary), key, subject))
    if ATTEMPTED in scope.names:
        result.extend(_misses(tuple(ordinary), key, subject))
    return capped(result, subject)


def broken(alternative: Alternative, subject: str) -> Alternative:
    """The alternative as a failure."""
    return Alternative(invalid(subject), alternative.given, alternative.trail)


def _misses(holders: Value, key: Value, subject: str) -> Iterable[Alternative]:
    """Where a failure has consequences: the key may be missing."""
    lists = tuple(one for one in holders if isinstance(one.atom, List))
    for holder in (*shapes(lists, subject), *(one for one in holders if isinstance(one.atom, Map))):
        assert isinstance(holder.atom, Map | List)
        pairs = holder.atom.entries.items() if isinstance(holder.atom, Map) else enumerate(holder.atom.items)
        elements: dict[object, Value] = dict(pairs)
        for chosen in key:
            given = join(holder.given, chosen.given)
            if given is None or is_invalid(chosen.atom):
                continue
            for missing in _missing(holder.atom, elements, chosen.atom, subject):
                missed = join(given, missing)
                if missed is not None:
                    yield Alternative(invalid(f"{subject} has no such key"), missed)


def _missing(whole: Map | List, elements: Mapping[object, Value], key: Atom, subject: str) -> Iterable[Given]:
    """The assumptions under which a key is missing, in addition to those that `index` returns."""
    identity = _open_identity(key)
    if identity is None:
        if whole.rest:
            # None of the elements whose keys are not known has it either.
            element = elements.get(_plain(key))
            gone = Assumption(f"{subject}[{literal(key)}]", "there", False, Basis.OPEN)
            yield from ((gone, *absent) for absent in ([()] if element is None else absences(element)))
        return
    named = {name: json.dumps(name, ensure_ascii=False) for name in elements}
    yield tuple(Assumption(identity, written, False, Basis.OPEN) for written in named.values())
    for name, element in elements.items():
        for absent in absences(element):
            yield (Assumption(identity, named[name], True, Basis.OPEN), *absent)


def _plain(key: Atom) -> object:
    return key.plain if isinstance(key, Text) else key.value if isinstance(key, Number) else None


def _open_identity(atom: Atom) -> str | None:
    match atom:
        case Unknown():
            return atom.identity
        case Text():
            return atom.identity() if atom.holes else None
        case _:
            return None


def unfolded(value: Value, scope: Scope) -> Value:
    """The value with resources and modules that are one unknown expanded to maps."""
    if not any(isinstance(one.atom, Unknown) and one.atom.target and not one.atom.target.attribute for one in value):
        return value
    result: list[Alternative] = []
    for alternative in value:
        whole = scope.module.whole(alternative.atom) if isinstance(alternative.atom, Unknown) else None
        if whole is None:
            result.append(alternative)
        else:
            result.extend(one._replace(trail=one.trail + alternative.trail) for one in assume(whole, alternative.given))
    return tuple(result)
