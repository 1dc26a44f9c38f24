"""How far ahead a policy looks is the most that one of its rules asks for."""

import pytest

from checker.model.policy import Policy, Rule, Severity
from checker.policy.check import days_of
from checker.policy.judge import horizon_days


def rule(check: str, **parameters: object) -> Rule:
    return Rule(f"my-{check}", check, Severity.ERROR, parameters)


def test_the_farthest_rule_counts():
    assert horizon_days(Policy((rule("eol-within", days=30), rule("eol-within", days=180)))) == 180


def test_a_rule_without_days_has_those_of_its_check():
    assert horizon_days(Policy((rule("eol-within", days=30), rule("eol-within")))) == 90


def test_a_check_without_days_looks_no_day_ahead():
    assert days_of({}) == days_of({"allow": []}) == 0
    with pytest.raises(TypeError, match="the parameter days is '90', not a number"):
        days_of({"days": "90"})


def test_a_policy_that_does_not_look_ahead_has_no_horizon():
    assert horizon_days(Policy((rule("eol-reached"), rule("guaranteed-runway", days=365)))) is None
