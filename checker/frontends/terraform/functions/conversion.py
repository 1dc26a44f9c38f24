"""The type conversion functions."""

from collections.abc import Callable, Mapping

from checker.frontends.terraform.configuration.elements import invalid, set_of
from checker.frontends.terraform.configuration.types import alike, primitive, unified
from checker.frontends.terraform.functions.calling import Call, Function, refused
from checker.frontends.terraform.functions.structural import pushed
from checker.values import Atom, Bool, Cause, List, Map, Null, Unknown, Value
from checker.values.operations import unknown


def _converting(make: Callable[[Atom], Atom | None], wanted: str) -> Function:
    def function(call: Call) -> Value:
        if len(call.args) != 1:
            return refused(call, "wrong number of arguments")
        result = []
        for one in pushed(call.args[0]):
            if isinstance(one.atom, Null | Unknown):
                result.append(one)
                continue
            made = make(one.atom)
            result.append(one._replace(atom=invalid(f"{call.subject}: not {wanted}") if made is None else made))
        return tuple(result)

    return function


def _to_list(atom: Atom) -> Atom | None:
    if not isinstance(atom, List) or not alike(atom.items):
        return None
    return List(tuple(unified(list(atom.items))), atom.rest)


def _to_set(atom: Atom) -> Atom | None:
    if not isinstance(atom, List) or not alike(atom.items):
        return None
    return set_of(unified(list(atom.items)), atom.rest)


def _to_map(atom: Atom) -> Atom | None:
    if not isinstance(atom, Map) or not alike(atom.entries.values()):
        return None
    return Map(dict(zip(atom.entries, unified(list(atom.entries.values())), strict=True)), atom.rest)


def _sensitive(call: Call) -> Value:
    if len(call.args) != 1:
        return refused(call, "wrong number of arguments")
    return unknown(Cause.SENSITIVE, call.subject, identity=f"{call.subject}:{call.place.column}")


def _same(call: Call) -> Value:
    return call.args[0] if len(call.args) == 1 else refused(call, "wrong number of arguments")


def _is_sensitive(call: Call) -> Value:
    if len(call.args) != 1:
        return refused(call, "wrong number of arguments")
    return tuple(
        one._replace(atom=Bool(isinstance(one.atom, Unknown) and one.atom.cause is Cause.SENSITIVE))
        if not isinstance(one.atom, Unknown) or one.atom.cause is Cause.SENSITIVE
        else one._replace(atom=one.atom.derived(f"issensitive({one.atom.identity})"))
        for one in call.args[0]
    )


def _type(call: Call) -> Value:
    return refused(call, "`type` is only for the console")


FUNCTIONS: Mapping[str, Function] = {
    "ephemeralasnull": _same,
    "issensitive": _is_sensitive,
    "nonsensitive": _same,
    "sensitive": _sensitive,
    "tobool": _converting(lambda atom: primitive(atom, "bool"), "a truth value"),
    "tolist": _converting(_to_list, "a list"),
    "tomap": _converting(_to_map, "a map"),
    "tonumber": _converting(lambda atom: primitive(atom, "number"), "a number"),
    "toset": _converting(_to_set, "a set"),
    "tostring": _converting(lambda atom: primitive(atom, "string"), "a text"),
    "type": _type,
}
