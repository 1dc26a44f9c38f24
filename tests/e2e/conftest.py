"""The real tools and the examples that they work on; what is not installed is skipped, with how to have it."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

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


@pytest.fixture
def binary() -> Callable[[str], str]:
    """Where a tool is that is installed beside the interpreter."""

    def find(name: str) -> str:
        file = Path(sys.executable).parent / name
        if not file.exists():
            pytest.skip(f"needs {name}, which .ci/run installs")
        return str(file)

    return find


@pytest.fixture
def workspace(tmp_path: Path, examples: Path, run: Run) -> Path:
    """A repository with code that fails and code that passes; nothing is committed yet."""
    folder = tmp_path / "workspace"
    shutil.copytree(examples / "terraform" / "failing", folder / "infra")
    shutil.copytree(examples / "terraform" / "clean", folder / "clean")
    shutil.copy(examples / "terraform-plan" / "failing" / "plan.json", folder / "plan.json")
    assert run("git init -q .", folder).returncode == 0
    return folder


@pytest.fixture(scope="session")
def action_file() -> dict[str, Any]:
    """What `action.yml` says."""
    loaded: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture
def act(
    workspace: Path, tmp_path: Path, tools: Path, run: Run, action_file: dict[str, Any]
) -> Callable[..., tuple[Any, dict[str, str], str]]:
    """Runs the step that checks, as GitHub would with these inputs: the process, the outputs, the job summary."""

    check_step = next(step for step in action_file["runs"]["steps"] if step.get("id") == "check")

    def act_it(event: str = "push", **given: str) -> tuple[Any, dict[str, str], str]:
        variables = {"GITHUB_EVENT_NAME": event}
        temporary = tmp_path / "runner"
        temporary.mkdir(exist_ok=True)
        output, summary = temporary / "output", temporary / "summary"
        output.write_text("")
        summary.write_text("")
        inputs = {name: str(described["default"]) for name, described in action_file["inputs"].items()}
        inputs |= {"as-of": "2026-11-24", **{name.replace("_", "-"): value for name, value in given.items()}}
        environment = {
            name: inputs[re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", value)[1]]  # type: ignore[index]
            for name, value in check_step["env"].items()
            if name.startswith("IN_")
        }
        done = run(
            check_step["run"],
            workspace,
            GITHUB_ACTION_PATH=str(REPOSITORY),
            GITHUB_WORKSPACE=str(workspace),
            GITHUB_OUTPUT=str(output),
            GITHUB_STEP_SUMMARY=str(summary),
            RUNNER_TEMP=str(temporary),
            BEDROCK_EOL=str(tools / "bedrock-eol"),
            PYTHON=sys.executable,
            **environment,
            **variables,
        )
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return done, outputs, summary.read_text(encoding="utf-8")

    return act_it


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
