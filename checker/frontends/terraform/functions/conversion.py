"""The type conversion functions, with `try` and `can`."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from checker.frontends.terraform.configuration.elements import invalid, marked, open_failures, unmarked
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
from checker.values.guards import digest
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


def try_(attempts: Sequence[Callable[[], Value]], subject: str, number: int = 1) -> Value:
    """The first attempt that does not fail; an unknown one may or may not fail. `number` is that of the first."""
    if not attempts:
        return (Alternative(invalid(f"{subject}: try needs an argument")),)
    made = attempts[0]()
    if len(attempts) == 1:
        return made
    failed = _failures(made)
    if len(failed) > 1 and all(each.basis is Basis.OPEN for given in failed for each in given):
        # One assumption instead of several, since it is one value that stands in.
        tried = f"try(…) at {subject} #{digest(made)}"
        failed = [(Assumption(tried, f"argument {number + 1}", True, Basis.OPEN),)]
    result = list(_successes(made, failed))
    if failed:
        fallback = try_(attempts[1:], subject, number + 1)
        for given in failed:
            result.extend(assume(fallback, given))
    return capped(result, subject)


def can(attempts: Sequence[Callable[[], Value]], subject: str) -> Value:
    """Whether the attempt succeeds."""
    if len(attempts) != 1:
        return (Alternative(invalid(f"{subject}: can needs one argument")),)
    made = attempts[0]()
    failed = _failures(made)
    result = [Alternative(Bool(True), one.given) for one in _successes(made, failed)]
    return capped([*result, *(Alternative(Bool(False), given) for given in failed)], subject)


def _failures(made: Value) -> list[Given]:
    """The assumptions under which an attempt fails, or may fail."""
    failed: list[Given] = []
    for one in made:
        for given in failing(one.atom) or open_failures(one.atom):
            under = join(one.given, given)
            if under is not None:
                failed.append(under)
    return list(dict.fromkeys(failed))


def _successes(made: Value, failed: Sequence[Given]) -> Iterator[Alternative]:
    """The alternatives that do not fail, under the assumption that the attempt does not."""
    for one in made:
        if () not in failing(one.atom):
            for given in _outside(one.given, failed):
                yield one._replace(given=given)


def _outside(given: Given, failed: Sequence[Given]) -> list[Given]:
    """The assumptions, divided into those under which none of the others hold; whole where that cannot be told."""
    parts = [given]
    for other in failed:
        parts = [each for part in parts for each in _without(part, other)]
        if len(parts) > _MOST_PARTS:
            return [given]
    return parts


# More assumptions tell a reader nothing.
_MOST_PARTS = 16


def _without(given: Given, other: Given) -> list[Given]:
    open_ = [each for each in other if each.basis is Basis.OPEN and each not in given]
    if not open_ or join(given, other) is None:
        return [given]
    parts: list[Given] = []
    for each in open_:
        part = join(given, (each._replace(holds=not each.holds),))
        if part is not None:
            parts.append(part)
        further = join(given, (each,))
        if further is None:
            break
        given = further
    return parts


def failing(atom: Atom) -> list[Given]:
    """The assumptions under which the evaluation of an atom fails: `()` if it always fails."""
    further: Value = ()
    match atom:
        case Unknown(Cause.INVALID):
            return [()]
        case List(items, further):
            values: Sequence[Value] = items
        case Map(entries, further):
            values = list(entries.values())
        case Json(value):
            values = [value]
        case _:
            return []
    found = [given for value in values for given in _failing_in(value)]
    for given in _failing_in(further):
        # There need not be further elements.
        there = Assumption(f"a further element #{digest(further)}", "an error", True, Basis.OPEN)
        found.append(given or (there,))
    return list(dict.fromkeys(found))


def _failing_in(value: Value) -> Iterator[Given]:
    for one in value:
        for given in failing(one.atom):
            under = join(one.given, given)
            if under is not None:
                yield under
