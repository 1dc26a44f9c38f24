"""The first day on which something breaks."""

from datetime import date, timedelta

import pytest

from checker.policy.first_break import EVERY_DAY, first_break

DAY = timedelta(days=1)
A, B = date(2026, 3, 1), date(2027, 3, 1)


@pytest.mark.parametrize("first", [A - 100 * DAY, A - DAY, A, A + DAY, date(2026, 8, 17), B - DAY, B, B + DAY])
def test_the_day_is_found_between_the_days_of_change(first: date) -> None:
    assert first_break(lambda day: day >= first, (A, B)) == first


def test_what_holds_between_two_days_only_is_found() -> None:
    assert first_break(lambda day: A <= day < B, (B, A)) == A
    assert first_break(lambda day: A < day < B, (B, A)) == A + DAY
    assert first_break(lambda day: day == A, (B, A)) == A


def test_what_never_or_always_holds() -> None:
    assert first_break(lambda day: False, (A, B)) is None
    assert first_break(lambda day: True, (A, B)) == EVERY_DAY
    assert first_break(lambda day: True, ()) == EVERY_DAY


def test_days_before_the_first_that_counts_are_not_asked_for() -> None:
    asked: list[date] = []

    def breaks(day: date) -> bool:
        asked.append(day)
        return day < A or day >= B

    assert first_break(breaks, (A, B), not_before=A) == B
    assert min(asked) == A
    assert first_break(breaks, (A, B), not_before=A - DAY) == A - DAY


def test_the_calendar_has_ends() -> None:
    assert first_break(lambda day: day == date.max, (date.min, date.max)) == date.max
