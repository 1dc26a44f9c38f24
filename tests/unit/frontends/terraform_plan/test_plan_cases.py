"""Each folder of `cases/terraform-plan` and `cases/terraform-state` holds what a tool wrote, and what must be read."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from checker.frontends.terraform.plan.resources import load_plan
from checker.frontends.terraform.state import load_state
from checker.model.resource import Framework, Loaded
from checker.model.settings import Options
from checker.values import Cause, List, Map, Text, Unknown, Value

CASES = Path(__file__).resolve().parents[3] / "cases"
PLANS = sorted((CASES / "terraform-plan").glob("*/plan.json"))
STATES = sorted([*(CASES / "terraform-state").glob("*/state.json"), *(CASES / "terraform-state").glob("*/*.tfstate")])


def at(value: Value, path: str) -> Value | None:
    """The property at a path like `variant[0].model_id`; None if it is not there."""
    current: Value | None = value
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        assert current is not None
        atom = current[0].atom
        if name:
            assert isinstance(atom, Map)
            current = atom.entries.get(name)
        else:
            assert isinstance(atom, List)
            current = atom.items[int(number)]
    return current


def described(value: Value) -> list[str]:
    """The alternatives in words: a text, `-> resource attribute`, `? subject` or `sensitive subject`."""
    words = []
    for alternative in value:
        match alternative.atom:
            case Text((Unknown(Cause.SENSITIVE, subject),)):
                words.append(f"sensitive {subject}")
            case Text() as text:
                words.append(text.render())
            case Unknown(cause, subject, _, None):
                words.append(f"{'?' if cause == 'deploy-time' else cause} {subject}")
            case Unknown(target=target) if target is not None:
                words.append(f"-> {target.address} {target.attribute}")
            case other:
                words.append(type(other).__name__)
    return words


def check(loaded: Loaded, expected: Any) -> None:
    assert [problem.message for problem in loaded.problems] == expected["problems"]
    resources = {resource.address: resource for resource in loaded.resources}
    assert len(resources) == len(loaded.resources)
    assert sorted(resources) == sorted(expected["resources"])
    for address, wanted in expected["resources"].items():
        resource = resources[address]
        assert (resource.type, resource.change) == (wanted["type"], wanted["change"]), address
        if "region" in wanted:
            assert described(resource.region) == [wanted["region"]], address
        assert dict(resource.tags) == wanted.get("tags", {}), address
        for properties, paths in (
            (resource.properties, wanted.get("values", {})),
            (resource.before, wanted.get("before", {})),
        ):
            for path, words in paths.items():
                found = at(properties, path)
                assert (None if found is None else described(found)) == words, f"{address}.{path}"


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_plan(path: Path) -> None:
    loaded = load_plan(path.read_bytes(), "plan.json", Options())
    check(loaded, json.loads((path.parent / "expect.json").read_text(encoding="utf-8")))
    assert {resource.framework for resource in loaded.resources} == {Framework.TERRAFORM_PLAN}


@pytest.mark.parametrize("path", STATES, ids=lambda path: path.parent.name)
def test_state(path: Path) -> None:
    loaded = load_state(path.read_bytes(), "state.json", Options())
    check(loaded, json.loads((path.parent / "expect.json").read_text(encoding="utf-8")))
    assert {resource.framework for resource in loaded.resources} == {Framework.TERRAFORM_STATE}


def test_cases_are_found() -> None:
    assert len(PLANS) >= 2
    assert len(STATES) >= 2
