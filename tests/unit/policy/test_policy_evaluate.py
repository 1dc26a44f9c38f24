"""What is reported of what breaks: severities, the gravest only, Regions, waivers, scopes, fingerprints, the order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from checker.model.finding import Finding, Root, Status
from checker.model.lifecycle import Model, Replacement
from checker.model.policy import CodeSpot, Policy, Severity
from checker.model.reference import Cost, Form, Kind, Role, Unresolved, Usage
from checker.model.resource import Change, Framework
from checker.policy import evaluate, forecast
from checker.policy.judge import Judge, candidate_rules
from checker.source import Location
from checker.values import Assumption, Basis, Cause, Certainty

Load = Callable[..., Policy]
OneRule = Callable[..., Policy]


# --- severities


EOL, ACTIVE = "anthropic.test-eol-v1:0", "anthropic.test-active-v1:0"


@pytest.mark.parametrize(
    ("usage", "complete", "choices", "expected"),
    [
        (Usage.USE, True, (EOL, EOL), {Severity.ERROR}),
        (Usage.INDIRECT, True, (EOL, EOL), {Severity.ERROR}),
        # Something else may be deployed, or nothing.
        (Usage.USE, False, (EOL, EOL), {Severity.WARNING}),
        (Usage.USE, True, (EOL, ACTIVE), {Severity.WARNING}),
        (Usage.GRANT, True, (EOL, EOL), {Severity.WARNING}),
    ],
)
def test_where_every_choice_is_at_its_end_the_choice_does_not_matter(
    bench: SimpleNamespace,
    load: Load,
    usage: Usage,
    complete: bool,
    choices: tuple[str, ...],
    expected: set[Severity],
) -> None:
    candidates = [
        bench.candidate(model, certainty=Certainty.POSSIBLE, written_at=Location("main.tf", line, 1))
        for line, model in enumerate(choices, start=1)
    ]
    # What overriding a default brings is no choice.
    candidates.append(bench.candidate(ACTIVE, certainty=Certainty.OVERRIDE))
    reference = bench.reference(*candidates, usage=usage)._replace(complete=complete)
    found = bench.judged(load("baseline"), reference)
    assert {finding.severity for finding in found if finding.rule == "eol-reached"} == expected


@pytest.mark.parametrize("certainty", [Certainty.CERTAIN, Certainty.DEFAULT, Certainty.POSSIBLE])
def test_what_is_used_unless_something_else_is_chosen_is_a_choice_too(
    bench: SimpleNamespace, load: Load, certainty: Certainty
) -> None:
    chosen = bench.candidate(EOL, certainty=Certainty.POSSIBLE, written_at=Location("main.tf", 1, 1))
    other = bench.candidate(ACTIVE, certainty=certainty, written_at=Location("main.tf", 2, 1))
    [finding] = bench.judged(load("baseline"), bench.reference(chosen, other)._replace(complete=True))
    assert (finding.rule, finding.severity) == ("eol-reached", Severity.WARNING)


@pytest.mark.parametrize(
    ("usage", "certainty", "expected"),
    [
        (Usage.USE, Certainty.CERTAIN, Severity.ERROR),
        (Usage.USE, Certainty.DEFAULT, Severity.ERROR),
        (Usage.INDIRECT, Certainty.CERTAIN, Severity.ERROR),
        (Usage.INDIRECT, Certainty.DEFAULT, Severity.ERROR),
        (Usage.GRANT, Certainty.CERTAIN, Severity.WARNING),
        (Usage.USE, Certainty.POSSIBLE, Severity.WARNING),
        (Usage.GRANT, Certainty.POSSIBLE, Severity.WARNING),
        (Usage.USE, Certainty.OVERRIDE, Severity.NOTE),
        (Usage.GRANT, Certainty.OVERRIDE, Severity.NOTE),
        (Usage.MENTION, Certainty.CERTAIN, Severity.NOTE),
        (Usage.SELECTABLE, Certainty.CERTAIN, Severity.NOTE),
    ],
)
@pytest.mark.parametrize(
    ("model", "rule"),
    [("anthropic.test-eol-v1:0", "eol-reached"), ("anthropic.test-soon-v1:0", "eol-within-90-days")],
)
def test_baseline_lowers_the_severity_by_usage_and_certainty(
    bench: SimpleNamespace,
    load: Load,
    usage: Usage,
    certainty: Certainty,
    expected: Severity,
    model: str,
    rule: str,
) -> None:
    reference = bench.reference(bench.candidate(model, certainty=certainty), usage=usage)
    [finding] = bench.judged(load("baseline"), reference)
    assert (finding.rule, finding.severity, finding.certainty) == (rule, expected, certainty.value)


@pytest.mark.parametrize(
    ("model", "baseline", "strict"),
    [
        ("anthropic.test-legacy-v1:0", ("legacy-model", "warning"), ("legacy-model", "error")),
        ("anthropic.test-extended-v1:0", ("extended-access", "warning"), ("eol-within-180-days", "error")),
        ("meta.test-no-legacy-date-v1:0", ("legacy-model", "warning"), ("eol-within-180-days", "error")),
        ("anthropic.test-nonesuch-v9:0", ("unknown-model", "warning"), ("unknown-model", "warning")),
        ("us.zai.test-short-notice-5.3", ("guaranteed-runway-90-days", "note"), ("guaranteed-runway-180-days", "note")),
    ],
)
def test_what_the_packs_say(
    bench: SimpleNamespace, load: Load, model: str, baseline: tuple[str, str], strict: tuple[str, str]
) -> None:
    reference = bench.reference(bench.candidate(model))
    for pack, expected in (("baseline", baseline), ("strict", strict)):
        findings = bench.judged(load(pack), reference)
        assert [(finding.rule, str(finding.severity)) for finding in findings] == [expected], pack


# --- only the gravest


def test_of_one_candidate_only_the_gravest_date_finding_is_reported(bench: SimpleNamespace, load: Load) -> None:
    [finding] = bench.judged(load("baseline"), bench.reference(bench.candidate("anthropic.test-eol-v1:0")))
    assert finding.rule == "eol-reached"
    assert finding.subsumes == ("eol-within-90-days", "legacy-model")
    assert (finding.stage, finding.days_to_eol) == ("end-of-life", -75)
    assert (finding.legacy_date, finding.extended_access_date, finding.eol_date) == (
        date(2026, 3, 10),
        date(2026, 6, 10),
        date(2026, 9, 10),
    )


def test_the_severity_decides_before_the_kind_of_check(bench: SimpleNamespace, load: Load) -> None:
    policy = load("""version: 1
