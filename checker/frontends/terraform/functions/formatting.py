"""`format` and `formatlist`, and the date and time functions."""

import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from checker.frontends.terraform.configuration.elements import elements, unknowns_in
from checker.frontends.terraform.configuration.types import number_in
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    InvalidCallError,
    derived,
    impure,
    plain,
    refused,
    string,
    to_python,
)
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

# Strings by grapheme cluster (a character as readers see it), which Terraform counts and cuts.


def clusters(content: str) -> list[str]:
    """The grapheme clusters of a string, in order."""
    if content.isascii() and "\r\n" not in content:
        return list(content)
    # Imported only where needed: it takes longer than most runs.
    import regex

    found: list[str] = regex.findall(r"\X", content)
    return found


def offsets(content: str) -> list[int]:
    """The offset of each cluster, and at the end the length of the string."""
    return [0, *accumulate(map(len, clusters(content)))]


def width(content: str) -> int:
    """The number of clusters."""
    return len(clusters(content))


# `format` and `formatlist`.

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


# The date and time functions. The current time is not supported.

_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)
_DURATION = re.compile(r"([0-9]*\.?[0-9]+|[0-9]+\.)(ns|us|µs|μs|ms|s|m|h)")
_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|([^A-Za-z']+)")


def parse_timestamp(name: str, written: str) -> datetime.datetime:
    """The time in RFC 3339 format, to the microsecond; `name` is that of the parameter. Raises InvalidCallError."""
    match = _RFC3339.fullmatch(written)
    if match is None:
        raise InvalidCallError(f'"{name}" must be a timestamp as in RFC 3339, such as 2026-11-30T12:00:00Z')
    year, month, day, hour, minute, second = (int(match[number]) for number in range(1, 7))
    microsecond = int((match[7] or "0")[:6].ljust(6, "0"))
    try:
        zone = datetime.UTC
        if match[8]:
            offset = datetime.timedelta(hours=int(match[9]), minutes=int(match[10]))
            zone = datetime.timezone(-offset if match[8] == "-" else offset)
        return datetime.datetime(year, month, day, hour, minute, second, microsecond, tzinfo=zone)
    except ValueError:
        raise InvalidCallError(f'"{name}" is no day or time that there is') from None


def _write(time: datetime.datetime) -> str:
    written = time.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    return written + _zone(time, "Z", ":")


def _zone(time: datetime.datetime, utc: str, separator: str) -> str:
    minutes = int((time.utcoffset() or datetime.timedelta()).total_seconds() // 60)
    if minutes == 0 and utc:
        return utc
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}{separator}{abs(minutes) % 60:02d}"


def _timeadd(written: str, duration: str) -> str:
    time = parse_timestamp("timestamp", written)
    sign = -1 if duration.startswith("-") else 1
    rest = duration.removeprefix("-") if sign < 0 else duration.removeprefix("+")
    total = 0
    if rest != "0":
        if not rest or len(rest) > _LONGEST_DURATION or _DURATION.sub("", rest):
            raise InvalidCallError('"duration" must be written as in 1h30m')
        for match in _DURATION.finditer(rest):
            total += int(Decimal(match[1]) * _NANOSECONDS[match[2]])
    if total >= 1 << 63:
        raise InvalidCallError('"duration" must be less than 292 years')
    try:
        return _write(time + datetime.timedelta(microseconds=sign * total // 1000))
    except OverflowError:
        raise InvalidCallError('"timestamp" plus "duration" lies beyond the year 9999') from None


_LONGEST_DURATION = 200


def _timecmp(one: str, other: str) -> int:
    first, second = parse_timestamp("timestamp_a", one), parse_timestamp("timestamp_b", other)
    return (first > second) - (first < second)


def _formatdate(layout: str, written: str) -> str:
    time = parse_timestamp("time", written)
    made = ""
    position = 0
    while position < len(layout):
        match = _TOKEN.match(layout, position)
        if match is None:
            raise InvalidCallError('a quoted part of "format" does not end')
        position = match.end()
        if match[1] is not None:
            made += match[1].replace("''", "'") or "'"
        elif match[3] is not None:
            made += match[3]
        else:
            made += _field(match[0], time)
    return made


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


# What each sequence of letters stands for.
_FIELDS: Mapping[str, Callable[[datetime.datetime], str]] = {
    "YYYY": lambda time: f"{time.year:04d}",
    "YY": lambda time: f"{time.year % 100:02d}",
    "MMMM": lambda time: _MONTHS[time.month - 1],
    "MMM": lambda time: _MONTHS[time.month - 1][:3],
    "MM": lambda time: f"{time.month:02d}",
    "M": lambda time: str(time.month),
    "DD": lambda time: f"{time.day:02d}",
    "D": lambda time: str(time.day),
    "EEEE": lambda time: _DAYS[time.weekday()],
    "EEE": lambda time: _DAYS[time.weekday()][:3],
    "hh": lambda time: f"{time.hour:02d}",
    "h": lambda time: str(time.hour),
    "HH": lambda time: f"{_of_twelve(time):02d}",
    "H": lambda time: str(_of_twelve(time)),
    "AA": lambda time: "PM" if time.hour >= 12 else "AM",
    "aa": lambda time: "pm" if time.hour >= 12 else "am",
    "mm": lambda time: f"{time.minute:02d}",
    "m": lambda time: str(time.minute),
    "ss": lambda time: f"{time.second:02d}",
    "s": lambda time: str(time.second),
    "ZZZZZ": lambda time: _zone(time, "", ":"),
    "ZZZZ": lambda time: _zone(time, "", ""),
    "ZZZ": lambda time: _zone(time, "UTC", ""),
    "Z": lambda time: _zone(time, "Z", ":"),
}


def _of_twelve(time: datetime.datetime) -> int:
    return (time.hour + 11) % 12 + 1


def _field(token: str, time: datetime.datetime) -> str:
    if token not in _FIELDS:
        raise InvalidCallError(f'"format" has {token!r}, which stands for nothing')
    return _FIELDS[token](time)


FUNCTIONS: Mapping[str, Function] = {
    "formatdate": plain(_formatdate, string("format"), string("time")),
    "plantimestamp": Function(impure),
    "timeadd": plain(_timeadd, string("timestamp"), string("duration")),
    "timecmp": plain(_timecmp, string("timestamp_a"), string("timestamp_b")),
    "timestamp": Function(impure),
}
