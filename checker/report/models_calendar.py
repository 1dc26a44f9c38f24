"""The coming dates of models as a calendar."""

from collections.abc import Iterable, Iterator
from datetime import date

from checker.model.lifecycle import CompanyDate, CompanyDateKind, LifecycleRow, Model
from checker.report.icalendar import Event, calendar

_WORDS = {
    "legacy_date": ("becomes Legacy", "Legacy"),
    "extended_access_date": ("enters extended access", "extended access"),
    "eol_date": ("reaches end of life", "end of life"),
}


def render(models: Iterable[Model], as_of: date, source: str) -> str:
    """An event for each date from `as_of` on, by day."""
    events = [event for model in models for event in _events(model, source) if event.day >= as_of]
    return calendar("Amazon Bedrock models", sorted(events, key=lambda each: (each.day, each.title)), as_of)


def _events(model: Model, source: str) -> Iterator[Event]:
    for row in model.rows:
        where = _where(row.regions)
        for name, (verb, category) in _WORDS.items():
            day = getattr(row, name)
            if day is None or row.disputed is not None:
                continue
            yield Event(
                day=day,
                title=f"{model.name} {verb}{_short(row.regions)}",
                lines=(model.id, where, *_said(row, name, day), *_replacements(model), source),
                identity=f"{model.id} {name} {' '.join(sorted(row.regions))}",
                categories=(category,),
            )
    for company in model.company_dates:
        yield _of_company(model, company)


def _of_company(model: Model, company: CompanyDate) -> Event:
    title = "deadline of the company" if company.kind is CompanyDateKind.DEADLINE else "end of the private arrangement"
    return Event(
        day=company.eol_date,
        title=f"{model.name}: {title}{_short(company.regions)}",
        lines=(model.id, _where(company.regions), company.reason, f"The company's own date, from {company.source}."),
        identity=f"{model.id} {company.kind} {' '.join(sorted(company.regions))}",
        categories=("company date",),
    )


def _said(row: LifecycleRow, name: str, day: date) -> Iterator[str]:
    origin = row.origin(name)
    announced = " (announced)" if day > origin.read_on else ""
    yield f"By {origin.source}, read on {origin.read_on}{announced}."


def _replacements(model: Model) -> Iterator[str]:
    if model.replacements:
        yield f"Replacements: {', '.join(each.id for each in model.replacements)}"


def _where(regions: tuple[str, ...]) -> str:
    return f"Regions: {', '.join(regions)}" if regions else "In every Region that has no date of its own."


def _short(regions: tuple[str, ...]) -> str:
    if not regions:
        return ""
    return f" in {regions[0]}" if len(regions) == 1 else f" in {len(regions)} Regions"
