"""Every command in the README does what the README says.

The two that set everything up are run by `.ci/run`, which takes them from the README.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
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
EXIT_CODES = {"check": 1, "fix": 1, "refs": 0, "models": 0, "explain": 0}


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
def test_each_command_does_what_it_says(command: str, workplace: Path, run: Run) -> None:
    done = run(command, workplace)
    name = re.search(r"bedrock-eol (\w+)", command)
    assert name is not None
    assert done.returncode == EXIT_CODES[name[1]], done.stdout + done.stderr
    assert done.stdout or "--write" in command


def test_the_output_shown_is_the_output(run: Run) -> None:
    check = re.search(r"bedrock-eol check .*", SETUPS[0])
    assert check is not None
    done = run(check[0], REPOSITORY)
    assert done.returncode == 1
    printed = iter(done.stdout.splitlines())
    for line in BLOCKS["text"][0].splitlines():
        assert any(line.rstrip() == other.rstrip() for other in printed), line


def test_the_report_of_the_example_fits_on_a_screen(run: Run) -> None:
    done = run("bedrock-eol check examples/terraform/failing --as-of 2026-11-24", REPOSITORY)
    assert len(done.stdout.splitlines()) <= 40


def test_ci_runs_the_two_commands_that_set_up() -> None:
    assert len(SETUPS) == 2
    script = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    for words in ("readme_command 'bedrock-eol check'", "readme_command pytest"):
        assert words in script
