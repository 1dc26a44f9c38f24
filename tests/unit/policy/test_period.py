"""Periods of days, and the first day on which a condition holds."""

from datetime import date, timedelta

import pytest

from checker.policy.check import EVERY_DAY, Period, day_after, days_before, first_day_of

DAY = timedelta(days=1)
A, B = date(2026, 3, 1), date(2027, 3, 1)


@pytest.mark.parametrize("first", [A - 100 * DAY, A - DAY, A, A + DAY, date(2026, 8, 17), B - DAY, B, B + DAY])
def test_the_day_is_found_between_the_days_of_change(first: date) -> None:
    assert first_day_of(lambda day: day >= first, (A, B), EVERY_DAY) == first


def test_what_holds_between_two_days_only_is_found() -> None:
    assert first_day_of(lambda day: A <= day < B, (B, A), EVERY_DAY) == A
    assert first_day_of(lambda day: A < day < B, (B, A), EVERY_DAY) == A + DAY
    assert first_day_of(lambda day: day == A, (B, A), EVERY_DAY) == A


def test_what_never_or_always_holds() -> None:
    assert first_day_of(lambda day: False, (A, B), EVERY_DAY) is None
    assert first_day_of(lambda day: True, (A, B), EVERY_DAY) == EVERY_DAY
    assert first_day_of(lambda day: True, (), EVERY_DAY) == EVERY_DAY


def test_days_before_the_first_that_counts_are_not_asked_for() -> None:
    asked: list[date] = []

    def breaks(day: date) -> bool:
        asked.append(day)
        return day < A or day >= B

    assert first_day_of(breaks, (A, B), not_before=A) == B
    assert min(asked) == A
    assert first_day_of(breaks, (A, B), not_before=A - DAY) == A - DAY


def test_the_calendar_has_ends() -> None:
    assert first_day_of(lambda day: day == date.max, (date.min, date.max), EVERY_DAY) == date.max
    # Days of a catalog are other objects than the ends of the calendar.
    ends = (date(1, 1, 1), date(9999, 12, 31))
    assert first_day_of(lambda day: day == ends[1], ends, EVERY_DAY) == date.max
    assert first_day_of(lambda day: False, ends, EVERY_DAY) is None


def test_the_days_of_a_period() -> None:
    period = Period(A, B)
    assert [period.covers(day) for day in (A - DAY, A, B - DAY, B)] == [False, True, True, False]
    assert period.within(Period(until=A + DAY)) == Period(A, A + DAY)
    assert period.first_day(A - DAY) == A
    assert period.first_day(B - DAY) == B - DAY
    assert period.first_day(B) is None
    assert Period(B, A).first_day(EVERY_DAY) is None
    assert Period().covers(A)
    assert days_before(A, 10**6) == EVERY_DAY
    assert day_after(date.max) == date.max
    assert day_after(date(9999, 12, 31)) == date.max
    assert day_after(date(9999, 12, 30)) == date.max
