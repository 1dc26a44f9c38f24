"""`format` and `formatlist`."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from checker.frontends.terraform.configuration.elements import elements, unknowns_in
from checker.frontends.terraform.configuration.numbers import number_in
from checker.frontends.terraform.functions.calling import Call, InvalidCallError, derived, refused, to_python
from checker.frontends.terraform.functions.graphemes import clusters, width
from checker.values import Alternative, Atom, Bool, Json, Kind, List, Null, Number, Text, Unknown, Value
from checker.values.operations import (
    assume,
    capped,
    concat,
    flat_map,
    format_number,
    text,
    to_json_text,
)

_VERB = re.compile(
    r"%(?P<flags>[-+ #0]*)(?P<width>\d+)?(?:\.(?P<precision>\d*))?(?:\[(?P<index>\d+)\])?(?P<verb>.)", re.DOTALL
)


class _Directive(NamedTuple):
    """One verb of a format, with the number of its argument."""

    verb: str
    flags: str
    width: int
    precision: int | None
    argument: int


def _parse(written: str, count: int) -> list[str | _Directive]:
    """The literal parts and verbs of a format. Raises InvalidCallError."""
    parts: list[str | _Directive] = []
    position = 0
    following = 0
    highest = 0
    for match in _VERB.finditer(written):
        parts.append(written[position : match.start()])
        position = match.end()
        if match["verb"] == "%" and match[0] != "%%":
            raise InvalidCallError('"format" has flags for a percent sign')
        if match["verb"] == "%":
            parts.append("%")
            continue
        if match["verb"] not in "vtbdoxXeEfgGsq":
            raise InvalidCallError(f'"format" has the verb %{match["verb"]}, which there is not')
        argument = int(match["index"]) - 1 if match["index"] else following
        following = argument + 1
        highest = max(highest, following)
        if not 0 <= argument < count:
            raise InvalidCallError('"format" has more verbs than there are "args"')
        precision = match["precision"]
        width = int(match["width"] or 0)
        if width > 100_000 or int(precision or 0) > 100_000:
            raise InvalidCallError('"format" has a width that is too large')
        parts.append(
            _Directive(
                match["verb"], match["flags"], width, None if precision is None else int(precision or 0), argument
            )
        )
    rest = written[position:]
    if "%" in rest:
        raise InvalidCallError('"format" ends within a verb')
    if highest < count:
        raise InvalidCallError('"format" has fewer verbs than there are "args"')
    return [*parts, rest]


def format_call(call: Call) -> Value:
    """`format(format, arguments...)`."""
    return _formatted(call, call.args[0], call.args[1:])


def _formatted(call: Call, written: Value, arguments: Sequence[Value]) -> Value:
    def apply(atoms: Sequence[Atom]) -> Value | Atom:
        atom = atoms[0]
        if not isinstance(atom, Text):
            return refused(call, '"format" must be a string')
        if any(hole.shape is None for hole in atom.holes):
            # Only a hole of known shape cannot contain a verb.
            return derived(atom.holes[0], "format", atoms)
        try:
            marked = atom.marked()
            parts = _parse(marked, len(arguments))
        except InvalidCallError as error:
            return refused(call, str(error))
        values: list[Value] = []
        offset = 0
        for part in parts:
            if isinstance(part, str):
                start = offset if part != "%" else marked.index("%", offset)
                values.append((Alternative(atom.slice(start, start + len(part))),))
                offset = start + (2 if part == "%" and marked.startswith("%%", start) else len(part))
                continue
            match = _VERB.match(marked, offset)
            offset = match.end() if match else offset
            values.append(_directive(part, arguments[part.argument], call))
        return concat(values, call.subject)

    return flat_map([written], apply, "format", unknowns=False)


def _directive(directive: _Directive, argument: Value, call: Call) -> Value:
    plain = not directive.flags and not directive.width and directive.precision is None
    result: list[Alternative] = []
    for one in argument:
        atom = one.atom
        if isinstance(atom, Unknown):
            if plain and directive.verb in "svd":
                result.append(one)
            else:
                result.append(one._replace(atom=derived(atom, f"%{directive.verb}", (atom,))))
        elif (plain and directive.verb == "s" and isinstance(atom, Text | Number | Bool | Json)) or (
            plain and directive.verb == "v" and isinstance(atom, Text | Bool | Json)
        ):
            result.append(one)
        else:
            for made in _written(directive, one, call):
                result.extend(assume((made._replace(trail=made.trail + one.trail),), one.given))
    return capped(result, call.subject)


def _written(directive: _Directive, one: Alternative, call: Call) -> Value:
    missing = next(iter(unknowns_in(one.atom)), None)
    if directive.verb == "v" and ("#" in directive.flags or not isinstance(one.atom, Text | Number | Bool)):
        return to_json_text((Alternative(one.atom),))
    if missing is not None:
        return (Alternative(derived(missing, f"%{directive.verb}", (one.atom,))),)
    if isinstance(one.atom, Json):
        return concat([(one._replace(given=()),)], call.subject)
    if isinstance(one.atom, Null):
        return refused(call, f"{_argument(directive)} must not be null")
    try:
        return text(_format_one(directive, to_python(one.atom)))
    except InvalidCallError as error:
        return refused(call, f"{_argument(directive)} must be {error}")


def _argument(directive: _Directive) -> str:
    return f'argument {directive.argument + 1} of "args", for %{directive.verb},'


def _format_one(directive: _Directive, data: object) -> str:
    flags, precision = directive.flags, directive.precision
    match directive.verb:
        case "v" if isinstance(data, int | Decimal) and not isinstance(data, bool):
            made = _signed(_real(directive._replace(verb="g"), Decimal(data).copy_abs()), data < 0, directive)
        case "s" | "v":
            made = _cut(_as_text(data), precision)
        case "q":
            made = json.dumps(_cut(_as_text(data), precision), ensure_ascii=False)
        case "t":
            made = _as_text(_as_bool(data))
        case "d":
            number = _as_integer(data)
            made = _signed(str(abs(number)), number < 0, directive)
        case "b" | "o" | "x" | "X":
            number = _as_integer(data)
            made = _signed(format(abs(number), directive.verb), number < 0, directive)
        case _:
            number_ = _as_number(data)
            made = _signed(_real(directive, Decimal(number_).copy_abs()), number_ < 0, directive)
    missing = " " * (directive.width - width(made))
    return made + missing if "-" in flags else missing + made


def _cut(content: str, precision: int | None) -> str:
    return content if precision is None else "".join(clusters(content)[:precision])


def _as_text(data: object) -> str:
    match data:
        case str():
            return data
        case bool():
            return "true" if data else "false"
        case int() | Decimal():
            return format_number(data)
        case _:
            raise InvalidCallError("a string")


def _as_number(data: object) -> int | Decimal:
    found = number_in(data) if isinstance(data, str) else data
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        raise InvalidCallError("a number")
    return found


def _as_integer(data: object) -> int:
    found = _as_number(data)
    if not isinstance(found, int):
        raise InvalidCallError("a whole number")
    return found


def _as_bool(data: object) -> bool:
    found = {"true": True, "1": True, "false": False, "0": False}.get(data) if isinstance(data, str) else data
    if not isinstance(found, bool):
        raise InvalidCallError("a boolean")
    return found


def _real(directive: _Directive, number: Decimal) -> str:
    precision = 6 if directive.precision is None else directive.precision
    match directive.verb:
        case "f":
            return f"{number:.{precision}f}"
        case "e" | "E":
            return f"{float(number):.{precision}{directive.verb}}"
        case _:
            if directive.precision is None:
                exponent = number.adjusted() if number else 0
                if exponent < -4 or exponent >= 21:
                    mantissa = format_number(number.scaleb(-exponent).normalize())
                    letter = "e" if directive.verb == "g" else "E"
                    return f"{mantissa}{letter}{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
                return format_number(number)
            return f"{float(number):.{precision}{directive.verb}}"


def _signed(digits: str, negative: bool, directive: _Directive) -> str:
    sign = "-" if negative else "+" if "+" in directive.flags else " " if " " in directive.flags else ""
    if "0" in directive.flags and "-" not in directive.flags:
        digits = digits.rjust(directive.width - len(sign), "0")
    return sign + digits


def format_list(call: Call) -> Value:
    """`formatlist(format, arguments...)`: one result per element of the lists; other arguments are repeated."""
    written, *arguments = call.args

    def apply(atoms: Sequence[Atom]) -> Value | Atom:
        columns: list[Value | list[Value]] = []
        lengths = set()
        repeated = False
        for position, atom in enumerate(atoms):
            holder = arguments[position]
            items = elements(Alternative(atom, (), holder[0].trail if len(holder) == 1 else ()))
            if isinstance(atom, List) and items is not None:
                repeated = repeated or any(item.repeated for item in items)
                columns.append([item.value for item in items])
                lengths.add(len(items))
            else:
                columns.append((Alternative(atom, (), holder[0].trail if len(holder) == 1 else ()),))
        if repeated:
            every = [
                tuple(one for item in column for one in item) if isinstance(column, list) else column
                for column in columns
            ]
            return List((), _formatted(call, written, every), Kind.LIST)
        if len(lengths) > 1:
            return refused(call, 'the lists among "args" must have the same length')
        if not lengths:
            return List((_formatted(call, written, [column for column in columns if isinstance(column, tuple)]),))
        count = lengths.pop()
        rows = [[c[row] if isinstance(c, list) else c for c in columns] for row in range(count)]
        return List(tuple(_formatted(call, written, row) for row in rows), (), Kind.LIST)

    def unfold(value: Value) -> Value:
        """An unknown argument may be a list or a single value."""
        return tuple(
            one._replace(atom=List((), (Alternative(one.atom),))) if isinstance(one.atom, Unknown) else one
            for one in value
        )

    if not arguments:
        return tuple(Alternative(List(((one,),))) for one in _formatted(call, written, ()))
    return flat_map([unfold(argument) for argument in arguments], apply, "formatlist")
