"""The values of options: enumerations, and parsers whose errors name the option."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from checker.model.policy import Severity


# The enumerations of options.


class FailOn(StrEnum):
    """The lowest severity of an open finding that makes a run fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    NEVER = "never"

    def severity(self) -> "Severity | None":
        """The severity, None for never."""
        from checker.model.policy import Severity

        return None if self is FailOn.NEVER else Severity[self.name]


class Mentions(StrEnum):
    """Where ids that no resource uses are searched."""

    INFRASTRUCTURE = "infrastructure"
    CODE = "code"


class Resolve(StrEnum):
    """Who is asked about what code does not tell."""

    ACCOUNT = "account"


class Color(StrEnum):
    """When colours are written; `auto` is on a terminal."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


# Parses values of options; an error names the option.

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day(text: str | None, option: str = "--as-of") -> date | None:
    """The day in an option."""
    if text is None:
        return None
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        found = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2026-11-24", param_hint=option) from None
    from checker.model.lifecycle import EARLIEST_DAY, LATEST_DAY, is_judged

    if not is_judged(found):
        raise typer.BadParameter(f"{text} is not between {EARLIEST_DAY} and {LATEST_DAY}", param_hint=option)
    return found


def days(text: str | None, option: str) -> int | None:
    """The number of days in an option."""
    if text is not None and not (text.isascii() and text.isdecimal()):
        raise typer.BadParameter(f"{text!r} is not a number of days; write it as 90", param_hint=option)
    return None if text is None else int(text)


def regions(texts: Sequence[str] | None, option: str = "--region") -> tuple[str, ...]:
    """The Region codes in an option."""
    from checker.model.regions import unknown_region

    for text in texts or ():
        if (wrong := unknown_region(text)) is not None:
            raise typer.BadParameter(wrong, param_hint=option)
    return tuple(dict.fromkeys(texts or ()))


def words(texts: list[str] | None) -> tuple[str, ...]:
    """The words of an option that takes several, separated by commas."""
    return tuple(dict.fromkeys(word.strip() for text in texts or () for word in text.split(",") if word.strip()))


def arguments(
    variables: Sequence[str], files: Sequence[Path], order: Sequence[str]
) -> tuple[Path | tuple[str, str], ...]:
    """What `--var` and `--var-file` give, in the `order` of the options; what has none there comes first."""
    pairs, paths = [_pair(text) for text in variables], list(files)
    made: list[Path | tuple[str, str]] = []
    for name in reversed(order):
        if name == "var" and pairs:
            made.append(pairs.pop())
        elif name == "var_file" and paths:
            made.append(paths.pop())
    return (*paths, *pairs, *reversed(made))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name.strip() or not equals:
        raise typer.BadParameter(f"{text!r} is not of the form NAME=VALUE", param_hint="--var")
    return name.strip(), value
