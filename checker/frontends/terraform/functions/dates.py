"""The date and time functions. The current time is not supported."""

import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from checker.frontends.terraform.functions.calling import Function, InvalidCallError, impure, plain
from checker.frontends.terraform.functions.parameters import string

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
