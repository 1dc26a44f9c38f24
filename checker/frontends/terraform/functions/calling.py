"""How functions are called: their parameters, the conversion of arguments, and constructors of functions.

A function takes the values of its arguments and returns a value. Most are made with `plain`, which passes ordinary
Python data. Functions that keep holes, trails and alternatives apart work on values themselves.
"""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from checker.errors import BedrockEolError
from checker.frontends.protocol import holding
from checker.frontends.terraform.configuration.elements import (
    invalid,
    is_marked,
    marked,
    set_of,
    unknowns_in,
    unmarked,
    why_open,
    written_out,
)
from checker.frontends.terraform.configuration.scope import Scope
from checker.frontends.terraform.configuration.types import (
    ANY,
    STRING,
    Collection,
    Primitive,
    Type,
    convert,
    no_default,
)
from checker.immutable import immutable
from checker.source import Location
from checker.values import (
    MOST_CHARACTERS,
    Alternative,
    Atom,
    Bool,
    Cause,
    Json,
    Kind,
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
from checker.values.operations import after, concat, flat_map, identity_of, there, unknown

# The parameters of functions, and the conversion of arguments to them.


@immutable
class Parameter:
    """A parameter, with the name and the type in `terraform metadata functions`.

    `bits`: an integer of at most this many bits is required. `keeps_json`: lazy JSON is passed without writing it out.
    """

    name: str
    type: Type
    is_nullable: bool = False
    bits: int = 0
    keeps_json: bool = False

    def converted(self, argument: Value, subject: str) -> Value:
        """The argument, converted to the type; invalid if that fails."""
        if self.type == STRING and all(type(one.atom) is Text for one in argument):
            # The most common case.
            return argument
        return tuple(made for one in argument for made in self._converted(one, subject))

    def _converted(self, one: Alternative, subject: str) -> Value:
        match one.atom:
            case Null():
                return (one,) if self.is_nullable else self._refused(one, subject, "not be null")
            case Unknown(shape=None):
                return (one,)
            case Unknown() as hole:
                # Keep what it never contains: a hole can use that.
                return (one._replace(atom=Text((hole,))),) if self.type == STRING else (one,)
            case Json() if self.type == STRING and not self.keeps_json:
                return concat([(one,)], subject)
        if self.type == ANY:
            return (one,)
        made = convert((one,), self.type, no_default, subject)
        if self.type == _STRINGS:
            made = tuple(each._replace(atom=_written_items(each.atom)) for each in made)
        atom = made[0].atom
        if _is_invalid(atom) or (isinstance(atom, List) and any(map(is_invalid, atom.items))):
            return self._refused(one, subject, f"be {_described(self.type)}")
        if self.bits and isinstance(atom, Number) and not _is_whole(atom.value, self.bits):
            return self._refused(one, subject, f"be a whole number of at most {self.bits} bits")
        return made

    def _refused(self, one: Alternative, subject: str, must: str) -> Value:
        return (Alternative(invalid(f'{subject}: "{self.name}" must {must}'), one.given, one.trail),)


def _written_items(atom: Atom) -> Atom:
    if not isinstance(atom, List):
        return atom
    return List(tuple(map(written_out, atom.items)), written_out(atom.rest), atom.kind)


def _is_invalid(atom: Atom) -> bool:
    return isinstance(atom, Unknown) and atom.cause is Cause.INVALID


def is_invalid(value: Value) -> bool:
    """True if a value is certainly an error."""
    return bool(value) and all(_is_invalid(one.atom) for one in value)


def _is_whole(number: int | Decimal, bits: int) -> bool:
    return isinstance(number, int) and -(1 << (bits - 1)) <= number < 1 << (bits - 1)


def _described(wanted: Type) -> str:
    match wanted:
        case Primitive("string"):
            return "a string"
        case Primitive("bool"):
            return "a boolean"
        case Primitive(name):
            return f"a {name}"
        case Collection(name, Primitive("any")):
            return f"a {name} whose elements have one type"
        case Collection(name, Primitive(element)):
            return f"a {name} of {element}s"
        case Collection(name, element):
            return f"a {name} each of whose elements is {_described(element)}"
        case _:
            raise AssertionError(wanted)


_STRINGS = Collection("list", STRING)


def string(name: str) -> Parameter:
    """A string; numbers and booleans are converted."""
    return Parameter(name, STRING)


def document(name: str) -> Parameter:
    """A string that is parsed as JSON; lazy JSON stays lazy."""
    return Parameter(name, STRING, keeps_json=True)


def strings(name: str) -> Parameter:
    """A list of strings."""
    return Parameter(name, _STRINGS)


def number(name: str) -> Parameter:
    """A number, also one written as a string."""
    return Parameter(name, Primitive("number"))


def integer(name: str, bits: int = 64) -> Parameter:
    """An integer."""
    return Parameter(name, Primitive("number"), bits=bits)


def listed(name: str, element: str = "any") -> Parameter:
    """A list, tuple or set whose elements have one type."""
    return Parameter(name, Collection("list", Primitive(element)))


def setted(name: str) -> Parameter:
    """A set, or a value that converts to one."""
    return Parameter(name, Collection("set", ANY))


def anything(name: str, *, nullable: bool = False) -> Parameter:
    """Any value; null only if `nullable`."""
    return Parameter(name, ANY, is_nullable=nullable)


# How functions are called, and constructors for them.


class Call(NamedTuple):
    """One call: the function's name as written, the values of its arguments, and its location."""

    name: str
    args: tuple[Value, ...]
    location: Location
    scope: Scope

    @property
    def subject(self) -> str:
        """What the user has to look at."""
        return f"{self.name}(…) at {self.location.file}:{self.location.line}"


Evaluate = Callable[[Call], Value]


class InvalidCallError(BedrockEolError):
    """Terraform refuses the call with these arguments; the message names the wrong argument."""


@immutable
class SetOf:
    """A set as the result of a function; Terraform keeps sets of strings sorted."""

    items: Sequence[Any]


@immutable
class Function:
    """A function of Terraform: its parameters, and an implementation that gets converted arguments.

    `most` is the function's own limit on the number of arguments. `sees_marks`: sensitive arguments are passed with
    their marks. `forgets`: an unknown result contains nothing of the other arguments; it is a digest, a count, an
    answer, or one of the arguments unchanged.
    """

    evaluate: Evaluate
    parameters: tuple[Parameter, ...] = ()
    variadic: Parameter | None = None
    most: int | None = None
    sees_marks: bool = False
    forgets: bool = False

    def __call__(self, call: Call) -> Value:
        """The value of a call; invalid if Terraform refuses it."""
        count = len(call.args)
        if count < len(self.parameters):
            return refused(call, f'"{self.parameters[count].name}" is missing')
        most = len(self.parameters) if self.variadic is None else self.most
        if most is not None and count > most:
            return refused(call, f"there is no parameter for argument {most + 1}")
        if not self.sees_marks and any(is_marked(one.atom) for argument in call.args for one in argument):
            opened = call._replace(args=tuple(map(unmarked, call.args)))
            return marked(self(opened), call.subject)
        parameters: list[Parameter] = [*self.parameters, *([self.variadic] * count if self.variadic else ())]
        args = tuple(
            one.converted(argument, call.subject) for one, argument in zip(parameters, call.args, strict=False)
        )
        failed = next((argument for argument in args if is_invalid(argument)), None)
        if failed is not None:
            return failed
        made = self.evaluate(call._replace(args=args))
        return made if self.forgets else holding(made, args)


def refused(call: Call, reason: str) -> Value:
    """The value of a call that Terraform refuses."""
    return unknown(Cause.INVALID, f"{call.subject}: {reason}")


def unsupported(name: str, location: Location, args: Sequence[Value] = ()) -> Value:
    """The value of a call that is not supported."""
    subject = f"{name}(…)"
    return holding(unknown(Cause.UNSUPPORTED_FUNCTION, subject, identity=f"{subject} at {location}"), args)


def impure(call: Call) -> Value:
    """A function whose result differs each time, or depends on the machine."""
    return unsupported(call.name, call.location)


def plain(
    compute: Callable[..., Any], *parameters: Parameter, variadic: Parameter | None = None, forgets: bool = False
) -> Function:
    """A function of ordinary data.

    An argument that is unknown, or contains something unknown, makes the result unknown.
    """

    def evaluate(call: Call) -> Value:
        if not call.args:
            return _computed(call, compute, [])

        def apply(atoms: Sequence[Atom]) -> Value | Atom:
            missing = next((found for atom in atoms for found in unknowns_in(atom)), None)
            if missing is not None:
                return derived(missing, call.name, atoms)
            return _computed(call, compute, list(map(to_python, atoms)), next(map(inner_trail, atoms), ()))

        return flat_map(call.args, apply, call.name, deep=True)

    return Function(evaluate, parameters, variadic, forgets=forgets)


def by_piece(change: Callable[[str], str]) -> Function:
    """A function that changes each character separately (`lower`): holes stay holes, with another identity."""

    def evaluate(call: Call) -> Value:
        def apply(atoms: Sequence[Atom]) -> Atom:
            atom = atoms[0]
            assert isinstance(atom, Text)
            return Text(tuple(changed(piece, change, call.name) for piece in atom.pieces))

        return flat_map(call.args, apply, call.name)

    return Function(evaluate, (Parameter("str", STRING),))


def changed(piece: Piece | Unknown, change: Callable[[str], str], name: str) -> Piece | Unknown:
    """A changed piece of a text; a hole gets another identity."""
    if isinstance(piece, Unknown):
        if piece.shape is not None and name == "lower":
            # Regions, partitions and accounts have no capitals.
            return piece
        return piece.derived(f"{name}({piece.identity})")
    return Piece(change(piece.text), piece.trail)


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
    """The result of a function that is unknown because of an argument."""
    return because.derived(f"{name}({', '.join(map(identity_of, atoms))})")


def to_python(atom: Atom) -> Any:
    """The data of an atom without unknowns and with single alternatives; sets are a `SetOf`."""
    match atom:
        case Text():
            return atom.plain
        case Number(value) | Bool(value):
            return value
        case Null():
            return None
        case List(items):
            made = [to_python(item[0].atom) for item in items]
            return SetOf(made) if atom.is_set else made
        case Map(entries):
            return {key: to_python(item[0].atom) for key, item in entries.items()}
        case _:
            raise InvalidCallError("the value is not known")


def normalized(content: str) -> str:
    """The string in the normalization form of all Terraform strings."""
    return content if content.isascii() else unicodedata.normalize("NFC", content)


def to_value(data: Any) -> Value:
    """The value of a computed result."""
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
            atom = Text((Piece(normalized(data)),) if data else ())
        case SetOf(items):
            atom = set_of([to_value(item) for item in items])
        case Mapping():
            atom = Map({key: to_value(item) for key, item in data.items()})
        case Sequence():
            atom = List(tuple(to_value(item) for item in data), (), Kind.LIST)
        case _:
            raise TypeError(f"not data: {type(data).__name__}")
    return (Alternative(atom),)


# Constructors for functions of collections that do not change the elements.


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
    return why_open((Alternative(atom),)) or Unknown(Cause.DEPLOY_TIME, call.subject, call.subject)


def as_alternatives(made: Value | Atom) -> Value:
    """A result as a value."""
    return made if isinstance(made, tuple) else (Alternative(made),)


def is_open(item: Value) -> bool:
    """True if an element, where it exists, has more than one possible value."""
    here = there(item)
    return len({identity_of(one.atom) for one in here}) > 1 or any(True for one in here for _ in unknowns_in(one.atom))
