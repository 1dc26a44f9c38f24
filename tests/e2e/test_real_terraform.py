"""The committed plans are what Terraform makes of the Terraform examples today."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

MODEL = re.compile(r"\b(?:amazon|anthropic|cohere)\.[a-z0-9]")


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    match value:
        case dict():
            for key, inner in value.items():
                yield from leaves(inner, f"{path}.{key}")
        case list():
            for position, inner in enumerate(value):
                yield from leaves(inner, f"{path}[{position}]")
        case _:
            yield path, value


def model_values(plan: Any) -> dict[str, str]:
    """Every text of the plan that names a model, by its path: resources by address, the rest by key."""
    found: dict[str, str] = {}
    for change in plan["resource_changes"]:
        found |= _models(change["change"], change["address"])
    for resource in plan["prior_state"]["values"]["root_module"]["resources"]:
        found |= _models(resource["values"], resource["address"])
    return found | _models(plan["variables"], "variables") | _models(plan["configuration"], "configuration")


def _models(value: Any, path: str) -> dict[str, str]:
    return {location: text for location, text in leaves(value, path) if isinstance(text, str) and MODEL.search(text)}


@pytest.mark.parametrize("variant", ["failing", "clean"])
def test_committed_plan_is_not_stale(
    variant: str, examples: Path, regenerate: ModuleType, terraform_plugin_dir: Path, tmp_path: Path
) -> None:
    fresh = regenerate.make_plan(examples / "terraform" / variant, tmp_path / "root", terraform_plugin_dir)
    committed = json.loads((examples / "terraform-plan" / variant / "plan.json").read_text(encoding="utf-8"))

    assert "module.agent.aws_bedrockagent_agent.this.after.foundation_model" in model_values(committed)
    assert model_values(fresh) == model_values(committed)
    changes = {change["address"]: change["change"] for change in fresh["resource_changes"]}
    assert changes["aws_bedrockagent_prompt.triage"]["after_unknown"]["variant"][0]["model_id"] is True
    if fresh["terraform_version"] == committed["terraform_version"]:
        assert fresh == committed


def test_example_is_valid_and_formatted(
    examples: Path, regenerate: ModuleType, terraform_plugin_dir: Path, terraform_env: dict[str, str], tmp_path: Path
) -> None:
    def terraform(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["terraform", *arguments], cwd=cwd, env=terraform_env, capture_output=True, text=True)

    unformatted = terraform("fmt", "-check", "-recursive", cwd=examples / "terraform")
    assert (unformatted.returncode, unformatted.stdout) == (0, "")

    # Provider 5.100 checks the values of attributes here, without any override.
    root = tmp_path / "root"
    regenerate.copy_terraform(examples / "terraform" / "failing", root)
    assert terraform("init", f"-plugin-dir={terraform_plugin_dir}", "-backend=false", cwd=root).returncode == 0
    validated = json.loads(terraform("validate", "-json", cwd=root).stdout)
    assert (validated["valid"], validated["diagnostics"]) == (True, [])
