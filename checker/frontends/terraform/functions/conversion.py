"""The type conversion functions, with `try` and `can`."""

from collections.abc import Callable, Mapping, Sequence

from checker.frontends.terraform.configuration.elements import invalid, marked, unmarked
from checker.frontends.terraform.configuration.types import ANY, Collection, convert, no_default, primitive
from checker.frontends.terraform.functions.calling import Call, Function, anything, pushed, refused
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
    Null,
    Unknown,
    Value,
    join,
)
from checker.values.operations import assume, capped

# The type conversion functions.


def _converting(make: Callable[[Atom], Atom | None], wanted: str) -> Function:
    def evaluate(call: Call) -> Value:
        result = []
        for one in pushed(call.args[0]):
            if isinstance(one.atom, Null | Unknown):
                result.append(one)
                continue
            made = make(one.atom)
            result.append(one._replace(atom=invalid(f'{call.subject}: "v" must be {wanted}') if made is None else made))
        return tuple(result)

    return Function(evaluate, (anything("v", nullable=True),))


def _collected(name: str) -> Callable[[Atom], Atom | None]:
    wanted = Collection(name, ANY)

    def make(atom: Atom) -> Atom | None:
        made = convert((Alternative(atom),), wanted, no_default, name)[0].atom
        return None if isinstance(made, Unknown) else made

    return make


def _sensitive(call: Call) -> Value:
    return marked(call.args[0], call.subject)


def _nonsensitive(call: Call) -> Value:
    return unmarked(call.args[0])


def _same(call: Call) -> Value:
    return call.args[0]


def _is_sensitive(call: Call) -> Value:
    return tuple(
        one._replace(atom=Bool(isinstance(one.atom, Unknown) and one.atom.cause is Cause.SENSITIVE))
        if not isinstance(one.atom, Unknown) or one.atom.cause is Cause.SENSITIVE
        else one._replace(atom=one.atom.derived(f"issensitive({one.atom.identity})"))
        for one in call.args[0]
    )


def _type(call: Call) -> Value:
    return refused(call, "`type` is only for the console")


_VALUE = anything("value", nullable=True)

FUNCTIONS: Mapping[str, Function] = {
    "ephemeralasnull": Function(_same, (_VALUE,)),
    "issensitive": Function(_is_sensitive, (_VALUE,), sees_marks=True, forgets=True),
    "nonsensitive": Function(_nonsensitive, (_VALUE,), sees_marks=True),
    "sensitive": Function(_sensitive, (_VALUE,), sees_marks=True),
    "tobool": _converting(lambda atom: primitive(atom, "bool"), "a boolean"),
    "tolist": _converting(_collected("list"), "a list whose elements can have one type"),
    "tomap": _converting(_collected("map"), "a map whose elements can have one type"),
    "tonumber": _converting(lambda atom: primitive(atom, "number"), "a number"),
    "toset": _converting(_collected("set"), "a set whose elements can have one type"),
    "tostring": _converting(lambda atom: primitive(atom, "string"), "a string"),
    "type": Function(_type, (_VALUE,)),
}


# `try` and `can`: the handling of expressions that fail.


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
