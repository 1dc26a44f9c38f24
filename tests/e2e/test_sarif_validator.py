"""Microsoft's validator of SARIF finds nothing in the reports, by its own rules and by those of GitHub.

It is the npm package @microsoft/sarif-multitool; `.ci/run` installs it.
"""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

# The project has no address yet that the report could name.
KNOWN = {"SARIF2005"}


@pytest.fixture(scope="session")
def validator() -> str:
    named = os.environ.get("BEDROCK_EOL_SARIF_TOOL")
    if not named:
        pytest.skip("needs BEDROCK_EOL_SARIF_TOOL: the file Sarif.Multitool of @microsoft/sarif-multitool")
    return named


def rules_broken(validator: str, report: Path) -> set[str]:
    """The rules, those for GitHub among them, that a report breaks by errors or warnings."""
    answer = report.with_suffix(".validated.sarif")
    # The script `bin.js` of the package hands its arguments to a shell, which would end the command at the semicolon.
    command = [validator, "validate", str(report), "--rule-kind", "Sarif;Ghas", "--output", str(answer)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.is_file(), done.stdout + done.stderr
    [run] = json.loads(answer.read_text(encoding="utf-8-sig"))["runs"]
    return {result["ruleId"].partition("/")[0] for result in run.get("results", ())}


@pytest.mark.parametrize("path", ["terraform", "terraform-plan", "cloudformation", "cdk"])
@pytest.mark.parametrize(("variant", "code"), [("failing", 1), ("clean", 0)])
def test_the_validator_finds_nothing(
    path: str, variant: str, code: int, validator: str, examples: Path, tmp_path: Path, run: Run
) -> None:
    report = tmp_path / "report.sarif"
    path += f"/{variant}/plan.json" if path == "terraform-plan" else f"/{variant}"
    done = run(f'bedrock-eol check "{path}" --as-of 2026-11-24 --format sarif="{report}"', examples)
    assert done.returncode == code, done.stderr
    assert rules_broken(validator, report) <= KNOWN


def test_the_validator_finds_what_is_wrong(validator: str, examples: Path, tmp_path: Path, run: Run) -> None:
    report = tmp_path / "report.sarif"
    run(f'bedrock-eol check terraform/failing --as-of 2026-11-24 --format sarif="{report}"', examples)
    log = json.loads(report.read_text(encoding="utf-8"))
    log["runs"][0]["results"][0]["ruleIndex"] = 999
    del log["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    report.write_text(json.dumps(log), encoding="utf-8")
    assert {"SARIF1001", "GH2012"} & (rules_broken(validator, report) - KNOWN)
