"""Small projects to run the command line on, with the synthetic catalog and a fixed day."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from checker.cli import run

CATALOG = Path(__file__).parents[2] / "catalog.json"
FIXED = ("--catalog", str(CATALOG), "--as-of", "2026-11-24")
EOL = "anthropic.test-eol-v1:0"
ACTIVE = "anthropic.test-active-v1:0"
_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Model:
    Type: String
Resources:
  Chat:
    Type: AWS::Bedrock::Agent
    Properties:
      AgentName: chat
      FoundationModel: {model}
"""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's terminal decides a test."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "BEDROCK_EOL_TRACEBACK", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Writes a template whose agent has the model, and makes its directory the working directory."""

    def make(model: str) -> Path:
        template = tmp_path / "agent.yaml"
        template.write_text(_TEMPLATE.format(model=model), encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        return template

    return make


@pytest.fixture
def cli() -> Callable[..., int]:
    """Runs a command line in this process; `check` and `refs` with the catalog and the day of the tests."""

    def call(command: str, *arguments: str) -> int:
        return run([command, *(FIXED if command in ("check", "refs") else ()), *arguments])

    return call


@pytest.fixture
def process() -> Callable[..., "subprocess.CompletedProcess[bytes]"]:
    """Runs a command line in a process of its own."""

    def call(
        *arguments: str, env: dict[str, str] | None = None, **given: object
    ) -> "subprocess.CompletedProcess[bytes]":
        fixed = FIXED if arguments[0] in ("check", "refs") else ()
        command = [sys.executable, "-m", "checker", arguments[0], *fixed, *arguments[1:]]
        settings: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 120}
        return subprocess.run(command, check=False, env={**os.environ, **(env or {})}, **(settings | given))  # type: ignore[call-overload, no-any-return]

    return call
