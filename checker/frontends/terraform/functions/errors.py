"""`try` and `can`: the handling of expressions that fail."""

from collections.abc import Callable, Sequence

from checker.frontends.terraform.configuration.elements import invalid
from checker.values import (
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Given,
    Json,
    List,
    Map,
    Unknown,
    Value,
    join,
)
from checker.values.operations import assume, capped


def try_(attempts: Sequence[Callable[[], Value]], subject: str) -> Value:
    """The first attempt that does not fail; an unknown one may or may not fail."""
    if not attempts:
        return (Alternative(invalid(f"{subject}: try needs an argument")),)
    result: list[Alternative] = []
    fallback: Value | None = None
    for one in attempts[0]():
        failures = failing(one.atom)
        if () not in failures:
            result.append(one)
        for given in failures if () not in failures else [()]:
            under = join(one.given, given)
            if under is not None and len(attempts) > 1:
                fallback = try_(attempts[1:], subject) if fallback is None else fallback
                result.extend(assume(fallback, under))
            elif under is not None:
                result.append(one)
        if isinstance(one.atom, Unknown) and not failures and len(attempts) > 1:
            under = join(one.given, (fails(one.atom),))
            if under is not None:
                fallback = try_(attempts[1:], subject) if fallback is None else fallback
                result.extend(assume(fallback, under))
    return capped(result, subject)


def fails(unknown: Unknown) -> Assumption:
    """The assumption that an unknown value turns out to be an error."""
    return Assumption(unknown.identity, "an error", True, Basis.OPEN)


def can(attempts: Sequence[Callable[[], Value]], subject: str) -> Value:
    """Whether the attempt succeeds."""
    if len(attempts) != 1:
        return (Alternative(invalid(f"{subject}: can needs one argument")),)
    result: list[Alternative] = []
    for one in attempts[0]():
        failures = failing(one.atom)
        if () in failures:
            result.append(Alternative(Bool(False), one.given))
            continue
        for given in failures:
            under = join(one.given, given)
            if under is not None:
                result.append(Alternative(Bool(False), under))
        result.append(Alternative(Bool(True), one.given))
        if isinstance(one.atom, Unknown):
            under = join(one.given, (fails(one.atom),))
            if under is not None:
                result.append(Alternative(Bool(False), under))
    return capped(result, subject)


def failing(atom: Atom) -> list[Given]:
    """The assumptions under which the evaluation of an atom fails: `()` if it always fails."""
    match atom:
        case Unknown(Cause.INVALID):
            return [()]
        case List(items):
            values: Sequence[Value] = items
        case Map(entries):
            values = list(entries.values())
        case Json(value):
            values = [value]
        case _:
            return []
    found: list[Given] = []
    for value in values:
        for one in value:
            for given in failing(one.atom):
                under = join(one.given, given)
                if under is not None:
                    found.append(under)
    return list(dict.fromkeys(found))
