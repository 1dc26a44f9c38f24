"""Judges candidates by rules: what breaks, in which Regions and in which period."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from checker.model.finding import Assessment
from checker.model.lifecycle import Model
from checker.model.policy import Policy, Rule, Severity
from checker.model.reference import Form, Reason, Site
from checker.model.resource import Change
from checker.model.stages import StageOn, WorstStage, worst_stage
from checker.policy.check import (
    EVERY_DAY,
    CandidateCheck,
    CandidateSubject,
    FindModel,
    Parameters,
    Period,
    days_of,
    first_day_of,
    with_defaults,
)
from checker.policy.checks import CHECKS
from checker.policy.scope import may_cover_region
from checker.values import Certainty


class CandidateRule(NamedTuple):
    """A rule with its check and the check's parameters, including defaults."""

    rule: Rule
    check: CandidateCheck
    parameters: Parameters

    @property
    def implication(self) -> tuple[int, int]:
        """Orders rules of one concern: the greater one says more."""
        return self.check.rank or 0, -days_of(self.parameters)


def candidate_rules(policy: Policy) -> tuple[CandidateRule, ...]:
    """The rules of a policy that judge candidates."""
    found = ((rule, CHECKS[rule.check]) for rule in policy.rules)
    return tuple(
        CandidateRule(rule, check, with_defaults(check, rule.parameters))
        for rule, check in found
        if isinstance(check, CandidateCheck)
    )


def horizon_days(policy: Policy) -> int | None:
    """The largest number of days before EOL that a rule with the check `eol-within` refuses; None if there is none."""
    ahead = (days_of(by.parameters) for by in candidate_rules(policy) if by.check.name == "eol-within")
    return max(ahead, default=None)


