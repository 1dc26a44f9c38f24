"""Indexing and attributes, also of resources and modules that stand as one unknown."""

import json
from collections.abc import Iterable, Sequence

from checker.frontends.terraform.configuration.elements import invalid
from checker.frontends.terraform.configuration.hidden import is_marked, marked, unmarked
from checker.frontends.terraform.configuration.scope import Scope
from checker.values import (
    Alternative,
    Assumption,
    Atom,
    Basis,
    Cause,
    List,
    Map,
    Text,
    Unknown,
    Value,
    join,
)
from checker.values.operations import (
    capped,
    index,
)

# Bound where `try` or `can` looks at whether an expression fails.
ATTEMPTED = "try"


def get(container: Value, key: Value, scope: Scope, subject: str) -> Value:
    """`container[key]`, also of resources and modules that stand as one unknown."""
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
        result.extend(_misses(ordinary, key, subject))
    return capped(result, subject)


def broken(alternative: Alternative, subject: str) -> Alternative:
    """The alternative, failing."""
    return Alternative(invalid(subject), alternative.given, alternative.trail)


def _misses(holders: Sequence[Alternative], key: Value, subject: str) -> Iterable[Alternative]:
    """Where a failure has consequences: a key that is not known may be none of those that there are."""
    for holder in holders:
        for chosen in key:
            given = join(holder.given, chosen.given)
            identity = _open_identity(chosen.atom)
            if given is None or identity is None or not isinstance(holder.atom, List | Map):
                continue
            keys = holder.atom.entries if isinstance(holder.atom, Map) else range(len(holder.atom.items))
            none = tuple(Assumption(identity, json.dumps(name, ensure_ascii=False), False, Basis.OPEN) for name in keys)
            missed = join(given, none)
            if missed is not None:
                yield Alternative(invalid(f"{subject} has no such key"), missed)


def _open_identity(atom: Atom) -> str | None:
    match atom:
        case Unknown(Cause.INVALID):
            return None
        case Unknown():
            return atom.identity
        case Text():
            return atom.identity() if atom.holes else None
        case _:
            return None
