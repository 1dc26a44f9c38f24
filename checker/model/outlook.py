"""Future breaks of rules, by date."""

from datetime import date
from typing import NamedTuple

from checker.model.policy import Severity
from checker.model.problem import Problem
from checker.model.reference import Candidate, Reference
from checker.model.resource import Input
from checker.model.scan import CatalogInfo
from checker.model.stages import StageOn


class Break(NamedTuple):
    """The first day on which a candidate of a reference breaks a rule.

    `stage` is the stage of the model on that day in the worst Region; None if the model is not known. `waived_until` is
    the last day of a waiver that covers it until then.
    """

    first_day: date
    rule: str
    check: str
    severity: Severity
    reference: Reference
    candidate: int
    stage: StageOn | None
    waived_until: date | None = None

    @property
    def chosen(self) -> Candidate:
        """The candidate that breaks the rule."""
        return self.reference.candidates[self.candidate]

    @property
    def model(self) -> str:
        """The model, or the text of the code if that names none."""
        return self.chosen.model or self.chosen.text


class Outlook(NamedTuple):
    """The breaks by day, with their sources. What cannot be predicted is in `references` and `problems`.

    `until` and `on` bound the breaks; `already` counts the references that break a rule on the day of the run.
    """

    as_of: date
    catalog: CatalogInfo
    inputs: tuple[Input, ...]
    references: tuple[Reference, ...]
    breaks: tuple[Break, ...]
    problems: tuple[Problem, ...]
    policy: tuple[str, ...]
    until: date | None = None
    on: date | None = None
    already: int = 0

    def bounded(self, *, until: date | None, on: date | None, already_broken: bool) -> "Outlook":
        """The outlook with the breaks until a day, or on one; without those of today unless they are asked for."""
        today = {each.reference.id for each in self.breaks if each.first_day <= self.as_of}
        breaks = tuple(
            each
            for each in self.breaks
            if (already_broken or each.first_day > self.as_of)
            and (until is None or each.first_day <= until)
            and (on is None or each.first_day == on)
        )
        return self._replace(breaks=breaks, until=until, on=on, already=len(today))

    @property
    def unresolved(self) -> tuple[Reference, ...]:
        """The references that are not, or not wholly, resolved."""
        return tuple(reference for reference in self.references if reference.unresolved is not None)

    @property
    def incomplete(self) -> bool:
        """True if models may have been missed."""
        return any(problem.incomplete for problem in self.problems)
