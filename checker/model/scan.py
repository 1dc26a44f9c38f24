"""The result of a run: everything that a report shows, its outlook, and what is kept to judge it again."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from checker.model.finding import Finding, Mending, Root, Status
from checker.model.lifecycle import Model
from checker.model.policy import RuleDescription, Severity, Waiver
from checker.model.problem import Problem
from checker.model.reference import Candidate, Reference
from checker.model.resource import Input
from checker.model.stages import StageOn
from checker.source import Location

# What code and account say of the same resource.


class Agreement(StrEnum):
    """How code and account compare. `UNTOLD`: the code does not tell its model."""

    DIFFERENT = "different"
    ONLY_IN_ACCOUNT = "only-in-account"
    ONLY_IN_CODE = "only-in-code"
    UNTOLD = "not-told-by-code"
    SAME = "same"


class Compared(NamedTuple):
    """A resource in the account, in code, or in both. Addresses and models of the side that lacks it are empty.

    `by` says what tells that it is the same: `ARN`, `tags` or `name`.
    """

    agreement: Agreement
    arn: str
    name: str
    code_input: str
    code_address: str
    models: tuple[str, ...]
    code_models: tuple[str, ...]
    by: str


# The result of a run: everything that a report shows.


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


# Future breaks of rules, by date.


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


# What is kept of code that was read, so that it can be judged again without the code.


class InputFacts(NamedTuple):
    """An input that was read. `root` is a part of fingerprints; `regions` are those that the user gave for it."""

    path: str
    root: Root
    regions: tuple[str, ...] = ()


class FileOwners(NamedTuple):
    """The owners of a file by CODEOWNERS."""

    file: str
    owners: tuple[str, ...]


class Gathered(NamedTuple):
    """The references and mentions in some code, with everything else that judging them takes.

    `waivers` are those in the code, of whatever rules. `owners` has the files with a model and an owner. `files` counts
    those that were read.
    """

    inputs: tuple[InputFacts, ...] = ()
    references: tuple[Reference, ...] = ()
    mentions: tuple[Reference, ...] = ()
    problems: tuple[Problem, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    owners: tuple[FileOwners, ...] = ()
    files: int = 0

    @property
    def incomplete(self) -> bool:
        """True if models may have been missed."""
        return any(problem.incomplete for problem in self.problems)
