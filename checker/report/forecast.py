"""Future breaks of rules, for a terminal, as a calendar, CSV and JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from checker import __version__
from checker.errors import UsageError
from checker.model.policy import Severity
from checker.model.resource import InputKind
from checker.model.scan import Break, Outlook
from checker.report.csv import Row, table
from checker.report.icalendar import Event, calendar
from checker.report.lines import line_key
from checker.report.page import INDENT, SEVERITY_STYLES, UNKNOWN_STYLE, Page, Span
from checker.report.view import ReportOptions
from checker.source import Location
from checker.source.validation import did_you_mean
from checker.wording import USED, catalog_age, counted, distance, in_regions, listed, named

# A forecast by line to change: the first day on which it breaks each rule, and later breaks.


class Due(NamedTuple):
    """One model at the location where it is written, with its breaks by day; on the same day, the most severe first.

    `location` is None in a plan or a state, where no line can be changed.
    """

    location: Location | None
    breaks: tuple[Break, ...]

    @property
    def first(self) -> Break:
        """The first break."""
        return self.breaks[0]

    @property
    def title(self) -> str:
        """The location to change: file, line and column; else the address of the resource."""
        return str(self.location) if self.location is not None else self.first.reference.address

    @property
    def regions(self) -> tuple[str, ...]:
        """The Regions of the first break."""
        stages = (each.stage for each in self.breaks if each.first_day == self.first.first_day)
        return tuple(sorted({stage.region for stage in stages if stage is not None and stage.region is not None}))

    @property
    def eol_date(self) -> date | None:
        """The first day of the end of life."""
        days = [each.stage.eol_date for each in self.breaks if each.stage is not None and each.stage.eol_date]
        return min(days, default=None)

    @property
    def uses(self) -> tuple[str, ...]:
        """Address and property of each reference that uses it."""
        return tuple(dict.fromkeys(named(each.reference) for each in self.breaks))

    @property
    def used_by(self) -> str:
        """The name of the first use, and the number of the others."""
        more = len(self.uses) - 1
        return f"{self.uses[0]} and {counted(more, 'more use')}" if more else self.uses[0]

    @property
    def steps(self) -> tuple[tuple[date, str, Severity], ...]:
        """The day, rule and highest severity of each break."""
        gravest: dict[tuple[date, str], Severity] = {}
        for each in self.breaks:
            gravest.setdefault((each.first_day, each.rule), each.severity)
        return tuple((day, rule, severity) for (day, rule), severity in gravest.items())


def due_lines(outlook: Outlook, least: Severity) -> tuple[Due, ...]:
    """The lines to change by the day of their first break, without breaks that less severe rules repeat."""
    kinds = (InputKind.TERRAFORM_PLAN, InputKind.TERRAFORM_STATE)
    without_lines = frozenset(each.path for each in outlook.inputs if each.kind in kinds)
    groups: dict[object, list[Break]] = {}
    for each in outlook.breaks:
        if each.severity >= least:
            location, address = each.chosen.written_at or each.reference.location, each.reference.address
            key = (address, each.model) if location is None else line_key(location, address, each.model, without_lines)
            groups.setdefault(key, []).append(each)
    return tuple(sorted((_due(group, without_lines) for group in groups.values()), key=_order))


def _due(breaks: Iterable[Break], without_lines: frozenset[str]) -> Due:
    ordered = tuple(sorted(breaks, key=lambda each: (each.first_day, -each.severity)))
    location = ordered[0].chosen.written_at or ordered[0].reference.location
    return Due(None if location is None or location.file in without_lines else location, ordered)


def _order(due: Due) -> tuple[object, ...]:
    return due.first.first_day, -due.first.severity, due.location or Location("", 0, 0), due.title, due.first.model


# Future breaks of rules, for a terminal, as a calendar, CSV and JSON.

# The longest word, plus two spaces.
_SEVERITY_WIDTH = 9

Render = Callable[[Outlook, ReportOptions], str]


def renderer(name: str) -> Render:
    """The function that writes a format. Raises UsageError for a name that is not one of `FORMATS`."""
    if name not in FORMATS:
        raise UsageError(f"there is no format {name!r} here{did_you_mean(name, FORMATS)}")
    return FORMATS[name]


def terminal(outlook: Outlook, options: ReportOptions) -> str:
    """Each line to change under the first day on which it breaks a rule, then what cannot be predicted."""
    page = Page(width=options.width, color=options.color, unicode=options.unicode)
    day = None
    for due in due_lines(outlook, _least(options)):
        if due.first.first_day != day:
            day = due.first.first_day
            page.gap()
            page.line(Span(f"{day}", "bold"), Span(f"  {distance(day, outlook.as_of)}"))
        link = None if due.location is None or options.link_to is None else options.link_to(due.location.file)
        severity = Span(f"{due.first.severity!s:<{_SEVERITY_WIDTH}}", SEVERITY_STYLES[due.first.severity])
        page.line(Span(" " * INDENT), severity, Span(due.title, "bold", link=link))
        for text in _sentences(due, outlook):
            page.paragraph(Span(text), indent=INDENT + _SEVERITY_WIDTH)
    _write_ending(page, outlook, options)
    return page.text()


def _least(options: ReportOptions) -> Severity:
    return Severity.NOTE if options.verbose else Severity.ERROR if options.quiet else Severity.WARNING


def _sentences(due: Due, outlook: Outlook) -> Iterator[str]:
    """The break, later breaks, and the users."""
    first = due.first
    rules = listed([rule for day, rule, _ in due.steps if day == first.first_day])
    eol = "" if due.eol_date is None else f"; EOL {due.eol_date}, {distance(due.eol_date, outlook.as_of)}"
    yield f"{first.model}{in_regions(due.regions)} breaks {rules}{eol}."
    later = [f"{rule} ({severity}) on {day}" for day, rule, severity in due.steps if day != first.first_day]
    if later:
        yield f"Then {listed(later)}."
    yield f"{USED[first.reference.site.usage].capitalize()} {due.used_by}."
    if first.waived_until is not None:
        yield f"Waived until {first.waived_until}."


def _write_ending(page: Page, outlook: Outlook, options: ReportOptions) -> None:
    if not options.quiet:
        for problem in outlook.problems if options.verbose else [each for each in outlook.problems if each.incomplete]:
            page.gap()
            label = Span("incomplete", UNKNOWN_STYLE) if problem.incomplete else Span("problem", "bold cyan")
            page.line(label, Span(f"  {problem.file}", "bold"))
            page.paragraph(Span(problem.message), indent=INDENT)
        page.gap()
        notes = sum(each.severity is Severity.NOTE for each in outlook.breaks)
        if notes and not options.verbose:
            page.paragraph(
                Span(f"{counted(notes, 'note')} not shown here (--verbose shows {'it' if notes == 1 else 'them'}).")
            )
        if outlook.already and not any(each.first_day <= outlook.as_of for each in outlook.breaks):
            said = (
                f"{counted(outlook.already, 'reference')} {'breaks' if outlook.already == 1 else 'break'} a rule today"
            )
            page.paragraph(Span(f"{said}: `bedrock-eol check` shows what, and --already-broken lists it here, too."))
        page.paragraph(
            Span(
                f"Foreseen from {outlook.as_of} by policy {listed(outlook.policy)}, with"
                f" {catalog_age(outlook.catalog, outlook.as_of)}. Dates that AWS announces later are not in it."
            )
        )
    page.gap()
    page.line(Span(verdict_line(outlook)))


def verdict_line(outlook: Outlook) -> str:
    """The result in one line."""
    parts = [_first(outlook, Severity.ERROR), _first(outlook, Severity.WARNING)]
    said = "; ".join(part for part in parts if part)
    if not outlook.breaks:
        said = "nothing is known to break"
    counts = [f"{counted(len(outlook.references), 'reference')}, {len(outlook.unresolved)} of them unresolved"]
    if outlook.already:
        counts.append(f"{outlook.already:,} {'breaks' if outlook.already == 1 else 'break'} a rule already")
    incomplete = sum(problem.incomplete for problem in outlook.problems)
    if incomplete:
        counts.append(f"{counted(incomplete, 'problem')} because of which models may have been missed")
    return f"forecast{_bounds(outlook)}: {said or 'only notes'} ({'; '.join(counts)})"


def _bounds(outlook: Outlook) -> str:
    if outlook.on is not None:
        return f" for {outlook.on}"
    return "" if outlook.until is None else f" until {outlook.until}"


def _first(outlook: Outlook, severity: Severity) -> str:
    first = next((each for each in outlook.breaks if each.severity is severity), None)
    if first is None:
        return ""
    return f"first {severity} on {first.first_day} ({distance(first.first_day, outlook.as_of)}), {first.rule}"


def as_json(outlook: Outlook, options: ReportOptions) -> str:
    """The forecast as data, in ASCII."""
    del options
    document: dict[str, Any] = {
        "version": 1,
        "tool": {"name": "bedrock-eol", "version": __version__},
        "as_of": outlook.as_of.isoformat(),
        "catalog": {
            "as_of": outlook.catalog.as_of.isoformat(),
            "source": outlook.catalog.source,
            "models": outlook.catalog.models,
        },
        "policy": list(outlook.policy),
        "until": _day(outlook.until),
        "on": _day(outlook.on),
        "lines": [_line(due) for due in due_lines(outlook, Severity.NOTE)],
        "breaks": [_break(each) for each in outlook.breaks],
        "unresolved": [
            {
                "reference": each.id,
                "address": each.address,
                "path": each.path,
                **_location(each.location),
                "cause": str(each.unresolved.cause),
                "subject": each.unresolved.subject,
                "advice": each.unresolved.advice,
            }
            for each in outlook.unresolved
            if each.unresolved is not None
        ],
        "problems": [
            {
                "file": each.file,
                "line": each.line,
                "kind": str(each.kind),
                "message": each.message,
                "advice": each.advice,
                "incomplete": each.incomplete,
            }
            for each in outlook.problems
        ],
        "summary": {
            "references": len(outlook.references),
            "unresolved": len(outlook.unresolved),
            "breaks": len(outlook.breaks),
            "already_broken": outlook.already,
            "first_error": _day(_first_day(outlook, Severity.ERROR)),
            "first_warning": _day(_first_day(outlook, Severity.WARNING)),
            "incomplete": outlook.incomplete,
        },
    }
    return json.dumps(document, indent=2) + "\n"


def _line(due: Due) -> dict[str, Any]:
    steps = ({"day": day.isoformat(), "rule": rule, "severity": str(severity)} for day, rule, severity in due.steps)
    return {
        "first_day": due.first.first_day.isoformat(),
        "severity": str(due.first.severity),
        "model": due.first.model,
        "regions": list(due.regions),
        "eol_date": _day(due.eol_date),
        **_location(due.location),
        "address": due.first.reference.address,
        "uses": list(due.uses),
        "steps": list(steps),
    }


def _break(each: Break) -> dict[str, Any]:
    stage = each.stage
    return {
        "first_day": each.first_day.isoformat(),
        "rule": each.rule,
        "check": each.check,
        "severity": str(each.severity),
        "reference": each.reference.id,
        "candidate": each.candidate,
        "address": each.reference.address,
        "path": each.reference.path,
        **_location(each.reference.location),
        "model": each.model,
        "certainty": str(each.chosen.certainty),
        "given": [str(assumption) for assumption in each.chosen.given],
        "region": None if stage is None else stage.region,
        "stage": None if stage is None else str(stage.stage),
        "legacy_date": None if stage is None else _day(stage.legacy_date),
        "extended_access_date": None if stage is None else _day(stage.extended_access_date),
        "eol_date": None if stage is None else _day(stage.eol_date),
        "eol_of_company": None if stage is None or stage.company_date is None else str(stage.company_date.kind),
        "waived_until": _day(each.waived_until),
    }


def ics(outlook: Outlook, options: ReportOptions) -> str:
    """The forecast as a calendar: one event per day, rule and model. Present breaks are on the first day."""
    events = []
    grouped: dict[tuple[str, str, date, Severity], list[Break]] = {}
    for each in outlook.breaks:
        if options.verbose or each.severity is not Severity.NOTE:
            grouped.setdefault((each.rule, each.model, each.first_day, each.severity), []).append(each)
    for (rule, model, day, severity), breaks in grouped.items():
        locations = dict.fromkeys(f"{each.chosen.written_at or each.reference.address}{_what(each)}" for each in breaks)
        # If a rule and a model break on several days, the references distinguish the events.
        identity = f"{rule} {model} {' '.join(sorted(f'{e.reference.address} {e.reference.path}' for e in breaks))}"
        title = f"{severity}: {model} breaks {rule} ({counted(len(breaks), 'reference')})"
        events.append(Event(day, title, (*locations, *_remark(outlook)), identity, (str(severity),)))
    return calendar("bedrock-eol forecast", sorted(events, key=lambda each: (each.day, each.title)), outlook.as_of)


def _remark(outlook: Outlook) -> Iterator[str]:
    yield f"Catalog data of {outlook.catalog.as_of} ({outlook.catalog.source})."
    if outlook.unresolved:
        yield f"{counted(len(outlook.unresolved), 'reference')} could not be resolved, and may break on any day."
    if outlook.incomplete:
        yield "Not everything could be read: models may have been missed."


_COLUMNS = (
    "first_day", "days", "severity", "rules", "model", "regions", "eol_date", "file", "line", "column", "address",
    "uses", "later", "waived_until",
)  # fmt: skip


def as_csv(outlook: Outlook, options: ReportOptions) -> str:
    """One row per line to change, the next one to break first."""
    return table(_COLUMNS, (_row(due, outlook) for due in due_lines(outlook, _least(options))))


def _row(due: Due, outlook: Outlook) -> Row:
    first, location = due.first, due.location
    return {
        "first_day": first.first_day,
        "days": (first.first_day - outlook.as_of).days,
        "severity": first.severity,
        "rules": " ".join(rule for day, rule, _ in due.steps if day == first.first_day),
        "model": first.model,
        "regions": " ".join(due.regions),
        "eol_date": due.eol_date,
        "file": None if location is None else location.file,
        "line": None if location is None else location.line,
        "column": None if location is None else location.column,
        "address": first.reference.address,
        "uses": len(due.uses),
        "later": " ".join(f"{day}:{rule}" for day, rule, _ in due.steps if day != first.first_day),
        "waived_until": first.waived_until,
    }


FORMATS: Mapping[str, Render] = {"terminal": terminal, "json": as_json, "ics": ics, "csv": as_csv}
ENDINGS = {".txt": "terminal", ".json": "json", ".ics": "ics", ".csv": "csv"}


def _what(each: Break) -> str:
    stage = each.stage
    if stage is None:
        return ", which the catalog does not know"
    where = f" in {stage.region}" if stage.region is not None else ""
    if stage.eol_date is None:
        return f"{where}: {stage.stage}, without a known EOL"
    whose = "" if stage.company_date is None else f" (the company's {stage.company_date.kind})"
    announced = " (announced)" if stage.eol_announced else ""
    return f"{where}: {stage.stage}, EOL {stage.eol_date}{whose}{announced}"


def _first_day(outlook: Outlook, severity: Severity) -> date | None:
    return next((each.first_day for each in outlook.breaks if each.severity is severity), None)


def _location(location: Location | None) -> dict[str, Any]:
    if location is None:
        return {"file": None, "line": None, "column": None}
    return {"file": location.file, "line": location.line, "column": location.column}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
