"""Models that a policy names and the catalog does not know."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest

from checker.model.policy import Policy
from checker.policy.waivers import Misnamed, misnamed_models

Load = Callable[..., Policy]


@pytest.fixture
def misnamed(bench: SimpleNamespace, load: Load) -> Callable[..., Misnamed]:
    """What is wrong with the names of a policy: rules and waivers, as lines of YAML."""

    def of(rules: str, waivers: str = "", known: tuple[str, ...] = ()) -> Misnamed:
        text = f"version: 1\nextends: [baseline]\nrules:\n  - {{{rules}}}\n"
        policy = load(text + (f"waivers:\n  - {{{waivers}}}\n" if waivers else ""))
        return misnamed_models(policy, known or tuple(bench.index.ids()), bench.index.suggest, bench.index.knows)

    return of


def rule(check: str, more: str) -> str:
    return f"id: own, check: {check}, severity: note, {more}"


@pytest.mark.parametrize(
    ("check", "more"),
    [
        ("legacy-model", "scope: {models: [anthropic.tset-eol-v1:0]}"),
        ("model-not-allowed", "with: {deny: [anthropic.tset-eol-v1:0]}"),
        ("model-not-allowed", "with: {deny: ['amazon.*'], allow: ['*', anthropic.tset-eol-v1:0]}"),
    ],
)
def test_a_rule_that_names_nearly_a_model_is_told_at_its_place(misnamed, check: str, more: str) -> None:
    [error], problems = misnamed(rule(check, more))
    assert str(error) == (
        "policy.yaml:4:10: the catalog knows no model 'anthropic.tset-eol-v1:0'; did you mean"
        " 'anthropic.test-eol-v1:0'?"
    )
    assert problems == ()


def test_a_rule_and_a_waiver_about_unknown_models_may_name_any(misnamed) -> None:
    name = "[anthropic.tset-eol-v1:0]"
    waived = f"match: {{model: {name}}}, reason: r, until: 2027-01-05"
    assert misnamed(rule("unknown-model", f"scope: {{models: {name}}}"), f"rule: own, {waived}") == ((), ())
    told = misnamed(rule("legacy-model", "scope: {kinds: [agent]}"), f"rule: own, {waived}")
    assert [str(error)[:17] for error in told.errors] == ["policy.yaml:6:12:"]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        # As names of throughput and of deployments are: not an id, unless it is the end of one.
        ("my-throughput", ""),
        ("test-eol-v1:0", "did you mean 'anthropic.test-eol-v1:0'?"),
        ("test-eol-*", "did you mean 'anthropic.test-eol-*'?"),
        ("arn:aws:bedrock:us-east-1::foundation-model/x", ""),
        ("*.test-eol-v1:0", ""),
        ("us.anthropic.test-eol-v1:0", ""),
        ("anthropic.test-*", ""),
        # The glob begins much like a model, unless so little is given that it is like many.
        ("antropic.test-eol-*", "did you mean 'anthropic.test-eol"),
    ],
)
def test_names_that_are_taken_for_misspelt_ones(misnamed, name: str, error: str) -> None:
    told = misnamed(rule("legacy-model", f"scope: {{models: ['{name}']}}"))
    assert [error in str(each) for each in told.errors] == [True] * bool(error)
    assert told.problems == ()


@pytest.mark.parametrize("name", ["anthropic.test-eol-v7:0", "anthropic.test-active-v12:0", "nobody.unheard-of-v1:0"])
def test_what_may_be_newer_than_the_catalog_is_a_problem_at_its_place(misnamed, name: str) -> None:
    errors, [problem] = misnamed(rule("legacy-model", f"scope: {{models: ['{name}']}}"))
    assert errors == ()
    assert (problem.file, problem.line, problem.column, problem.incomplete) == ("policy.yaml", 4, 10, False)
    assert problem.message == f"the catalog knows no model {name!r}, so that this covers none that it knows"


@pytest.mark.parametrize(("name", "is_alike"), [("abc.cdx*", True), ("ab.cdx*", False), ("abc.cdx", False)])
def test_a_beginning_of_seven_characters_is_enough_to_be_like_another(misnamed, name: str, is_alike: bool) -> None:
    told = misnamed(
        rule("legacy-model", f"scope: {{models: ['{name}']}}"), known=("ab.cde-v1:0", "abc.cde-v2:0", "abc.cde-v1:0")
    )
    assert [str(each).rpartition("; ")[2] for each in told.errors] == ["did you mean 'abc.cde-v1:0'?"] * is_alike
    assert len(told.problems) == (not is_alike)
