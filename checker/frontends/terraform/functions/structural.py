"""Constructors for functions of collections that do not change the elements."""

from collections.abc import Callable

from checker.frontends.terraform.configuration.elements import unknowns_in
from checker.frontends.terraform.functions.calling import Call, Function
from checker.frontends.terraform.functions.parameters import Parameter
from checker.values import (
    Alternative,
    Atom,
    Cause,
    List,
    Map,
    Unknown,
    Value,
)
from checker.values.operations import after, flat_map, identity_of, there


def structural(
    compute: Callable[..., Value | Atom],
    *parameters: Parameter,
    variadic: Parameter | None = None,
    most: int | None = None,
    unknowns: bool = False,
    forgets: bool = False,
) -> Function:
    """A function of collections that does not change their elements; it gets the call and one atom per argument."""

    def evaluate(call: Call) -> Value:
        return flat_map(
            [pushed(argument) for argument in call.args],
            lambda atoms: compute(call, *atoms),
            call.name,
            unknowns=unknowns,
        )

    return Function(evaluate, parameters, variadic, most, forgets=forgets)


def pushed(value: Value) -> Value:
    """Collections whose elements have the trail of their collection."""
    result = []
    for one in value:
        if one.trail and isinstance(one.atom, List | Map):
            one = Alternative(passed_on(one), one.given)
        result.append(one)
    return tuple(result)


def passed_on(holder: Alternative) -> Atom:
    """A list or map whose elements have the trail of their collection."""
    match holder.atom:
        case Map(entries, rest, kind):
            passed = {key: after(entry, *holder.trail) for key, entry in entries.items()}
            return Map(passed, after(rest, *holder.trail), kind)
        case List(items, rest, kind):
            return List(tuple(after(item, *holder.trail) for item in items), after(rest, *holder.trail), kind)
        case atom:
            return atom


def hidden(atom: Atom, call: Call) -> Unknown:
    """Why a collection is not fully known."""
    return next(iter(unknowns_in(atom)), Unknown(Cause.DEPLOY_TIME, call.subject, call.subject))


def as_alternatives(made: Value | Atom) -> Value:
    """A result as a value."""
    return made if isinstance(made, tuple) else (Alternative(made),)


def is_open(item: Value) -> bool:
    """True if an element, where it exists, has more than one possible value."""
    here = there(item)
    return len({identity_of(one.atom) for one in here}) > 1 or any(True for one in here for _ in unknowns_in(one.atom))
