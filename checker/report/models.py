"""The catalog for other programs: CSV for spreadsheets, a calendar, data for policy engines, and differences."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from checker.model.lifecycle import (
    Catalog,
    CatalogDiff,
    Change,
    CompanyDate,
    CompanyDateKind,
    LifecycleRow,
    Model,
    known_regions,
)
from checker.model.regions import PARTITIONS
from checker.model.stages import StageOn, WorstStage, stage_on, worst_stage
from checker.report.csv import csv_text
from checker.report.escaping import code, printable, prose
from checker.report.icalendar import Event, calendar
from checker.wording import counted

# The catalog for other programs: CSV for spreadsheets, a calendar, and data for policy engines.

_COLUMNS = (
    "id", "name", "provider", "region", "stage", "legacy_date", "extended_access_date", "eol_date", "days_to_eol",
    "eol_of", "eol_no_sooner_than", "source", "read_on", "replacements",
)  # fmt: skip
_WORDS = {
    "legacy_date": ("becomes Legacy", "Legacy"),
    "extended_access_date": ("enters extended access", "extended access"),
    "eol_date": ("reaches end of life", "end of life"),
}


def as_csv(models: Iterable[tuple[Model, WorstStage]]) -> str:
    """One row per model and Region, with a header line. Region `*` stands for every Region that no row names."""
    return csv_text(_COLUMNS, (_csv_row(model, stage) for model, stages in models for stage in stages.stages))


def _csv_row(model: Model, stage: StageOn) -> Iterator[object]:
    yield from (model.id, model.name, model.provider, stage.region or "*", stage.stage)
    yield from (stage.legacy_date, stage.extended_access_date, stage.eol_date, stage.days_to_eol)
    if stage.eol_date is None:
        yield ""
    else:
        yield "AWS" if stage.company_date is None else f"company ({stage.company_date.kind})"
    yield model.eol_no_sooner_than
    origin = None if stage.row is None else stage.row.origin("eol_date")
    yield from ("", "") if origin is None else (origin.source, origin.read_on)
    yield " ".join(each.id for each in model.replacements)


def as_calendar(models: Iterable[Model], as_of: date, source: str) -> str:
    """One event per date from `as_of` on, by day."""
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


def as_data(catalog: Catalog, as_of: date, source: str) -> str:
    """The stage of each model in each Region on a day, as JSON in ASCII.

    Everything is below the key `bedrock_eol`, so that it can be combined with other data. `models` has the models by
    id, each with its `regions`, and `elsewhere` for the Regions of partition `aws` that no row names (null if there are
    none). `ids` maps every id in code to its model.
    """
    document = {
        "bedrock_eol": {
            "version": 1,
            "as_of": as_of.isoformat(),
            "catalog": {"as_of": catalog.as_of.isoformat(), "source": source},
            "models": {model.id: _model_data(model, as_of) for model in catalog.models},
            "ids": dict(sorted(pair for model in catalog.models for pair in _ids(model))),
        }
    }
    return json.dumps(document, indent=2) + "\n"


def _model_data(model: Model, as_of: date) -> dict[str, Any]:
    regions = [region for partition in PARTITIONS for region in known_regions(model, partition)]
    elsewhere = [stage for stage in worst_stage(model, as_of).stages if stage.region is None and stage.row is not None]
    return {
        "name": model.name,
        "provider": model.provider,
        "worst": _stage_data(worst_stage(model, as_of).worst),
        "regions": {region: _stage_data(stage_on(model, as_of, region)) for region in sorted(regions)},
        "elsewhere": _stage_data(elsewhere[0]) if elsewhere else None,
        "eol_no_sooner_than": _day(model.eol_no_sooner_than),
        "replacements": [each.id for each in model.replacements],
        "profiles": {
            profile.id: {
                "source_regions": list(profile.source_regions),
                "destination_regions": list(profile.destination_regions),
            }
            for profile in model.profiles
        },
    }


def _stage_data(stage: StageOn) -> dict[str, Any]:
    return {
        "region": stage.region,
        "stage": str(stage.stage),
        "legacy_date": _day(stage.legacy_date),
        "extended_access_date": _day(stage.extended_access_date),
        "eol_date": _day(stage.eol_date),
        "days_to_eol": stage.days_to_eol,
        "eol_announced": stage.eol_announced,
        "eol_of_company": None if stage.company_date is None else str(stage.company_date.kind),
        "reason": stage.reason,
    }


def _ids(model: Model) -> Iterable[tuple[str, str]]:
    yield model.id, model.id
    for alias in model.aliases:
        yield alias, model.id
    for profile in model.profiles:
        yield profile.id, model.id


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


# The differences between two catalogs, as text, as JSON, and as Markdown for the body of a pull request.

_LISTED = 4


def as_text(diff: CatalogDiff) -> str:
    """Lines for a terminal: added, removed and changed models, and the number of confirmed ones."""
    lines = [f"from {diff.before} to {diff.after}"]
    lines += [f"+ {model.id} ({model.name}): {_state(model, diff)}" for model in diff.added]
    lines += [f"- {model.id} ({model.name})" for model in diff.removed]
    for each in diff.changed:
        lines.append(f"~ {each.id}")
        lines += [f"    {_difference(change)}" for change in each.changes]
    lines.append(_summary(diff))
    return "".join(f"{printable_line(line)}\n" for line in lines)


def as_json(diff: CatalogDiff) -> str:
    """The diff as data, in ASCII."""
    document: dict[str, Any] = {
        "version": 1,
        "before": {"as_of": diff.before.isoformat(), "source": diff.source_before},
        "after": {"as_of": diff.after.isoformat(), "source": diff.source_after},
        "added": [{"id": model.id, "name": model.name} for model in diff.added],
        "removed": [{"id": model.id, "name": model.name} for model in diff.removed],
        "changed": [
            {
                "id": each.id,
                "name": each.name,
                "changes": [
                    {
                        "fact": change.fact,
                        "regions": list(change.regions),
                        "before": change.before,
                        "after": change.after,
                    }
                    for change in each.changes
                ],
            }
            for each in diff.changed
        ],
        "confirmed": diff.confirmed,
    }
    return json.dumps(document, indent=2) + "\n"


def as_markdown(diff: CatalogDiff) -> str:
    """The differences for reviewers: dates first, since they change the results of a run."""
    lines = [f"Catalog data from {diff.before} to {diff.after}. {_summary(diff)}", ""]
    if diff.changed:
        lines += ["| model | what | Regions | before | after |", "|---|---|---|---|---|"]
        for each in diff.changed:
            for change in each.changes:
                lines.append(
                    f"| {code(each.id)} | {prose(change.fact)} | {prose(_regions(change.regions))} |"
                    f" {_cell(change.before)} | {_cell(change.after)} |"
                )
        lines.append("")
    for title, models in (("New models", diff.added), ("Models that are no longer in it", diff.removed)):
        if models:
            lines += [f"### {title}", ""]
            lines += [f"- {code(model.id)} ({prose(model.name)}): {_state(model, diff)}" for model in models]
            lines.append("")
    lines.append(f"Source: {prose(diff.source_after)}")
    return "\n".join(lines) + "\n"


def printable_line(line: str) -> str:
    """The line with its indentation; control characters are escaped."""
    stripped = line.lstrip(" ")
    return " " * (len(line) - len(stripped)) + printable(stripped)


def _summary(diff: CatalogDiff) -> str:
    parts = [
        counted(len(diff.added), "model") + " added",
        counted(len(diff.removed), "model") + " removed",
        counted(len(diff.changed), "model") + " changed",
        counted(diff.confirmed, "model") + " confirmed without a change",
    ]
    return ", ".join(parts) + "."


def _difference(change: Change) -> str:
    where = f" in {_regions(change.regions)}" if change.regions else ""
    match change.before, change.after:
        case None, after:
            return f"{change.fact}{where}: {after} (new)"
        case before, None:
            return f"{change.fact}{where}: {before} is no longer given"
        case before, after:
            return f"{change.fact}{where}: {before} -> {after}"


def _regions(regions: Sequence[str]) -> str:
    if len(regions) > _LISTED + 1:
        return f"{', '.join(regions[:_LISTED])} and {len(regions) - _LISTED} more"
    return ", ".join(regions)


def _cell(text: str | None) -> str:
    return "" if text is None else prose(text)


def _state(model: Model, diff: CatalogDiff) -> str:
    worst = worst_stage(model, diff.after).worst
    return str(worst.stage) if worst.eol_date is None else f"{worst.stage}, EOL {worst.eol_date}"