rules:
  - {id: gone, check: eol-reached, severity: note}
  - {id: going, check: eol-within, with: {days: 10}, severity: error}
""")
    [finding] = bench.judged(policy, bench.reference(bench.candidate("anthropic.test-eol-v1:0")))
    assert (finding.rule, finding.subsumes) == ("going", ("gone",))


def test_of_equal_severity_the_nearer_limit_is_graver(bench: SimpleNamespace, load: Load) -> None:
    policy = load("""version: 1
rules:
  - {id: within-200, check: eol-within, with: {days: 200}, severity: error}
  - {id: within-100, check: eol-within, with: {days: 100}, severity: error}
""")
    [finding] = bench.judged(policy, bench.reference(bench.candidate("anthropic.test-soon-v1:0")))
    assert (finding.rule, finding.subsumes) == ("within-100", ("within-200",))


def test_each_candidate_has_its_own_finding(bench: SimpleNamespace, load: Load) -> None:
    reference = bench.reference(
        bench.candidate("anthropic.test-soon-v1:0", certainty=Certainty.POSSIBLE),
        bench.candidate("anthropic.test-active-v1:0", certainty=Certainty.POSSIBLE),
        bench.candidate("anthropic.test-eol-v1:0", certainty=Certainty.POSSIBLE),
    )
    findings = bench.judged(load("baseline"), reference)
    assert [(finding.candidate, finding.rule) for finding in findings] == [
        (reference.candidates[2], "eol-reached"),
        (reference.candidates[0], "eol-within-90-days"),
    ]


# --- Regions


def test_the_region_decides(bench: SimpleNamespace, load: Load) -> None:
    def rules(region: str) -> list[str]:
        candidate = bench.candidate("anthropic.test-regional-v1:0", region=region)
        return [finding.rule for finding in bench.judged(load("baseline"), bench.reference(candidate))]

    assert rules("us-east-1") == ["eol-reached"]
    assert rules("eu-west-1") == ["legacy-model"]
    assert rules("us-west-2") == []
    assert rules("ca-central-1") == ["unknown-model"]


def test_an_unknown_region_is_judged_by_the_worst(bench: SimpleNamespace, load: Load) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-regional-v1:0", region=None))
    [finding] = bench.judged(load("baseline"), reference)
    assert (finding.rule, finding.region) == ("eol-reached", "us-east-1")
    assert "The code does not set a Region" in finding.message
    assert "Active in ap-south-1 and us-west-2" in finding.message
    [legacy] = bench.judged(
        load("version: 1\nrules: [{id: legacy, check: legacy-model, severity: error}]\n"), reference
    )
    assert "also broken in eu-west-1" in legacy.message


def test_a_region_that_a_variable_names_is_not_known(bench: SimpleNamespace, load: Load) -> None:
    candidate = bench.candidate("anthropic.test-regional-v1:0", region=None)._replace(open_region="var.region")
    [finding] = bench.judged(load("baseline"), bench.reference(candidate))
    assert "The Region that var.region names is not known." in finding.message
    assert "does not set" not in finding.message


def test_regions_that_bound_the_run_are_named(bench: SimpleNamespace, load: Load) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-regional-v1:0", region=None))
    [finding] = bench.judged(load("baseline"), reference, regions=("eu-west-1", "us-west-2"))
    assert (finding.rule, finding.region) == ("legacy-model", "eu-west-1")
    assert "so eu-west-1 and us-west-2 were judged" in finding.message
    assert bench.judged(load("baseline"), reference, regions=("us-west-2",)) == ()


def test_the_soonest_eol_is_named_where_notice_differs(bench: SimpleNamespace, one_rule: OneRule) -> None:
    """A Region at a later stage does not hide one whose EOL comes first."""
    candidate = bench.candidate("anthropic.test-regional-v1:0", region=("us-west-2", "eu-west-1"))
    [finding] = bench.judged(one_rule("eol-within", "with: {days: 400}"), bench.reference(candidate))
    assert (finding.region, finding.days_to_eol) == ("eu-west-1", 189)


def judged_beyond(bench: SimpleNamespace, policy: Policy, region: str) -> tuple[Finding, ...]:
    """The findings about a profile that takes calls from ca-central-1 too, and routes to Regions without the model."""
    reference = bench.reference(bench.candidate("us.anthropic.test-eol-v1:0", region=region))
    model = bench.index.lookup("anthropic.test-eol-v1:0")
    profile = model.profile("us")
    wider = profile._replace(source_regions=("ca-central-1", *profile.source_regions))
    assessments = [replace(each, model=model._replace(profiles=(wider,))) for each in bench.assessments(reference)]
    return evaluate(assessments, (reference,), policy, bench.as_of, bench.catalog, {}, bench.index.lookup)


def test_a_destination_at_end_of_life_is_a_note(bench: SimpleNamespace, load: Load) -> None:
    """The source has no date in the catalog; the profile routes to Regions where the model is gone."""
    reference = bench.reference(
        bench.candidate("us.anthropic.test-regional-profile", model="anthropic.test-eol-v1:0", region="ca-central-1")
    )
    assert reference.candidates[0].profile is None
    findings = judged_beyond(bench, load("baseline"), "ca-central-1")
    assert [(finding.rule, finding.severity) for finding in findings] == [
        ("unknown-model", Severity.WARNING),
        ("eol-reached", Severity.NOTE),
    ]
    assert "may route calls from ca-central-1 there" in findings[1].message
    assert findings[1].fails_from == date(2026, 9, 10)
    assert [finding.rule for finding in bench.judged(load("baseline"), reference)] == ["unknown-model"]


def test_a_note_on_a_destination_does_not_stand_for_the_source(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("eol-reached")
    note, source = (judged_beyond(bench, policy, region)[0] for region in ("ca-central-1", "us-east-1"))
    assert (note.severity, source.severity) == (Severity.NOTE, Severity.ERROR)
    assert note.fingerprint != source.fingerprint


# --- messages and advice


def test_a_message_says_what_when_where_and_where_it_is_written(bench: SimpleNamespace, load: Load) -> None:
    written = Location("modules/chat/variables.tf", 4, 13)
    reference = bench.reference(bench.candidate("anthropic.test-soon-v1:0", written_at=written))
    [finding] = bench.judged(load("baseline"), reference)
    assert finding.message == (
        "anthropic.test-soon-v1:0 reaches end of life in us-east-1 on 2027-02-22 (announced), in 90 days; the policy"
        " asks for more than 90 days. The model is written at modules/chat/variables.tf:4:13."
    )
    assert finding.location == Location("envs/prod/main.tf", 12, 3)
    same_line = bench.reference(
        bench.candidate("anthropic.test-soon-v1:0", written_at=Location("envs/prod/main.tf", 12, 30))
    )
    assert "is written at" not in bench.judged(load("baseline"), same_line)[0].message


def test_a_date_that_had_come_when_the_data_was_read_is_not_announced(bench: SimpleNamespace, load: Load) -> None:
    [known] = bench.judged(load("baseline"), bench.reference(bench.candidate("anthropic.test-eol-v1:0")))
    assert "on 2026-09-10, 75 days ago" in known.message
    [announced] = bench.judged(load("baseline"), bench.reference(bench.candidate("anthropic.test-eol-today-v1:0")))
    assert "on 2026-11-24 (announced), today" in announced.message


def test_a_possible_candidate_says_when(bench: SimpleNamespace, load: Load) -> None:
    given = (Assumption("var.env", '"prod"', True, Basis.OPEN),)
    candidate = bench.candidate("anthropic.test-eol-v1:0", certainty=Certainty.POSSIBLE, given=given)
    [finding] = bench.judged(load("baseline"), bench.reference(candidate))
    assert 'only if var.env = "prod"' in finding.message


@pytest.mark.parametrize(
    ("model", "region", "accepts", "expected"),
    [
        ("amazon.test-embed-v1", "us-east-1", (), "Move to amazon.test-embed-v2:0."),
        ("amazon.test-embed-v1", "us-west-2", (), "None of the replacements that the catalog names can be used here"),
        ("amazon.test-embed-v1", "us-east-1", (Form.INFERENCE_PROFILE_ARN,), "None of the replacements"),
        ("amazon.test-image-v1:0", "us-east-1", (), "The catalog names no replacement"),
        ("anthropic.test-eol-v1:0", "us-east-1", (), "Move to anthropic.test-active-v1:0."),
        (
            "anthropic.test-eol-v1:0",
            "us-east-1",
            (Form.INFERENCE_PROFILE_ID,),
            "Move to us.anthropic.test-active-v1:0.",
        ),
        ("us.anthropic.test-eol-v1:0", "us-east-1", (), "Move to us.anthropic.test-active-v1:0."),
        ("eu.anthropic.test-eol-v1:0", "eu-west-1", (), "Move to eu.anthropic.test-active-v1:0."),
    ],
)
def test_only_replacements_that_can_be_used_there_are_offered(
    bench: SimpleNamespace, load: Load, model: str, region: str, accepts: tuple[Form, ...], expected: str
) -> None:
    reference = bench.reference(bench.candidate(model, region=region), accepts=accepts)
    [finding] = bench.judged(load("baseline"), reference)
    assert finding.advice.startswith(expected)


def test_a_replacement_that_produces_something_else_is_not_offered(bench: SimpleNamespace, load: Load) -> None:
    def find_model(name: str) -> Model | None:
        model: Model | None = bench.index.lookup(name)
        return model._replace(outputs=("text",)) if model and model.id == "amazon.test-embed-v2:0" else model

    reference = bench.reference(bench.candidate("amazon.test-embed-v1"))
    [finding] = bench.judged(load("baseline"), reference, find_model=find_model)
    assert finding.advice.startswith("None of the replacements")


def test_a_replacement_that_produces_more_is_offered(bench: SimpleNamespace, load: Load) -> None:
    def find_model(name: str) -> Model | None:
        model: Model | None = bench.index.lookup(name)
        return model._replace(outputs=(*model.outputs, "more")) if model and "embed-v2" in model.id else model

    reference = bench.reference(bench.candidate("amazon.test-embed-v1"))
    [finding] = bench.judged(load("baseline"), reference, find_model=find_model)
    assert finding.advice.startswith("Move to amazon.test-embed-v2:0")


@pytest.mark.parametrize(
    ("kind", "cost", "expected"),
    [
        (Kind.KNOWLEDGE_BASE, Cost.REPLACE_AND_REINDEX, "indexed again"),
        (Kind.PROVISIONED_THROUGHPUT, Cost.REPLACE, "refused for a Legacy model"),
        (Kind.CUSTOM_MODEL, Cost.REPLACE, "A new custom model is trained"),
        (Kind.PROMPT, Cost.REPLACE, "The prompt is replaced."),
        (Kind.AGENT, Cost.IN_PLACE, "in place"),
    ],
)
def test_advice_says_what_the_change_costs(
    bench: SimpleNamespace, load: Load, kind: Kind, cost: Cost, expected: str
) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-eol-v1:0"), kind=kind, cost=cost)
    assert expected in bench.judged(load("baseline"), reference)[0].advice


@pytest.mark.parametrize(
    ("usage", "expected"),
    [(Usage.GRANT, "Grant the next model too"), (Usage.MENTION, "only mentioned"), (Usage.SELECTABLE, "Take it off")],
)
def test_advice_fits_the_usage(bench: SimpleNamespace, load: Load, usage: Usage, expected: str) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-eol-v1:0"), usage=usage)
    assert expected in bench.judged(load("baseline"), reference)[0].advice


@pytest.mark.parametrize(
    ("model", "form", "region", "expected"),
    [
        # From us-east-2 it can be called by a profile only; what is granted is the model all the same.
        ("anthropic.test-eol-v1:0", Form.FOUNDATION_MODEL_ARN, "us-east-2", "Move to anthropic.test-active-v1:0."),
        (
            "us.anthropic.test-eol-v1:0",
            Form.INFERENCE_PROFILE_ARN,
            "us-east-1",
            "Move to us.anthropic.test-active-v1:0.",
        ),
    ],
)
def test_a_grant_is_told_to_grant_what_it_grants(
    bench: SimpleNamespace, load: Load, model: str, form: Form, region: str, expected: str
) -> None:
    candidate = bench.candidate(model, region=region)._replace(form=form)
    reference = bench.reference(candidate, usage=Usage.GRANT)
    assert expected in bench.judged(load("baseline"), reference)[0].advice


def test_advice_holds_in_every_region_that_may_be_meant(bench: SimpleNamespace, load: Load) -> None:
    unknown = bench.candidate("anthropic.test-eol-v1:0")._replace(regions=())
    [finding] = bench.judged(load("baseline"), bench.reference(unknown))
    # It was offered in the US and the EU: of all forms only the global profile can be called from both.
    assert finding.advice.startswith("Move to global.anthropic.test-active-v1:0.")

    def find_model(name: str) -> Model | None:
        model: Model | None = bench.index.lookup(name)
        return None if model is None else model._replace(regions=("us-east-1",), profiles=())

    [finding] = bench.judged(load("baseline"), bench.reference(unknown), find_model=find_model)
    assert finding.advice.startswith("None of the replacements")


def test_advice_never_widens_the_geography(bench: SimpleNamespace, load: Load) -> None:
    def find_model(name: str) -> Model | None:
        model: Model | None = bench.index.lookup(name)
        if model is None or model.id != "anthropic.test-active-v1:0":
            return model
        return model._replace(regions=(), profiles=tuple(each for each in model.profiles if each.prefix != "eu"))

    reference = bench.reference(bench.candidate("eu.anthropic.test-eol-v1:0", region="eu-west-1"))
    [finding] = bench.judged(load("baseline"), reference, find_model=find_model)
    assert "global." not in finding.advice


@pytest.mark.parametrize(
    ("known", "expected"), [(True, "Move to"), (None, "the catalog does not know"), (False, "None of the replacements")]
)
def test_a_purchase_needs_a_model_that_can_be_bought(
    bench: SimpleNamespace, load: Load, known: bool | None, expected: str
) -> None:
    def find_model(name: str) -> Model | None:
        model: Model | None = bench.index.lookup(name)
        return None if model is None else model._replace(provisioned_throughput=known)

    reference = bench.reference(bench.candidate("anthropic.test-eol-v1:0"), kind=Kind.PROVISIONED_THROUGHPUT)
    advice = bench.judged(load("baseline"), reference, find_model=find_model)[0].advice
    assert expected in advice
    assert ("Look up first" in advice) == (known is None)


def test_a_replacement_by_rule_is_said_to_be_one(bench: SimpleNamespace, load: Load) -> None:
    named = Replacement("anthropic.test-active-v1:0", "by rule: same provider, family, inputs and outputs")

    def judged() -> str:
        reference = bench.reference(bench.candidate("anthropic.test-eol-v1:0"))
        [finding] = bench.judged(load("baseline"), reference)
        return str(finding.advice)

    old = bench.index.lookup("anthropic.test-eol-v1:0")
    bench.index._by_id[old.id] = old._replace(replacements=(named,))
    try:
        assert judged().startswith(
            "Move to anthropic.test-active-v1:0 (of the same family: nobody names a replacement)."
        )
    finally:
        bench.index._by_id[old.id] = old


def test_a_rule_may_say_it_in_its_own_words(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("eol-within", 'message: "{model} at {address} ends {eol_date} ({days_to_eol} d, {region}) {{x}}"')
    [finding] = bench.judged(policy, bench.reference(bench.candidate("anthropic.test-soon-v1:0")))
    assert finding.message == (
        "anthropic.test-soon-v1:0 at aws_bedrockagent_agent.chat ends 2027-02-22 (90 d, us-east-1) {x}"
    )


@pytest.mark.parametrize(
    ("placeholder", "filled"),
    [
        ("model", "anthropic.test-soon-v1:0"),
        ("text", "arn:aws:bedrock:us-east-1::foundation-model/anthropic.test-soon-v1:0"),
        ("rule", "the-rule"),
        ("kind", "agent"),
        ("path", "foundation_model"),
        ("stage", "legacy"),
        ("legacy_date", "2026-08-22"),
        ("extended_access_date", "2026-12-01"),
        ("written_at", "modules/m/main.tf:4:5"),
    ],
)
def test_a_placeholder_stands_for_what_its_name_says(
    bench: SimpleNamespace, one_rule: OneRule, placeholder: str, filled: str
) -> None:
    candidate = bench.candidate(
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.test-soon-v1:0",
        model="anthropic.test-soon-v1:0",
        written_at=Location("modules/m/main.tf", 4, 5),
    )
    policy = one_rule("eol-within", f'message: "{{{placeholder}}}"')
    [finding] = bench.judged(policy, bench.reference(candidate))
    assert finding.message == filled


def test_a_rule_about_the_run_and_one_about_what_is_unknown_may_say_it_in_their_own_words(
    bench: SimpleNamespace, one_rule: OneRule
) -> None:
    message = 'message: "{address}, {model}: {rule}"'
    [stale] = bench.judged(one_rule("stale-catalog", message), as_of=date(2030, 1, 1))
    assert stale.message == "not known, not known: the-rule"
    unresolved = Unresolved(Cause.DEPLOY_TIME, "aws_x.y.arn", "Check a plan.")
    [unknown] = bench.judged(one_rule("unresolved-model", message), bench.reference(unresolved=unresolved))
    assert unknown.message == "aws_bedrockagent_agent.chat, not known: the-rule"


def test_what_a_message_cannot_know_is_said_so(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("unknown-model", 'message: "{model}: {eol_date}; {message}"')
    [finding] = bench.judged(policy, bench.reference(bench.candidate("anthropic.test-nonesuch-v9:0")))
    assert finding.message.startswith("anthropic.test-nonesuch-v9:0: not known; The catalog does not know")


# --- waivers


WAIVED = """
waivers:
  - rule: {rule}
    match: {match}
    reason: tracked
    until: {until}
