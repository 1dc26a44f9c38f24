"""The documentation of checks, the rule reference made from it."""

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest

from checker.model.policy import Policy
from checker.policy.checks import CHECKS, MODULES
from checker.policy.conditions import FACTS
from checker.policy.page import HEADINGS, check_page, parse_page

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


def test_a_page_without_a_summary_is_an_error() -> None:
    with pytest.raises(ValueError, match="check x: the summary is missing"):
        parse_page("x", PAGE.removeprefix("A thing."))
    assert parse_page("x", PAGE.replace("A thing.", "A thing\n  of two lines.")).summary == "A thing of two lines."


def test_a_page_is_read_from_the_file_where_python_drops_docstrings(monkeypatch: pytest.MonkeyPatch) -> None:
    page = check_page("eol-reached")
    monkeypatch.setattr(MODULES["eol-reached"], "__doc__", None)
    assert check_page("eol-reached") == page


def _builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_policies", ROOT / "tools" / "policies" / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "text"), _builder().built().items())
def test_what_ships_beside_the_packs_is_current(name: str, text: str) -> None:
    shipped = (ROOT / "policies" / name).read_text(encoding="utf-8")
    assert shipped == text, f"policies/{name} is not what is made of the checks; run python tools/policies/build.py"
    if name.endswith(".json"):
        jsonschema.Draft202012Validator.check_schema(json.loads(shipped))


def test_the_example_of_the_rule_reference_is_a_policy(load: Callable[..., Policy]) -> None:
    page = (ROOT / "policies" / "README.md").read_text(encoding="utf-8")
    policy = load(page.split("```yaml\n")[1].split("```")[0])
    assert {"legacy-model", "prod-needs-half-a-year"} <= {rule.id for rule in policy.rules}
    assert "wildcard-grant" not in {rule.id for rule in policy.rules}
    assert len(policy.waivers) == 1
