"""The date and time functions. What asks for the time of day cannot be evaluated."""

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

from checker.frontends.terraform.functions.calling import Function, InvalidCallError, as_text, impure, plain

_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:([Zz])|([+-])(\d\d):(\d\d))")
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


def parse_timestamp(written: str) -> datetime.datetime:
    """The time that RFC 3339 writes. Raises InvalidCallError."""
    match = _RFC3339.fullmatch(written)
    if match is None:
        raise InvalidCallError("this is not a timestamp as in RFC 3339")
    year, month, day, hour, minute, second = (int(match[number]) for number in range(1, 7))
    zone = datetime.UTC
    if match[9]:
        offset = datetime.timedelta(hours=int(match[10]), minutes=int(match[11]))
        zone = datetime.timezone(-offset if match[9] == "-" else offset)
    try:
        return datetime.datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        raise InvalidCallError("there is no such time") from None


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
    time = parse_timestamp(written)
    sign = -1 if duration.startswith("-") else 1
    rest = duration.removeprefix("-") if sign < 0 else duration.removeprefix("+")
    total = 0
    if rest != "0":
        if not rest or _DURATION.sub("", rest):
            raise InvalidCallError("this is not a duration such as 1h30m")
        for match in _DURATION.finditer(rest):
            total += int(Decimal(match[1]) * _NANOSECONDS[match[2]])
    try:
        return _write(time + datetime.timedelta(microseconds=sign * total // 1000))
    except OverflowError:
        raise InvalidCallError("the time is out of range") from None


def _timecmp(one: str, other: str) -> int:
    first, second = parse_timestamp(one), parse_timestamp(other)
    return (first > second) - (first < second)


def _formatdate(layout: str, written: str) -> str:
    time = parse_timestamp(written)
    made = ""
    position = 0
    while position < len(layout):
        match = _TOKEN.match(layout, position)
        if match is None:
            raise InvalidCallError("a quoted part of the format does not end")
        position = match.end()
        if match[1] is not None:
            made += match[1].replace("''", "'")
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


def _field(token: str, time: datetime.datetime) -> str:
    match token:
        case "YYYY":
            return f"{time.year:04d}"
        case "YY":
            return f"{time.year % 100:02d}"
        case "MMMM":
            return _MONTHS[time.month - 1]
        case "MMM":
            return _MONTHS[time.month - 1][:3]
        case "MM":
            return f"{time.month:02d}"
        case "M":
            return str(time.month)
        case "DD":
            return f"{time.day:02d}"
        case "D":
            return str(time.day)
        case "EEEE":
            return _DAYS[time.weekday()]
        case "EEE":
            return _DAYS[time.weekday()][:3]
        case "hh":
            return f"{time.hour:02d}"
        case "h":
            return str(time.hour)
        case "HH":
            return f"{(time.hour + 11) % 12 + 1:02d}"
        case "H":
            return str((time.hour + 11) % 12 + 1)
        case "AA":
            return "PM" if time.hour >= 12 else "AM"
        case "aa":
            return "pm" if time.hour >= 12 else "am"
        case "mm":
            return f"{time.minute:02d}"
        case "m":
            return str(time.minute)
        case "ss":
            return f"{time.second:02d}"
        case "s":
            return str(time.second)
        case "ZZZZZ":
            return _zone(time, "", ":")
        case "ZZZZ":
            return _zone(time, "", "")
        case "ZZZ":
            return _zone(time, "UTC", "")
        case "Z":
            return _zone(time, "Z", ":")
        case _:
            raise InvalidCallError(f"the format has {token!r}, which there is not")


FUNCTIONS: Mapping[str, Function] = {
    "formatdate": plain(_formatdate, as_text, as_text),
    "plantimestamp": impure,
    "timeadd": plain(_timeadd, as_text, as_text),
    "timecmp": plain(_timecmp, as_text, as_text),
    "timestamp": impure,
}
