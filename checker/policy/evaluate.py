"""Judges references by a policy: the findings of a run or of a plan's changes, and future ones."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from checker.errors import UsageError
from checker.model.finding import Assessment, Finding, Root, Status
from checker.model.policy import Policy, Rule, Severity, Waiver
from checker.model.reference import Reference
from checker.model.resource import Change, Input, InputKind
from checker.model.scan import CatalogInfo
from checker.model.stages import StageOn
from checker.policy.check import (
    CandidateCheck,
    CatalogCheck,
    CatalogSubject,
    FindModel,
    Parameters,
    ReferenceCheck,
    ReferenceSubject,
    WaiverCheck,
    WaiverSubject,
    with_defaults,
)
from checker.policy.checks import CHECKS
from checker.policy.compose import candidate_finding, order, reference_finding, run_finding
from checker.policy.judge import CandidateRule, Hit, Judge, candidate_rules
from checker.policy.scope import covers_candidate, covers_unresolved
from checker.policy.waivers import Waivers, covers_regions_of

# Selects the findings of a plan's changes: resources that it creates or replaces, or whose model it changes.

_UNTOUCHED = (Change.NO_OP, Change.READ, Change.FORGET)


def require_plans(inputs: Iterable[Input]) -> None:
    """Raises UsageError if an input is not a plan."""
    for each in inputs:
        if each.kind is not InputKind.TERRAFORM_PLAN:
            raise UsageError(
                f"--changed is for plans, and {each.path} is none: give a plan as JSON (`terraform show -json`), or use"
                " --diff-base or --baseline"
            )


def mark_unchanged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings. Open ones that the plan does not cause are marked as unchanged."""
    return tuple(
        finding._replace(status=Status.UNCHANGED)
        if finding.status is Status.OPEN and not _is_brought(finding)
        else finding
        for finding in findings
    )


def _is_brought(finding: Finding) -> bool:
    reference = finding.reference
    if reference is None or reference.change in _UNTOUCHED:
        # A finding about the run would be the same without the plan.
        return False
    # An unknown action may be any. Only an update is known to keep the resource.
    if reference.change is not Change.UPDATE or reference.models_before is None:
        return True
    model = None if finding.candidate is None else finding.candidate.model
    return model is None or model not in reference.models_before


# Judges references by a policy: the findings of a run, and future ones.


class Forecast(NamedTuple):
    """The first day, from the day of the run on, on which a candidate breaks a rule without a waiver.

    `stage` is the one that breaks it on that day; None if the model is not known. `waived_until` is the last day of the
    waiver without which the rule would be broken earlier.
    """

    rule: Rule
    assessment: Assessment
    first_day: date
    severity: Severity
    stage: StageOn | None = None
    waived_until: date | None = None


def evaluate(
    assessments: Iterable[Assessment],
    references: Iterable[Reference],
    policy: Policy,
    as_of: date,
    catalog: CatalogInfo,
    roots: Mapping[str, Root],
    find_model: FindModel,
) -> tuple[Finding, ...]:
    """The findings, the most severe first, then by location.

    `roots` maps the path of an input to its root, which is a part of fingerprints. `find_model` finds the catalog's
    model of an id, for replacements.
    """
    assessments = tuple(assessments)
    run = _Run(policy, as_of, catalog, roots, Judge(find_model, as_of, assessments))
    findings = [finding for assessment in assessments for finding in run.judge_candidate(assessment)]
    findings += (finding for reference in references for finding in run.judge_reference(reference))
    # This must run last: unused waivers are known only now.
    findings += run.judge_run()
    return tuple(sorted(findings, key=order))


def forecast(
    assessments: Iterable[Assessment], policy: Policy, as_of: date, find_model: FindModel
) -> tuple[Forecast, ...]:
    """For each candidate and each rule that covers it: the first day from `as_of` on which it breaks the rule.

    Sorted by day, then in the order of `assessments` and rules. Rules that are never broken, as far as is known, are
    left out. A waived break begins on the day after the waiver's last.
    """
    assessments = tuple(assessments)
    judge = Judge(find_model, as_of, assessments)
    rules = candidate_rules(policy)
    found = []
    for assessment in assessments:
        for by in rules:
            if covers_candidate(by.rule.scope, assessment):
                each = _first_unwaived(judge, by, assessment, policy, as_of)
                if each is not None:
                    found.append(each)
    return tuple(sorted(found, key=lambda each: each.first_day))


def _first_unwaived(
    judge: Judge, by: CandidateRule, assessment: Assessment, policy: Policy, as_of: date
) -> Forecast | None:
    not_before, waived_until = as_of, None
    while True:
        day = judge.first_day(by, assessment, not_before)
        hit = None if day is None else judge.hit(by, assessment, day)
        if day is None or hit is None:
            return None
        waiver = Waivers(policy.waivers, day).for_candidate(hit)
        if waiver is None:
            return Forecast(by.rule, assessment, day, hit.severity, hit.stage, waived_until)
        if waiver.until == date.max:
            return None
        # A waiver that covers the day ends on it or later, so the loop ends.
        waived_until = waiver.until
        not_before = waiver.until + timedelta(days=1)