"""


def waived(load: Load, match: str = "{}", until: str = "2027-01-05", rule: str = "eol-within-90-days") -> Policy:
    return load("version: 1\nextends: [baseline]" + WAIVED.format(rule=rule, match=match, until=until))


@pytest.mark.parametrize(("until", "is_told"), [("2027-11-25", False), ("2027-11-26", True), ("2999-12-31", True)])
def test_a_waiver_for_longer_than_a_year_is_a_finding(
    bench: SimpleNamespace, load: Load, until: str, is_told: bool
) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-soon-v1:0"))
    findings = bench.judged(waived(load, until=until), reference)
    told = [finding for finding in findings if finding.check == "distant-waiver"]
    assert bool(told) is is_told
    assert all(f"holds until {until}, in " in finding.message for finding in told)
    assert [str(finding.status) for finding in findings if finding.reference is not None] == ["waived"]


DEMANDING = """
rules:
  - {id: no-waiver-in-code, check: waiver-in-code, severity: error}
  - {id: owned, check: waiver-without-owner, severity: error}
"""


def test_a_policy_may_demand_owners_and_allow_no_waivers_in_the_code(bench: SimpleNamespace, load: Load) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-soon-v1:0"))
    policy = load(
        "version: 1\nextends: [baseline]"
        + DEMANDING
        + WAIVED.format(rule="eol-reached", match="{}", until="2027-01-05")
    )
    [waiver] = policy.waivers

    def broken(**changes: object) -> list[str]:
        changed = policy._replace(waivers=(waiver._replace(**changes),))
        return sorted(
            each.rule for each in bench.judged(changed, reference) if each.rule in ("no-waiver-in-code", "owned")
        )

    assert broken() == ["owned"]
    assert broken(owner="@team") == []
    assert broken(spot=CodeSpot()) == ["no-waiver-in-code", "owned"]


def test_an_owner_is_read_from_the_policy(load: Load) -> None:
    text = WAIVED.format(rule="eol-reached", match="{}", until="2027-01-05") + '    owner: "@team"\n'
    assert [waiver.owner for waiver in load("version: 1\nextends: [baseline]" + text).waivers] == ["@team"]


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        ("2026-11-24", [("eol-within-90-days", Status.WAIVED)]),
        ("2026-11-23", [("eol-within-90-days", Status.OPEN), ("expired-waiver", Status.OPEN)]),
    ],
)
def test_a_waiver_holds_through_its_day(
    bench: SimpleNamespace, load: Load, until: str, expected: list[tuple[str, Status]]
) -> None:
    findings = bench.judged(waived(load, until=until), bench.reference(bench.candidate("anthropic.test-soon-v1:0")))
    assert [(finding.rule, finding.status) for finding in findings] == expected
    if findings[0].status is Status.WAIVED:
        assert findings[0].waiver is not None
        assert (findings[0].waiver.reason, str(findings[0].waiver.until)) == ("tracked", until)
    else:
        assert findings[0].waiver is None
        assert findings[1].location is not None
        assert findings[1].location.line == 4
        assert findings[1].fails_from == date(2026, 11, 24)
        assert "1 day ago" in findings[1].message


MATCHES = [
    ("{}", True),
    ('{address: "aws_bedrockagent_agent.*"}', True),
    ('{address: "aws_bedrockagent_agent"}', False),
    ('{model: "anthropic.test-*"}', True),
    ('{model: ["amazon.*", "anthropic.test-soon-v1:0"]}', True),
    ('{model: "amazon.*"}', False),
    ('{path: "envs/prod/**"}', True),
    ('{path: "modules/**"}', True),
    ('{path: "envs/*"}', False),
    ("{region: us-east-1}", True),
    ("{region: eu-west-1}", False),
    ("{kind: agent, role: generation, usage: use, certainty: certain, framework: terraform}", True),
    ("{kind: agent, role: embedding}", False),
    ("{provider: anthropic}", True),
    ("{provider: Anthropic}", True),
    ("{provider: amazon}", False),
    ("{change: create}", False),
]


@pytest.mark.parametrize(("match", "covers"), MATCHES)
def test_what_a_waiver_covers(bench: SimpleNamespace, load: Load, match: str, covers: bool) -> None:
    written = Location("modules/chat/variables.tf", 4, 13)
    reference = bench.reference(bench.candidate("anthropic.test-soon-v1:0", written_at=written))
    findings = bench.judged(waived(load, match), reference)
    by_rule = {finding.rule: finding.status for finding in findings}
    assert by_rule["eol-within-90-days"] is (Status.WAIVED if covers else Status.OPEN)
    assert ("unused-waiver" in by_rule) is not covers


def test_a_waiver_of_the_first_days_of_the_calendar_has_expired(bench: SimpleNamespace, load: Load) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-soon-v1:0"))
    findings = bench.judged(waived(load, until="0001-01-05"), reference)
    assert [finding.rule for finding in findings] == ["eol-within-90-days", "expired-waiver"]


def test_of_several_waivers_the_one_that_holds_longest_counts_and_all_are_used(
    bench: SimpleNamespace, load: Load
) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-soon-v1:0"))
    days = ("2027-01-05", "2027-03-05", "2026-11-23", "2027-02-05")
    for given in (days, days[::-1]):
        waivers = "waivers:\n" + "".join(
            f"  - {{rule: eol-within-90-days, reason: for {day}, until: {day}}}\n" for day in given
        )
        findings = bench.judged(load(f"version: 1\nextends: [baseline]\n{waivers}"), reference)
        [finding] = [each for each in findings if each.rule == "eol-within-90-days"]
        assert finding.waiver == ("for 2027-03-05", date(2027, 3, 5))
        assert {each.rule for each in findings} == {"eol-within-90-days", "expired-waiver"}


def test_of_two_rules_that_say_the_same_a_waiver_of_one_covers_both(bench: SimpleNamespace, load: Load) -> None:
    policy = load("""version: 1
