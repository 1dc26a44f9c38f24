"""The interface of a check: the row that each module under `checks` exposes, and the subjects of checks."""

from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from checker.immutable import immutable
from checker.model.assessment import Assessment
from checker.model.finding import Statement
from checker.model.lifecycle import Model
from checker.model.policy import Waiver
from checker.model.reference import Candidate, Reference, Usage
from checker.model.scan import CatalogInfo
from checker.model.stages import StageOn
from checker.policy.period import ALWAYS, Period

Parameters = Mapping[str, object]
FindModel = Callable[[str], Model | None]


class Description(NamedTuple):
    """A check's description of a finding. The parts of the statement that only the check knows.

    `action` is what to do, and `effect` what that does to the resource, in sentences.
    """

    statement: Statement
    action: str = ""
    effect: str = ""


class CandidateSubject(NamedTuple):
    """A candidate in one Region. `stage` is None if the catalog does not know the model. `day` is the day to judge for.

    `find_model` finds the model of an id, for advice. `where` names the Regions of a finding, as ` in us-east-1`.
    """

    day: date
    parameters: Parameters
    assessment: Assessment
    stage: StageOn | None
    find_model: FindModel
    where: str = ""

    @property
    def reference(self) -> Reference:
        """The reference that the candidate belongs to."""
        return self.assessment.reference

    @property
    def candidate(self) -> Candidate:
        """The candidate itself."""
        return self.assessment.candidate

    @property
    def name(self) -> str:
        """The model as messages name it: its id, or the text of the code if that names no base model."""
        return self.candidate.model or self.candidate.text

    @property
    def is_out_of_reach(self) -> bool:
        """True if the inference profile of the candidate is not known to take calls from the Region.

        A grant or a mention calls nothing: a policy may grant the profiles of all geographies.
        """
        if self.reference.site.usage in (Usage.GRANT, Usage.MENTION):
            return False
        model, prefix = self.assessment.model, self.candidate.profile
        region = None if self.stage is None else self.stage.region
        if model is None or prefix is None or region is None:
            return False
        return not model.takes_calls_from(prefix, region)


class ReferenceSubject(NamedTuple):
    """A reference, regardless of its candidates."""

    parameters: Parameters
    reference: Reference


class CatalogSubject(NamedTuple):
    """The catalog of the run on a day."""

    day: date
    parameters: Parameters
    catalog: CatalogInfo


class WaiverSubject(NamedTuple):
    """A waiver on a day. `is_used`: it covers something that breaks a rule."""

    day: date
    parameters: Parameters
    waiver: Waiver
    is_used: bool


@immutable
class ReferenceCheck:
    """A check of a reference as a whole."""

    name: str
    is_broken: Callable[[ReferenceSubject], bool]
    describe: Callable[[ReferenceSubject], Description]
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@immutable
class CandidateCheck:
    """A check of one candidate in one Region.

    `broken` returns the period in which the candidate breaks a rule, or None. It is asked about an era in which the
    stage, its dates and everything else about the model stay the same, and its answer holds for that era. So it must
    not use what changes daily (`day`, `stage.day`, `stage.days_to_eol`). A check that must use them sets
    `is_asked_daily`; its answer holds for `day` alone.

    `rank` orders checks of which a candidate gets only one finding, the most severe. Lower ranks of the same `concern`
    follow from it, so that a waiver for it covers them. None if the check stands alone. `gravity` orders the Regions in
    which a rule is broken; the finding names the greatest. `of_destinations`: it also judges the Regions to which an
    inference profile routes; findings there are notes. `of_stage`: the finding is another one in another lifecycle
    stage. `of_unresolved`: it judges the unknown part of a reference. `compiles`: a parameter in a language of its own,
    with a function that raises ConditionError for invalid text.
    """

    name: str
    broken: Callable[[CandidateSubject], Period | None]
    describe: Callable[[CandidateSubject], Description]
    rank: int | None = None
    concern: str = "lifecycle"
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    gravity: Callable[[StageOn], tuple[int, int]] = attrgetter("gravity")
    of_destinations: bool = False
    is_asked_daily: bool = False
    of_stage: bool = True
    of_unresolved: ReferenceCheck | None = None
    compiles: tuple[str, Callable[[str], object]] | None = None


@immutable
class CatalogCheck:
    """A check of the catalog in use; `broken` does not depend on the day."""

    name: str
    broken: Callable[[CatalogSubject], Period | None]
    describe: Callable[[CatalogSubject], Description]
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@immutable
class WaiverCheck:
    """A check of each waiver of the policy; `broken` does not depend on the day."""

    name: str
    broken: Callable[[WaiverSubject], Period | None]
    describe: Callable[[WaiverSubject], Description]
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


Check = CandidateCheck | ReferenceCheck | CatalogCheck | WaiverCheck


def check_of_each_waiver(name: str, is_at_fault: Callable[[Waiver], bool], fault: str, action: str) -> WaiverCheck:
    """A check that does not depend on days. `fault` ends the sentence that begins with the waiver."""

    def broken(subject: WaiverSubject) -> Period | None:
        return ALWAYS if is_at_fault(subject.waiver) else None

    def describe(subject: WaiverSubject) -> Description:
        waiver = subject.waiver
        return Description(Statement(f"The waiver for {waiver.rule} ({waiver.reason}) {fault}."), action)

    return WaiverCheck(name, broken, describe)


def by_eol(stage: StageOn) -> tuple[int, int]:
    """Sorts stages by the nearest EOL, those without one first."""
    return (0, 0) if stage.days_to_eol is None else (1, -stage.days_to_eol)


def days_parameter(default: int, description: str) -> Mapping[str, Mapping[str, object]]:
    """The schema of a check whose only parameter is `days`."""
    # The upper bound keeps a date minus the days a valid date.
    return {"days": {"type": "integer", "minimum": 0, "maximum": 36500, "default": default, "description": description}}


def days_of(parameters: Parameters, name: str = "days") -> int:
    """The parameter `name`, a number of days; 0 for a check without it."""
    days = parameters.get(name, 0)
    # JSON Schema also accepts 90.0 as an integer.
    if not isinstance(days, int | float):
        raise TypeError(f"the parameter {name} is {days!r}, not a number")
    return int(days)


def with_defaults(check: Check, given: Parameters) -> Parameters:
    """The parameters of a rule, with the defaults of its check for missing ones."""
    defaults = {name: schema["default"] for name, schema in check.parameters.items()}
    return {**defaults, **given}
