"""The result of a run: everything that a report shows."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from checker.model.comparison import Compared
from checker.model.finding import Finding, Status
from checker.model.lifecycle import Model
from checker.model.mending import Mending
from checker.model.policy import RuleDescription, Severity
from checker.model.problem import Problem
from checker.model.reference import Reference
from checker.model.resource import Input
from checker.model.stages import StageOn
from checker.source import Location


class CatalogInfo(NamedTuple):
    """The catalog that was used: the day of its data, its source, the number of its models."""

    as_of: date
    source: str
    models: int


class ModelInUse(NamedTuple):
    """A model of the catalog that references may name, with its stages on the day of the run.

    `stages` has one per possible Region, sorted by Region; None stands for every Region that no row names.
    """

    model: Model
    stages: tuple[StageOn, ...]


@dataclass(frozen=True)
class Scan:
    """What was read, found, judged, and not analysed, in a stable order.

    `mentions` are ids in files that no resource names. `horizon_days` is how far ahead the policy looks for an EOL;
    None if it does not. A run that does not judge has no `models`. `comparison` is None unless an account was compared
    with code.
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
    comparison: tuple[Compared, ...] | None = None
    mending: Mending = field(default_factory=Mending)

    @cached_property
    def mentioned_at(self) -> frozenset[Location | None]:
        """The locations of the mentions."""
        return frozenset(mention.location for mention in self.mentions)

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """The findings that count."""
        return tuple(finding for finding in self.findings if finding.status is Status.OPEN)

    @property
    def unresolved(self) -> tuple[Reference, ...]:
        """The references that are not, or not wholly, resolved."""
        return tuple(reference for reference in self.references if reference.unresolved is not None)

    @property
    def incomplete(self) -> bool:
        """True if models may have been missed."""
        return any(problem.incomplete for problem in self.problems)

    def count_by_severity(self) -> dict[Severity, int]:
        """The number of open findings of each severity."""
        counted = Counter(finding.severity for finding in self.open_findings)
        return {severity: counted[severity] for severity in sorted(Severity, reverse=True)}

    def count_by_status(self) -> dict[Status, int]:
        """The number of findings of each status."""
        counted = Counter(finding.status for finding in self.findings)
        return {status: counted[status] for status in Status}
