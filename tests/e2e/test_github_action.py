"""The GitHub Action: its file, the step that checks, and what it installs."""

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from checker.cli.commands import known_options
from tests.e2e.here import run_check_jsonschema_here

Run = Callable[..., subprocess.CompletedProcess[str]]
Tool = Callable[[str, str], None]
Binary = Callable[[str], str]

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION = REPOSITORY / ".github" / "action"
INTEGRATIONS = REPOSITORY / "docs" / "integrations"
ACTION_FILE: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
CHECK_STEP: dict[str, Any] = next(step for step in ACTION_FILE["runs"]["steps"] if step.get("id") == "check")


def test_the_action_and_the_workflows_are_valid() -> None:
    workflows = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
    for schema, files in (("github-actions", [REPOSITORY / "action.yml"]), ("github-workflows", workflows)):
        command = ["--builtin-schema", f"vendor.{schema}", *map(str, files)]
        done = run_check_jsonschema_here(command, REPOSITORY)
        assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing(binary: Binary) -> None:
    files = [REPOSITORY / "action.yml", *(REPOSITORY / ".github" / "workflows").glob("*.yml")]
    command = [binary("zizmor"), "--offline", "--no-progress", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_actionlint_finds_nothing(binary: Binary) -> None:
    workflows = (REPOSITORY / ".github" / "workflows").glob("*.yml")
    # It would run what it finds on PATH of these; the tests run them themselves, or not.
    command = [binary("actionlint"), "-shellcheck=", "-pyflakes=", *map(str, workflows)]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_shellcheck_finds_nothing(binary: Binary) -> None:
    release = REPOSITORY / ".github" / "release"
    scripts = [*ACTION.glob("*.sh"), *INTEGRATIONS.glob("*.sh"), *release.glob("*.sh"), REPOSITORY / ".ci" / "run"]
    assert len(scripts) >= 8
    done = subprocess.run([binary("shellcheck"), *map(str, scripts)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_inputs_reach_scripts_only_by_the_environment() -> None:
    steps = ACTION_FILE["runs"]["steps"]
    assert [step["run"] for step in steps if "${{" in step.get("run", "")] == []
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)
    said = json.dumps(steps)
    assert {name for name in ACTION_FILE["inputs"] if f"inputs.{name} " not in said} == set()
    with_token = [step for step in steps if "GH_TOKEN" in step.get("env", {})]
    assert [step["run"].rpartition("/")[2] for step in with_token] == [
        'comment.sh"',
        'baseline.sh"',
        'upload_sarif.sh"',
    ]
    assert all("GITHUB_TOKEN" not in step.get("env", {}) for step in steps)


def test_the_action_takes_every_option_of_check() -> None:
    flags = {name.replace("_", "-") for name, known in known_options().items() if "check" in known.commands}
    # The one report goes where `formats` says, and the log has no colours.
    flags -= {"output", "color"}
    own = {"working-directory", "baseline-pull-request", "annotations", "job-summary", "upload-sarif", "comment"}
    assert set(ACTION_FILE["inputs"]) == flags | own | {"github-token"}
    given = {name for name in CHECK_STEP["env"] if name.startswith("IN_")}
    assert given == {f"IN_{name.upper().replace('-', '_')}" for name in flags | own - {"upload-sarif", "comment"}}
    script = (ACTION / "check.sh").read_text(encoding="utf-8")
    tables = " ".join(re.findall(r"^(?:single|repeated|flags)=\((.*)\)$", script, re.MULTILINE)).split()
    assert sorted(tables) == sorted(flags - {"paths", "formats"})


def test_a_failing_check_is_reported_and_ends_the_job_later(act: Any) -> None:
    done, outputs, summary = act(paths="infra\nclean\n")
    assert done.returncode == 0
    assert outputs["exit-code"] == "1"
    assert "::error " in done.stdout
    assert re.match("<!-- bedrock-eol [0-9a-f]{12} -->\n", summary)
    report = json.loads(Path(outputs["json"]).read_text(encoding="utf-8"))
    assert [each["path"] for each in report["inputs"]] == ["clean", "infra"]
    assert summary.startswith(Path(outputs["markdown"]).read_text(encoding="utf-8"))
    # The picture that GitHub draws, and the one for other locations.
    assert re.search(r"^```mermaid\ngantt\n.*claude-opus-4-1.*\n```$", summary, re.DOTALL | re.MULTILINE)
    assert Path(outputs["svg"]).read_text(encoding="utf-8").startswith("<svg ")
    assert json.loads(Path(outputs["sarif"]).read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert CHECK_STEP["run"] != ACTION_FILE["runs"]["steps"][-1]["run"] == 'exit "$EXIT_CODE"'


def test_a_clean_check_passes(act: Any) -> None:
    done, outputs, _ = act(paths="clean")
    assert outputs["exit-code"] == "0", done.stdout


def test_inputs_become_options(act: Any, workspace: Path) -> None:
    (workspace / "own.yaml").write_text("version: 1\nextends: [baseline]\n")
    done, outputs, summary = act(
        paths="../clean\r\n  ../infra  \n",
        working_directory="infra",
        policy="strict\n../own.yaml",
        formats="html=r.html\n\njunit=r.xml",
        fail_on="never",
        region="us-east-1\nus-west-2",
        annotations="false",
        job_summary="false",
    )
    assert outputs["exit-code"] == "0", done.stdout + done.stderr
    assert summary == ""
    assert (workspace / "infra" / "r.html").exists()
    assert (workspace / "infra" / "r.xml").exists()
    first, *_, last = done.stdout.splitlines()
    token = first.removeprefix("::stop-commands::")
    assert last == f"::{token}::"
    assert len(token) > 15
    assert "strict and ../own.yaml" in " ".join(done.stdout.split())


def test_every_other_input_is_given_on(act: Any, workspace: Path, tool: Tool) -> None:
    """By a command that only says what it was given."""
    tool("bedrock-eol", 'printf "%s\\n" "$@" | grep -v reports >given')
    act(
        paths="infra\nclean",
        var="a=1\n b=two words ",
        var_file="a.tfvars\nb.tfvars",
        parameters="p.json",
        answers="a.json",
        catalog="c.json",
        catalog_overlay="o.yaml",
        source="infra",
        workspace="prod",
        config_env="prod",
        write_baseline="known.json",
        **dict.fromkeys(
            ("no_config", "env_vars", "allow_outside", "changed", "prune_baseline", "blame", "edits"), "true"
        ),
        verbose="true",
        quiet="true",
    )
    given = (workspace / "given").read_text().splitlines()
    assert given[given.index("--") :] == ["--", "infra", "clean"]
    flags = [
        "no-config",
        "env-vars",
        "allow-outside",
        "changed",
        "prune-baseline",
        "blame",
        "edits",
        "verbose",
        "quiet",
    ]
    assert {each for each in given if re.fullmatch("--[a-z-]+", each)} == {"--format", *(f"--{f}" for f in flags)}
    assert {each for each in given if "=" in each} == {
        "--as-of=2026-11-24",
        "--var=a=1",
        "--var=b=two words",
        "--var-file=a.tfvars",
        "--var-file=b.tfvars",
        "--parameters=p.json",
        "--answers=a.json",
        "--catalog=c.json",
        "--catalog-overlay=o.yaml",
        "--source=infra",
        "--workspace=prod",
        "--config-env=prod",
        "--write-baseline=known.json",
    }


def test_the_baseline_and_the_base_count(act: Any, workspace: Path, run: Run) -> None:
    run("bedrock-eol check infra --as-of 2026-11-24 --write-baseline known.json", workspace)
    assert act(paths="infra", baseline="known.json")[1]["exit-code"] == "0"
    commands = "git init -q . && git add . && git -c user.email=a@example.com -c user.name=A commit -qm first"
    assert run(commands, workspace).returncode == 0
    assert act(paths="infra", diff_base="HEAD")[1]["exit-code"] == "0"


def test_the_configuration_says_the_paths_if_none_is_given(act: Any, workspace: Path) -> None:
    (workspace / ".bedrock-eol.yaml").write_text("version: 1\npaths: [clean]\n")
    assert act(paths="")[1]["exit-code"] == "0"
    assert act()[1]["exit-code"] == "1"


@pytest.mark.parametrize(
    "given",
    [
        {"paths": "$(touch pwned)"},
        {"paths": "clean; touch pwned"},
        {"paths": "--version"},
        {"policy": "`touch pwned`"},
        {"region": "us-east-1' ; touch pwned"},
        {"fail_on": "--no-config"},
        {"diff_base": "--output=pwned"},
        {"formats": "json"},
        {"formats": "sarif=x"},
        {"annotations": "perhaps"},
        {"changed": "1"},
        {"var": "$(touch pwned)"},
        {"source": "`touch pwned`"},
        {"baseline": "$(touch pwned)"},
        {"baseline_pull_request": "maybe"},
        {"baseline_pull_request": "true", "write_baseline": "x"},
        {"fail_on_unresolved": "yes"},
        {"working_directory": "no-such"},
        {"as_of": "2026-11-24\ntouch pwned"},
        {"config": "$(touch pwned)"},
    ],
    ids=str,
)
def test_what_is_wrong_or_hostile_fails_and_runs_nothing(act: Any, workspace: Path, given: dict[str, str]) -> None:
    done, outputs, _ = act(**{"paths": "clean", **given})
    assert done.returncode == 0
    assert outputs["exit-code"] in ("2", "3"), done.stdout
    assert list(workspace.rglob("pwned")) == []


def test_the_action_installs_what_is_pinned(tmp_path: Path, run: Run) -> None:
    log, temporary, output = tmp_path / "log", tmp_path / "runner", tmp_path / "output"
    temporary.mkdir()
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\necho "$@" >>"{log}"\ncase $2 in venv) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;; esac\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    done = run(
        f'bash "{ACTION / "install.sh"}"',
        tmp_path,
        PYTHON=str(python),
        GITHUB_ACTION_PATH=str(REPOSITORY),
        RUNNER_TEMP=str(temporary),
        GITHUB_OUTPUT=str(output),
    )
    assert done.returncode == 0, done.stderr
    assert output.read_text() == f"command={temporary}/bedrock-eol/bin/bedrock-eol\n"
    _, dependencies, package = log.read_text().splitlines()
    assert "--require-hashes" in dependencies
    assert dependencies.endswith(
        f"--requirement {ACTION}/requirements.txt --requirement {ACTION}/build-requirements.txt"
    )
    assert package.endswith(f"--no-deps --no-build-isolation {REPOSITORY}")


def test_the_pinned_dependencies_are_those_of_the_package() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    for file, needed in (
        ("requirements.txt", project["project"]["dependencies"]),
        ("build-requirements.txt", project["build-system"]["requires"]),
    ):
        text = (ACTION / file).read_text(encoding="utf-8")
        pinned = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))
        for requirement in map(Requirement, needed):
            assert requirement.specifier.contains(Version(pinned[requirement.name.lower()])), requirement
        assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) > len(pinned)


def test_the_example_workflow_uses_the_action_as_it_is() -> None:
    file = REPOSITORY / ".github" / "workflows" / "example-action.yml"
    workflow = yaml.safe_load(file.read_text(encoding="utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"] if step.get("uses") == "./"]
    assert len(steps) == 2
    for step in steps:
        assert set(step["with"]) <= set(ACTION_FILE["inputs"])
        for path in step["with"]["paths"].split():
            assert (REPOSITORY / path).exists()
    assert os.access(ACTION / "check.sh", os.X_OK)


def test_the_workflows_that_are_shown_use_inputs_that_there_are(action_file: dict[str, Any]) -> None:
    page = (INTEGRATIONS / "github-actions.md").read_text(encoding="utf-8")
    workflows = [
        yaml.safe_load(code) for code in re.findall(r"^```yaml.*?\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    ]
    used = [
        step["with"]
        for workflow in workflows
        for job in workflow["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("OWNER/bedrock-eol@")
    ]
    assert len(used) == 3
    assert [set(given) - set(action_file["inputs"]) for given in used] == [set()] * 3
