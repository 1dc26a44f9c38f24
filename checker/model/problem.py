"""Something that could not be analysed."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from checker.source import Location
from checker.source.urls import without_credentials


class ProblemKind(StrEnum):
    """The kind of a problem."""

    UNREADABLE = "unreadable"
    INVALID_SYNTAX = "invalid-syntax"
    SECOND_READER = "second-reader"
    NOT_FOUND = "not-found"
    NO_INPUT = "no-input"
    NOT_SYNTHESIZED = "not-synthesized"
    BINARY_PLAN = "binary-plan"
    UNSUPPORTED = "unsupported"
    OUTSIDE_BOUNDARY = "outside-boundary"
    REMOTE_MODULE = "remote-module"
    INVALID_VALUE = "invalid-value"
    PRUNED = "pruned"
    NOT_IN_SOURCE = "not-in-source"
    UNUSED_BASELINE = "unused-baseline"


# The advice for a file outside the boundary.
ALLOW_OUTSIDE = "Pass --allow-outside to read it."


class Problem(NamedTuple):
    """A problem is data, not an error: the run goes on without the part that it names.

    `file` is as shown to the user. `line` and `column` are one-based; None if the whole file is meant. `incomplete`:
    models may have been missed, so that the exit code is 3. `several` is what several of its kind are, said after their
    number (`modules are not here`), and `subject` then names this one; empty if the message does for several, too.
    """

    kind: ProblemKind
    file: str
    message: str
    advice: str
    incomplete: bool
    line: int | None = None
    column: int | None = None
    several: str = ""
    subject: str = ""

    @property
    def location(self) -> Location:
        """Its location; the beginning of the file if the whole file is meant."""
        return Location(self.file, self.line or 1, self.column or 1)

    @classmethod
    def at(
        cls,
        location: Location,
        kind: ProblemKind,
        message: str,
        advice: str,
        *,
        incomplete: bool,
        several: str = "",
        subject: str = "",
    ) -> "Problem":
        """A problem at a location."""
        return cls(kind, location.file, message, advice, incomplete, location.line, location.column, several, subject)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems without duplicates, sorted by location, so that the order of the given paths does not show.

    They come without the credentials of URLs, which are shown nowhere.
    """
    return tuple(sorted(dict.fromkeys(map(_without_credentials, problems)), key=_location))


def _without_credentials(problem: Problem) -> Problem:
    return problem._replace(
        message=without_credentials(problem.message),
        advice=without_credentials(problem.advice),
        subject=without_credentials(problem.subject),
    )


def _location(problem: Problem) -> tuple[str, bool, int, int]:
    return problem.file, problem.line is None, problem.line or 0, problem.column or 0