rules:
  - {id: ours, check: eol-within, severity: error}
  - {id: theirs, check: eol-within, severity: error}
  - {id: farther, check: eol-within, with: {days: 100}, severity: error}
waivers:
  - {rule: ours, reason: r, until: 2027-01-05}
""")
    [finding] = bench.judged(policy, bench.reference(bench.candidate("anthropic.test-soon-v1:0")))
    assert (finding.rule, finding.status, finding.subsumes) == ("ours", Status.WAIVED, ("theirs", "farther"))


def test_a_waiver_of_what_is_subsumed_is_used_and_covers_nothing_graver(bench: SimpleNamespace, load: Load) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-soon-v1:0"))
    findings = bench.judged(waived(load, rule="legacy-model"), reference)
    assert [(finding.rule, finding.status) for finding in findings] == [("eol-within-90-days", Status.OPEN)]


def test_a_waiver_covers_what_follows_from_the_rule_and_no_other_concern(bench: SimpleNamespace, load: Load) -> None:
    reference = bench.reference(
        bench.candidate("anthropic.test-soon-v1:0"),
        kind=Kind.PROVISIONED_THROUGHPUT,
        change=Change.CREATE,
        commitment="SixMonths",
    )
    findings = bench.judged(waived(load, rule="legacy-refuses-create"), reference)
    assert [(finding.rule, finding.status, finding.subsumes) for finding in findings] == [
        ("eol-within-90-days", Status.OPEN, ("commitment-outlives-model", "extended-access", "legacy-model")),
        ("legacy-refuses-create", Status.WAIVED, ()),
    ]


def test_a_waiver_for_one_region_covers_no_other(bench: SimpleNamespace, load: Load) -> None:
    soon = bench.candidate("anthropic.test-soon-v1:0", region=("us-east-1", "eu-west-1"))
    [finding, unused] = bench.judged(waived(load, "{region: us-east-1}"), bench.reference(soon))
    assert (finding.status, unused.rule) == (Status.OPEN, "unused-waiver")
    unknown = bench.candidate("anthropic.test-soon-v1:0", region=None)
    assert bench.judged(waived(load, "{region: us-east-1}"), bench.reference(unknown))[0].status is Status.OPEN


def test_a_waiver_for_one_region_leaves_what_follows_elsewhere(bench: SimpleNamespace, load: Load) -> None:
    """End of life is accepted in us-east-1; that the model is Legacy in eu-west-1 is not."""
    candidate = bench.candidate("anthropic.test-regional-v1:0", region=("us-east-1", "eu-west-1"))
    policy = waived(load, "{region: us-east-1}", rule="eol-reached")
    findings = bench.judged(policy, bench.reference(candidate))
    assert [(finding.rule, finding.status) for finding in findings] == [
        ("eol-reached", Status.WAIVED),
        ("legacy-model", Status.OPEN),
    ]


def test_what_is_unresolved_can_be_waived(bench: SimpleNamespace, load: Load) -> None:
    reference = bench.reference(unresolved=Unresolved(Cause.DEPLOY_TIME, "aws_x.y.arn", "Check a plan."))
    [finding] = bench.judged(waived(load, "{kind: agent}", rule="unresolved-model"), reference)
    assert finding.status is Status.WAIVED
    [finding, _] = bench.judged(waived(load, '{model: "*"}', rule="unresolved-model"), reference)
    assert finding.status is Status.OPEN


# --- scopes


@pytest.mark.parametrize(
    ("scope", "covers"),
    [
        ('{paths: ["envs/prod/**"]}', True),
        ('{paths: ["envs/prod/"]}', True),
        ('{paths: ["./envs/*/main.tf"]}', True),
        ('{paths: ["**/main.tf"]}', True),
        ('{paths: ["modules/chat/*.tf"]}', True),
        ('{paths: ["*.tf"]}', False),
        ('{paths: ["envs/dev/**", "other/**"]}', False),
        ('{addresses: ["module.chat[\\"a\\"].*"]}', True),
        ('{addresses: ["module.chat[*].aws_bedrockagent_agent.x"]}', True),
        ('{addresses: ["module.chat.*"]}', False),
        ("{frameworks: [terraform-plan]}", False),
        ("{frameworks: [cdk, terraform]}", True),
        ("{kinds: [knowledge_base]}", False),
        ("{roles: [generation]}", True),
        ("{usages: [grant]}", False),
        ('{models: ["*.test-eol-*"]}', True),
        ('{models: ["us.anthropic.*"]}', True),
        ('{models: ["anthropic.test-eol-v1:0"]}', True),
        ('{models: ["anthropic"]}', False),
        ("{providers: [anthropic]}", True),
        ('{regions: ["us-*"]}', True),
        ('{regions: ["eu-*"]}', False),
        ("{certainties: [certain]}", True),
        ("{certainties: [possible, override]}", False),
        ("{changes: [create, replace]}", True),
        ("{changes: [no-op]}", False),
        ("{changes: [create], kinds: [flow]}", False),
    ],
)
def test_where_a_rule_applies(bench: SimpleNamespace, one_rule: OneRule, scope: str, covers: bool) -> None:
    reference = bench.reference(
        bench.candidate("us.anthropic.test-eol-v1:0", written_at=Location("modules/chat/main.tf", 1, 1)),
        address='module.chat["a"].aws_bedrockagent_agent.x',
        change=Change.CREATE,
    )
    assert bool(bench.judged(one_rule("eol-reached", f"scope: {scope}"), reference)) is covers


@pytest.mark.parametrize(
    ("glob", "covers"),
    [
        ("envs/prod/**", True),
        ("envs/prod/", True),
        ("envs/prod", True),
        ("envs/*", True),
        ("envs/**", True),
        ("envs/pro", False),
        ("prod/**", False),
        ("envs/prod/*.tf", False),
    ],
)
def test_a_path_covers_what_a_root_deploys_from_a_shared_module(
    bench: SimpleNamespace, load: Load, one_rule: OneRule, glob: str, covers: bool
) -> None:
    module = Location("modules/chat/main.tf", 3, 5)
    candidate = bench.candidate("anthropic.test-eol-v1:0", written_at=module)
    known = bench.reference(candidate)._replace(input="envs/prod", location=module)
    unknown = bench.reference(unresolved=Unresolved(Cause.CYCLE, "local.x", "Break it."))
    unknown = unknown._replace(input="envs/prod", location=module)
    assert bool(bench.judged(one_rule("eol-reached", f'scope: {{paths: ["{glob}"]}}'), known)) is covers
    assert bool(bench.judged(one_rule("unresolved-model", f'scope: {{paths: ["{glob}"]}}'), unknown)) is covers
    # What is accepted in a directory is not accepted in a module elsewhere.
    [finding, _] = bench.judged(waived(load, f'{{path: "{glob}"}}', rule="eol-reached"), known)
    assert finding.status is Status.OPEN


def test_a_scope_by_region_covers_a_region_that_is_not_known(bench: SimpleNamespace, one_rule: OneRule) -> None:
    candidate = bench.candidate("anthropic.test-regional-v1:0", region=None)
    [finding] = bench.judged(one_rule("legacy-model", 'scope: {regions: ["eu-*"]}'), bench.reference(candidate))
    assert finding.region == "eu-west-1"
    assert bench.judged(one_rule("legacy-model", "scope: {regions: [us-west-2]}"), bench.reference(candidate)) == ()


def test_a_scope_by_model_does_not_cover_what_is_unresolved(bench: SimpleNamespace, one_rule: OneRule) -> None:
    reference = bench.reference(unresolved=Unresolved(Cause.CYCLE, "local.x", "Break it."), role=Role.EMBEDDING)
    assert bench.judged(one_rule("unresolved-model", "scope: {roles: [embedding]}"), reference)
    assert not bench.judged(one_rule("unresolved-model", 'scope: {models: ["*"]}'), reference)


# --- fingerprints and order


def test_a_fingerprint_knows_no_line_no_framework_and_no_day(bench: SimpleNamespace, one_rule: OneRule) -> None:
    candidate = bench.candidate("anthropic.test-eol-v1:0")
    code = bench.reference(candidate)
    plan = bench.reference(
        candidate, location=None, framework=Framework.TERRAFORM_PLAN, input_path="plan.json", change=Change.NO_OP
    )
    roots = {"envs/prod": Root("infra/envs/prod"), "plan.json": Root("infra/envs/prod")}
    [one] = bench.judged(one_rule("eol-reached"), code, roots=roots)
    [other] = bench.judged(one_rule("eol-reached"), plan, roots=roots, as_of=date(2027, 1, 1))
    assert one.fingerprint == other.fingerprint
    # Baselines of users hold it: it must not change from release to release.
    assert one.fingerprint == "7860ea9900fae9958a746fe48b0f3b8e"


@pytest.mark.parametrize(
    "change",
    [
        {"address": "aws_bedrockagent_agent.other"},
        {"path": "memory[0].model"},
        {"input_path": "envs/dev"},
    ],
)
def test_a_fingerprint_tells_places_apart(bench: SimpleNamespace, load: Load, change: dict[str, str]) -> None:
    candidate = bench.candidate("anthropic.test-eol-v1:0")
    [one] = bench.judged(load("baseline"), bench.reference(candidate))
    [other] = bench.judged(load("baseline"), bench.reference(candidate, **change))
    assert one.fingerprint != other.fingerprint
    assert len(one.fingerprint) == 32


def test_a_fingerprint_changes_with_the_stage(bench: SimpleNamespace, one_rule: OneRule) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-announced-v1:0"))
    found = {
        bench.judged(one_rule("eol-within", "with: {days: 1000}"), reference, as_of=day)[0].fingerprint
        for day in (date(2026, 11, 24), date(2026, 12, 15), date(2027, 3, 15), date(2027, 6, 15), date(2028, 1, 1))
    }
    assert len(found) == 4


def test_the_order_is_by_severity_then_place_whatever_the_input_order(bench: SimpleNamespace, load: Load) -> None:
    references = [
        bench.reference(bench.candidate(model), address=f"aws_bedrockagent_agent.{name}", location=location)
        for name, model, location in [
            ("d", "anthropic.test-legacy-v1:0", Location("a.tf", 1, 1)),
            ("c", "anthropic.test-eol-v1:0", Location("b.tf", 10, 1)),
            ("b", "anthropic.test-eol-v1:0", Location("b.tf", 9, 1)),
            ("a", "anthropic.test-eol-v1:0", None),
        ]
    ]
    expected = [*reversed(references)]
    assert [finding.reference for finding in bench.judged(load("baseline"), *references)] == expected
    assert [finding.reference for finding in bench.judged(load("baseline"), *reversed(references))] == expected


# --- forecast


def test_a_forecast_names_the_first_day_from_today_on(bench: SimpleNamespace, load: Load) -> None:
    assessments = bench.assessments(bench.reference(bench.candidate("anthropic.test-announced-v1:0")))
    found = forecast(assessments, load("baseline"), bench.as_of, bench.index.lookup)
    assert [(each.first_day, each.rule.id) for each in found] == [
        (date(2026, 12, 15), "legacy-model"),
        (date(2027, 2, 13), "extended-access"),
        (date(2027, 3, 17), "eol-within-90-days"),
        (date(2027, 6, 15), "eol-reached"),
    ]


def test_a_forecast_of_what_breaks_already_is_today(bench: SimpleNamespace, one_rule: OneRule) -> None:
    assessments = bench.assessments(bench.reference(bench.candidate("anthropic.test-eol-v1:0")))
    [found] = forecast(assessments, one_rule("eol-reached"), bench.as_of, bench.index.lookup)
    assert found.first_day == bench.as_of
    active = bench.assessments(bench.reference(bench.candidate("anthropic.test-active-v1:0")))
    assert forecast(active, one_rule("eol-within"), bench.as_of, bench.index.lookup) == ()


def test_a_forecast_begins_behind_the_waivers_of_what_breaks(bench: SimpleNamespace, load: Load) -> None:
    assessments = bench.assessments(bench.reference(bench.candidate("anthropic.test-eol-v1:0")))

    def foreseen(*days: str) -> tuple[tuple[date, date | None], ...]:
        waivers = "".join(f"  - {{rule: gone, reason: r, until: {day}}}\n" for day in days)
        policy = load(
            "version: 1\nrules: [{id: gone, check: eol-reached, severity: error}]\n"
            + (f"waivers:\n{waivers}" if days else "")
        )
        found = forecast(assessments, policy, bench.as_of, bench.index.lookup)
        return tuple((each.first_day, each.waived_until) for each in found)

    assert foreseen() == ((bench.as_of, None),)
    assert foreseen("2026-11-23") == ((bench.as_of, None),)
    assert foreseen("2026-11-24") == ((date(2026, 11, 25), date(2026, 11, 24)),)
    # The second takes over where the first ends, or before.
    assert foreseen("2027-01-05", "2027-03-05") == ((date(2027, 3, 6), date(2027, 3, 5)),)
    assert foreseen("9999-12-29") == ((date(9999, 12, 30), date(9999, 12, 29)),)
    # What is accepted for ever never counts.
    assert foreseen("9999-12-31") == ()


def test_an_answer_does_not_depend_on_the_day_that_was_asked_for_before(
    bench: SimpleNamespace, one_rule: OneRule
) -> None:
    [assessment] = bench.assessments(bench.reference(bench.candidate("anthropic.test-eol-today-v1:0")))
    [by] = candidate_rules(one_rule("eol-reached"))
    days = [bench.as_of + timedelta(days=after) for after in (-1, 0, -1, 1, -2, 0)]
    judge = Judge(bench.index.lookup, bench.as_of, [assessment])
    assert [judge.hit(by, assessment, day) is not None for day in days] == [day >= bench.as_of for day in days]
