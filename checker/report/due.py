"""A forecast by line to change: the first day on which it breaks each rule, and later breaks."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from checker.model.outlook import Break, Outlook
from checker.model.policy import Severity
from checker.model.resource import InputKind
from checker.report.lines import line_key
from checker.source import Location
from checker.wording import counted, named


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
