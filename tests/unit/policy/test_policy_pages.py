"""The documentation of checks, the rule reference made from it, and explanations."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from checker.errors import UsageError
from checker.model.policy import Policy
from checker.policy import explain, pack_names, policy_schema
from checker.policy.cases import cases_schema
from checker.policy.checks import CHECKS, check_page
from checker.policy.conditions import FACTS
from checker.policy.page import HEADINGS, parse_page
from checker.policy.rule_reference import rule_reference

ROOT = Path(__file__).parents[3]

PAGE = "A thing.\n\n" + "".join(f"{heading}\n{'-' * len(heading)}\nText of {heading}.\n\n" for heading in HEADINGS)


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_every_check_has_a_whole_page(name: str) -> None:
    page = check_page(name)
    assert page.summary.endswith(".")
    assert [heading for heading, text in page.sections if text] == list(HEADINGS)
    assert name == name.lower().replace("_", "-")
    for parameter, schema in CHECKS[name].parameters.items():
        assert f"`{parameter}`" in page.parameters
        default = {"[]": "Empty", "false": "`false`"}.get(str(schema["default"]), schema["default"])
        assert f"{default} unless given" in " ".join(page.parameters.split())


def test_the_facts_of_conditions_are_documented_as_they_are() -> None:
    parameters = check_page("expression").parameters
    documented = [line for line in parameters.splitlines() if line.startswith("- ")]
    assert documented == [f"- `{name}` ({kind}): {what}" for name, kind, what in FACTS]


def test_every_module_is_in_the_table() -> None:
    modules = {path.stem for path in (ROOT / "checker" / "policy" / "checks").glob("*.py")} - {"__init__"}
    assert {name.replace("-", "_") for name in CHECKS} == modules


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_page_without_a_heading_is_an_error(heading: str) -> None:
    assert parse_page("x", PAGE).summary == "A thing."
    without = PAGE.replace(f"{heading}\n{'-' * len(heading)}\n", "")
    with pytest.raises(ValueError, match="check x: the headings are"):
        parse_page("x", without)
    with pytest.raises(ValueError, match=f"nothing under '{heading}'"):
        parse_page("x", PAGE.replace(f"Text of {heading}.", ""))


def test_the_rule_reference_is_current(load: Callable[..., Policy]) -> None:
    """If not, run scripts/generate_rule_reference.py."""
    page = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
    assert page == rule_reference({name: load(name) for name in pack_names()})


@pytest.mark.parametrize(("name", "schema"), [("policy", policy_schema), ("policy-tests", cases_schema)])
def test_the_schemas_that_ship_are_current(name: str, schema: Callable[[], object]) -> None:
    """If not, run scripts/generate_rule_reference.py."""
    shipped = json.loads((ROOT / "policies" / f"{name}.schema.json").read_text(encoding="utf-8"))
    assert shipped == schema()
    jsonschema.Draft202012Validator.check_schema(shipped)


def test_the_example_of_the_rule_reference_is_a_policy(load: Callable[..., Policy]) -> None:
    page = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
    policy = load(page.split("```yaml\n")[1].split("```")[0])
    assert {"legacy-model", "prod-needs-half-a-year"} <= {rule.id for rule in policy.rules}
    assert "wildcard-grant" not in {rule.id for rule in policy.rules}
    assert len(policy.waivers) == 1


def test_a_name_that_is_a_rule_and_a_check_is_explained_as_the_rule(load: Callable[..., Policy]) -> None:
    explained = explain("legacy-model", load("strict"))
    assert explained.rule is not None
    assert explained.rule.origin.startswith("strict:")
    assert explained.page.name == "legacy-model"


def test_a_rule_is_explained_by_its_check(load: Callable[..., Policy]) -> None:
    explained = explain("eol-within-90-days", load("baseline"))
    assert explained.rule is not None
    assert (explained.rule.id, explained.page.name) == ("eol-within-90-days", "eol-within")
    assert [(parameter.name, parameter.default) for parameter in explained.parameters] == [("days", 90)]


def test_a_check_is_explained_with_the_rules_that_use_it(load: Callable[..., Policy]) -> None:
    explained = explain("eol-within", load("baseline"))
    assert explained.rule is None
    assert [rule.id for rule in explained.rules] == ["eol-within-90-days"]
    assert explain("region-not-offered", load("baseline")).rules == ()


def test_any_other_name_is_an_error_with_what_may_be_meant(load: Callable[..., Policy]) -> None:
    with pytest.raises(UsageError, match="did you mean 'eol-within-90-days'"):
        explain("eol-within-90-dys", load("baseline"))
