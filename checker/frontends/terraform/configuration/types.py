"""Type constraints of variables, the conversion of values to them, and numbers."""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, Context, Decimal, DecimalException

from checker.errors import BedrockEolError
from checker.frontends.protocol import names_in
from checker.frontends.terraform.configuration.elements import invalid, part_of, set_of
from checker.frontends.terraform.hcl import parse_expression
from checker.frontends.terraform.hcl import syntax as hcl
from checker.immutable import immutable
from checker.values import (
    Absent,
    Alternative,
    Assumption,
    Atom,
    Basis,
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
    Unknown,
    Value,
)
from checker.values.operations import NULL, after, assume, instead, known, literal

# Terraform's numbers: decimal, with a mantissa of 512 bits.

# As precise as Terraform, so that equality is the same.
ARITHMETIC = Context(prec=154, rounding=ROUND_DOWN)


def calculate(sign: str, one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """The result of `+ - * / %`. Raises ZeroDivisionError or DecimalException."""
    if sign == "%" and other == 0:
        # In Terraform the quotient is infinite, and the remainder is the whole number.
        return one
    if isinstance(one, int) and isinstance(other, int) and sign != "/" and _is_ordinary(one, other):
        match sign:
            case "+":
                return one + other
            case "-":
                return one - other
            case "*":
                return one * other
            case _:
                # The remainder has the sign of the dividend.
                return abs(one) % abs(other) * (-1 if one < 0 else 1)
    left, right = Decimal(one), Decimal(other)
    match sign:
        case "+":
            result = ARITHMETIC.add(left, right)
        case "-":
            result = ARITHMETIC.subtract(left, right)
        case "*":
            result = ARITHMETIC.multiply(left, right)
        case "/":
            result = ARITHMETIC.divide(left, right)
        case _:
            result = ARITHMETIC.remainder(left, right)
    return tidy(result)


def _is_ordinary(*numbers: int) -> bool:
    return all(number.bit_length() < 2000 for number in numbers)


def is_huge(number: int | Decimal) -> bool:
    """True for a number with too many digits to write out."""
    return isinstance(number, Decimal) and number.adjusted() >= 400


def tidy(value: Decimal) -> int | Decimal:
    """The number as an int, if it is an integer of ordinary size."""
    return int(value) if value.adjusted() < 400 and value == value.to_integral_value() else value


def as_number(atom: Atom) -> int | Decimal | None:
    """The number that an atom is, or that a string writes; None if there is none."""
    match atom:
        case Number(value):
            return value
        case Text():
            return number_in(atom.plain or "")
        case _:
            return None


def number_in(written: str) -> int | Decimal | None:
    """The number in a string; None if it is none."""
    if not written or not written.isascii() or "_" in written or not (written[0].isdigit() or written[0] in "-+."):
        return None
    try:
        value = Decimal(written)
    except DecimalException:
        return None
    return tidy(value) if value.is_finite() else None


# Type constraints of variables, and the conversion of values to them.


class TypeConstraintError(BedrockEolError):
    """The expression is not a type constraint."""


@immutable
class Primitive:
    """`string`, `number`, `bool` or `any`."""

    name: str


@immutable
class Collection:
    """`list(…)`, `set(…)` or `map(…)`."""

    name: str
    element: "Type"


@immutable
class TupleType:
    """`tuple([…])`."""

    elements: tuple["Type", ...]


@immutable
class Field:
    """An attribute of an object type. `default` is the second argument of `optional`, None if there is none."""

    type: "Type"
    optional: bool = False
    default: hcl.Expression | None = None


@immutable
class ObjectType:
    """`object({…})`."""

    fields: Mapping[str, Field]


Type = Primitive | Collection | TupleType | ObjectType

ANY = Primitive("any")
STRING = Primitive("string")
_PRIMITIVES = {name: Primitive(name) for name in ("string", "number", "bool", "any")}


def parse_type(node: hcl.Expression) -> Type:
    """Parses a type constraint. Raises TypeConstraintError."""
    match node:
        case hcl.RootName("list" | "set" | "map" as name):
            # Before Terraform 0.12 the element type could be omitted.
            return Collection(name, ANY)
        case hcl.RootName(name) if name in _PRIMITIVES:
            return _PRIMITIVES[name]
        case hcl.Literal(str(name)) if name in _PRIMITIVES:
            return _PRIMITIVES[name]
        case hcl.Literal(str(name)) if name in {"list", "map"}:
            return Collection(name, STRING)
        case hcl.Literal(str(written), location):
            return parse_type(parse_expression(written, location.file, location.line, location.column))
        case hcl.Parens(inner) | hcl.TemplateWrap(inner):
            return parse_type(inner)
        case hcl.Call("list" | "set" | "map" as name, (element,)):
            return Collection(name, parse_type(element))
        case hcl.Call("tuple", (hcl.TupleCons(items),)):
            return TupleType(tuple(map(parse_type, items)))
        case hcl.Call("object", (hcl.ObjectCons(items),)):
            return ObjectType({_field_name(item.key): _field(item.value) for item in items})
        case _:
            raise TypeConstraintError("this is not a type: expected string, number, bool, any, list(…), map(…), …")


def _field_name(key: hcl.Expression) -> str:
    match key:
        case hcl.Literal(str(name)) | hcl.RootName(name):
            return name
        case _:
            raise TypeConstraintError("the attribute names of an object type must be written out")


def _field(node: hcl.Expression) -> Field:
    match node:
        case hcl.Call("optional", (inner,)):
            return Field(parse_type(inner), optional=True)
        case hcl.Call("optional", (inner, default)):
            return Field(parse_type(inner), optional=True, default=default)
        case _:
            return Field(parse_type(node))


Evaluate = Callable[[hcl.Expression], Value]


def no_default(_expression: hcl.Expression) -> Value:
    """For conversions to a type without optional attributes."""
    raise AssertionError("there is no default to evaluate")


def convert(value: Value, wanted: Type, evaluate: Evaluate, subject: str) -> Value:
    """Converts the value to a type. What cannot be converted is invalid; null does not change.

    `evaluate` is for the defaults of optional attributes.
    """
    if wanted == ANY:
        return value
    return tuple(made for one in value for made in _converted(one, wanted, evaluate, subject))


def _converted(alternative: Alternative, wanted: Type, evaluate: Evaluate, subject: str) -> Value:
    atom, given, trail = alternative
    if isinstance(atom, Unknown):
        return _of_unknown(alternative, wanted, evaluate, subject)
    if isinstance(atom, Null | Absent):
        return (alternative,)
    made: Atom | None = None
    match wanted:
        case Primitive(name):
            made = primitive(atom, name)
        case Collection("map", element):
            if isinstance(atom, Map):
                values = _elements([*atom.entries.values(), atom.rest], element, evaluate, subject)
                if values is not None:
                    made = Map(dict(zip(atom.entries, values, strict=False)), values[-1], _kind("map", element, values))
        case Collection(name, element):
            if isinstance(atom, List):
                values = _elements([*atom.items, atom.rest], element, evaluate, subject)
                if values is not None:
                    *items, rest = values
                    kind = _kind(name, element, values)
                    made = List((set_of(items, rest) if name == "set" else List(tuple(items))).items, rest, kind)
        case TupleType(kinds):
            if isinstance(atom, List) and (atom.rest or len(atom.items) == len(kinds)):
                pairs = zip(atom.items, kinds, strict=False)
                made = List(
                    tuple(convert(item, kind, evaluate, subject) for item, kind in pairs), atom.rest, Kind.TUPLE
                )
        case ObjectType(fields):
            if isinstance(atom, Map):
                made = _object(atom, fields, evaluate, subject)
    if made is None:
        return (Alternative(invalid(f"{subject} has not the type that it is declared with"), given, trail),)
    return (Alternative(made, given, trail),)


def _elements(values: list[Value], element: Type, evaluate: Evaluate, subject: str) -> list[Value] | None:
    """The elements of a collection, converted to one type; None if that is impossible."""
    return unified(values) if element == ANY else [convert(value, element, evaluate, subject) for value in values]


def _kind(name: str, element: Type, values: Sequence[Value]) -> Kind:
    """The type of a collection, with that of its elements if it is declared."""
    if element == ANY:
        return Kind(name, None if any(values) else "")
    return Kind(name, _written(element))


def _written(wanted: Type) -> str:
    """The type as text, equal for equal types; defaults of attributes are not part of it."""
    match wanted:
        case Primitive(name):
            return name
        case Collection(name, element):
            return f"{name}({_written(element)})"
        case TupleType(elements):
            return f"tuple([{', '.join(map(_written, elements))}])"
        case ObjectType(fields):
            parts = (f"{key}={_written(field.type)}" for key, field in sorted(fields.items()))
            return f"object({{{', '.join(parts)}}})"


def _object(atom: Map, fields: Mapping[str, Field], evaluate: Evaluate, subject: str) -> Atom:
    entries: dict[str, Value] = {}
    for name, field in fields.items():
        item = atom.entries.get(name)
        if item is None:
            if atom.rest:
                item = atom.rest
            elif not field.optional:
                return invalid(f"{subject} lacks the attribute {name}")
            else:
                item = NULL
        lacking = NULL if field.optional else (Alternative(invalid(f"{subject} lacks the attribute {name}")),)
        item = instead(item, lacking, subject)
        converted = convert(item, field.type, evaluate, subject)
        if field.default is not None and any(isinstance(one.atom, Null) for one in converted):
            default = convert(evaluate(field.default), field.type, evaluate, subject)
            replaced: list[Alternative] = []
            for one in converted:
                if isinstance(one.atom, Null):
                    replaced.extend(Alternative(d.atom, one.given, d.trail) for d in default)
                else:
                    replaced.append(one)
            converted = tuple(replaced)
        entries[name] = converted
    return Map(entries, (), Kind.OBJECT)


def _of_unknown(alternative: Alternative, wanted: Type, evaluate: Evaluate, subject: str) -> Value:
    """The unknown value; also without its optional attributes, if their defaults name models."""
    atom, given, trail = alternative
    if not isinstance(atom, Unknown) or atom.cause is Cause.INVALID or atom.target is not None:
        return (alternative,)
    if not _has_defaults(wanted):
        return (alternative,)
    by_default = after(_with_defaults(atom, wanted, evaluate, subject), *trail)
    if not any(True for one in by_default for _ in names_in(one)):
        return (alternative,)
    left, written = (
        Assumption(f"each optional attribute of {atom.subject}", "left out", holds, Basis.OPEN)
        for holds in (True, False)
    )
    return (*assume(by_default, (left, *given)), *assume((alternative,), (written,)))


def _has_defaults(wanted: Type) -> bool:
    match wanted:
        case Collection(_, element):
            return _has_defaults(element)
        case TupleType(elements):
            return any(map(_has_defaults, elements))
        case ObjectType(fields):
            return any(field.default is not None or _has_defaults(field.type) for field in fields.values())
        case _:
            return False


def _with_defaults(whole: Unknown, wanted: Type, evaluate: Evaluate, subject: str) -> Value:
    """An unknown value of a type whose optional attributes are all left to their defaults."""
    match wanted:
        case ObjectType(fields):
            entries = {}
            for name, field in fields.items():
                part = whole.derived(f"{whole.identity}.{name}")
                entries[name] = (
                    _with_defaults(part, field.type, evaluate, subject)
                    if field.default is None
                    else convert(evaluate(field.default), field.type, evaluate, subject)
                )
            return known(Map(entries, (), Kind.OBJECT))
        case Collection("map", element):
            rest = _with_defaults(part_of(whole, "each"), element, evaluate, subject)
            return known(Map({}, rest, _kind("map", element, [rest])))
        case Collection(name, element):
            rest = _with_defaults(part_of(whole, "each"), element, evaluate, subject)
            return known(List((), rest, _kind(name, element, [rest])))
        case TupleType(kinds):
            parts = (whole.derived(f"{whole.identity}[{number}]") for number in range(len(kinds)))
            items = (_with_defaults(part, kind, evaluate, subject) for part, kind in zip(parts, kinds, strict=True))
            return known(List(tuple(items), (), Kind.TUPLE))
        case _:
            return known(whole)


def primitive(atom: Atom, name: str) -> Atom | None:
    """The atom as string, number or boolean; None if it cannot be one."""
    match name, atom:
        case ("any", _) | ("string", Text() | Json()) | ("number", Number()) | ("bool", Bool()):
            return atom
        case "string", Number() | Bool():
            return Text((Piece(literal(atom) or ""),))
        case "number", Text() if atom.holes:
            return atom.holes[0].derived(f"tonumber({atom.identity()})")
        case "number", Text():
            number = number_in(atom.plain or "")
            return None if number is None else Number(number)
        case "bool", Text() if atom.holes:
            return atom.holes[0].derived(f"tobool({atom.identity()})")
        case "bool", Text():
            return {"true": Bool(True), "1": Bool(True), "false": Bool(False), "0": Bool(False)}.get(atom.plain or "")
        case _:
            return None


def unified(items: Sequence[Value]) -> list[Value] | None:
    """The values as the elements of one collection, which have one type; None if there is no such type.

    If one is a string, numbers and booleans become strings. Objects with the same attributes, and lists of the same
    length, have one type per position; others have one type for all their elements. Unknown values fit any type.
    """
    kinds = {type(one.atom) for item in items for one in item} - {Null, Unknown, Absent}
    if len(kinds) == 1 and not kinds & {List, Map}:
        return list(items)
    if kinds <= {Text, Json, Number, Bool}:
        if Number in kinds and Bool in kinds and not kinds & {Text, Json}:
            return None
        return [tuple(map(_as_string, item)) for item in items]
    if len(kinds) != 1:
        return None
    collections = [one.atom for item in items for one in item if isinstance(one.atom, List | Map)]
    parts = _unified_parts(list(map(_parts, collections)))
    if parts is None:
        return None
    following = iter(parts)
    kind = common_kind(collections)
    return [
        tuple(
            one._replace(atom=_with_parts(one.atom, next(following), kind)) if isinstance(one.atom, List | Map) else one
            for one in item
        )
        for item in items
    ]


def _as_string(one: Alternative) -> Alternative:
    if not isinstance(one.atom, Number | Bool):
        return one
    return after((Alternative(Text((Piece(literal(one.atom) or ""),)), one.given),), *one.trail)[0]


# The elements of a list or map, and possible further ones.
_Parts = dict[str, Value]


def _parts(atom: List | Map) -> _Parts:
    if isinstance(atom, List):
        parts = {f"[{number}]": item for number, item in enumerate(atom.items)}
    else:
        parts = {f".{key}": item for key, item in atom.entries.items()}
    return {**parts, _REST: atom.rest} if atom.rest else parts


_REST = "rest"


def common_kind(collections: Sequence[List | Map]) -> Kind | None:
    """The type of collections that are converted to one type, None if unknown.

    Tuples of one length stay tuples, and objects with the same attributes objects; others become lists and maps.
    """
    kinds = {atom.kind for atom in collections}
    names = {kind.name if kind else None for kind in kinds}
    locations = {tuple(_parts(atom)) for atom in collections if names & {"tuple", "object"}}
    if len(kinds) == 1 and len(locations) < 2:
        return kinds.pop()
    if names <= {"tuple", "list"}:
        return Kind.LIST
    if names <= {"object", "map"}:
        return Kind.MAP
    return Kind.SET if names == {"set"} else None


def _with_parts(atom: List | Map, parts: _Parts, kind: Kind | None) -> List | Map:
    rest = parts.pop(_REST, ())
    if isinstance(atom, List):
        return List(tuple(parts.values()), rest, kind)
    return Map(dict(zip(atom.entries, parts.values(), strict=True)), rest, kind)


def _unified_parts(collections: list[_Parts]) -> list[_Parts] | None:
    first = collections[0].keys()
    if all(parts.keys() == first for parts in collections):
        columns = {key: unified([parts[key] for parts in collections]) for key in first}
        if any(column is None for column in columns.values()):
            return None
        return [{key: (columns[key] or ())[row] for key in first} for row in range(len(collections))]
    every = unified([item for parts in collections for item in parts.values()])
    if every is None:
        return None
    following = iter(every)
    return [{key: next(following) for key in parts} for parts in collections]