def _reference_rules(policy: Policy) -> Iterator[tuple[Rule, ReferenceCheck, Parameters]]:
    for rule in policy.rules:
        row = CHECKS[rule.check]
        check = row.of_unresolved if isinstance(row, CandidateCheck) else row
        if isinstance(check, ReferenceCheck):
            yield rule, check, with_defaults(check, rule.parameters)


class _Run:
    def __init__(
        self, policy: Policy, as_of: date, catalog: CatalogInfo, roots: Mapping[str, Root], judge: Judge
    ) -> None:
        self._policy = policy
        self._as_of = as_of
        self._catalog = catalog
        self._roots = roots
        self._judge = judge
        self._waivers = Waivers(policy.waivers, as_of)
        self._candidate_rules = candidate_rules(policy)
        self._reference_rules = tuple(_reference_rules(policy))

    def judge_candidate(self, assessment: Assessment) -> Iterable[Finding]:
        ranked: list[Hit] = []
        for by in self._judge.breakable(self._candidate_rules, assessment, self._as_of):
            if not covers_candidate(by.rule.scope, assessment):
                continue
            hit = self._judge.hit(by, assessment, self._as_of)
            if hit is None:
                hit = self._judge.hit_in_destination(by, assessment, self._as_of)
            if hit is None:
                continue
            if by.check.rank is not None and hit.destination_of is None:
                ranked.append(hit)
            else:
                yield self._candidate_finding(hit, ())
        # The sort is stable: of equal hits, the rule that the policy names first is reported.
        yield from self._gravest(sorted(ranked, key=lambda hit: hit.gravity, reverse=True))

    def _gravest(self, hits: list[Hit]) -> Iterable[Finding]:
        while hits:
            gravest, *others = hits
            waiver = self._waivers.for_candidate(gravest)
            if waiver is None:
                # The worst hit stands for the less severe ones. Waivers that cover some of those are still recorded as
                # used.
                for hit in others:
                    self._waivers.for_candidate(hit)
                yield self._candidate_finding(gravest, tuple(hit.by.rule.id for hit in others))
                return
            accepted = [hit for hit in others if gravest.implies(hit) and covers_regions_of(waiver, hit)]
            yield self._candidate_finding(gravest, tuple(hit.by.rule.id for hit in accepted))
            hits = [hit for hit in others if hit not in accepted]

    def judge_reference(self, reference: Reference) -> Iterable[Finding]:
        for rule, check, parameters in self._reference_rules:
            if covers_unresolved(rule.scope, reference):
                subject = ReferenceSubject(parameters, reference)
                if check.is_broken(subject):
                    waiver = self._waivers.for_reference(rule.id, reference)
                    root = self._root_of(reference)
                    yield reference_finding(rule, reference, check.describe(subject), root, waiver)

    def judge_run(self) -> Iterable[Finding]:
        for rule in self._policy.rules:
            match CHECKS[rule.check]:
                case CatalogCheck() as check:
                    yield from self._judge_catalog(rule, check, with_defaults(check, rule.parameters))
                case WaiverCheck() as check:
                    parameters = with_defaults(check, rule.parameters)
                    for index, waiver in enumerate(self._policy.waivers):
                        yield from self._judge_waiver(rule, check, parameters, waiver, self._waivers.is_used(index))
                case CandidateCheck() | ReferenceCheck():
                    pass

    def _judge_catalog(self, rule: Rule, check: CatalogCheck, parameters: Parameters) -> Iterable[Finding]:
        subject = CatalogSubject(self._as_of, parameters, self._catalog)
        period = check.broken(subject)
        if period is not None and period.covers(self._as_of):
            yield run_finding(rule, check.describe(subject), period.since)

    def _judge_waiver(
        self, rule: Rule, check: WaiverCheck, parameters: Parameters, waiver: Waiver, is_used: bool
    ) -> Iterable[Finding]:
        subject = WaiverSubject(self._as_of, parameters, waiver, is_used)
        period = check.broken(subject)
        if period is not None and period.covers(self._as_of):
            yield run_finding(rule, check.describe(subject), period.since, waiver)

    def _candidate_finding(self, hit: Hit, subsumed: tuple[str, ...]) -> Finding:
        in_destination = hit.destination_of is not None
        first_day = self._judge.first_day_in_destination if in_destination else self._judge.first_day
        return candidate_finding(
            hit,
            self._judge.subject(hit.by, hit.assessment, hit.stage, self._as_of),
            first_day(hit.by, hit.assessment),
            self._root_of(hit.assessment.reference),
            self._waivers.for_candidate(hit),
            subsumed,
        )

    def _root_of(self, reference: Reference) -> Root:
        return self._roots.get(reference.input) or Root(reference.input, reference.input)
