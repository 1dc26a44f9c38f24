"""Whole days as an iCalendar file (RFC 5545), which calendar programs can subscribe to."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from checker import __version__
from checker.immutable import immutable
from checker.report.escaping import printable

# RFC 5545, section 3.1: a line has at most 75 octets, without its break.
_OCTETS = 75


@immutable
class Event:
    """An event on a whole day. `identity` stays the same from file to file, so that an event moves when its day does.
    `lines` are its description.
    """

    day: date
    title: str
    lines: tuple[str, ...]
    identity: str
    categories: tuple[str, ...] = ()


def calendar(name: str, events: Iterable[Event], as_of: date) -> str:
    """The calendar, with CRLF line breaks; the same text for the same events and day."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//bedrock-eol//bedrock-eol {__version__}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
    ]
    for event in events:
        lines += _event(event, as_of)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _event(event: Event, as_of: date) -> Iterator[str]:
    digest = hashlib.sha256(event.identity.encode()).hexdigest()[:32]
    yield "BEGIN:VEVENT"
    yield f"UID:{digest}@bedrock-eol"
    # The day of the data, not the current time, so that equal input gives an equal file.
    yield f"DTSTAMP:{as_of:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(event.title)}"
    if event.lines:
        yield "DESCRIPTION:" + "\\n".join(_text(line) for line in event.lines)
    if event.categories:
        yield "CATEGORIES:" + ",".join(_text(each) for each in event.categories)
    # A deadline makes nobody busy.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(text: str) -> str:
    """A value of type TEXT, on one line."""
    shown = printable(text).replace("\\", "\\\\")
    return shown.replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets. Characters are not split, and all pieces but the first are indented."""
    room, piece = _OCTETS, ""
    for character in line:
        size = len(character.encode())
        if len(piece.encode()) + size > room:
            yield piece
            piece = " "
        piece += character
    yield piece
