"""What each check says of what it finds, and what is to be done."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import pytest

from checker.model.policy import Policy
from checker.model.reference import Cost, Form, Kind, Traffic, Usage
from checker.model.resource import Change

OneRule = Callable[..., Policy]
TEST = "anthropic.test-"
CAPACITY = {"kind": Kind.PROVISIONED_THROUGHPUT, "cost": Cost.REPLACE}
LEGACY = "is Legacy in us-east-1 since 2026-09-01"
ENDS = "reaches end of life on 2027-06-01 (announced), in 189 days"


@pytest.mark.parametrize(
    ("check", "model", "lines", "of", "said"),
    [
        (
            "eol-reached",
            "eol-v1:0",
            "",
            {},
            "{} reached end of life in us-east-1 on 2026-09-10, 75 days ago: calls to it fail.",
        ),
        (
            "eol-reached",
            "eol-today-v1:0",
            "",
            {"kind": Kind.DATA_SOURCE},
            (
                "{} reached end of life in us-east-1 on 2026-11-24 (announced), today: the plan itself fails where it"
                " looks the model up."
            ),
        ),
        (
            "eol-within",
            "legacy-v1:0",
            "with: {days: 1000}",
            {},
            (
                "{} reaches end of life in us-east-1 on 2027-06-01 (announced), in 189 days; the policy asks for more"
                " than 1,000 days."
            ),
        ),
        (
            "legacy-model",
            "legacy-v1:0",
            "",
            {},
            f"{{}} {LEGACY} and {ENDS}; an account that does not use it for some weeks loses access.",
        ),
        ("legacy-model", "eol-v1:0", "", {}, "{} reached end of life in us-east-1 on 2026-09-10, 75 days ago."),
        (
            "extended-access",
            "extended-v1:0",
            "",
            {},
            (
                "{} is in extended access in us-east-1 since 2026-10-01, where its price may rise; it reaches end of"
                " life on 2027-04-01 (announced), in 128 days."
            ),
        ),
        (
            "extended-access",
            "soon-v1:0",
            "",
            {},
            (
                "{} enters extended access in us-east-1 on 2026-12-01 (announced), in 7 days, where its price may rise;"
                " it reaches end of life on 2027-02-22 (announced), in 90 days."
            ),
        ),
        (
            "legacy-refuses-create",
            "legacy-v1:0",
            "",
            {**CAPACITY, "change": Change.REPLACE},
            (
                f"The plan replaces aws_bedrockagent_agent.chat, and Bedrock refuses new provisioned throughput for"
                f" {{}}, which {LEGACY} and {ENDS}: the apply fails."
            ),
        ),
        (
            "legacy-refuses-create",
            "legacy-v1:0",
            "",
            {"kind": Kind.CUSTOM_MODEL, "change": Change.CREATE},
            (
                f"The plan creates aws_bedrockagent_agent.chat, and Bedrock refuses new fine-tuning for {{}}, which"
                f" {LEGACY} and {ENDS}: the apply fails."
            ),
        ),
        (
            "legacy-access-lapses",
            "legacy-v1:0",
            "",
            {"traffic": Traffic(date(2026, 10, 1), 3, date(2026, 9, 1), model_last_day=date(2026, 10, 8))},
            (
                f"{{}} {LEGACY}, and the account has not called it after 2026-10-08: access may have lapsed. The model"
                " was called 3 times there since 2026-09-01, the last on 2026-10-01."
            ),
        ),
        (
            "legacy-access-lapses",
            "legacy-v1:0",
            "",
            {"traffic": Traffic(None, 0, date(2026, 9, 20))},
            (
                f"{{}} {LEGACY}, and the account has not called it since 2026-09-20: access may have lapsed. The model"
                " was not called there since 2026-09-20."
            ),
        ),
        (
            "commitment-outlives-model",
            "extended-v1:0",
            "",
            {**CAPACITY, "commitment": "SixMonths"},
            (
                "{} reaches end of life in us-east-1 on 2027-04-01 (announced), in 128 days, but a commitment of"
                " SixMonths lasts until 2027-05-24 and cannot be ended before."
            ),
        ),
        (
            "guaranteed-runway",
            "floor-v1:0",
            "with: {days: 900}",
            {},
            (
                "{} is Active in us-east-1 without an end-of-life date, but that is guaranteed only for 310 days: its"
                " provider promises no end of life before 2027-09-30. The policy asks for 900 days."
            ),
        ),
        (
            "guaranteed-runway",
            "past-floor-v1:0",
            "with: {days: 900}",
            {},
            (
                "{} is Active in us-east-1 without an end-of-life date, but that is guaranteed only for 181 days: an"
                " announcement made today has to give 6 months' notice, and the promise of no end of life before"
                " 2026-01-31 has passed. The policy asks for 900 days."
            ),
        ),
        (
            "guaranteed-runway",
            "active-v1:0",
            "with: {days: 900}",
            {},
            (
                "{} is Active in us-east-1 without an end-of-life date, but that is guaranteed only for 181 days: an"
                " announcement made today has to give 6 months' notice. The policy asks for 900 days."
            ),
        ),
        (
            "unknown-model",
            "nonesuch-v9:0",
            "",
            {},
            "The catalog does not know the model {}: nothing can be said of its life.",
        ),
        (
            "model-not-allowed",
            "active-v1:0",
            "with: {allow: [amazon, 'cohere.*']}",
            {},
            "{} is not allowed: the policy allows only amazon and cohere.*.",
        ),
        (
            "model-not-allowed",
            "active-v1:0",
            "with: {allow: [amazon], deny: ['x', 'anthropic.test-*']}",
            {},
            "{} is not allowed: the policy denies anthropic.test-*.",
        ),
        (
            "expression",
            "active-v1:0",
            "with: {condition: 'known  &&   offered'}",
            {},
            "{} in us-east-1 is refused by the condition `known && offered`.",
        ),
    ],
)
def test_what_is_said(
    bench: SimpleNamespace, one_rule: OneRule, check: str, model: str, lines: str, of: dict[str, object], said: str
) -> None:
    [finding] = bench.judged(one_rule(check, lines), bench.reference(bench.candidate(TEST + model), **of))
    assert finding.message == said.format(TEST + model)


@pytest.mark.parametrize(
    ("check", "model", "region", "lines", "said", "advice"),
    [
        (
            "unknown-model",
            f"{TEST}regional-v1:0",
            "ca-central-1",
            "",
            "Nothing is known of the life of {} in ca-central-1: not known to be offered in ca-central-1.",
            "Check the id and the Region.",
        ),
        (
            "region-not-offered",
            f"{TEST}regional-v1:0",
            "ca-central-1",
            "",
            "{} is not known to be offered in ca-central-1.",
            "It is known in ap-south-1, eu-west-1, us-east-1 and us-west-2. Choose another model or Region",
        ),
        (
            "profile-geography",
            f"us.{TEST}active-v1:0",
            "us-east-1",
            "with: {allow: [eu, apac]}",
            "{} may take calls to any Region of us; the policy allows only eu and apac.",
            f"Use {TEST}active-v1:0.",
        ),
        (
            "profile-geography",
            f"global.{TEST}active-v1:0",
            "us-east-1",
            "",
            "{} may take calls to any commercial Region; the policy allows no inference profile.",
            f"Use {TEST}active-v1:0.",
        ),
    ],
)
def test_what_is_said_of_regions(
    bench: SimpleNamespace,
    one_rule: OneRule,
    check: str,
    model: str,
    region: str,
    lines: str,
    said: str,
    advice: str,
) -> None:
    [finding] = bench.judged(one_rule(check, lines), bench.reference(bench.candidate(model, region=region)))
    assert finding.message == said.format(model)
    assert finding.advice.startswith(advice)


def test_a_promise_that_is_shorter_than_the_notice_has_not_passed_for_that(
    bench: SimpleNamespace, one_rule: OneRule
) -> None:
    """Nothing ends before 2027-09-30; whoever announces an end on the day before gives six months, which is longer."""
    policy = one_rule("guaranteed-runway", "with: {days: 900}")
    reference = bench.reference(bench.candidate(f"{TEST}floor-v1:0"))
    notice = "an announcement made today has to give 6 months' notice"
    [before] = bench.judged(policy, reference, as_of=date(2027, 9, 29))
    assert f"{notice}. The policy" in before.message
    [on_the_day] = bench.judged(policy, reference, as_of=date(2027, 9, 30))
    assert f"{notice}, and the promise of no end of life before 2027-09-30 has passed." in on_the_day.message


def test_a_geography_that_is_not_known_is_to_be_written(bench: SimpleNamespace, one_rule: OneRule) -> None:
    text = f"⟨var.geo⟩.{TEST}active-v1:0"
    candidate = bench.candidate(text, form=Form.INFERENCE_PROFILE_ID, model=f"{TEST}active-v1:0")
    [finding] = bench.judged(one_rule("profile-geography", "with: {allow: [eu]}"), bench.reference(candidate))
    assert finding.message.startswith(
        f"{text} is an inference profile whose geography is not known; the policy allows only eu."
    )
    assert finding.advice == "Write the geography as a literal, or give the value that decides it."


def test_a_wildcard_names_who_grants_it(bench: SimpleNamespace, one_rule: OneRule) -> None:
    wildcard = bench.candidate("arn:aws:bedrock:*::foundation-model/*", form=Form.WILDCARD, model=None)
    reference = bench.reference(wildcard, usage=Usage.GRANT, address="aws_iam_policy.p")
    [finding] = bench.judged(one_rule("wildcard-grant"), reference)
    assert finding.message == (
        "aws_iam_policy.p covers models by the wildcard arn:aws:bedrock:*::foundation-model/*: which ones are called is"
        " not known."
    )
    assert finding.advice == "Name the models that are called."


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-11-22", "2 days ago"),
        ("2026-11-23", "1 day ago"),
    ],
)
def test_a_waiver_that_has_expired_says_since_when(
    bench: SimpleNamespace, one_rule: OneRule, until: str, said: str
) -> None:
    waivers = f"waivers:\n  - {{rule: the-rule, reason: why, until: {until}}}\n"
    [finding] = bench.judged(one_rule("expired-waiver", waivers=waivers))
    assert finding.message == f"The waiver for the-rule (why) held until {until}, {said}: what it covered counts again."
