"""The Rego example gives what its expect.json says: evaluated with `opa`, or with the Python package `regorus`.

Neither is needed to develop this project; without both, only the data that the example reads is checked.
"""

import importlib
import importlib.util
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checker.cli import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "policy-as-code"
CATALOG = Path(__file__).parents[1] / "catalog.json"
Evaluate = Callable[[Path, Path], dict[str, list[str]]]


def with_opa(data: Path, plan: Path) -> dict[str, list[str]]:
    found = {}
    for rule in ("deny", "warn"):
        command = ["opa", "eval", "--format", "json", "--data", str(EXAMPLE / "bedrock.rego"), "--data", str(data)]
        answer = subprocess.run([*command, "--input", str(plan), f"data.main.{rule}"], check=True, capture_output=True)
        [result] = json.loads(answer.stdout)["result"]
        found[rule] = sorted(result["expressions"][0]["value"])
    return found


def with_regorus(data: Path, plan: Path) -> dict[str, list[str]]:
    engine = importlib.import_module("regorus").Engine()
    engine.add_policy_from_file(str(EXAMPLE / "bedrock.rego"))
    engine.add_data_json(data.read_text(encoding="utf-8"))
    engine.set_input_json(plan.read_text(encoding="utf-8"))
    return {rule: sorted(engine.eval_rule(f"data.main.{rule}")) for rule in ("deny", "warn")}


@pytest.fixture
def evaluate() -> Evaluate:
    if shutil.which("opa"):
        return with_opa
    if importlib.util.find_spec("regorus"):
        return with_regorus
    pytest.skip("neither `opa` nor the Python package `regorus` is installed")


@pytest.fixture
def export(tmp_path: Path) -> Callable[..., Path]:
    def made(*arguments: str) -> Path:
        file = tmp_path / "bedrock.json"
        assert run(["models", "export", "--as-of", "2026-11-24", "--output", str(file), *arguments]) == 0
        return file

    return made


def test_the_example_gives_what_it_says(evaluate: Evaluate, export: Callable[..., Path]) -> None:
    expected = json.loads((EXAMPLE / "expect.json").read_text(encoding="utf-8"))
    assert evaluate(export(), EXAMPLE / "plan.json") == expected


def test_the_export_has_the_dates_that_the_example_expects(export: Callable[..., Path]) -> None:
    exported = json.loads(export().read_text(encoding="utf-8"))["bedrock_eol"]
    expected = json.loads((EXAMPLE / "expect.json").read_text(encoding="utf-8"))
    assert expected["deny"]
    for message in expected["deny"]:
        said = re.fullmatch(r"\S+: (\S+) has its end of life in (\S+) on (\S+)", message)
        assert said is not None
        state = exported["models"][said[1]]["regions"][said[2]]
        assert state["eol_date"] == said[3]
        assert state["days_to_eol"] <= 90


@pytest.mark.parametrize(
    ("model", "region", "deny", "warn"),
    [
        ("anthropic.test-active-v1:0", "us-east-1", "", ""),
        ("us.anthropic.test-eol-v1:0", "us-east-1", "has its end of life in us-east-1 on 2026-09-10", ""),
        ("anthropic.test-soon-v1:0", "us-east-1", "has its end of life in us-east-1", ""),
        ("anthropic.test-legacy-v1:0", "us-east-1", "", "is legacy in us-east-1"),
        # Without a Region, the gravest counts.
        ("anthropic.test-regional-v1:0", "", "has its end of life in some Region", ""),
        # What nothing names has the dates that hold elsewhere, but not in another partition.
        ("meta.test-no-legacy-date-v1:0", "mx-central-1", "", "is legacy in mx-central-1"),
        ("meta.test-no-legacy-date-v1:0", "us-gov-west-1", "", "is not known: it is not known to be offered there"),
        ("anthropic.unheard-of-v1:0", "us-east-1", "", "the catalog does not know the model"),
    ],
)
def test_every_kind_of_state_is_told(
    evaluate: Evaluate, export: Callable[..., Path], tmp_path: Path, model: str, region: str, deny: str, warn: str
) -> None:
    after: dict[str, Any] = {"foundation_model": model, **({"region": region} if region else {})}
    plan = tmp_path / "plan.json"
    change = {"address": "x.y", "change": {"actions": ["create"], "before": None, "after": after}}
    plan.write_text(json.dumps({"resource_changes": [change]}), encoding="utf-8")
    found = evaluate(export("--catalog", str(CATALOG)), plan)
    for said, expected in ((found["deny"], deny), (found["warn"], warn)):
        assert len(said) == bool(expected)
        assert all(expected in each for each in said)
