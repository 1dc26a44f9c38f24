"""What runs elsewhere runs here as far as it can: the action's scripts, the hook, the snippets, the image's file."""

import base64
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml
from packaging.requirements import Requirement
from packaging.version import Version

Run = Callable[..., subprocess.CompletedProcess[str]]
Tool = Callable[[str, str], None]

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION = REPOSITORY / ".github" / "action"
INTEGRATIONS = REPOSITORY / "docs" / "integrations"
BINARIES = Path(sys.executable).parent
MARKER = "<!-- bedrock-eol -->"


def binary(name: str) -> str:
    """A tool that is installed beside the interpreter."""
    if not (BINARIES / name).exists():
        pytest.skip(f"needs {name}, which .ci/run installs")
    return str(BINARIES / name)


def block(page: str, language: str, title: str = "") -> str:
    """The one block of a page with this language, and title if given."""
    text = (INTEGRATIONS / page).read_text(encoding="utf-8")
    named = f' title="{title}"' if title else '(?: title="[^"]*")?'
    [found] = re.findall(rf"^```{language}{named}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert isinstance(found, str)
    return found


@pytest.fixture
def workspace(tmp_path: Path, examples: Path, run: Run) -> Path:
    """A repository with code that fails and code that passes; nothing is committed yet."""
    folder = tmp_path / "workspace"
    shutil.copytree(examples / "terraform" / "failing", folder / "infra")
    shutil.copytree(examples / "terraform" / "clean", folder / "clean")
    shutil.copy(examples / "terraform-plan" / "failing" / "plan.json", folder / "plan.json")
    assert run("git init -q .", folder).returncode == 0
    return folder


# The action.

ACTION_FILE: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
CHECK_STEP: dict[str, Any] = next(step for step in ACTION_FILE["runs"]["steps"] if step.get("id") == "check")


@pytest.fixture
def act(workspace: Path, tmp_path: Path, tools: Path, run: Run) -> Callable[..., tuple[Any, dict[str, str], str]]:
    """Runs the step that checks, as GitHub would with these inputs: the process, the outputs, the job summary."""

    def act_it(**given: str) -> tuple[Any, dict[str, str], str]:
        temporary = tmp_path / "runner"
        temporary.mkdir(exist_ok=True)
        output, summary = temporary / "output", temporary / "summary"
        output.write_text("")
        summary.write_text("")
        inputs = {name: str(described["default"]) for name, described in ACTION_FILE["inputs"].items()}
        inputs |= {"as-of": "2026-11-24", **{name.replace("_", "-"): value for name, value in given.items()}}
        environment = {
            name: inputs[re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", value)[1]]  # type: ignore[index]
            for name, value in CHECK_STEP["env"].items()
            if name.startswith("IN_")
        }
        done = run(
            CHECK_STEP["run"],
            workspace,
            GITHUB_ACTION_PATH=str(REPOSITORY),
            GITHUB_WORKSPACE=str(workspace),
            GITHUB_OUTPUT=str(output),
            GITHUB_STEP_SUMMARY=str(summary),
            RUNNER_TEMP=str(temporary),
            BEDROCK_EOL=str(tools / "bedrock-eol"),
            **environment,
        )
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        return done, outputs, summary.read_text(encoding="utf-8")

    return act_it


def test_the_action_and_the_workflows_are_valid() -> None:
    workflows = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
    for schema, files in (("github-actions", [REPOSITORY / "action.yml"]), ("github-workflows", workflows)):
        command = [binary("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_zizmor_finds_nothing() -> None:
    files = [REPOSITORY / "action.yml", *(REPOSITORY / ".github" / "workflows").glob("*.yml")]
    command = [binary("zizmor"), "--offline", "--no-progress", *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_shellcheck_finds_nothing() -> None:
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
    script = (ACTION / "check.sh").read_text(encoding="utf-8")
    assert {name for name in CHECK_STEP["env"] if name.startswith("IN_")} == set(re.findall(r"\bIN_[A-Z_]+", script))
    with_token = [step for step in steps if "GH_TOKEN" in step.get("env", {})]
    assert [step["run"].rpartition("/")[2] for step in with_token] == ['comment.sh"', 'upload_sarif.sh"']
    assert all("GITHUB_TOKEN" not in step.get("env", {}) for step in steps)


def test_a_failing_check_is_reported_and_ends_the_job_later(act: Any) -> None:
    done, outputs, summary = act(paths="infra\nclean\n")
    assert done.returncode == 0
    assert outputs["exit-code"] == "1"
    assert "::error " in done.stdout
    assert MARKER in summary
    report = json.loads(Path(outputs["json"]).read_text(encoding="utf-8"))
    assert [each["path"] for each in report["inputs"]] == ["clean", "infra"]
    assert Path(outputs["markdown"]).read_text(encoding="utf-8") == summary
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


@pytest.fixture
def github(tmp_path: Path, tool: Tool, run: Run) -> Callable[..., tuple[Any, list[dict[str, Any]]]]:
    """Runs a script of the action with a `gh` that answers with these comments, and gives what was sent to it."""
    if shutil.which("jq") is None:
        pytest.skip("needs jq, which gh has built in")
    log, comments = tmp_path / "sent", tmp_path / "comments.json"
    code = f"""
import json, pathlib, subprocess, sys
arguments = sys.argv[1:]
assert arguments[0] == "api"
if "--jq" in arguments:
    with open({str(comments)!r}) as listed:
        sys.exit(subprocess.run(["jq", "-r", arguments[arguments.index("--jq") + 1]], stdin=listed).returncode)
body = sys.stdin.read() if "--input" in arguments else ""
for argument in arguments:
    if argument.startswith("body=@"):
        body = pathlib.Path(argument[6:]).read_text()
sent = {{"method": arguments[arguments.index("--method") + 1], "body": body,
        "path": next(each for each in arguments if each.startswith("repos/"))}}
with open({str(log)!r}, "a") as file:
    file.write(json.dumps(sent) + "\\n")
sys.exit(int(pathlib.Path({str(tmp_path / "refuses")!r}).exists()))
"""
    (tmp_path / "gh.py").write_text(code)
    tool("gh", f'exec "{sys.executable}" "{tmp_path}/gh.py" "$@"')

    def ask(
        script: str, listed: list[dict[str, Any]], *, refuses: bool = False, **variables: str
    ) -> tuple[Any, list[dict[str, Any]]]:
        comments.write_text(json.dumps(listed))
        if refuses:
            (tmp_path / "refuses").touch()
        done = run(f'bash "{ACTION / script}"', tmp_path, GITHUB_REPOSITORY="o/r", GH_TOKEN="t", **variables)
        return done, [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    return ask


def comment(number: int, body: str, kind: str = "Bot") -> dict[str, Any]:
    return {"id": number, "body": body, "user": {"type": kind}}


@pytest.fixture
def reports(workspace: Path, run: Run) -> dict[str, str]:
    """Real reports, by the verdict."""
    for name, path in (("failed", "infra"), ("clean", "clean")):
        run(f"bedrock-eol check {path} --as-of 2026-11-24 --format markdown={name}.md", workspace)
    return {name: str(workspace / f"{name}.md") for name in ("failed", "clean")}


@pytest.mark.parametrize(
    ("listed", "report", "sent"),
    [
        ([], "failed", ("POST", "repos/o/r/issues/7/comments")),
        ([comment(5, f"{MARKER}\r\nold")], "failed", ("PATCH", "repos/o/r/issues/comments/5")),
        ([comment(4, "hello"), comment(5, f"{MARKER}\nold")], "clean", ("PATCH", "repos/o/r/issues/comments/5")),
        # What a person wrote, or what only quotes the marker, is left alone.
        ([comment(5, f"{MARKER}\nmine", "User")], "failed", ("POST", "repos/o/r/issues/7/comments")),
        ([comment(5, f"> {MARKER}")], "failed", ("POST", "repos/o/r/issues/7/comments")),
        ([comment(5, f"{MARKER}\n1"), comment(6, f"{MARKER}\n2")], "failed", ("PATCH", "repos/o/r/issues/comments/5")),
    ],
)
def test_the_comment_is_updated_in_place(github: Any, reports: Any, listed: Any, report: str, sent: Any) -> None:
    done, calls = github("comment.sh", listed, MARKDOWN=reports[report], PULL_REQUEST="7")
    assert done.returncode == 0, done.stderr
    [call] = calls
    assert (call["method"], call["path"]) == sent
    assert call["body"] == Path(reports[report]).read_text(encoding="utf-8")


def test_there_is_no_comment_on_nothing(github: Any, reports: Any) -> None:
    assert github("comment.sh", [], MARKDOWN=reports["clean"], PULL_REQUEST="7")[1] == []
    assert github("comment.sh", [], MARKDOWN=reports["failed"], PULL_REQUEST="")[1] == []


def test_a_token_that_may_only_read_is_a_warning(github: Any, reports: Any, workspace: Path) -> None:
    done, _ = github("comment.sh", [], refuses=True, MARKDOWN=reports["failed"], PULL_REQUEST="7")
    assert (done.returncode, done.stdout[:10]) == (0, "::warning ")
    upload = {
        "SARIF": reports["failed"],
        "PYTHON": sys.executable,
        "GITHUB_SHA": "0" * 40,
        "GITHUB_REF": "refs/heads/m",
    }
    done, _ = github("upload_sarif.sh", [], refuses=True, **upload)
    assert (done.returncode, done.stdout[:10]) == (0, "::warning ")


def test_code_scanning_gets_the_report(github: Any, workspace: Path, run: Run) -> None:
    run("bedrock-eol check infra --as-of 2026-11-24 --format sarif=report.sarif", workspace)
    sarif = workspace / "report.sarif"
    done, [call] = github(
        "upload_sarif.sh",
        [],
        SARIF=str(sarif),
        PYTHON=sys.executable,
        GITHUB_SHA="0" * 40,
        GITHUB_REF="refs/pull/7/merge",
    )
    assert done.returncode == 0, done.stderr
    assert (call["method"], call["path"]) == ("POST", "repos/o/r/code-scanning/sarifs")
    body = json.loads(call["body"])
    assert (body["commit_sha"], body["ref"]) == ("0" * 40, "refs/pull/7/merge")
    assert gzip.decompress(base64.b64decode(body["sarif"])) == sarif.read_bytes()


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


# pre-commit.


def test_pre_commit_runs_the_hook(workspace: Path, tmp_path: Path, run: Run) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(REPOSITORY / name, origin / name)
    for name in ("checker", "policies"):
        shutil.copytree(REPOSITORY / name, origin / name, ignore=shutil.ignore_patterns("__pycache__"))
    commit = "git init -q . && git add . && git -c user.email=a@example.com -c user.name=A commit -qm first"
    for folder in (origin, workspace):
        assert run(commit, folder).returncode == 0
    (site,) = [path for path in sys.path if path.endswith("site-packages") and (Path(path) / "hatchling").is_dir()]
    # No network: what the package needs is found where it is installed already.
    offline = {
        "PYTHONPATH": site,
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_NO_BUILD_ISOLATION": "0",
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
        "SOURCE_DATE_EPOCH": "1700000000",
    }
    try_it = f"{binary('pre-commit')} try-repo {origin} bedrock-eol --verbose"
    done = run(f"{try_it} --files infra/agent.tf", workspace, **offline)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "exit code: 1" in done.stdout
    assert "eol-within-90-days" in done.stdout
    done = run(f"{try_it} --files LICENSE", workspace, **offline)
    assert done.returncode == 0
    assert "no files to check" in done.stdout


@pytest.mark.parametrize(
    ("name", "matches"),
    [
        ("main.tf", True),
        ("envs/prod/prod.tfvars", True),
        ("main.tf.json", True),
        ("template.yaml", True),
        ("pyproject.toml", True),
        ("README.md", False),
        ("app.py", False),
        ("my-pyproject.toml", False),
    ],
)
def test_the_hook_runs_for_files_that_matter(name: str, matches: bool) -> None:
    [hook] = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert bool(re.search(hook["files"], name)) is matches


# The container image.


def test_the_image_is_small_and_without_rights() -> None:
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    lines = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    stages = [number for number, (word, _) in enumerate(lines) if word == "FROM"]
    assert len(stages) == 2
    assert all(re.match(r"python:3\.\d+-slim-\w+", lines[number][1]) for number in stages)
    last = lines[stages[-1] :]
    user = [rest for word, rest in last if word == "USER"][-1]
    assert int(user.split(":")[0]) >= 10000
    assert [word for word, _ in last[[word for word, _ in last].index("USER") :] if word in ("RUN", "COPY")] == []
    assert ["ENTRYPOINT", '["bedrock-eol"]'] in last
    assert [rest.split()[0] for word, rest in last if word == "COPY"] == ["--from=build"]
    build = " ".join(rest for _, rest in lines[: stages[-1]])
    assert "--require-hashes" in build
    assert "pip wheel" in build
    # What is copied is there, and .dockerignore lets it through.
    kept = (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for word, rest in lines[: stages[-1]]:
        for source in rest.split()[:-1] if word == "COPY" else ():
            assert list(REPOSITORY.glob(source)), source
            assert f"!{source}" in kept, source


def test_hadolint_finds_nothing() -> None:
    command = [binary("hadolint"), str(REPOSITORY / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# Other CI systems, and plans.


@pytest.mark.parametrize(("paths", "base", "code"), [("infra", "", 1), ("clean", "", 0), ("infra", "HEAD", 0)])
def test_the_job_of_gitlab(workspace: Path, run: Run, paths: str, base: str, code: int) -> None:
    job = yaml.safe_load((INTEGRATIONS / "gitlab-ci.yml").read_text(encoding="utf-8"))
    script = "set -e\n" + "\n".join(job["bedrock-eol"]["script"])
    commit = "git init -q . && git add . && git -c user.email=a@example.com -c user.name=A commit -qm first"
    assert run(commit, workspace).returncode == 0
    variables = {**job["variables"], "BEDROCK_EOL_PATHS": paths}
    if base:
        variables["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = base
    done = run(script, workspace, **variables)
    assert done.returncode == code, done.stdout + done.stderr
    artifacts = job["bedrock-eol"]["artifacts"]
    issues = json.loads((workspace / artifacts["reports"]["codequality"]).read_text(encoding="utf-8"))
    # A catalog of last month is a note.
    assert any(issue["severity"] != "info" for issue in issues) is (code == 1)
    assert len(JUnitXml.fromfile(str(workspace / artifacts["reports"]["junit"])))
    assert [(workspace / path).is_file() for path in artifacts["paths"]] == [True]


def test_the_step_of_jenkins(workspace: Path, tool: Tool, run: Run) -> None:
    tool("pip", '[ "$*" = "install --quiet bedrock-eol" ]')
    pipeline = block("jenkins.md", "groovy")
    [script] = re.findall(r"sh '''\n(.*?)'''", pipeline, re.DOTALL)
    done = run(f"set -ex\n{script}", workspace)
    assert done.returncode == 1
    [results] = re.findall(r"testResults: '([^']+)'", pipeline)
    [artifact] = re.findall(r"artifacts: '([^']+)'", pipeline)
    assert sum(suite.failures for suite in JUnitXml.fromfile(str(workspace / results))) > 0
    assert (workspace / artifact).is_file()


def test_the_step_of_atlantis(workspace: Path, run: Run) -> None:
    server = yaml.safe_load(block("atlantis.md", "yaml"))
    steps = server["workflows"][server["repos"][0]["workflow"]]["plan"]["steps"]
    assert steps[:3] == ["init", "plan", "show"]
    done = run(steps[3]["run"], workspace / "infra", SHOWFILE=str(workspace / "plan.json"))
    assert done.returncode == 1, done.stderr
    # The lines are those of the code.
    assert "variables.tf:20:17" in done.stdout


@pytest.mark.parametrize(("variant", "code"), [("failing", 1), ("clean", 0)])
def test_the_gate_applies_only_what_passes(
    variant: str, code: int, workspace: Path, examples: Path, tool: Tool, run: Run
) -> None:
    plan = examples / "terraform-plan" / variant / "plan.json"
    tool("terraform", f'echo "$@" >>calls; case $1 in show) cat "{plan}" ;; esac')
    folder = workspace / {"failing": "infra", "clean": "clean"}[variant]
    (folder / "deploy.sh").write_text(block("plan-gate.md", "bash"), encoding="utf-8")
    done = run("bash deploy.sh", folder)
    assert done.returncode == code, done.stdout + done.stderr
    called = [line.split()[0] for line in (folder / "calls").read_text().splitlines()]
    assert called == ["init", "plan", "show", *(["apply"] if code == 0 else [])]


class _Api(BaseHTTPRequestHandler):
    """What HCP Terraform answers: nothing yet, then where the plan is."""

    answers: list[int]
    seen: list[tuple[str, str | None]]
    plan: bytes

    def do_GET(self) -> None:
        self.seen.append((self.path, self.headers.get("Authorization")))
        status = 200 if self.path == "/stored" else self.answers.pop(0)
        self.send_response(status)
        if status == 307:
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/stored")
        self.end_headers()
        if status == 200:
            self.wfile.write(self.plan)

    def log_message(self, *arguments: object) -> None:
        del arguments


@pytest.fixture
def api(workspace: Path) -> Iterator[tuple[type[_Api], str]]:
    class Api(_Api):
        answers: list[int] = []  # noqa: RUF012
        seen: list[tuple[str, str | None]] = []  # noqa: RUF012
        plan = (workspace / "plan.json").read_bytes()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Api, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


FETCH = f'bash "{INTEGRATIONS / "hcp-terraform-plan.sh"}" run-1 fetched.json'


def test_a_plan_of_hcp_terraform_is_fetched(api: Any, workspace: Path, tool: Tool, run: Run) -> None:
    answers, address = api
    if shutil.which("curl") is None:
        pytest.skip("needs curl on PATH")
    tool("sleep", "exit 0")
    answers.answers += [204, 307]
    done = run(
        f"{FETCH} && bedrock-eol check fetched.json --source infra", workspace, TFE_TOKEN="secret", TFE_ADDRESS=address
    )
    assert done.returncode == 1, done.stderr
    assert "eol-within-90-days" in done.stdout
    assert answers.seen[:2] == [("/api/v2/runs/run-1/plan/json-output", "Bearer secret")] * 2
    # The store is another host, which the token is none of the business of.
    assert answers.seen[2] == ("/stored", None)
    assert (workspace / "fetched.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("answer", "said"), [(404, "answered 404"), (204, "no plan of run-1 after 0 seconds")])
def test_a_plan_that_is_not_there_is_no_pass(api: Any, workspace: Path, run: Run, answer: int, said: str) -> None:
    answers, address = api
    if shutil.which("curl") is None:
        pytest.skip("needs curl on PATH")
    answers.answers += [answer]
    done = run(FETCH, workspace, TFE_TOKEN="secret", TFE_ADDRESS=address, TFE_TIMEOUT="0")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (workspace / "fetched.json").exists()


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
