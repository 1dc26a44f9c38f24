"""Every command in the README does what the README says.

The two that set everything up are run by `.ci/run`, which takes them from the README.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")

BLOCKS = {
    language: re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    for language in ("sh", "text", "yaml")
}
COMMANDS = [line.partition(" #")[0].strip() for block in BLOCKS["sh"] for line in block.splitlines() if line]
SETUPS = [command for command in COMMANDS if "-m venv" in command]
USES = [command for command in COMMANDS if "-m venv" not in command]
# Only what finds nothing to fail on exits with 0: the examples are the failing ones.
EXIT_CODES = {"check": 1, "refs": 0, "models": 0, "explain": 0}


def run(command: str, folder: Path, tools: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "100"}
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def tools(tmp_path: Path, examples: Path) -> Path:
    """A PATH on which `bedrock-eol` is this checkout, and `terraform show` has a plan to show."""
    folder = tmp_path / "tools"
    folder.mkdir()
    plan = examples / "terraform-plan" / "failing" / "plan.json"
    for name, does in (
        ("bedrock-eol", f'exec "{sys.executable}" -m checker "$@"'),
        ("terraform", f'[ "$*" = "show -json tfplan" ] && exec cat "{plan}"'),
    ):
        (folder / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture
def workplace(tmp_path: Path, examples: Path) -> Path:
    """A folder with the names that the README uses."""
    folder = tmp_path / "workplace"
    shutil.copytree(examples / "terraform" / "failing", folder / "infra")
    shutil.copytree(examples / "cdk" / "failing" / "cdk.out", folder / "cdk.out")
    shutil.copy(examples / "cloudformation" / "failing" / "assistant.yaml", folder / "template.yaml")
    (folder / "bedrock-policy.yaml").write_text(BLOCKS["yaml"][0], encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", USES)
def test_each_command_does_what_it_says(command: str, workplace: Path, tools: Path) -> None:
    done = run(command, workplace, tools)
    name = re.search(r"bedrock-eol (\w+)", command)
    assert name is not None
    assert done.returncode == EXIT_CODES[name[1]], done.stdout + done.stderr
    assert done.stdout


def test_the_output_shown_is_the_output(tools: Path) -> None:
    check = re.search(r"bedrock-eol check .*", SETUPS[0])
    assert check is not None
    done = run(check[0], REPOSITORY, tools)
    assert done.returncode == 1
    printed = iter(done.stdout.splitlines())
    for line in BLOCKS["text"][0].splitlines():
        assert any(line.rstrip() == other.rstrip() for other in printed), line


def test_ci_runs_the_two_commands_that_set_up() -> None:
    assert len(SETUPS) == 2
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    for words in ("readme_command 'bedrock-eol check'", "readme_command pytest"):
        assert words in script
