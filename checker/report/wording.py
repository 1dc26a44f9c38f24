"""How reports say counts and distances in time."""

from collections.abc import Sequence
from datetime import date


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 file`, `3 files`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def distance(day: date, as_of: date) -> str:
    """How far `day` is from `as_of`: `in 45 days`, `today`, `1 day ago`."""
    ahead = (day - as_of).days
    if ahead == 0:
        return "today"
    return f"in {counted(ahead, 'day')}" if ahead > 0 else f"{counted(-ahead, 'day')} ago"


def listed(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return "".join(parts) if len(parts) < 2 else f"{', '.join(parts[:-1])} and {parts[-1]}"
