"""The first day on which something is broken, found by asking at the days on which the answer can change."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from checker.model.lifecycle import Model

EVERY_DAY = date.min

_DAY = timedelta(days=1)


def first_break(breaks: Callable[[date], bool], days: Iterable[date], not_before: date = EVERY_DAY) -> date | None:
    """The first day from `not_before` on for which `breaks` holds; None if there is none.

    `EVERY_DAY` says that it held before all that is known. Between two of `days`, or the days next to them, the answer
    may change once: where, is found by bisection.
    """
    if breaks(not_before):
        return not_before
    sound = not_before
    for day in sorted(_with_neighbours(days)):
        if day <= not_before:
            continue
        if breaks(day):
            return _bisect(breaks, sound, day)
        sound = day
    return None


def days_of_change(model: Model, ahead: int = 0) -> frozenset[date]:
    """The days on which what a rule says of `model` can change, for a rule that looks `ahead` days ahead."""
    known = model.dates()
    return known.union(earlier for day in known if (earlier := _earlier(day, ahead)) is not None)


def _with_neighbours(days: Iterable[date]) -> set[date]:
    def near(day: date) -> Iterator[date]:
        yield day
        if day > date.min:
            yield day - _DAY
        if day < date.max:
            yield day + _DAY

    return {each for day in days for each in near(day)}


def _bisect(breaks: Callable[[date], bool], sound: date, broken: date) -> date:
    low, high = sound.toordinal(), broken.toordinal()
    while high - low > 1:
        middle = (low + high) // 2
        if breaks(date.fromordinal(middle)):
            high = middle
        else:
            low = middle
    return date.fromordinal(high)


def _earlier(day: date, ahead: int) -> date | None:
    return date.fromordinal(day.toordinal() - ahead) if day.toordinal() > ahead else None
