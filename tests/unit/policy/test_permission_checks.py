"""Checks of which models may be used: allowed and denied ones, geographies, floating names, conditions."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import pytest

from checker.errors import UsageError
from checker.model.lifecycle import Stage
from checker.model.policy import Policy
from checker.model.reference import Form, Unresolved
from checker.model.resource import Change, Framework
from checker.model.stages import StageOn
from checker.policy.check import CandidateSubject
from checker.policy.checks import CHECKS
from checker.policy.conditions import FACTS, LONGEST, ConditionError, compile_condition, facts_of
from checker.values import Cause

OneRule = Callable[..., Policy]
ACTIVE, LEGACY = "anthropic.test-active-v1:0", "anthropic.test-legacy-v1:0"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("with: {allow: ['anthropic.*']}", False),
        ("with: {allow: [Anthropic]}", False),
        ("with: {allow: [anthropic]}", False),
        ("with: {allow: ['amazon.*', 'cohere']}", True),
        ("with: {deny: ['*-active-*']}", True),
        ("with: {deny: ['amazon.*']}", False),
        ("with: {allow: ['anthropic.*'], deny: ['anthropic.test-a*']}", True),
        ("with: {allow: ['anthropic.*'], deny: ['anthropic.test-b*']}", False),
        ("with: {}", False),
    ],
)
def test_a_model_is_found_unless_it_is_allowed(
    bench: SimpleNamespace, one_rule: OneRule, lines: str, found: bool
) -> None:
    findings = bench.judged(one_rule("model-not-allowed", lines), bench.reference(bench.candidate(ACTIVE)))
    assert bool(findings) is found
    for finding in findings:
        assert ACTIVE in finding.message
        assert finding.fails_from is None


def test_a_wildcard_is_not_allowed_by_a_list_of_models(bench: SimpleNamespace, one_rule: OneRule) -> None:
    wildcard = bench.candidate("arn:aws:bedrock:*::foundation-model/*", form=Form.WILDCARD, model=None)
    [finding] = bench.judged(one_rule("model-not-allowed", "with: {allow: [anthropic]}"), bench.reference(wildcard))
    assert "the policy allows only anthropic" in finding.message


def test_a_finding_on_permission_stays_the_same_when_the_model_ages(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("model-not-allowed", "with: {deny: ['anthropic.*']}")
    reference = bench.reference(bench.candidate("anthropic.test-legacy-v1:0"))
    [before] = bench.judged(policy, reference, as_of=bench.as_of.replace(year=2025))
    [after] = bench.judged(policy, reference)
    assert before.stage != after.stage
    assert before.fingerprint == after.fingerprint


def profile(bench: SimpleNamespace, geography: str | None) -> object:
    candidate = bench.candidate(ACTIVE, form=Form.INFERENCE_PROFILE_ID)
    return bench.reference(candidate._replace(profile=geography, text=f"{geography or '⟨var.geo⟩'}.{ACTIVE}"))


@pytest.mark.parametrize(
    ("geography", "allow", "found"),
    [
        ("eu", "[eu]", False),
        ("us", "[eu]", True),
        ("global", "[eu, us]", True),
        ("global", "[global]", False),
        ("eu", "[]", True),
        (None, "[eu]", True),
    ],
)
def test_a_profile_of_another_geography_is_found(
    bench: SimpleNamespace, one_rule: OneRule, geography: str | None, allow: str, found: bool
) -> None:
    findings = bench.judged(one_rule("profile-geography", f"with: {{allow: {allow}}}"), profile(bench, geography))
    assert bool(findings) is found
    if geography == "global" and found:
        assert "any commercial Region" in findings[0].message


@pytest.mark.parametrize(
    ("allow", "region", "profiles", "expected"),
    [
        ("[eu]", "eu-west-1", True, f"Use eu.{ACTIVE} or {ACTIVE}."),
        # From there it is not offered by its own id.
        ("[eu]", "eu-north-1", True, f"Use eu.{ACTIVE}."),
        # The profile of the EU cannot be called from there.
        ("[eu]", "us-east-1", True, f"Use {ACTIVE}."),
        ("[]", "us-east-1", True, f"Use {ACTIVE}."),
        ("[eu, us]", None, True, f"Use eu.{ACTIVE} or us.{ACTIVE}."),
        ("[]", "us-east-2", True, "Use a profile of an allowed geography, or a model that the Region offers by its"),
        ("[eu]", "us-east-1", False, "Use a profile of an allowed geography, or a model that the Region offers by its"),
    ],
)
def test_ids_that_keep_to_the_geography_are_named(
    bench: SimpleNamespace, allow: str, region: str | None, profiles: bool, expected: str
) -> None:
    candidate = bench.candidate(f"global.{ACTIVE}", region=region, form=Form.INFERENCE_PROFILE_ID)
    [assessment] = bench.assessments(bench.reference(candidate))
    if not profiles:
        assessment = replace(assessment, model=None)
    stage = None if region is None else StageOn(region, bench.as_of, Stage.ACTIVE)
    allowed = allow.strip("[]").split(", ") if allow != "[]" else []
    subject = CandidateSubject(bench.as_of, {"allow": allowed}, assessment, stage, bench.index.lookup)
    assert CHECKS["profile-geography"].describe(subject).action.startswith(expected)


def test_a_model_by_its_own_id_has_no_geography(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("profile-geography", "with: {allow: [eu]}")
    assert bench.judged(policy, bench.reference(bench.candidate(ACTIVE))) == ()


def test_a_geography_that_does_not_exist_is_an_error(one_rule: OneRule) -> None:
    with pytest.raises(UsageError, match=r"policy\.yaml:6:20: 'europe' is not a"):
        one_rule("profile-geography", "with: {allow: [europe]}")


ACCOUNT = "arn:aws:bedrock:us-east-1:111122223333"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (f"{ACCOUNT}:default-prompt-router/anthropic.claude:1", True),
        (f"{ACCOUNT}:prompt-router/abc", True),
        (f"{ACCOUNT}:prompt/ABCDEFGHIJ", True),
        (f"{ACCOUNT}:prompt/ABCDEFGHIJ:DRAFT", True),
        (f"{ACCOUNT}:prompt/ABCDEFGHIJ:3", False),
        (f"{ACCOUNT}:custom-model-deployment/abc", True),
        (f"{ACCOUNT}:application-inference-profile/abc", False),
        (f"{ACCOUNT}:provisioned-model/abc", False),
    ],
)
def test_a_name_whose_model_can_change_is_found_though_it_is_unresolved(
    bench: SimpleNamespace, one_rule: OneRule, name: str, found: bool
) -> None:
    unresolved = Unresolved(Cause.OPAQUE_NAME, name, "Look it up.")
    findings = bench.judged(one_rule("floating-model"), bench.reference(unresolved=unresolved))
    assert bool(findings) is found
    for finding in findings:
        assert (finding.check, finding.model) == ("floating-model", None)
        assert name in finding.message


def test_an_unknown_value_is_no_floating_name(bench: SimpleNamespace, one_rule: OneRule) -> None:
    for cause in set(Cause) - {Cause.OPAQUE_NAME}:
        unresolved = Unresolved(cause, "var.latest", "Supply it.")
        assert bench.judged(one_rule("floating-model"), bench.reference(unresolved=unresolved)) == (), cause


def test_a_router_of_the_same_code_is_found_with_its_model(bench: SimpleNamespace, one_rule: OneRule) -> None:
    candidate = bench.candidate(ACTIVE, form=Form.PROMPT_ROUTER_ARN)
    [finding] = bench.judged(one_rule("floating-model"), bench.reference(candidate))
    assert (finding.model, "chooses the model" in finding.message) == (ACTIVE, True)
    assert bench.judged(one_rule("floating-model"), bench.reference(bench.candidate(ACTIVE))) == ()
    latest = bench.candidate("anthropic.test-active-latest", model=None)
    assert len(bench.judged(one_rule("floating-model"), bench.reference(latest))) == 1


def condition(text: str) -> str:
    return f"with: {{condition: {text!r}}}"


@pytest.mark.parametrize(
    ("text", "model", "found"),
    [
        ('stage == "legacy"', "anthropic.test-legacy-v1:0", True),
        ('stage == "legacy"', ACTIVE, False),
        ("days_to_eol != null && days_to_eol < 1000", "anthropic.test-legacy-v1:0", True),
        ("days_to_eol != null && days_to_eol < 1000", ACTIVE, False),
        ('eol_date != "" && eol_date < "2027-06-02"', "anthropic.test-legacy-v1:0", True),
        ('provider == "Anthropic" && kind == "agent" && !offered', ACTIVE, False),
        ('address.startsWith("aws_bedrockagent") && region == "us-east-1"', ACTIVE, True),
        ("!known", "anthropic.test-nonesuch-v1:0", True),
        (
            'model == "anthropic.test-nonesuch-v1:0" && provider == "" && inputs == []',
            "anthropic.test-nonesuch-v1:0",
            True,
        ),
        ('file == "envs/prod/main.tf" && change == "" && stack == "" && workspace == ""', ACTIVE, True),
        (f'text == "us.{ACTIVE}" && model == "{ACTIVE}" && profile == "us" && offered', f"us.{ACTIVE}", True),
        ('legacy_date == "2026-09-01" && extended_access_date == "" && launch_date == "2025-06-01"', LEGACY, True),
        (
            'outputs == ["text"] && replacements == ["anthropic.test-active-v1:0"] && as_of == "2026-11-24"',
            LEGACY,
            True,
        ),
    ],
)
def test_a_condition_is_asked_about_facts(
    bench: SimpleNamespace, one_rule: OneRule, text: str, model: str, found: bool
) -> None:
    findings = bench.judged(one_rule("expression", condition(text)), bench.reference(bench.candidate(model)))
    assert bool(findings) is found


def test_a_condition_is_told_what_is_not_known(bench: SimpleNamespace, one_rule: OneRule) -> None:
    nowhere = bench.reference(bench.candidate(ACTIVE, region=None), location=None, change=Change.CREATE)
    facts = 'file == "" && change == "create" && !region_known'
    assert len(bench.judged(one_rule("expression", condition(facts)), nowhere)) == 1
    imported = bench.candidate("arn:aws:bedrock:x:1:imported-model/y", model=None, form=Form.IMPORTED_MODEL_ARN)
    facts = 'model == "" && region == "" && stage == "unknown" && days_to_eol == null && eol_no_sooner_than == ""'
    assert len(bench.judged(one_rule("expression", condition(facts)), bench.reference(imported))) == 1


def test_a_tag_that_is_not_known_is_no_fact(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("expression", condition('size(tags) == 1 && tags["team"] == "search"'))
    tags = (("env", "⟨var.env⟩"), ("⟨var.key⟩", "prod"), ("team", "search"))
    assert len(bench.judged(policy, bench.reference(bench.candidate(ACTIVE))._replace(tags=tags))) == 1


@pytest.mark.parametrize(("length", "is_too_long"), [(LONGEST, False), (LONGEST + 1, True)])
def test_a_condition_may_not_be_endless(length: int, is_too_long: bool) -> None:
    text = "true" + " " * (length - 4)
    if not is_too_long:
        compile_condition(text)
        return
    with pytest.raises(ConditionError, match="longer than 4000 characters") as raised:
        compile_condition(text)
    assert (raised.value.line, raised.value.column) == (1, 1)


def test_a_condition_that_fails_is_never_clean(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("expression", condition("days_to_eol < 90"))
    [finding] = bench.judged(policy, bench.reference(bench.candidate(ACTIVE)))
    assert "is not known, since its condition" in finding.message
    assert "test what may be null" in finding.advice


def test_a_condition_asks_for_tags(bench: SimpleNamespace, one_rule: OneRule) -> None:
    policy = one_rule("expression", condition('"env" in tags && tags["env"] == "prod"'))
    plain = bench.reference(bench.candidate(ACTIVE))
    assert bench.judged(policy, plain) == ()
    assert len(bench.judged(policy, plain._replace(tags=(("env", "prod"),)))) == 1


@pytest.mark.parametrize(
    ("lines", "location", "reason"),
    [
        (("with: {condition: 'modle == \"x\"'}",), "6:24", "undeclared reference to 'modle'"),
        (("with: {condition: days_to_eol <}",), "6:36", "Syntax error"),
        (("with: {condition: '1 + 1'}",), "6:24", "has to be true or false, and this is int"),
        (("with: {condition: model == 3}",), "6:29", "no matching overload"),
        (("with:", "  condition: |", "    true &&", "    nonsense"), "9:9", "undeclared reference to 'nonsense'"),
        (("with:", "  condition: 'modle'"), "7:19", "undeclared reference to 'modle'"),
        (
            ("with:", "  condition: |", "    true &&", "    false || nonsense"),
            "9:18",
            "undeclared reference to 'nonsense'",
        ),
        (("with: {condition: '[1].all(a, a.foo())'}",), "6:40", "undeclared reference to 'foo'"),
        ((f"with: {{condition: '{'(' * 100}true{')' * 100}'}}",), "6:24", "recursion limit exceeded"),
        # What is missing is missing behind the last character.
        (("with: {condition: '1 == '}",), "6:29", "Syntax error"),
        (("with:", "  condition: |", "    1 == 1 &&", "    2 =="), "9:13", "Syntax error"),
        (("with:", "  condition: >-", "    1 == 1", "    && modle"), "9:12", "undeclared reference to 'modle'"),
        (('with: {condition: "modle"}',), "6:24", "undeclared reference to 'modle'"),
        (("with: {condition: '\"text\"'}",), "6:24", "has to be true or false, and this is string"),
    ],
)
def test_a_condition_that_is_not_valid_is_an_error_at_its_place(
    one_rule: OneRule, lines: tuple[str, ...], location: str, reason: str
) -> None:
    with pytest.raises(UsageError) as raised:
        one_rule("expression", *lines)
    assert reason in str(raised.value)
    assert f"policy.yaml:{location}: " in str(raised.value)


def test_an_expression_needs_a_condition(one_rule: OneRule) -> None:
    with pytest.raises(UsageError, match=r"^policy\.yaml:4:12: the check expression needs the parameter 'condition'$"):
        one_rule("expression")


def test_every_fact_has_its_type(bench: SimpleNamespace, one_rule: OneRule) -> None:
    """Each fact can be compared as its documented type; one of the wrong type would be an error of evaluation."""
    samples = {
        "string": '!= "?"',
        "list(string)": "!= ['?']",
        "map(string, string)": "!= {'?': '?'}",
        "bool": "in [true, false]",
    }
    for name, kind, _ in FACTS:
        text = f"{name} {samples.get(kind, '!= -1')}"
        compile_condition(text)
        policy = one_rule("expression", f'with: {{condition: "{text.replace(chr(34), chr(92) + chr(34))}"}}')
        [finding] = bench.judged(policy, bench.reference(bench.candidate("anthropic.test-legacy-v1:0")))
        assert "refused by the condition" in finding.message, name


def test_the_facts_are_those_that_are_documented(bench: SimpleNamespace) -> None:
    [assessment] = bench.assessments(bench.reference(bench.candidate(ACTIVE)))
    subject = CandidateSubject(bench.as_of, {}, assessment, None, bench.index.lookup)
    assert tuple(facts_of(subject)) == tuple(name for name, _, _ in FACTS)


TAGGED = "scope: {tags: ['env=prod*']}"


@pytest.mark.parametrize(
    ("lines", "of", "found"),
    [
        (TAGGED, {"tags": (("env", "production"),)}, True),
        (TAGGED, {"tags": (("env", "dev"), ("team", "env=prod"))}, False),
        (TAGGED, {"tags": (("env", "⟨var.env⟩"),)}, True),
        (TAGGED, {"tags": (("team", "⟨var.env⟩"),)}, False),
        (TAGGED, {"tags": (("⟨var.key⟩", "dev"),)}, True),
        (TAGGED, {}, False),
        ("scope: {workspaces: [prod]}", {"workspace": "prod"}, True),
        ("scope: {workspaces: [prod]}", {"workspace": "dev"}, False),
        ("scope: {workspaces: [prod]}", {}, True),
        ("scope: {stacks: ['Prod*']}", {}, False),
        ("scope: {stacks: ['Prod*']}", {"framework": Framework.CDK, "stack": "ProdChat"}, True),
        ("scope: {stacks: ['Prod*']}", {"framework": Framework.CDK, "stack": "DevChat"}, False),
        ("scope: {stacks: ['Prod*']}", {"framework": Framework.CLOUDFORMATION}, True),
        ("scope: {workspaces: [prod]}", {"framework": Framework.CDK, "stack": "prod"}, False),
    ],
)
def test_a_scope_names_tags_workspaces_and_stacks(
    bench: SimpleNamespace, one_rule: OneRule, lines: str, of: dict[str, object], found: bool
) -> None:
    reference = bench.reference(bench.candidate("anthropic.test-eol-v1:0"))._replace(**of)
    assert bool(bench.judged(one_rule("eol-reached", lines), reference)) is found


@pytest.mark.parametrize(
    ("scope", "of", "found"),
    [
        ("{workspaces: [prod]}", {}, True),
        ("{workspaces: [prod]}", {"workspace": "dev"}, False),
        ("{tags: [env=prod]}", {"tags": (("env", "⟨var.env⟩"),)}, True),
        ("{tags: [env=prod]}", {"tags": (("env", "dev"),)}, False),
        ("{paths: ['envs/**']}", {}, True),
        ("{paths: ['modules/**']}", {}, False),
    ],
)
def test_a_scope_of_what_is_unresolved(
    bench: SimpleNamespace, one_rule: OneRule, scope: str, of: dict[str, object], found: bool
) -> None:
    unresolved = Unresolved(Cause.INPUT_NOT_SET, "var.model", "Supply it.")
    reference = bench.reference(unresolved=unresolved)._replace(**of)
    assert bool(bench.judged(one_rule("unresolved-model", f"scope: {scope}"), reference)) is found


@pytest.mark.parametrize("match", ["workspace: prod", "tag: env=prod"])
def test_a_waiver_does_not_cover_what_is_not_known(bench: SimpleNamespace, one_rule: OneRule, match: str) -> None:
    waivers = f"waivers:\n  - {{rule: the-rule, match: {{{match}}}, reason: r, until: 2027-01-01}}\n"
    policy = one_rule("eol-reached", waivers=waivers)
    unknown = bench.reference(bench.candidate("anthropic.test-eol-v1:0"))._replace(tags=(("env", "⟨var.env⟩"),))
    [finding] = bench.judged(policy, unknown)
    assert str(finding.status) == "open"
    unnamed = unknown._replace(tags=(("⟨var.key⟩", "prod"),))
    [finding] = bench.judged(policy, unnamed)
    assert str(finding.status) == "open"
    known = unknown._replace(tags=(("env", "prod"),), workspace="prod")
    [finding] = bench.judged(policy, known)
    assert str(finding.status) == "waived"
