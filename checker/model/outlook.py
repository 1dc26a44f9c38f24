"""Future breaks of rules, by date."""

from datetime import date
from typing import NamedTuple

from checker.model.lifecycle import StageOn
from checker.model.policy import Severity
from checker.model.problem import Problem
from checker.model.reference import Candidate, Reference
from checker.model.resource import Input
from checker.model.scan import CatalogInfo


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
    """The breaks by day, with their sources. What cannot be predicted is in `references` and `problems`."""

    as_of: date
    catalog: CatalogInfo
    inputs: tuple[Input, ...]
    references: tuple[Reference, ...]
    breaks: tuple[Break, ...]
    problems: tuple[Problem, ...]
    policy: tuple[str, ...]

    @property
    def unresolved(self) -> tuple[Reference, ...]:
        """The references that are not, or not wholly, resolved."""
        return tuple(reference for reference in self.references if reference.unresolved is not None)

    @property
    def incomplete(self) -> bool:
        """True if models may have been missed."""
        return any(problem.incomplete for problem in self.problems)
