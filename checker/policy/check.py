"""The interface of a check: the row that each module under `checks` exposes, its subjects, and periods."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date, timedelta
from operator import attrgetter
from typing import NamedTuple

from checker.immutable import immutable
from checker.model.finding import Assessment, Statement
from checker.model.lifecycle import Model
from checker.model.policy import Waiver
from checker.model.reference import Candidate, Reference, Usage
from checker.model.regions import partition_of
from checker.model.scan import CatalogInfo
from checker.model.stages import StageOn
from checker.wording import in_regions

# Periods in which a rule is broken.

# A rule broken since this day was broken before all known dates.
EVERY_DAY = date.min

_DAY = timedelta(days=1)


class Period(NamedTuple):
    """The days from `since` up to, not including, `until`; by default every day."""

    since: date = EVERY_DAY
    until: date = date.max

    def covers(self, day: date) -> bool:
        """True if the day is in the period."""
        return self.since <= day < self.until

    def within(self, other: "Period") -> "Period":
        """The intersection; empty if `since` is not before `until`."""
        return Period(max(self.since, other.since), min(self.until, other.until))

    def first_day(self, not_before: date) -> date | None:
        """The first day of the period that is not before `not_before`."""
        first = max(self.since, not_before)
        return first if first < self.until else None


ALWAYS = Period()


def days_before(day: date, count: int) -> date:
    """The day this many days earlier; a day before the calendar begins is its first day."""
    return date.fromordinal(max(day.toordinal() - count, 1))


def day_after(day: date) -> date:
    """The next day; after the last day of the calendar, that day again."""
    return day if day == date.max else day + _DAY


def first_day_of(holds: Callable[[date], bool], changes: Iterable[date], not_before: date) -> date | None:
    """The first day from `not_before` on which a condition holds of which only the answer is known.

    Between two of `changes`, or the days next to them, the answer may change once. Bisection finds the day.
    """
    if holds(not_before):
        return not_before
    sound = not_before
    for day in sorted(_with_neighbours(changes)):
        if day <= not_before:
            continue
        if holds(day):
            return _bisect(holds, sound, day)
        sound = day
    return None


def _with_neighbours(days: Iterable[date]) -> set[date]:
    def near(day: date) -> Iterator[date]:
        yield day
        if day > date.min:
            yield day - _DAY
        if day < date.max:
            yield day + _DAY

    return {each for day in days for each in near(day)}


def _bisect(holds: Callable[[date], bool], sound: date, broken: date) -> date:
    low, high = sound.toordinal(), broken.toordinal()
    while high - low > 1:
        middle = (low + high) // 2
        if holds(date.fromordinal(middle)):
            high = middle
        else:
            low = middle
    return date.fromordinal(high)


# The interface of a check: the row that each module under `checks` exposes, and the subjects of checks.

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


# What a finding says of an inference profile that is not known to take calls from the Region.


def out_of_reach(subject: CandidateSubject) -> Description:
    """The description; the candidate has a profile, and its model and the Region are known."""
    model, prefix = subject.assessment.model, subject.candidate.profile
    region = None if subject.stage is None else subject.stage.region
    assert model is not None
    assert prefix is not None
    assert region is not None
    sources = model.regions_to_call(prefix, partition_of(region))
    known = f": it can be called{in_regions(sources)}." if sources else "."
    profiles = [each.id for each in model.profiles if model.takes_calls_from(each.prefix, region)]
    ids = [*(each for each in profiles if each != subject.candidate.text), *([model.id] * (region in model.regions))]
    action = f"Use {' or '.join(ids)}, or another Region." if ids else "Choose another Region or model."
    return Description(
        Statement(
            f"The inference profile {subject.candidate.text} is not known to be callable", "", subject.where, known
        ),
        f"{action} If it is newly offered there, refresh the catalog (`bedrock-eol models refresh`).",
    )
