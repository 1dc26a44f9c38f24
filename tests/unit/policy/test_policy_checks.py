"""Each check: where it fires, where it is silent, and the day on which it begins to."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from checker.model.policy import Policy
from checker.model.reference import Cost, Form, Kind, Mention, Reason, Traffic, Unresolved, Usage
from checker.model.resource import Change
from checker.model.scan import CatalogInfo
from checker.policy.checks import CHECKS
from checker.values import Cause

DAY = timedelta(days=1)
OneRule = Callable[..., Policy]


def breaks(
    bench: SimpleNamespace, policy: Policy, day: date, model: str, region: str = "us-east-1", **of: object
) -> bool:
    reference = bench.reference(bench.candidate(model, region=region), **of)
    return bool(bench.judged(policy, reference, as_of=day))


CAPACITY = {"kind": Kind.PROVISIONED_THROUGHPUT, "cost": Cost.REPLACE}

# Check, its lines of YAML, model, Region, what the reference is, first day on which the rule breaks, last day or None.
LIMITS = [
    ("eol-reached", (), "anthropic.test-eol-today-v1:0", "us-east-1", {}, date(2026, 11, 24), None),
    ("eol-reached", (), "anthropic.test-regional-v1:0", "eu-west-1", {}, date(2027, 6, 1), None),
    ("eol-within", ("with: {days: 90}",), "anthropic.test-soon-v1:0", "us-east-1", {}, date(2026, 11, 24), None),
    ("eol-within", ("with: {days: 91}",), "anthropic.test-soon-v1:0", "us-east-1", {}, date(2026, 11, 23), None),
    ("eol-within", (), "anthropic.test-soon-v1:0", "us-east-1", {}, date(2026, 11, 24), None),
    ("eol-within", ("with: {days: 0}",), "anthropic.test-soon-v1:0", "us-east-1", {}, date(2027, 2, 22), None),
    ("eol-within", ("with: {days: 90.0}",), "anthropic.test-soon-v1:0", "us-east-1", {}, date(2026, 11, 24), None),
    ("legacy-model", (), "anthropic.test-announced-v1:0", "us-east-1", {}, date(2026, 12, 15), None),
    (
        "extended-access",
        ("with: {days: 0}",),
        "anthropic.test-extended-v1:0",
        "us-east-1",
        {},
        date(2026, 10, 1),
        date(2027, 3, 31),
    ),
    ("extended-access", (), "anthropic.test-extended-v1:0", "us-east-1", {}, date(2026, 9, 1), date(2027, 3, 31)),
    (
        "legacy-refuses-create",
        (),
        "anthropic.test-legacy-v1:0",
        "us-east-1",
        {**CAPACITY, "change": Change.REPLACE},
        date(2026, 9, 1),
        None,
    ),
    (
        "legacy-refuses-create",
        (),
        "anthropic.test-legacy-v1:0",
        "us-east-1",
        {"kind": Kind.CUSTOM_MODEL, "change": Change.CREATE},
        date(2026, 9, 1),
        None,
    ),
    (
        "legacy-access-lapses",
        (),
        "anthropic.test-legacy-v1:0",
        "us-east-1",
        {"traffic": Traffic(date(2026, 10, 1), 3, date(2026, 9, 1), model_last_day=date(2026, 10, 8))},
        date(2026, 10, 23),
        date(2027, 5, 31),
    ),
    (
        "legacy-access-lapses",
        ("with: {days: 30}",),
        "anthropic.test-legacy-v1:0",
        "us-east-1",
        {"traffic": Traffic(None, 0, date(2026, 9, 20))},
        date(2026, 10, 20),
        date(2027, 5, 31),
    ),
    # Before it was Legacy, nothing lapsed.
    (
        "legacy-access-lapses",
        (),
        "anthropic.test-legacy-v1:0",
        "us-east-1",
        {"traffic": Traffic(date(2026, 7, 1), 3, date(2026, 6, 1), model_last_day=date(2026, 7, 1))},
        date(2026, 9, 1),
        date(2027, 5, 31),
    ),
    # A commitment of 2026-12-01 ends on 2027-06-01: on the day of the EOL, not after it.
    (
        "commitment-outlives-model",
        (),
        "anthropic.test-legacy-v1:0",
        "us-east-1",
        {**CAPACITY, "commitment": "SixMonths"},
        date(2026, 12, 2),
        None,
    ),
    (
        "commitment-outlives-model",
        (),
        "anthropic.test-legacy-v1:0",
        "us-east-1",
        {**CAPACITY, "commitment": "OneMonth"},
        date(2027, 5, 2),
        None,
    ),
    # Six months are never less than 181 days, and 182 in some seasons only.
    (
        "guaranteed-runway",
        ("with: {days: 500}",),
        "anthropic.test-floor-v1:0",
        "us-east-1",
        {},
        date(2026, 5, 19),
        None,
    ),
]


@pytest.mark.parametrize(("check", "lines", "model", "region", "of", "first", "last"), LIMITS)
def test_a_rule_breaks_from_its_first_day_to_its_last(
    bench: SimpleNamespace,
    one_rule: OneRule,
    check: str,
    lines: tuple[str, ...],
    model: str,
    region: str,
    of: dict[str, object],
    first: date,
    last: date | None,
) -> None:
    policy = one_rule(check, *lines)
    assert not breaks(bench, policy, first - DAY, model, region, **of)
    assert breaks(bench, policy, first, model, region, **of)
    if last is None:
        assert breaks(bench, policy, first + 2000 * DAY, model, region, **of)
    else:
        assert breaks(bench, policy, last, model, region, **of)
        assert not breaks(bench, policy, last + DAY, model, region, **of)
    [finding] = bench.judged(policy, bench.reference(bench.candidate(model, region=region), **of), as_of=last or first)
    assert finding.fails_from == first
    assert (finding.check, finding.region) == (check, region)


SILENT = [
    ("eol-reached", {}, "anthropic.test-active-v1:0", {}),
    ("eol-reached", {}, "anthropic.test-soon-v1:0", {}),
    ("eol-within", {}, "anthropic.test-legacy-v1:0", {}),
    ("eol-within", {}, "anthropic.test-active-v1:0", {}),
    ("legacy-model", {}, "anthropic.test-active-v1:0", {}),
    ("extended-access", {}, "anthropic.test-legacy-v1:0", {}),
    ("legacy-refuses-create", {}, "anthropic.test-legacy-v1:0", {**CAPACITY, "change": Change.NO_OP}),
    ("legacy-refuses-create", {}, "anthropic.test-legacy-v1:0", {**CAPACITY, "change": Change.UPDATE}),
    ("legacy-refuses-create", {}, "anthropic.test-legacy-v1:0", CAPACITY),
    *(
        (
            "legacy-refuses-create",
            {},
            "anthropic.test-legacy-v1:0",
            {**CAPACITY, "change": Change.CREATE, "usage": usage},
        )
        for usage in Usage
        if usage is not Usage.USE
    ),
    ("legacy-refuses-create", {}, "anthropic.test-legacy-v1:0", {"change": Change.CREATE}),
    ("legacy-refuses-create", {}, "anthropic.test-active-v1:0", {**CAPACITY, "change": Change.CREATE}),
    (
        "legacy-refuses-create",
        {"form": Form.CUSTOM_MODEL_ARN},
        "anthropic.test-legacy-v1:0",
        {**CAPACITY, "change": Change.CREATE},
    ),
    ("commitment-outlives-model", {}, "anthropic.test-legacy-v1:0", CAPACITY),
    ("commitment-outlives-model", {}, "anthropic.test-legacy-v1:0", {**CAPACITY, "commitment": "OneMonth"}),
    ("commitment-outlives-model", {}, "anthropic.test-active-v1:0", {**CAPACITY, "commitment": "SixMonths"}),
    ("legacy-access-lapses", {}, "anthropic.test-legacy-v1:0", {}),
    ("legacy-access-lapses", {}, "anthropic.test-active-v1:0", {"traffic": Traffic(None, 0, date(2026, 8, 1))}),
    (
        "legacy-access-lapses",
        {},
        "anthropic.test-legacy-v1:0",
        {**CAPACITY, "traffic": Traffic(None, 0, date(2026, 8, 1))},
    ),
    ("guaranteed-runway", {}, "anthropic.test-active-v1:0", {}),
    ("guaranteed-runway", {}, "anthropic.test-past-floor-v1:0", {}),
    ("guaranteed-runway", {}, "anthropic.test-eol-v1:0", {}),
    ("guaranteed-runway", {}, "anthropic.test-announced-v1:0", {}),
    ("unknown-model", {}, "anthropic.test-active-v1:0", {}),
    ("unknown-model", {}, "anthropic.test-eol-v1:0", {}),
    ("unknown-model", {"form": Form.IMPORTED_MODEL_ARN, "model": None}, "arn:aws:bedrock:x:1:imported-model/y", {}),
    ("region-not-offered", {}, "anthropic.test-active-v1:0", {}),
    ("region-not-offered", {"region": "eu-west-1"}, "anthropic.test-disputed-v1:0", {}),
    ("region-not-offered", {}, "anthropic.test-nonesuch-v1:0", {}),
    ("unresolved-model", {}, "anthropic.test-active-v1:0", {}),
    ("wildcard-grant", {}, "anthropic.test-active-v1:0", {}),
    ("wildcard-grant", {"form": Form.WILDCARD}, "anthropic.test-active-v1:0", {}),
]


@pytest.mark.parametrize(("check", "candidate", "model", "of"), SILENT)
def test_a_check_is_silent_where_nothing_is_wrong(
    bench: SimpleNamespace,
    one_rule: OneRule,
    check: str,
    candidate: dict[str, object],
    model: str,
    of: dict[str, object],
) -> None:
    assert bench.judged(one_rule(check), bench.reference(bench.candidate(model, **candidate), **of)) == ()


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_wildcards_are_never_judged_by_date(bench: SimpleNamespace, one_rule: OneRule, check: str) -> None:
    wildcard = bench.candidate("arn:aws:bedrock:*::foundation-model/*", form=Form.WILDCARD, model=None)
    needed = ('with: {condition: "days_to_eol != null"}',) if check == "expression" else ()
    findings = bench.judged(one_rule(check, *needed), bench.reference(wildcard, usage=Usage.GRANT))
    assert [finding.check for finding in findings if finding.reference] == (
        ["wildcard-grant"] if check == "wildcard-grant" else []
    )
    for finding in findings:
        assert finding.model is None
        assert finding.eol_date is None


def test_a_wildcard_is_named_as_written(bench: SimpleNamespace, one_rule: OneRule) -> None:
    wildcard = bench.candidate("arn:aws:bedrock:*::foundation-model/*", form=Form.WILDCARD, model=None)
    [finding] = bench.judged(one_rule("wildcard-grant"), bench.reference(wildcard, address="aws_iam_policy.p"))
    assert "arn:aws:bedrock:*::foundation-model/*" in finding.message
    assert "aws_iam_policy.p" in finding.message


def test_a_short_notice_is_said(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("guaranteed-runway", "with: {days: 46}")
    [finding] = bench.judged(policy, bench.reference(bench.candidate("us.zai.test-short-notice-5.3")))
    assert "45 days' notice" in finding.message
    assert bench.judged(one_rule("guaranteed-runway", "with: {days: 45}"), bench.reference(finding_of(bench))) == ()


def finding_of(bench: SimpleNamespace) -> object:
    return bench.candidate("us.zai.test-short-notice-5.3")


def test_a_model_whose_end_is_announced_needs_no_guarantee(bench: SimpleNamespace, one_rule: OneRule) -> None:
    """However much notice is wanted: other rules find it by its date."""
    policy = one_rule("guaranteed-runway", "with: {days: 900}")
    assert bench.judged(policy, bench.reference(bench.candidate("anthropic.test-announced-v1:0"))) == ()
    assert bench.judged(policy, bench.reference(bench.candidate("anthropic.test-legacy-v1:0"))) == ()
    unknown = bench.candidate("anthropic.test-active-v1:0", region="ca-central-1")
    assert bench.judged(policy, bench.reference(unknown)) == ()


def test_a_floor_is_said_where_it_is_what_guarantees(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("guaranteed-runway", "with: {days: 400}")
    [finding] = bench.judged(policy, bench.reference(bench.candidate("anthropic.test-floor-v1:0")))
    assert "promises no end of life before 2027-09-30" in finding.message
    assert "notice" not in finding.message


def test_a_model_without_any_promise_is_guaranteed_for_no_day(bench: SimpleNamespace, one_rule: OneRule) -> None:
    [finding] = bench.judged(one_rule("guaranteed-runway"), bench.reference(bench.candidate("openai.test-no-notice-1")))
    assert "guaranteed only for 0 days" in finding.message
    assert finding.fails_from is None


def test_an_unknown_model_comes_with_suggestions(bench: SimpleNamespace, one_rule: OneRule) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-actve-v1:0"))
    [finding] = bench.judged(one_rule("unknown-model"), reference)
    assert (finding.model, finding.stage) == ("anthropic.test-actve-v1:0", "unknown")
    assert "Did you mean anthropic.test-active-v1:0" in finding.advice
    assert finding.fails_from is None


@pytest.mark.parametrize(
    ("model", "region", "reason"),
    [
        ("anthropic.test-eol-v1:0", "ca-central-1", "not known to be offered in ca-central-1"),
        ("anthropic.test-disputed-v1:0", "eu-west-1", "the API still listed the model"),
        ("anthropic.test-gov-v1:0", "us-gov-east-1", "no dates are known for GovCloud"),
    ],
)
def test_an_unknown_stage_is_never_clean(
    bench: SimpleNamespace, one_rule: OneRule, model: str, region: str, reason: str
) -> None:
    [finding] = bench.judged(one_rule("unknown-model"), bench.reference(bench.candidate(model, region=region)))
    assert reason in finding.message
    assert (finding.stage, finding.region, finding.eol_date) == ("unknown", region, None)


def test_a_region_that_does_not_offer_the_model_is_named_with_those_that_do(
    bench: SimpleNamespace, one_rule: OneRule
) -> None:
    reference = bench.reference(bench.candidate("amazon.test-embed-v2:0", region="eu-west-1"))
    [finding] = bench.judged(one_rule("region-not-offered"), reference)
    assert "eu-west-1" in finding.message
    assert "eu-central-1 and us-east-1" in finding.advice


@pytest.mark.parametrize("rule", ["unknown-model", "region-not-offered"])
@pytest.mark.parametrize(
    ("model", "region", "is_broken"),
    [
        ("us.anthropic.test-active-v1:0", "eu-west-1", True),
        ("us.anthropic.test-active-v1:0", "us-west-2", False),
        ("eu.anthropic.test-active-v1:0", "us-east-1", True),
        # Global profiles have no bounds, though the catalog does not list each source.
        ("global.anthropic.test-active-v1:0", "eu-west-3", False),
        ("anthropic.test-active-v1:0", "eu-west-1", False),
        # The catalog lists no such profile: the geography decides.
        ("jp.anthropic.test-active-v1:0", "eu-west-1", True),
        # Nothing tells the Region: each that can call it is judged.
        ("us.anthropic.test-active-v1:0", None, False),
    ],
)
def test_a_profile_takes_calls_from_its_own_regions_only(
    bench: SimpleNamespace, one_rule: OneRule, rule: str, model: str, region: str | None, is_broken: bool
) -> None:
    reference = bench.reference(bench.candidate(model, region=region or ("us-east-1", "us-west-2")))
    findings = [one for one in bench.judged(one_rule(rule), reference) if "to be callable" in one.message]
    assert bool(findings) is is_broken
    for finding in findings:
        assert f"{model} is not known to be callable in {region}" in finding.message
        assert "anthropic.test-active-v1:0" in finding.advice


@pytest.mark.parametrize("usage", [Usage.GRANT, Usage.MENTION])
def test_a_grant_of_a_profile_calls_nothing(bench: SimpleNamespace, one_rule: OneRule, usage: Usage) -> None:
    called = bench.reference(bench.candidate("us.anthropic.test-active-v1:0", region="eu-west-1"))
    granted = called._replace(site=called.site._replace(usage=usage))
    for rule in ("unknown-model", "region-not-offered"):
        assert bench.judged(one_rule(rule), granted) == ()


def test_a_note_on_destinations_is_for_sources_of_the_profile_only(bench: SimpleNamespace, one_rule: OneRule) -> None:
    reference = bench.reference(bench.candidate("us.anthropic.test-eol-v1:0", region="ca-central-1"))
    assert bench.judged(one_rule("eol-reached"), reference) == ()
    [finding] = bench.judged(one_rule("unknown-model"), reference)
    assert "not known to be offered in ca-central-1" in finding.message


def test_what_is_unresolved_is_a_finding_beside_the_candidates(
    bench: SimpleNamespace, load: Callable[..., Policy]
) -> None:
    unresolved = Unresolved(Cause.INPUT_NOT_SET, "var.model", "Supply the value.")
    reference = bench.reference(bench.candidate("anthropic.test-eol-v1:0"), unresolved=unresolved)
    findings = bench.judged(load("baseline"), reference)
    assert [(finding.rule, finding.candidate) for finding in findings] == [
        ("eol-reached", reference.candidates[0]),
        ("unresolved-model", None),
    ]
    assert "Which other models it can be" in findings[1].message
    assert "var.model" in findings[1].message
    assert findings[1].advice == "Supply the value."
    alone = bench.judged(load("baseline"), bench.reference(unresolved=unresolved))
    assert [finding.rule for finding in alone] == ["unresolved-model"]
    assert "Which model it is" in alone[0].message


@pytest.mark.parametrize(
    ("pack", "age", "expected"),
    [
        ("baseline", 30, []),
        ("baseline", 31, [("stale-catalog-30-days", "note")]),
        ("baseline", 60, [("stale-catalog-30-days", "note")]),
        ("baseline", 61, [("stale-catalog", "warning")]),
        ("strict", 30, []),
        ("strict", 31, [("stale-catalog", "warning")]),
        ("strict", 61, [("stale-catalog", "warning")]),
    ],
)
def test_a_catalog_is_stale_when_it_is_older_than_allowed(
    bench: SimpleNamespace, load: Callable[..., Policy], pack: str, age: int, expected: list[tuple[str, str]]
) -> None:
    catalog = CatalogInfo(bench.as_of - age * DAY, "a test", 1)
    findings = bench.judged(load(pack), catalog=catalog)
    assert [(finding.rule, str(finding.severity)) for finding in findings] == expected
    for finding in findings:
        assert (finding.reference, finding.model, finding.location) == (None, None, None)
        assert f"{age} days old" in finding.message


@pytest.mark.parametrize(("age", "is_stale"), [(31, False), (32, True), (41, True), (42, False)])
def test_a_catalog_is_stale_from_one_age_to_another(
    bench: SimpleNamespace, one_rule: OneRule, age: int, is_stale: bool
) -> None:
    catalog = CatalogInfo(bench.as_of - age * DAY, "a test", 1)
    findings = bench.judged(one_rule("stale-catalog", "with: {days: 31, until: 41}"), catalog=catalog)
    assert [finding.fails_from for finding in findings] == [catalog.as_of + 32 * DAY] * is_stale


@pytest.mark.parametrize("reason", Reason)
def test_only_a_mention_that_something_may_use_is_unaccounted_for(
    bench: SimpleNamespace, one_rule: OneRule, reason: Reason
) -> None:
    candidate = bench.candidate("anthropic.test-active-v1:0")
    mention = bench.reference(candidate, usage=Usage.MENTION)._replace(mention=Mention(reason, None))
    findings = bench.judged(one_rule("unaccounted-model"), mention)
    assert bool(findings) is (reason is Reason.NOT_EVALUATED)
    for finding in findings:
        assert finding.message.startswith("anthropic.test-active-v1:0 stands in the code, and what uses it is not")
    assert bench.judged(one_rule("unaccounted-model"), bench.reference(candidate)) == ()


def test_a_data_source_at_end_of_life_fails_the_plan(bench: SimpleNamespace, one_rule: OneRule) -> None:
    candidate = bench.candidate("anthropic.test-eol-v1:0")
    [finding] = bench.judged(one_rule("eol-reached"), bench.reference(candidate, kind=Kind.DATA_SOURCE))
    assert "the plan itself fails" in finding.message


def test_a_refused_create_says_what_a_replacement_loses(bench: SimpleNamespace, one_rule: OneRule) -> None:
    candidate = bench.candidate("anthropic.test-legacy-v1:0")
    policy = one_rule("legacy-refuses-create")
    [replaced] = bench.judged(policy, bench.reference(candidate, **CAPACITY, change=Change.REPLACE))
    assert "The plan replaces" in replaced.message
    assert "cannot be created again" in replaced.advice
    [created] = bench.judged(policy, bench.reference(candidate, **CAPACITY, change=Change.CREATE))
    assert "The plan creates" in created.message
    assert "cannot be created again" not in created.advice


def test_every_check_has_a_firing_case() -> None:
    """The other tests of this module and the waivers' name each check; a new one needs its own."""
    fired = {check for check, *_ in LIMITS} | {
        "unknown-model",
        "region-not-offered",
        "unresolved-model",
        "wildcard-grant",
        "stale-catalog",
        "expired-waiver",
        "distant-waiver",
        "unused-waiver",
        "waiver-in-code",
        "waiver-without-owner",
        "model-not-allowed",
        "profile-geography",
        "floating-model",
        "expression",
        "unaccounted-model",
    }
    assert fired == set(CHECKS)
