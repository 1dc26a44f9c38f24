"""How messages say days, dates, lists and where something holds."""

from collections.abc import Sequence
from datetime import date

from checker.model.lifecycle import CompanyDate, CompanyDateKind, StageOn

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
    """What happens on the EOL date, with the date and how far it is; without a full stop.

    A date that lay ahead when its source was read is marked as announced, even if it has passed.
    """
    eol = stage.eol_date
    if eol is None:
        return f"has no known end of life{where}"
    verb = "reaches" if eol > stage.day else "reached"
    marked = _marked(eol, stage.eol_announced)
    if stage.company_date is not None:
        marked = f"{eol} ({company_words(stage.company_date)})"
    return f"{verb} end of life{where} on {marked}, {distance(eol, stage.day)}"


def company_words(company: CompanyDate) -> str:
    """Whose date it is, if it is not AWS's, and why."""
    match company.kind:
        case CompanyDateKind.DEADLINE:
            return f"the company's own deadline, not AWS's date: {company.reason}"
        case CompanyDateKind.ARRANGEMENT:
            return f"the company's arrangement, not AWS's date: {company.reason}"


def legacy(stage: StageOn, where: str) -> str:
    """Since when the model is Legacy; without a full stop."""
    if stage.legacy_date is None:
        return f"is Legacy{where}"
    return f"is Legacy{where} since {_marked(stage.legacy_date, stage.legacy_announced)}"


def extended_access(stage: StageOn, where: str) -> str:
    """Since when the model is in extended access, or when it enters it; without a full stop."""
    begins = stage.extended_access_date
    if begins is None:
        return f"is not known to enter extended access{where}"
    marked = _marked(begins, stage.extended_access_announced)
    if begins > stage.day:
        return f"enters extended access{where} on {marked}, {distance(begins, stage.day)}"
    return f"is in extended access{where} since {marked}"


def _marked(day: date, announced: bool) -> str:
    return f"{day} (announced)" if announced else str(day)
