"""The real tools and the examples that they work on; what is not installed is skipped, with how to have it."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


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
        add_tool(folder, name, does)
    return folder


@pytest.fixture
def tool(tools: Path) -> Callable[[str, str], None]:
    """Puts a command, by its name and as shell script, in front of all others."""
    return lambda name, does: add_tool(tools, name, does)


@pytest.fixture
def run(tools: Path) -> Run:
    """Runs a shell command in a folder, with the tools, and with what is given of the environment."""

    def run_it(command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        # Where the tests run, there may be variables that the command would act on.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "CI_"))}
        path = f"{tools}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-c", f"set -o pipefail; {command}"],
            cwd=folder,
            env={**inherited, "PATH": path, "COLUMNS": "100", **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run_it


def add_tool(folder: Path, name: str, does: str) -> None:
    """A command for a PATH."""
    (folder / name).write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


@pytest.fixture(scope="session")
def examples() -> Path:
    return REPOSITORY / "examples"


@pytest.fixture(scope="session")
def regenerate() -> ModuleType:
    """`scripts/regenerate_examples.py`: the tests run the tools exactly as it does."""
    script = REPOSITORY / "scripts" / "regenerate_examples.py"
    spec = importlib.util.spec_from_file_location("regenerate_examples", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def terraform_plugin_dir() -> Path:
    """The folder for `terraform init -plugin-dir`."""
    if shutil.which("terraform") is None:
        pytest.skip("needs terraform on PATH")
    named = os.environ.get("BEDROCK_EOL_TF_PLUGIN_DIR")
    if not named:
        pytest.skip("needs BEDROCK_EOL_TF_PLUGIN_DIR: a folder for -plugin-dir with hashicorp/aws")
    folder = Path(named)
    assert any(folder.glob("*/hashicorp/aws")), f"BEDROCK_EOL_TF_PLUGIN_DIR={named} has no provider hashicorp/aws"
    return folder


@pytest.fixture(scope="session")
def terraform_env(regenerate: ModuleType) -> dict[str, str]:
    """The environment of an offline Terraform run."""
    return dict(regenerate.terraform_env())


@pytest.fixture(scope="session")
def cdk_node_modules(examples: Path) -> Path:
    """The `node_modules` that holds the CDK CLI and library of `examples/cdk/package-lock.json`."""
    if shutil.which("node") is None:
        pytest.skip("needs node on PATH")
    named = os.environ.get("BEDROCK_EOL_CDK_DIR")
    modules = (Path(named) if named else examples / "cdk") / "node_modules"
    if not named and not modules.is_dir():
        pytest.skip("needs `npm ci` in examples/cdk, or BEDROCK_EOL_CDK_DIR: a folder where it ran")
    assert (modules / ".bin" / "cdk").exists(), f"{modules} has no CDK CLI"
    return modules
