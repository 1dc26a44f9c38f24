"""The type conversion functions."""

from collections.abc import Callable, Mapping

from checker.frontends.terraform.configuration.elements import invalid
from checker.frontends.terraform.configuration.hidden import marked, unmarked
from checker.frontends.terraform.configuration.types import ANY, Collection, convert, no_default, primitive
from checker.frontends.terraform.functions.calling import Call, Function, refused
from checker.frontends.terraform.functions.parameters import anything
from checker.frontends.terraform.functions.structural import pushed
from checker.values import Alternative, Atom, Bool, Cause, Null, Unknown, Value


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
