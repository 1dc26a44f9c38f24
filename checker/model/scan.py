"""The result of a run: everything that a report shows."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from checker.model.finding import Finding, Status
from checker.model.lifecycle import Model, StageOn
from checker.model.policy import RuleDescription, Severity
from checker.model.problem import Problem
from checker.model.reference import Reference
from checker.model.resource import Input
from checker.source import Place


class CatalogInfo(NamedTuple):
    """Which catalog judged: the day of its data, where it comes from, how many models it knows."""

    as_of: date
    source: str
    models: int


class ModelInUse(NamedTuple):
    """A model of the catalog for which references can stand, with its stages on the day of the run.

    `stages` has one for each Region that may be meant, by Region; None stands for every Region that nothing names.
    """

    model: Model
    stages: tuple[StageOn, ...]


@dataclass(frozen=True)
class Scan:
    """What was read, found, judged, and could not be analysed, in a stable order.

    `mentions` are the ids that stand in files and that no resource names. `horizon_days` says how far ahead the policy
    looks for an EOL; None if it does not. A run that does not judge has no `models`.
    """

    as_of: date
    catalog: CatalogInfo
    inputs: tuple[Input, ...]
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    policy: tuple[str, ...] = ()
    rules: tuple[RuleDescription, ...] = ()
    models: tuple[ModelInUse, ...] = ()
    horizon_days: int | None = None
    mentions: tuple[Reference, ...] = ()

    @cached_property
    def mentioned_at(self) -> frozenset[Place | None]:
        """Where the mentions stand."""
        return frozenset(mention.location for mention in self.mentions)

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that count."""
        return tuple(finding for finding in self.findings if finding.status is Status.OPEN)

    @property
    def unresolved(self) -> tuple[Reference, ...]:
        """The references that are not, or not wholly, known."""
        return tuple(reference for reference in self.references if reference.unresolved is not None)

    @property
    def incomplete(self) -> bool:
        """Whether models may have been missed."""
        return any(problem.incomplete for problem in self.problems)

    def count_by_severity(self) -> dict[Severity, int]:
        """How many open findings there are of each severity."""
        counted = Counter(finding.severity for finding in self.open_findings)
        return {severity: counted[severity] for severity in sorted(Severity, reverse=True)}

    def count_by_status(self) -> dict[Status, int]:
        """How many findings there are of each status."""
        counted = Counter(finding.status for finding in self.findings)
        return {status: counted[status] for status in Status}
