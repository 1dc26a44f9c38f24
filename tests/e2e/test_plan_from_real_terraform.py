"""The plans in `cases/terraform-plan` are read as those that Terraform makes of their sources now, offline."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from checker.frontends.terraform.plan.resources import load_plan
from checker.frontends.terraform.state import load_state
from checker.model.problem import ProblemKind
from checker.model.resource import Loaded
from checker.model.settings import Options
from checker.values import List, Map, Text, Unknown, Value

CASES = Path(__file__).resolve().parents[1] / "cases" / "terraform-plan"
SOURCES = sorted(CASES.glob("*/source"))


def leaves(value: Value, path: str) -> Iterator[str]:
    for alternative in value:
        match alternative.atom:
            case Map(entries):
                for name, entry in entries.items():
                    yield from leaves(entry, f"{path}.{name}")
            case List(items):
                for number, item in enumerate(items):
                    yield from leaves(item, f"{path}[{number}]")
            case Text() as text:
                yield f"{path} = {text.render()}"
            case Unknown(cause, subject, _, target):
                yield f"{path} = {cause} {subject} {target}"
            case _:
                pass


def read(content: bytes) -> dict[str, list[str]]:
    loaded = load_plan(content, "plan.json", Options())
    assert loaded.problems == ()
    return {
        f"{resource.change} {resource.address} {[one.atom for one in resource.region]}": [
            *leaves(resource.properties, "after"),
            *leaves(resource.before, "before"),
        ]
        for resource in loaded.resources
    }


@pytest.fixture(scope="module")
def plans(
    terraform_plugin_dir: Path, terraform_env: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """For each source, a directory in which Terraform has written `tfplan`, and what it printed, as `log.json`."""
    made = {}
    for source in SOURCES:
        work = tmp_path_factory.mktemp("plans") / source.parent.name
        shutil.copytree(source, work)
        for arguments in (
            ["init", "-backend=false", f"-plugin-dir={terraform_plugin_dir}"],
            [
                "plan",
                "-json",
                "-refresh=false" if (source / "terraform.tfstate").exists() else "-refresh=true",
                "-out=tfplan",
            ],
        ):
            done = subprocess.run(
                ["terraform", *arguments], cwd=work, env=terraform_env, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stdout + done.stderr
        (work / "log.json").write_text(done.stdout, encoding="utf-8")
        made[source.parent.name] = work
    return made


@pytest.mark.parametrize("case", [source.parent.name for source in SOURCES])
def test_plan_is_read_as_the_committed_one(case: str, plans: dict[str, Path], terraform_env: dict[str, str]) -> None:
    shown = subprocess.run(
        ["terraform", "show", "-json", "tfplan"], cwd=plans[case], env=terraform_env, capture_output=True, check=True
    )
    fresh = read(shown.stdout)
    committed = read((CASES / case / "plan.json").read_bytes())
    assert fresh
    assert fresh == committed
    # As PowerShell redirects it.
    assert read(shown.stdout.decode().encode("utf-16")) == fresh


def test_what_is_not_the_json_of_a_plan_is_named(plans: dict[str, Path], terraform_env: dict[str, str]) -> None:
    work = plans["changes-to-a-state"]
    (problem,) = load_plan((work / "tfplan").read_bytes(), "tfplan", Options()).problems
    assert problem.kind is ProblemKind.BINARY_PLAN
    assert "terraform show -json tfplan" in problem.advice

    # `terraform plan -json` printed it.
    (problem,) = load_plan((work / "log.json").read_bytes(), "log.json", Options()).problems
    assert "`terraform plan -json`" in problem.message
    assert "terraform show -json" in problem.advice

    human = subprocess.run(
        ["terraform", "show", "-no-color", "tfplan"], cwd=work, env=terraform_env, capture_output=True, check=True
    )
    (problem,) = load_plan(human.stdout, "plan.txt", Options()).problems
    assert problem.kind is ProblemKind.INVALID_SYNTAX
    assert problem.incomplete


def test_state_file_and_shown_state_agree(plans: dict[str, Path], terraform_env: dict[str, str]) -> None:
    work = plans["changes-to-a-state"]
    shown = subprocess.run(
        ["terraform", "show", "-json", "terraform.tfstate"],
        cwd=work,
        env=terraform_env,
        capture_output=True,
        check=True,
    )
    from_shown = load_state(shown.stdout, "state.json", Options())
    from_file = load_state((work / "terraform.tfstate").read_bytes(), "terraform.tfstate", Options())
    assert from_shown.problems == from_file.problems == ()

    def models(loaded: Loaded) -> set[str]:
        return {
            f"{resource.address} {leaf}"
            for resource in loaded.resources
            for leaf in leaves(resource.properties, "")
            if "foundation-model/" in leaf or "anthropic." in leaf or "⟨" in leaf
        }

    assert len(models(from_file)) >= 5
    assert {leaf for leaf in models(from_shown) if "value_wo" not in leaf} == models(from_file)
