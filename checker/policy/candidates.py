"""Candidates judged by rules: what breaks, where, since when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from checker.model.assessment import Assessment
from checker.model.lifecycle import StageOn, WorstStage, stage_on
from checker.model.policy import Rule, Severity
from checker.policy.check import CandidateCheck, CandidateSubject, FindModel, Parameters, days_of
from checker.policy.first_break import EVERY_DAY, days_of_change, first_break
from checker.policy.scope import may_cover_region


class CandidateRule(NamedTuple):
    """A rule with its check and the check's parameters, defaults filled in."""

    rule: Rule
    check: CandidateCheck
    parameters: Parameters

    @property
    def implication(self) -> tuple[int, int]:
        """What orders rules of one concern: the rule with the greater says more."""
        return self.check.rank or 0, -days_of(self.parameters)


@dataclass(frozen=True, eq=False)
class Hit:
    """A rule that a candidate breaks. `stage` is the gravest of `broken`; both are of Regions that the rule covers."""

    by: CandidateRule
    assessment: Assessment
    severity: Severity
    stage: StageOn | None
    broken: tuple[StageOn, ...]
    worst: WorstStage | None
    destination_of: str | None = None

    @cached_property
    def gravity(self) -> tuple[int, int, int]:
        """Orders the hits of one candidate from harmless to grave."""
        return int(self.severity), *self.by.implication

    def implies(self, other: "Hit") -> bool:
        """Whether who accepts this has accepted `other` with it: the same concern, and not more than this says."""
        return (
            self.by.check.concern == other.by.check.concern
            and other.by.implication <= self.by.implication
            and other.destination_of is None
        )


class Judge:
    """Judges candidates on any day. It remembers stages, since many candidates share a model and its Regions."""

    def __init__(self, find_model: FindModel) -> None:
        self._find_model = find_model
        self._stages: dict[tuple[str, tuple[str, ...], str, date], WorstStage | None] = {}

    def hit(self, by: CandidateRule, assessment: Assessment, day: date) -> Hit | None:
        """The rule as broken by the candidate on a day, its scope apart but for the Regions; None if it is kept."""
        worst = self._stages_of(assessment, day)
        severity = by.rule.severity_for(assessment.reference.site.usage, assessment.candidate.certainty)
        if worst is None:
            broken = by.check.breaks(self.subject(by, assessment, None, day))
            return Hit(by, assessment, severity, None, (), None) if broken else None
        stages = self._broken(by, assessment, worst, day, by.check.breaks)
        if stages:
            return Hit(by, assessment, severity, max(stages, key=by.check.gravity), stages, worst)
        return None

    def hit_in_destination(self, by: CandidateRule, assessment: Assessment, day: date) -> Hit | None:
        """The rule as broken in a Region to which the candidate's inference profile routes; a note."""
        model, prefix, breaks = assessment.model, assessment.candidate.profile, by.check.breaks_in_destination
        profile = None if model is None or prefix is None else model.profile(prefix)
        if model is None or profile is None or breaks is None:
            return None
        for source in assessment.regions:
            for destination in profile.destinations_from(source):
                if destination in assessment.regions:
                    continue
                stage = stage_on(model, day, destination)
                if may_cover_region(by.rule.scope, stage) and breaks(self.subject(by, assessment, stage, day)):
                    return Hit(by, assessment, Severity.NOTE, stage, (stage,), None, destination_of=source)
        return None

    def first_day(
        self,
        by: CandidateRule,
        assessment: Assessment,
        as_of: date,
        not_before: date = EVERY_DAY,
        in_destination: bool = False,
    ) -> date | None:
        """The first day from `not_before` on on which the candidate breaks the rule; None if that never comes.

        `EVERY_DAY` if it breaks the rule on every day before the first date that is known.
        """
        model = assessment.model
        ahead = days_of(by.parameters)
        days = frozenset[date]() if model is None else days_of_change(model, ahead)
        breaks = self._breaks_on_destination(by, assessment) if in_destination else self._breaks_on(by, assessment)
        return first_break(breaks, days | {as_of}, not_before)

    def subject(self, by: CandidateRule, assessment: Assessment, stage: StageOn | None, day: date) -> CandidateSubject:
        """What the check of a rule is asked about."""
        return CandidateSubject(day, by.parameters, assessment, stage, self._find_model)

    def _breaks_on(self, by: CandidateRule, assessment: Assessment) -> Callable[[date], bool]:
        def breaks(day: date) -> bool:
            worst = self._stages_of(assessment, day)
            if worst is None:
                return by.check.breaks(self.subject(by, assessment, None, day))
            return bool(self._broken(by, assessment, worst, day, by.check.breaks))

        return breaks

    def _breaks_on_destination(self, by: CandidateRule, assessment: Assessment) -> Callable[[date], bool]:
        return lambda day: self.hit_in_destination(by, assessment, day) is not None

    def _broken(
        self,
        by: CandidateRule,
        assessment: Assessment,
        worst: WorstStage,
        day: date,
        breaks: Callable[[CandidateSubject], bool],
    ) -> tuple[StageOn, ...]:
        scope = by.rule.scope
        # Most rules are for every Region, and a model has many.
        covered = [stage for stage in worst.stages if may_cover_region(scope, stage)] if scope.regions else worst.stages
        return tuple(stage for stage in covered if breaks(self.subject(by, assessment, stage, day)))

    def _stages_of(self, assessment: Assessment, day: date) -> WorstStage | None:
        if assessment.model is None:
            return None
        key = (assessment.model.id, assessment.regions, assessment.candidate.partition, day)
        if key not in self._stages:
            self._stages[key] = assessment.stages(day)
        return self._stages[key]
