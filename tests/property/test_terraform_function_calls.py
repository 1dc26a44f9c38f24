"""No call of a function raises, whatever its arguments, and each is what `terraform console` makes of it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from checker.frontends.terraform.configuration.types import ANY, Collection, Primitive, Type
from checker.frontends.terraform.functions import FUNCTIONS
from tests.property.function_calls import calls, may_differ
from tests.unit.frontends.terraform.conftest import FAILS, UNKNOWN, json_of, read_json, run_console

TERRAFORM = shutil.which("terraform")
SEED = 20261130


def test_no_call_raises(tmp_path: Path) -> None:
    made = {expression: json_of(expression, tmp_path) for expression in calls(SEED, 2000)}

    assert sum(value not in (FAILS, UNKNOWN) for value in made.values()) > 500
    assert sum(value == FAILS for value in made.values()) > 500


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed")
def test_calls_are_what_the_console_makes_of_them(tmp_path: Path) -> None:
    expressions = [expression for expression in calls(SEED, 2000) if not may_differ(expression)]
    expected = [FAILS if made == FAILS else read_json(made) for made in run_console(expressions, tmp_path)]

    assert len(expressions) > 1400
    assert [
        (expression, theirs, ours)
        for expression, theirs in zip(expressions, expected, strict=True)
        if (ours := json_of(expression, tmp_path)) != theirs
    ] == []


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed")
def test_functions_have_terraforms_signatures() -> None:
    assert TERRAFORM is not None
    done = subprocess.run(
        [TERRAFORM, "metadata", "functions", "-json"], capture_output=True, text=True, timeout=120, check=True
    )
    theirs = {
        name.removeprefix("core::"): _signature(each)
        for name, each in json.loads(done.stdout)["function_signatures"].items()
    }
    ours = {
        name: (
            [(parameter.name, _written(parameter.type), parameter.is_nullable) for parameter in each.parameters],
            each.variadic and (each.variadic.name, _written(each.variadic.type), each.variadic.is_nullable),
        )
        for name, each in FUNCTIONS.items()
        # These two look at whether expressions fail, and are no rows; the last is OpenTofu's.
        if name in theirs
    }

    assert theirs.keys() - ours.keys() == {"try", "can"}
    own = {name for name in FUNCTIONS if not name.startswith("provider::")}
    assert own - theirs.keys() <= {"base64gunzip", "cidrcontains", "type", "urldecode"}
    assert {name: (each, theirs[name]) for name, each in ours.items() if each != theirs[name]} == {}


def _signature(each: Any) -> Any:
    def parameter(one: Any) -> tuple[str, Any, bool]:
        return one["name"], one["type"], one.get("is_nullable", False)

    variadic = each.get("variadic_parameter")
    return [parameter(one) for one in each.get("parameters", [])], variadic and parameter(variadic)


def _written(wanted: Type) -> Any:
    match wanted:
        case Collection(name, element):
            return [name, _written(element)]
        case Primitive(name):
            return "dynamic" if wanted == ANY else name
        case _:
            raise AssertionError(wanted)
