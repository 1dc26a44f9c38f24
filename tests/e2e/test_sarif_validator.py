"""Microsoft's validator of SARIF finds nothing in the reports, by its own rules and by those of GitHub.

It is the npm package @microsoft/sarif-multitool; `.ci/run` installs it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.here import run_here

KINDS = ("terraform", "terraform-plan", "cloudformation", "cdk")
INPUTS = {
    f"{variant}-{kind}": f"{kind}/{variant}/plan.json" if kind == "terraform-plan" else f"{kind}/{variant}"
    for kind in KINDS
    for variant in ("failing", "clean")
}
WRONG = "wrong"
# The project has no address yet that the report could name.
KNOWN = {"SARIF2005"}


@pytest.fixture(scope="session")
def validator() -> str:
    named = os.environ.get("BEDROCK_EOL_SARIF_TOOL")
    if not named:
        pytest.skip("needs BEDROCK_EOL_SARIF_TOOL: the file Sarif.Multitool of @microsoft/sarif-multitool")
    return named


@pytest.fixture(scope="session")
def rules_broken(
    validator: str, examples: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[int, set[str]]]:
    """For each report, how its run ended and which rules, those for GitHub among them, it breaks by errors or warnings.

    The validator gets all at once, because it takes long to start.
    """
    folder = tmp_path_factory.mktemp("sarif")
    codes = {}
    for name, path in INPUTS.items():
        report = folder / f"{name}.sarif"
        done = run_here(["check", path, "--as-of", "2026-11-24", "--format", f"sarif={report}"], examples)
        codes[name] = done.returncode
    log = json.loads((folder / "failing-terraform.sarif").read_text(encoding="utf-8"))
    log["runs"][0]["results"][0]["ruleIndex"] = 999
    del log["runs"][0]["tool"]["driver"]["rules"][0]["help"]
    (folder / f"{WRONG}.sarif").write_text(json.dumps(log), encoding="utf-8")
    # The script `bin.js` of the package hands its arguments to a shell, which would end the command at the semicolon.
    files = [str(folder / f"{name}.sarif") for name in (*INPUTS, WRONG)]
    answer = folder / "answer"
    command = [validator, "validate", *files, "--rule-kind", "Sarif;Ghas", "--output", str(answer)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.is_file(), done.stdout + done.stderr
    [run] = json.loads(answer.read_text(encoding="utf-8-sig"))["runs"]
    broken: dict[str, set[str]] = {name: set() for name in (*INPUTS, WRONG)}
    for result in run["results"]:
        for location in result["locations"]:
            file = location["physicalLocation"]["artifactLocation"]["uri"].rpartition("/")[2]
            broken[file.removesuffix(".sarif")].add(result["ruleId"].partition("/")[0])
    return {name: (codes.get(name, 0), rules) for name, rules in broken.items()}


@pytest.mark.parametrize("path", KINDS)
@pytest.mark.parametrize(("variant", "code"), [("failing", 1), ("clean", 0)])
def test_the_validator_finds_nothing(
    path: str, variant: str, code: int, rules_broken: dict[str, tuple[int, set[str]]]
) -> None:
    # What is known shows that the validator has read the report.
    assert rules_broken[f"{variant}-{path}"] == (code, KNOWN)


def test_the_validator_finds_what_is_wrong(rules_broken: dict[str, tuple[int, set[str]]]) -> None:
    assert {"SARIF1001", "GH2012"} & (rules_broken[WRONG][1] - KNOWN)
