"""Runs commands in the process of the tests: to start one takes several times as long as what most commands do."""

import os
import subprocess
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from checker.cli import run


def run_here(arguments: Sequence[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs `bedrock-eol` in a folder, with the environment that the fixture `run` gives to a process."""
    out, err = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith(("GITHUB_", "CI_"))]:
            patch.delenv(name)
        for name, value in {"COLUMNS": "100", **variables}.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        code = run(arguments)
    said, told = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(list(arguments), code, said, told)


def run_check_jsonschema_here(arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs `check-jsonschema` in a folder. What it imports takes several times as long as what it checks."""
    from check_jsonschema import main
    from click.testing import CliRunner

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    return subprocess.CompletedProcess(list(arguments), done.exit_code, done.output, "")
