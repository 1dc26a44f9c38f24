"""Conditional choices, and the booleans that decide them."""

from collections.abc import Iterable

from checker.values.atoms import Alternative, Assumption, Basis, Bool, Cause, Given, Json, Null, Text, Unknown, Value
from checker.values.guards import join, overridden
from checker.values.operations.alternatives import Thunk, assume, capped, unknown
from checker.values.operations.identity import assumed_to_be
from checker.values.operations.texts import as_text


def choose(condition: Value, then: Thunk, otherwise: Thunk, subject: str) -> Value:
    """`then` where the condition is true, `otherwise` where it is false (`?:`, `Fn::If`).

    A branch that no alternative of the condition takes is not evaluated. If the condition rests on a default that
    anything may override, the other branch is kept as an override.
    """
    taken: list[Alternative] = []
    branches: dict[bool, Value] = {}

    def branch(holds: bool) -> Value:
        if holds not in branches:
            branches[holds] = then() if holds else otherwise()
        return branches[holds]

    for atom, given, trail in as_condition(condition):
        match atom:
            case Bool(holds):
                taken.extend(assume(branch(holds), given))
                for other in overridden(given):
                    taken.extend(assume(branch(not holds), other))
                    taken.extend(_only_by_override(branch(holds), given, other))
            case Unknown():
                taken.append(Alternative(atom, given, trail))
            case _:
                what = "null" if isinstance(atom, Null) else "neither true nor false"
                reason = f"{subject} has a condition that is {what}"
                taken.extend(assume(unknown(Cause.INVALID, subject, identity=reason), given))
    return capped(taken, subject)


def _only_by_override(value: Value, given: Given, other: Given) -> Value:
    """The alternatives of `other` that only an override of a default in `given` reaches."""
    return assume(tuple(one for one in value if join(given, one.given) is None), other)


def as_condition(value: Value) -> Value:
    """The value as booleans. An unknown is both, each under its own assumption."""
    result: list[Alternative] = []
    for alternative in value:
        atom = alternative.atom
        match atom:
            case Unknown() if atom.cause is not Cause.INVALID:
                result.extend(true_and_false(atom.identity, "true", alternative))
            case Text() if atom.plain in {"true", "false"}:
                result.append(alternative._replace(atom=Bool(atom.plain == "true")))
            case Text() if atom.holes and any(assumed_to_be(atom, word) for word in ("true", "false")):
                found = assumed_to_be(atom, "true")
                result.extend(
                    true_and_false(*found, alternative) if found else [alternative._replace(atom=Bool(False))]
                )
            case Json():
                result.extend(as_condition(as_text(alternative)))
            case _:
                result.append(alternative)
    return tuple(result)


def true_and_false(subject: str, value: str, alternative: Alternative) -> Iterable[Alternative]:
    """True under the assumption that the subject has the value; false under the opposite one."""
    for holds in (True, False):
        given = join((Assumption(subject, value, holds, Basis.OPEN),), alternative.given)
        if given is not None:
            yield Alternative(Bool(holds), given, alternative.trail)


def negate(value: Value) -> Value:
    """`!value`."""
    return tuple(
        one._replace(atom=Bool(not one.atom.value)) if isinstance(one.atom, Bool) else one
        for one in as_condition(value)
    )


def both(left: Value, right: Thunk, subject: str) -> Value:
    """`left && right`."""
    return _logical(left, right, stop=False, subject=subject)


def either(left: Value, right: Thunk, subject: str) -> Value:
    """`left || right`."""
    return _logical(left, right, stop=True, subject=subject)


def _logical(left: Value, right: Thunk, *, stop: bool, subject: str) -> Value:
    result: list[Alternative] = []
    evaluated: Value | None = None
    for alternative in as_condition(left):
        if isinstance(alternative.atom, Bool) and alternative.atom.value is stop:
            result.append(alternative)
        elif isinstance(alternative.atom, Bool):
            if evaluated is None:
                evaluated = as_condition(right())
            result.extend(assume(evaluated, alternative.given))
        else:
            result.append(alternative)
    return capped(result, subject)
