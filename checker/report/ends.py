"""Models in use by the month of their end, for the first screen of the page and for pictures."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from checker.report.in_use import InUse
from checker.report.view import View

# The current month is the first of them.
MONTHS_AHEAD = 12


class Period(NamedTuple):
    """The models that end in a month, have ended before today, or end after all months that are shown.

    `key` is `ended`, a month such as `2027-01`, or `later`. `models` counts models, `uses` their references; one that
    may be in several Regions counts once.
    """

    key: str
    models: int
    uses: int


class Ends(NamedTuple):
    """The ends of models. `dated` are the models with an end of life, the next one first.

    `undated` are the ids of the others. One that has an end of life only in some Regions is dated.
    """

    as_of: date
    periods: tuple[Period, ...]
    dated: tuple[InUse, ...]
    undated: tuple[str, ...]

    @property
    def most_uses(self) -> int:
        """The uses in the fullest period; at least 1, since it is a divisor."""
        return max(1, *(period.uses for period in self.periods))

    @property
    def ended(self) -> tuple[InUse, ...]:
        """The models at their end of life."""
        return tuple(row for row in self.dated if (row.days_to_eol or 0) <= 0)

    @property
    def next_end(self) -> date | None:
        """The day on which the next model ends."""
        return next((row.eol_date for row in self.dated if (row.days_to_eol or 0) > 0), None)


def ends_of(view: View) -> Ends:
    """The ends of the models in a scan."""
    dated = tuple(row for row in view.models if row.eol_date is not None)
    names = {row.model for row in dated}
    return Ends(
        as_of=view.scan.as_of,
        periods=tuple(_periods(view.scan.as_of, dated)),
        dated=dated,
        undated=tuple(dict.fromkeys(row.model for row in view.models if row.model not in names)),
    )


def _periods(as_of: date, dated: tuple[InUse, ...]) -> Iterator[Period]:
    months = months_from(as_of, MONTHS_AHEAD)
    by_key: dict[str, list[InUse]] = {key: [] for key in ("ended", *months, "later")}
    for row in dated:
        if row.eol_date is not None:
            by_key[period_of(row.eol_date, as_of, months)].append(row)
    for key, rows in by_key.items():
        uses = {(row.model, reference) for row in rows for reference in row.used_by}
        yield Period(key, len({row.model for row in rows}), len(uses))


def months_from(day: date, count: int) -> tuple[str, ...]:
    """The month of a day and those after it, as `2027-01`."""
    numbers = range(day.month - 1, day.month - 1 + count)
    return tuple(f"{day.year + number // 12}-{number % 12 + 1:02}" for number in numbers)


def period_of(end: date, as_of: date, months: Collection[str]) -> str:
    """The key of the period of an end of life: `ended`, one of the months, or `later`."""
    month = f"{end:%Y-%m}"
    return "ended" if end <= as_of else month if month in months else "later"
