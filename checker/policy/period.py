"""Periods in which a rule is broken."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

# A rule broken since this day was broken before all known dates.
EVERY_DAY = date.min

_DAY = timedelta(days=1)


class Period(NamedTuple):
    """The days from `since` up to, not including, `until`; by default every day."""

    since: date = EVERY_DAY
    until: date = date.max

    def covers(self, day: date) -> bool:
        """True if the day is in the period."""
        return self.since <= day < self.until

    def within(self, other: "Period") -> "Period":
        """The intersection; empty if `since` is not before `until`."""
        return Period(max(self.since, other.since), min(self.until, other.until))

    def first_day(self, not_before: date) -> date | None:
        """The first day of the period that is not before `not_before`."""
        first = max(self.since, not_before)
        return first if first < self.until else None


ALWAYS = Period()


def days_before(day: date, count: int) -> date:
    """The day this many days earlier; a day before the calendar begins is its first day."""
    return date.fromordinal(max(day.toordinal() - count, 1))


def day_after(day: date) -> date:
    """The next day; after the last day of the calendar, that day again."""
    return day if day == date.max else day + _DAY


def first_day_of(holds: Callable[[date], bool], changes: Iterable[date], not_before: date) -> date | None:
    """The first day from `not_before` on which a condition holds of which only the answer is known.

    Between two of `changes`, or the days next to them, the answer may change once. Bisection finds the day.
    """
    if holds(not_before):
        return not_before
    sound = not_before
    for day in sorted(_with_neighbours(changes)):
        if day <= not_before:
            continue
        if holds(day):
            return _bisect(holds, sound, day)
        sound = day
    return None


def _with_neighbours(days: Iterable[date]) -> set[date]:
    def near(day: date) -> Iterator[date]:
        yield day
        if day > date.min:
            yield day - _DAY
        if day < date.max:
            yield day + _DAY

    return {each for day in days for each in near(day)}


def _bisect(holds: Callable[[date], bool], sound: date, broken: date) -> date:
    low, high = sound.toordinal(), broken.toordinal()
    while high - low > 1:
        middle = (low + high) // 2
        if holds(date.fromordinal(middle)):
            high = middle
        else:
            low = middle
    return date.fromordinal(high)
