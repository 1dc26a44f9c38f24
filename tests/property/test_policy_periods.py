"""`fails_from` is the first day of all days on which the rule breaks, whatever the dates of the model."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checker.model.finding import Assessment
from checker.model.lifecycle import LifecycleRow, Model, Notice
from checker.model.policy import Policy, Rule, Severity
from checker.model.reference import Candidate, Cost, Form, Kind, Reference, Role, Site, Usage
from checker.model.resource import Change, Framework
from checker.model.stages import stage_on
from checker.policy import forecast
from checker.policy.check import EVERY_DAY, CandidateCheck, CandidateSubject, with_defaults
from checker.policy.checks import CHECKS
from checker.policy.judge import CandidateRule, Judge
from checker.values import Certainty

START = date(2026, 1, 1)
# Dates are near each other, and spans short, so that few days have to be tried, and dates often meet. Nothing changes
# later than 60 + 62 + 30 days after the start: the latest date, the longest notice, the most days ahead.
DAYS = [START + timedelta(days=count) for count in range(0, 180)]

days = st.integers(0, 60).map(lambda count: START + timedelta(days=count))


@st.composite
def rows(draw: st.DrawFn) -> LifecycleRow:
    legacy, extended, eol = sorted(draw(st.tuples(days, days, days)))
    kept = draw(st.tuples(st.booleans(), st.booleans(), st.booleans()).filter(any))
    return LifecycleRow(
        regions=draw(st.sampled_from([(), ("us-east-1",), ("eu-west-1",), ("us-east-1", "eu-west-1")])),
        legacy_date=legacy if kept[0] else None,
        extended_access_date=extended if kept[1] else None,
        eol_date=eol if kept[2] else None,
        source="invented",
        read_on=draw(days),
    )


models = st.builds(
    # Of a named tuple, the fields that have a default would be drawn too.
    lambda **fields: Model(**fields),
    id=st.just("a.model"),
    name=st.just("Model"),
    provider=st.just("A"),
    eol_no_sooner_than=st.none() | days,
    legacy_notice=st.none()
    | st.integers(1, 60).map(lambda count: Notice(count, "days"))
    | st.integers(1, 2).map(lambda count: Notice(count, "months")),
    rows=st.lists(rows(), max_size=2).map(tuple),
    regions=st.sampled_from([(), ("us-east-1",), ("us-east-1", "eu-west-1")]),
)


def assessment_of(model: Model, regions: tuple[str, ...]) -> Assessment:
    candidate = Candidate(model.id, model.id, None, Form.MODEL_ID, Certainty.CERTAIN, (), regions, "aws", None, ())
    site = Site("t", "model", Role.CAPACITY, Kind.PROVISIONED_THROUGHPUT, Usage.USE, (), Cost.REPLACE)
    reference = Reference(
        "r", Framework.TERRAFORM_PLAN, "in", "t.x", "t", "model", site, None, (candidate,), None, Change.CREATE, None,
        "OneMonth",
    )  # fmt: skip
    return Assessment(reference, 0, candidate, model, regions)


DATED = sorted(name for name, check in CHECKS.items() if isinstance(check, CandidateCheck) and check.rank is not None)


@pytest.mark.parametrize("name", DATED)
@settings(max_examples=25, deadline=None)
@given(
    model=models,
    regions=st.sampled_from([(), ("us-east-1",), ("us-east-1", "eu-west-1")]),
    ahead=st.integers(0, 30),
    as_of=days,
)
def test_the_first_day_is_the_first_of_all_days(
    name: str, model: Model, regions: tuple[str, ...], ahead: int, as_of: date
) -> None:
    check = CHECKS[name]
    assert isinstance(check, CandidateCheck)
    rule = Rule("r", name, Severity.ERROR, {"days": ahead} if "days" in check.parameters else {})
    by = CandidateRule(rule, check, with_defaults(check, rule.parameters))
    assessment = assessment_of(model, regions)
    judge = Judge(lambda _: None, as_of)
    broken = [day for day in DAYS if judge.hit(by, assessment, day) is not None]

    first = judge.first_day(by, assessment)
    if first is None:
        assert broken == []
    else:
        assert not [day for day in broken if day < first]
        assert judge.hit(by, assessment, first) is not None
        assert first == EVERY_DAY or judge.hit(by, assessment, first - timedelta(days=1)) is None

    later = [day for day in broken if day >= as_of]
    found = forecast([assessment], Policy((rule,)), as_of, lambda _: None)
    assert [each.first_day for each in found] == later[:1]


@pytest.mark.parametrize("name", DATED)
@settings(max_examples=15, deadline=None)
@given(model=models, ahead=st.integers(0, 90), day=st.sampled_from(DAYS))
def test_what_a_check_answers_does_not_depend_on_the_day(name: str, model: Model, ahead: int, day: date) -> None:
    """Asked on another day on which stage and dates are the same, it gives the same period."""
    check = CHECKS[name]
    assert isinstance(check, CandidateCheck)
    parameters = with_defaults(check, {"days": ahead} if "days" in check.parameters else {})
    assessment = assessment_of(model, ("us-east-1",))
    stage = stage_on(model, day, "us-east-1")
    subject = CandidateSubject(day, parameters, assessment, stage, lambda _: None)
    other = day + timedelta(days=1)
    later = stage_on(model, other, "us-east-1")
    if later._replace(day=day, days_to_eol=None) == stage._replace(days_to_eol=None):
        assert check.broken(subject) == check.broken(subject._replace(day=other, stage=later))
