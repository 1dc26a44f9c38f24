"""Parses cells of AWS's pages: days, Regions, ids. Text of an unknown shape is refused."""

import re
from datetime import date
from typing import NamedTuple

from checker.model.lifecycle import GEOGRAPHIES, Notice
from checker.model.regions import REGIONS

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_NAMES = {name[:length]: number for number, name in enumerate(_MONTHS, 1) for length in (3, len(name))} | {"sept": 9}

_WRITTEN = re.compile(r"([A-Za-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_NUMBERS = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NOTHING = frozenset({"", "-", "\u2013", "\u2014", "na", "n/a", "none", "tbd", "_"})
_FLOOR = re.compile(r"(?:eol\s+)?(?:no|not)\s+sooner\s+than:?\s+(.*)", re.IGNORECASE | re.DOTALL)
_WITH_REGIONS = re.compile(r"(.*?)\s*\(([^()]*)\)\s*", re.DOTALL)
_ID = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9][a-z0-9.-]*(?::\d+)?")
_NOTICE = re.compile(r"(?:at least\s+)?(\d{1,4})[\s-]+(month|day)s?", re.IGNORECASE)
_FIRST_DAY, _LAST_DAY = date(2023, 1, 1), date(2045, 1, 1)

# Words between and around Regions in running text.
_FILLERS = frozenset({"and", "only", "in", "region", "regions", "the"})


class CellError(Exception):
    """A cell that does not fit its column. The message is the reason."""


class Dated(NamedTuple):
    """A day and its Regions: None if none are given, empty for all."""

    day: date | None
    regions: tuple[str, ...] | None


def parse_day(text: str) -> date | None:
    """The day; None for a text that says that there is none. Raises CellError for a promise and for anything else."""
    cleaned = " ".join(text.split())
    if cleaned.lower() in _NOTHING:
        return None
    if (found := _WRITTEN.fullmatch(cleaned)) and found[1].lower() in _NAMES:
        year, month, day = int(found[3]), _NAMES[found[1].lower()], int(found[2])
    elif found := _NUMBERS.fullmatch(cleaned):
        year, month, day = int(found[3]), int(found[1]), int(found[2])
    elif found := _ISO.fullmatch(cleaned):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    else:
        raise CellError(f"{cleaned!r} is not a day")
    try:
        parsed = date(year, month, day)
    except ValueError:
        raise CellError(f"{cleaned!r} is a day that no calendar has") from None
    if not _FIRST_DAY <= parsed < _LAST_DAY:
        raise CellError(f"{cleaned!r} is too far from Bedrock's time to be right")
    return parsed


def parse_dated(text: str) -> Dated:
    """A day, with or without Regions in parentheses."""
    found = _WITH_REGIONS.fullmatch(text)
    if found is None:
        return Dated(parse_day(text), None)
    return Dated(parse_day(found[1]), parse_regions(found[2]))


def parse_floor(text: str) -> date | None:
    """The day of `No sooner than …`; None if nothing is promised. Raises CellError for a plain day."""
    found = _FLOOR.fullmatch(" ".join(text.split()))
    if found is not None:
        return parse_day(found[1])
    if " ".join(text.split()).lower() in _NOTHING:
        return None
    raise CellError(f"{text!r} is not of the form 'No sooner than' and a day")


def is_floor(text: str) -> bool:
    """True if the text is a promise, not a date."""
    return _FLOOR.fullmatch(" ".join(text.split())) is not None


def parse_regions(text: str) -> tuple[str, ...]:
    """The Region codes, sorted; empty for all Regions. Raises CellError if the text names none, or anything else."""
    tokens = [token.strip("*•_") for token in re.split(r"[\s,;]+", text.replace("(Gated)", " "))]
    named = [token for token in tokens if token and token.lower() not in _FILLERS]
    if [token.lower() for token in named] == ["all"]:
        return ()
    if not named:
        raise CellError(f"{text!r} names no Region")
    for token in named:
        if token not in REGIONS:
            raise CellError(f"{token!r} is not a Region")
    return tuple(sorted(set(named)))


def own_regions(text: str) -> tuple[str, ...]:
    """The Regions without a star; a star means that only an inference profile reaches the model there."""
    kept = re.sub(r"[a-z0-9-]+(?:\s*\(Gated\))?\s*\*", " ", text)
    return parse_regions(kept) if kept.replace("•", "").strip(" ,\n") else ()


def are_regions(text: str) -> bool:
    """True if the text is a list of Regions and nothing else."""
    try:
        return bool(text.strip()) and bool(parse_regions(text))
    except CellError:
        return False


def is_id(text: str) -> bool:
    """True if the text is a base model id."""
    return bool(_ID.fullmatch(text)) and not text.startswith(tuple(f"{geography}." for geography in GEOGRAPHIES))


def parse_id(text: str) -> str:
    """A base model id. Raises CellError for anything else."""
    cleaned = text.strip()
    if not is_id(cleaned):
        raise CellError(f"{cleaned!r} is not a model id")
    return cleaned


def ids_in(text: str) -> tuple[str, ...]:
    """Every base model id in running text, in order."""
    found = re.findall(r"(?<![\w.])[a-z][a-z0-9]*\.[a-z0-9][a-z0-9.-]*[a-z0-9](?::\d+)?", text)
    return tuple(dict.fromkeys(each for each in found if re.search(r"\d|-", each.partition(".")[2])))


def parse_notice(text: str) -> Notice | None:
    """The promised least time; None if nothing is promised. Raises CellError for anything else."""
    cleaned = " ".join(text.split())
    if cleaned.lower() in _NOTHING:
        return None
    found = _NOTICE.fullmatch(cleaned)
    if found is None or not int(found[1]):
        raise CellError(f"{cleaned!r} is not a number of months or days")
    return Notice(int(found[1]), "months" if found[2].lower() == "month" else "days")


def plain_name(text: str) -> str:
    """The name of a model without what differs between pages: case, dashes, bullets in place of dashes, spaces."""
    return " ".join(re.sub("[-\u2013\u2014\u2022\\s]+", " ", text).casefold().split())
