"""The parameters of functions, and the conversion of arguments to them."""

from decimal import Decimal

from checker.frontends.terraform.configuration.elements import invalid, written_out
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
from checker.values import Alternative, Atom, Cause, Json, List, Null, Number, Text, Unknown, Value
from checker.values.operations import concat


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
