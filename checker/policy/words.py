"""How messages say days, dates, lists and where something holds."""

from collections.abc import Sequence
from datetime import date

from checker.model.lifecycle import StageOn

_LISTED = 4


def days(count: int) -> str:
    """`1 day`, `45 days`."""
    return f"{count} day" if count == 1 else f"{count} days"


def distance(day: date, as_of: date) -> str:
    """How far `day` is from `as_of`: `in 45 days`, `today`, `75 days ago`."""
    ahead = (day - as_of).days
    if ahead == 0:
        return "today"
    return f"in {days(ahead)}" if ahead > 0 else f"{days(-ahead)} ago"


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of many, the first few and how many more."""
    if len(items) > _LISTED + 1:
        return f"{', '.join(items[:_LISTED])} and {len(items) - _LISTED} more"
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def end_of_life(stage: StageOn, where: str) -> str:
    """What happens on the EOL date, with the date and how far it is; without a full stop."""
    eol = stage.eol_date
    if eol is None:
        return f"has no known end of life{where}"
    how_far = distance(eol, stage.day)
    if eol > stage.day:
        announced = ", as announced" if stage.eol_announced else ""
        return f"reaches end of life{where} on {eol}{announced}, {how_far}"
    if stage.eol_announced:
        # The data is older than the date: that it was kept is likely, but not known.
        return f"was announced to reach end of life{where} on {eol}, {how_far}"
    return f"reached end of life{where} on {eol}, {how_far}"


def legacy(stage: StageOn, where: str) -> str:
    """Since when the model is Legacy; without a full stop."""
    if stage.legacy_date is None:
        return f"is Legacy{where}"
    if stage.legacy_announced:
        return f"is Legacy{where} since {stage.legacy_date}, as announced"
    return f"is Legacy{where} since {stage.legacy_date}"