@dataclass(slots=True, eq=False)
class Breach:
    """How candidates of one kind break a rule: `stage` is the worst of `broken`, `worst` is that of all Regions.

    The rule's scope covers the Regions of `broken`. All are empty if the model is not known. `said` keeps the texts on
    the Regions that the findings share, by what they depend on besides.
    """

    stage: StageOn | None = None
    broken: tuple[StageOn, ...] = ()
    worst: WorstStage | None = None
    said: dict[tuple[object, ...], tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Hit:
    """A rule that a candidate breaks."""

    by: CandidateRule
    assessment: Assessment
    severity: Severity
    breach: Breach
    destination_of: str | None = None

    @property
    def stage(self) -> StageOn | None:
        """The worst stage that breaks the rule."""
        return self.breach.stage

    @property
    def gravity(self) -> tuple[int, int, int]:
        """Orders the hits of one candidate from harmless to severe."""
        return int(self.severity), *self.by.implication

    def implies(self, other: "Hit") -> bool:
        """True if a waiver for this hit also covers `other`: the same concern, and not more than this says."""
        return (
            self.by.check.concern == other.by.check.concern
            and other.by.implication <= self.by.implication
            and other.destination_of is None
        )


class _Era(NamedTuple):
    """A period in which nothing about a model in a Region changes except the days left."""

    period: Period
    stage: StageOn


class _Kind(NamedTuple):
    """Everything about a candidate that decides whether it breaks a rule, unless the rule is asked daily."""

    model: str | None
    regions: tuple[str, ...]
    partition: str
    text: str
    profile: str | None
    form: Form
    site: Site
    change: Change | None
    commitment: str | None
    mentioned: Reason | None


def _kind_of(assessment: Assessment) -> _Kind:
    reference, candidate = assessment.reference, assessment.candidate
    return _Kind(
        assessment.model.id if assessment.model is not None else candidate.model,
        assessment.regions,
        candidate.partition,
        candidate.text,
        candidate.profile,
        candidate.form,
        reference.site,
        reference.change,
        reference.commitment,
        None if reference.mention is None else reference.mention.reason,
    )


@dataclass(slots=True, eq=False)
class _Broken:
    """What candidates of one kind break on a day, by the id of a rule, and the rules once all were asked."""

    breaches: dict[str, Breach | None] = field(default_factory=dict)
    rules: tuple[CandidateRule, ...] | None = None


class Judge:
    """Judges candidates, which are among `assessments`. It caches results, since many candidates are of one kind."""

    def __init__(self, find_model: FindModel, as_of: date, assessments: Iterable[Assessment] = ()) -> None:
        self._choices: dict[str, list[Assessment]] = {}
        for each in assessments:
            if each.reference.complete and each.candidate.certainty is not Certainty.OVERRIDE:
                self._choices.setdefault(each.reference.id, []).append(each)
        self._find_model = find_model
        self._as_of = as_of
        self._worst: dict[tuple[str, tuple[str, ...], str, date], WorstStage] = {}
        self._eras: dict[tuple[str, tuple[str, ...], str], tuple[_Era, ...]] = {}
        # For each kind and day. The rules are asked one after the other, so the last one is at hand.
        self._broken: dict[tuple[_Kind, date], _Broken] = {}
        self._last: tuple[Assessment | None, date, _Broken] = (None, as_of, _Broken())
        self._first_days: dict[tuple[str, _Kind, date], date | None] = {}

    def breakable(self, rules: Sequence[CandidateRule], assessment: Assessment, day: date) -> tuple[CandidateRule, ...]:
        """Those of the rules that `hit` or `hit_in_destination` may find broken. The rules are always the same."""
        broken = self._broken_by(assessment, day)
        if broken.rules is None:
            broken.rules = tuple(
                by
                for by in rules
                if by.check.is_asked_daily
                or self._breach(by, assessment, day) is not None
                or self.hit_in_destination(by, assessment, day)
            )
        return broken.rules

    def hit(self, by: CandidateRule, assessment: Assessment, day: date) -> Hit | None:
        """The hit if the candidate breaks the rule on `day`. Of the scope, only Regions are applied here."""
        breach = self._breach(by, assessment, day)
        if breach is None:
            return None
        certainty: Certainty | None = assessment.candidate.certainty
        if certainty is Certainty.POSSIBLE and self._breaks_whatever_is_chosen(by, assessment, day):
            certainty = None
        severity = by.rule.severity_for(assessment.reference.site.usage, certainty)
        return Hit(by, assessment, severity, breach)

    def _breaks_whatever_is_chosen(self, by: CandidateRule, assessment: Assessment, day: date) -> bool:
        choices = self._choices.get(assessment.reference.id, ())
        return bool(choices) and all(self._breach(by, each, day) is not None for each in choices)

    def _breach(self, by: CandidateRule, assessment: Assessment, day: date) -> Breach | None:
        """How the candidate breaks the rule, in Regions that its scope covers; None if it does not."""
        if by.check.is_asked_daily:
            return self._new_breach(by, assessment, day)
        breaches = self._broken_by(assessment, day).breaches
        if by.rule.id not in breaches:
            breaches[by.rule.id] = self._new_breach(by, assessment, day)
        return breaches[by.rule.id]

    def _broken_by(self, assessment: Assessment, day: date) -> _Broken:
        last, on, broken = self._last
        if last is not assessment or on != day:
            key = _kind_of(assessment), day
            broken = self._broken.get(key) or self._broken.setdefault(key, _Broken())
            self._last = assessment, day, broken
        return broken

    def _new_breach(self, by: CandidateRule, assessment: Assessment, day: date) -> Breach | None:
        if assessment.model is None:
            return Breach() if self._is_broken(by, assessment, None, day) else None
        worst = self._worst_stage(assessment.model, assessment.regions, assessment.candidate.partition, day)
        broken = tuple(stage for stage in _covered(by, worst.stages) if self._is_broken(by, assessment, stage, day))
        return Breach(max(broken, key=by.check.gravity), broken, worst) if broken else None

    def hit_in_destination(self, by: CandidateRule, assessment: Assessment, day: date) -> Hit | None:
        """The hit, as a note, if the rule is broken in a Region to which the candidate's inference profile routes."""
        model, partition = assessment.model, assessment.candidate.partition
        if model is None or not by.check.of_destinations:
            return None
        for source, destination in _destinations(assessment):
            (stage,) = self._worst_stage(model, (destination,), partition, day).stages
            if may_cover_region(by.rule.scope, stage) and self._is_broken(by, assessment, stage, day):
                return Hit(by, assessment, Severity.NOTE, Breach(stage, (stage,)), destination_of=source)
        return None

    def first_day(self, by: CandidateRule, assessment: Assessment, not_before: date = EVERY_DAY) -> date | None:
        """The first day from `not_before` on which the candidate breaks the rule; None if there is none.

        `EVERY_DAY` if it breaks the rule on every day before the first known date.
        """
        if by.check.is_asked_daily:
            changes = frozenset[date]() if assessment.model is None else assessment.model.days_of_change()
            changes |= {self._as_of}
            return first_day_of(lambda day: self.hit(by, assessment, day) is not None, changes, not_before)
        key = (by.rule.id, _kind_of(assessment), not_before)
        if key not in self._first_days:
            self._first_days[key] = _first_day(self._periods(by, assessment, assessment.regions), not_before)
        return self._first_days[key]

    def first_day_in_destination(self, by: CandidateRule, assessment: Assessment) -> date | None:
        """The first day on which the rule is broken in a Region to which the candidate's profile routes."""
        destinations = dict.fromkeys(destination for _, destination in _destinations(assessment))
        return _first_day(
            (period for each in destinations for period in self._periods(by, assessment, (each,))), EVERY_DAY
        )

    def subject(self, by: CandidateRule, assessment: Assessment, stage: StageOn | None, day: date) -> CandidateSubject:
        """The subject for the check of a rule."""
        return CandidateSubject(day, by.parameters, assessment, stage, self._find_model)

    def _is_broken(self, by: CandidateRule, assessment: Assessment, stage: StageOn | None, day: date) -> bool:
        period = by.check.broken(self.subject(by, assessment, stage, day))
        return period is not None and period.covers(day)

    def _periods(self, by: CandidateRule, assessment: Assessment, regions: tuple[str, ...]) -> Iterator[Period]:
        """The periods in which the rule is broken, in any of the Regions; some may be empty."""
        model = assessment.model
        if model is None:
            period = by.check.broken(self.subject(by, assessment, None, EVERY_DAY))
            if period is not None:
                yield period
            return
        for era in self._eras_of(model, regions, assessment.candidate.partition):
            if may_cover_region(by.rule.scope, era.stage):
                period = by.check.broken(self.subject(by, assessment, era.stage, era.stage.day))
                if period is not None:
                    yield period.within(era.period)

    def _eras_of(self, model: Model, regions: tuple[str, ...], partition: str) -> tuple[_Era, ...]:
        key = (model.id, regions, partition)
        if key not in self._eras:
            days = [EVERY_DAY, *sorted(model.days_of_change())]
            stages = [worst_stage(model, day, regions, partition).stages for day in days]
            # The Regions and their order do not depend on the day.
            self._eras[key] = tuple(era for of_region in zip(*stages, strict=True) for era in _eras(of_region))
        return self._eras[key]

    def _worst_stage(self, model: Model, regions: tuple[str, ...], partition: str, day: date) -> WorstStage:
        key = (model.id, regions, partition, day)
        if key not in self._worst:
            self._worst[key] = worst_stage(model, day, regions, partition)
        return self._worst[key]


def _eras(stages: Iterable[StageOn]) -> Iterator[_Era]:
    """The eras of one Region: its stages between the days on which something about the model changes."""
    since, last = EVERY_DAY, None
    for stage in stages:
        if last is not None and _without_day(stage) != _without_day(last):
            yield _Era(Period(since, stage.day), last)
            since, last = stage.day, stage
        last = last or stage
    if last is not None:
        yield _Era(Period(since), last)


def _without_day(stage: StageOn) -> StageOn:
    return stage._replace(day=EVERY_DAY, days_to_eol=None)


def _covered(by: CandidateRule, stages: tuple[StageOn, ...]) -> tuple[StageOn, ...]:
    # Most rules apply to every Region, and a model has many.
    if not by.rule.scope.regions:
        return stages
    return tuple(stage for stage in stages if may_cover_region(by.rule.scope, stage))


def _destinations(assessment: Assessment) -> Iterator[tuple[str, str]]:
    """The Regions to which the candidate's inference profile routes calls, each with a source Region."""
    model, prefix = assessment.model, assessment.candidate.profile
    profile = None if model is None or prefix is None else model.profile(prefix)
    if model is not None and profile is not None:
        for source in assessment.regions:
            if not model.takes_calls_from(profile.prefix, source):
                continue
            for destination in profile.destinations_from(source):
                if destination not in assessment.regions:
                    yield source, destination


def _first_day(periods: Iterable[Period], not_before: date) -> date | None:
    days = (period.first_day(not_before) for period in periods)
    return min((day for day in days if day is not None), default=None)
