"""How functions are called, and the ways to make one.

A function takes the values of its arguments and gives a value. Most are made with `plain`, which hands over ordinary
Python data; those that keep holes, trails and alternatives apart work on values themselves.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from checker.errors import BedrockEolError
from checker.frontends.terraform.configuration.elements import set_of, unknowns_in
from checker.frontends.terraform.configuration.numbers import is_huge, number_in
from checker.frontends.terraform.configuration.scope import Scope
from checker.immutable import immutable
from checker.source import Place
from checker.values import (
    MOST_CHARACTERS,
    Alternative,
    Atom,
    Bool,
    Cause,
    List,
    Map,
    Null,
    Number,
    Piece,
    Text,
    TooLargeError,
    Trail,
    Unknown,
    Value,
)
from checker.values.operations import after, flat_map, format_number, identity_of, unknown


class Call(NamedTuple):
    """One call: the function's name as the user wrote it, the values of its arguments, and where it stands."""

    name: str
    args: tuple[Value, ...]
    place: Place
    scope: Scope

    @property
    def subject(self) -> str:
        """What the user has to look at."""
        return f"{self.name}(…) at {self.place.file}:{self.place.line}"


Function = Callable[[Call], Value]


class InvalidCallError(BedrockEolError):
    """Terraform refuses the call with these arguments."""


@immutable
class SetOf:
    """A set, where a function's result is one; Terraform keeps sets of texts sorted."""

    items: Sequence[Any]


def refused(call: Call, reason: str) -> Value:
    """The value of a call that Terraform refuses."""
    return unknown(Cause.INVALID, call.subject, identity=f"{call.subject}: {reason}")


def unsupported(name: str, place: Place) -> Value:
    """The value of a call that cannot be evaluated."""
    subject = f"{name}(…)"
    return unknown(Cause.UNSUPPORTED_FUNCTION, subject, identity=f"{subject} at {place}")


def impure(call: Call) -> Value:
    """A function whose result is another each time, or depends on the machine."""
    return unsupported(call.name, call.place)


# What a parameter takes; each converts the data of an argument or raises InvalidCallError.
Parameter = Callable[[Any], Any]


def as_text(data: Any) -> str:
    """A text; numbers and truth values are written out."""
    match data:
        case str():
            return data
        case bool():
            return "true" if data else "false"
        case int() | Decimal():
            return format_number(data)
        case _:
            raise InvalidCallError("a text is needed")


def as_number(data: Any) -> int | Decimal:
    """A number, also one written as text."""
    match data:
        case bool():
            raise InvalidCallError("a number is needed")
        case int() | Decimal():
            return data
        case str() if (number := number_in(data)) is not None:
            return number
        case _:
            raise InvalidCallError("a number is needed")


def as_integer(data: Any) -> int:
    """A whole number."""
    number = as_number(data)
    if is_huge(number) or number != int(number):
        raise InvalidCallError("a whole number is needed")
    return int(number)


def as_bool(data: Any) -> bool:
    """A truth value, also one written as text."""
    match data:
        case bool():
            return data
        case "true" | "1":
            return True
        case "false" | "0":
            return False
        case _:
            raise InvalidCallError("a truth value is needed")


def as_list(data: Any) -> list[Any]:
    """A list, tuple or set."""
    if isinstance(data, SetOf):
        return list(data.items)
    if isinstance(data, list):
        return data
    raise InvalidCallError("a list is needed")


def as_texts(data: Any) -> list[str]:
    """A list of texts."""
    return [as_text(item) for item in as_list(data)]


def as_map(data: Any) -> dict[str, Any]:
    """A map or object."""
    if isinstance(data, dict):
        return data
    raise InvalidCallError("a map is needed")


def anything(data: Any) -> Any:
    """Whatever it is, null too."""
    return data


def not_null(data: Any) -> Any:
    """Whatever it is, but not null."""
    if data is None:
        raise InvalidCallError("the argument must not be null")
    return data


def plain(
    compute: Callable[..., Any], *parameters: Parameter, optional: int = 0, rest: Parameter | None = None
) -> Function:
    """A function of ordinary data. `optional` parameters at the end may be left out; `rest` takes all further ones.

    An argument that is unknown, or holds something unknown, makes the result unknown.
    """

    def function(call: Call) -> Value:
        required = len(parameters) - optional
        if len(call.args) < required or (rest is None and len(call.args) > len(parameters)):
            return refused(call, "wrong number of arguments")
        kinds = [*parameters, *([rest] * len(call.args) if rest else [])]
        if not call.args:
            return _computed(call, compute, [])

        def apply(atoms: Sequence[Atom]) -> Value | Atom:
            missing = next((found for atom in atoms for found in unknowns_in(atom)), None)
            if missing is not None:
                return derived(missing, call.name, atoms)
            try:
                data = [kind(to_python(atom)) for kind, atom in zip(kinds, atoms, strict=False)]
            except InvalidCallError as error:
                return refused(call, str(error))
            return _computed(call, compute, data, next(map(inner_trail, atoms), ()))

        return flat_map(call.args, apply, call.name, deep=True, write_json=True)

    return function


def _computed(call: Call, compute: Callable[..., Any], data: Sequence[Any], trail: Trail = ()) -> Value:
    try:
        made = to_value(compute(*data))
    except InvalidCallError as error:
        return refused(call, str(error))
    return after(made, *trail) if trail else made


def inner_trail(atom: Atom) -> Trail:
    """The trail of the first piece of a text that has one."""
    if isinstance(atom, Text):
        for piece in atom.pieces:
            if isinstance(piece, Piece) and piece.trail:
                return piece.trail
    return ()


def derived(because: Unknown, name: str, atoms: Sequence[Atom]) -> Unknown:
    """The result of a function that something unknown in its arguments keeps from being known."""
    return because.derived(f"{name}({', '.join(map(identity_of, atoms))})")


def to_python(atom: Atom) -> Any:
    """The data of an atom in which nothing is unknown, with one alternative in each place; sets are a `SetOf`."""
    match atom:
        case Text():
            return atom.plain
        case Number(value) | Bool(value):
            return value
        case Null():
            return None
        case List(items, _, is_set):
            made = [to_python(item[0].atom) for item in items]
            return SetOf(made) if is_set else made
        case Map(entries):
            return {key: to_python(item[0].atom) for key, item in entries.items()}
        case _:
            raise InvalidCallError("the value is not known")


def to_value(data: Any) -> Value:
    """The value of what a function computed."""
    match data:
        case None:
            atom: Atom = Null()
        case bool():
            atom = Bool(data)
        case int() | Decimal():
            atom = Number(data)
        case str() if len(data) > MOST_CHARACTERS:
            raise TooLargeError
        case str():
            atom = Text((Piece(data),) if data else ())
        case SetOf(items):
            atom = set_of([to_value(item) for item in items])
        case Mapping():
            atom = Map({key: to_value(item) for key, item in data.items()})
        case Sequence():
            atom = List(tuple(to_value(item) for item in data))
        case _:
            raise TypeError(f"not data: {type(data).__name__}")
    return (Alternative(atom),)
