"""What a plan brings."""

from types import SimpleNamespace

import pytest

from checker.errors import UsageError
from checker.model.reference import Unresolved
from checker.model.resource import Change, Input, InputKind
from checker.policy.evaluate import mark_unchanged, require_plans
from checker.values import Cause

EOL = "anthropic.test-eol-v1:0"


@pytest.mark.parametrize(
    ("change", "before", "status"),
    [
        (Change.CREATE, None, "open"),
        (Change.REPLACE, (EOL,), "open"),
        (Change.UPDATE, (EOL,), "unchanged"),
        (Change.UPDATE, ("anthropic.test-active-v1:0",), "open"),
        (Change.UPDATE, (), "open"),
        (Change.UPDATE, None, "open"),
        (Change.NO_OP, (EOL,), "unchanged"),
        (Change.READ, None, "unchanged"),
        (Change.FORGET, (EOL,), "unchanged"),
        (None, None, "open"),
        (None, (EOL,), "open"),
    ],
)
def test_a_finding_is_open_if_the_plan_brings_it(
    bench: SimpleNamespace, one_rule, change: Change | None, before: tuple[str, ...] | None, status: str
) -> None:
    reference = bench.reference(bench.candidate(EOL), change=change)._replace(models_before=before)
    findings = bench.judged(one_rule("eol-reached"), reference)
    [finding] = mark_unchanged(findings)
    assert str(finding.status) == status


def test_a_model_that_is_not_known_any_more_may_have_changed(bench: SimpleNamespace, one_rule) -> None:
    unresolved = Unresolved(Cause.DEPLOY_TIME, "x", "")
    for change, status in ((Change.UPDATE, "open"), (Change.NO_OP, "unchanged")):
        reference = bench.reference(unresolved=unresolved, change=change)._replace(models_before=(EOL,))
        findings = bench.judged(one_rule("unresolved-model"), reference)
        [finding] = mark_unchanged(findings)
        assert str(finding.status) == status


def test_what_is_waived_stays_waived_and_what_is_about_the_run_is_not_brought(bench: SimpleNamespace, load) -> None:
    policy = load("version: 1\nextends: [baseline]\nwaivers:\n  - {rule: eol-reached, reason: r, until: 2030-12-31}\n")
    reference = bench.reference(bench.candidate(EOL), change=Change.CREATE)
    findings = bench.judged(policy, reference, as_of=bench.as_of.replace(year=2030))
    marked = {finding.rule: str(finding.status) for finding in mark_unchanged(findings)}
    assert marked == {"eol-reached": "waived", "stale-catalog": "unchanged"}


def test_only_plans_have_changes() -> None:
    require_plans([Input("plan.json", InputKind.TERRAFORM_PLAN, ())])
    with pytest.raises(UsageError, match=r"infra is none.*--diff-base"):
        require_plans([Input("infra", InputKind.TERRAFORM, ())])
