"""What runs elsewhere runs here as far as it can: the hook, the snippets, the image's file."""

import json
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from tests.e2e.here import run_check_jsonschema_here

Run = Callable[..., subprocess.CompletedProcess[str]]
Tool = Callable[[str, str], None]
Binary = Callable[[str], str]

REPOSITORY = Path(__file__).resolve().parents[2]
INTEGRATIONS = REPOSITORY / "docs" / "integrations"
# What the snippets install, with an owner and a commit to put in.
ADDRESS = "git+https://github.com/OWNER/bedrock-eol@0123456789abcdef0123456789abcdef01234567"


def commit_all(folder: Path, run: Run) -> None:
    """The first commit of `main`, which `origin/main` is, too."""
    commands = (
        "git init -q -b main . && git symbolic-ref HEAD refs/heads/main && git add .",
        "git -c user.email=a@example.com -c user.name=A commit -qm first",
        "git update-ref refs/remotes/origin/main HEAD",
    )
    assert run(" && ".join(commands), folder).returncode == 0


def block(page: str, language: str, title: str = "") -> str:
    """The one block of a page with this language, and title if given."""
    text = (INTEGRATIONS / page).read_text(encoding="utf-8")
    named = f' title="{title}"' if title else '(?: title="[^"]*")?'
    [found] = re.findall(rf"^```{language}{named}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert isinstance(found, str)
    return found


# pre-commit.


def test_pre_commit_runs_the_hook(workspace: Path, tmp_path: Path, run: Run, binary: Binary) -> None:
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
        # Python compiles what the hook needs, which is less.
        "PIP_NO_COMPILE": "1",
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
        "SOURCE_DATE_EPOCH": "1700000000",
    }
    revision = run("git rev-parse HEAD", origin).stdout.strip()
    used = {"repo": str(origin), "rev": revision, "hooks": [{"id": "bedrock-eol"}]}
    (workspace / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [used]}))
    # `pre-commit try-repo` would install the hook for each run.
    try_it = f"{binary('pre-commit')} run bedrock-eol --verbose"
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


def test_hadolint_finds_nothing(binary: Binary) -> None:
    command = [binary("hadolint"), str(REPOSITORY / "Dockerfile")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# Other CI systems, and plans.


def component(**given: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The inputs of the GitLab component, and its jobs with these put in, as GitLab does before it parses them."""
    header, _, jobs = (REPOSITORY / "templates" / "bedrock-eol.yml").read_text(encoding="utf-8").partition("\n---\n")
    inputs: dict[str, Any] = yaml.safe_load(header)["spec"]["inputs"]

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return given[name] if name in given else str(inputs[name]["default"])

    return inputs, yaml.safe_load(re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", value, jobs))


def test_the_component_is_what_gitlab_takes(tmp_path: Path) -> None:
    inputs, jobs = component(package="bedrock-eol")
    assert [name for name, described in inputs.items() if "default" not in described] == ["package"]
    text = (REPOSITORY / "templates" / "bedrock-eol.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"inputs\.([a-z-]+)", text)) == set(inputs)
    for name, content in (("header", text.partition("\n---\n")[0]), ("jobs", yaml.safe_dump(jobs))):
        (tmp_path / f"{name}.yml").write_text(content, encoding="utf-8")
    command = ["--builtin-schema", "vendor.gitlab-ci", "header.yml", "jobs.yml"]
    done = run_check_jsonschema_here(command, tmp_path)
    assert done.returncode == 0, done.stdout
    # The pages that include it give inputs that there are.
    page = (INTEGRATIONS / "gitlab-ci.md").read_text(encoding="utf-8")
    included = [
        each["inputs"]
        for code in re.findall(r'^```yaml title=".gitlab-ci.yml"\n(.*?)^```$', page, re.DOTALL | re.MULTILINE)
        for each in yaml.safe_load(code).get("include", ())
    ]
    assert len(included) == 2
    for given in included:
        assert "package" in given
        assert set(given) <= set(inputs)
        assert re.fullmatch(inputs["package"]["regex"], given["package"])


@pytest.mark.parametrize("package", ["x; touch pwned", "$(touch pwned)", "a b", '"', "`a`"])
def test_the_component_takes_no_command_for_a_package(package: str) -> None:
    assert not re.fullmatch(component(package="x")[0]["package"]["regex"], package)


@pytest.mark.parametrize(("paths", "base", "code"), [("infra", "", 1), ("clean", "", 0), ("infra", "HEAD", 0)])
def test_the_job_of_gitlab(workspace: Path, run: Run, tool: Tool, paths: str, base: str, code: int) -> None:
    tool("pip", '[ "$*" = "install --quiet git+https://example.com/bedrock-eol@1" ]')
    _, jobs = component(**{"package": "git+https://example.com/bedrock-eol@1", "paths": paths, "job-name": "models"})
    job = jobs["models"]
    commit_all(workspace, run)
    variables = {**job["variables"]}
    if base:
        variables["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = base
    done = run("set -e\n" + "\n".join((*job["before_script"], *job["script"])), workspace, **variables)
    assert done.returncode == code, done.stdout + done.stderr
    artifacts = job["artifacts"]
    issues = json.loads((workspace / artifacts["reports"]["codequality"]).read_text(encoding="utf-8"))
    # A catalog of last month is a note.
    assert any(issue["severity"] != "info" for issue in issues) is (code == 1)
    assert len(JUnitXml.fromfile(str(workspace / artifacts["reports"]["junit"])))
    assert [(workspace / path).is_file() for path in artifacts["paths"]] == [True]


@pytest.mark.parametrize(("target", "code"), [("", 1), ("refs/heads/main", 0)])
def test_the_steps_of_azure(workspace: Path, tool: Tool, run: Run, target: str, code: int) -> None:
    tool("pip", f'[ "$*" = "install --quiet {ADDRESS}" ]')
    commit_all(workspace, run)
    steps = yaml.safe_load(block("azure-devops.md", "yaml"))["steps"]
    install, check = (step["bash"] for step in steps if "bash" in step)
    assert run(install, workspace).returncode == 0
    done = run(check, workspace, **({"SYSTEM_PULLREQUEST_TARGETBRANCH": target} if target else {}))
    assert done.returncode == code, done.stdout + done.stderr
    [uploaded] = re.findall(r"^##vso\[task.uploadsummary\](.*)$", done.stdout, re.MULTILINE)
    assert Path(uploaded).read_text(encoding="utf-8").startswith("<!-- bedrock-eol")
    [results] = [step["inputs"]["testResultsFiles"] for step in steps if step.get("task", "").startswith("PublishTest")]
    assert len(JUnitXml.fromfile(str(workspace / results)))
    [page] = [step["publish"] for step in steps if "publish" in step]
    assert (workspace / page).is_file()


@pytest.mark.parametrize(("pull_request", "code"), [(False, 1), (True, 0)])
def test_the_steps_of_bitbucket(workspace: Path, tool: Tool, run: Run, pull_request: bool, code: int) -> None:
    tool("pip", f'[ "$*" = "install --quiet {ADDRESS}" ]')
    tool("apt-get", "exit 0")
    commit_all(workspace, run)
    assert run("git remote add origin .", workspace).returncode == 0
    pipelines = yaml.safe_load(block("bitbucket.md", "yaml"))["pipelines"]
    [step] = pipelines["pull-requests"]["**"] if pull_request else pipelines["custom"]["models-of-everything"]
    done = run("set -e\n" + "\n".join(step["step"]["script"]), workspace, BITBUCKET_PR_DESTINATION_BRANCH="main")
    assert done.returncode == code, done.stdout + done.stderr
    assert len(JUnitXml.fromfile(str(workspace / "test-results" / "bedrock-eol.xml")))
    assert [(workspace / path).is_file() for path in step["step"]["artifacts"]] == [True]


def test_the_step_of_jenkins(workspace: Path, tool: Tool, run: Run) -> None:
    tool("pip", f'[ "$*" = "install --quiet {ADDRESS}" ]')
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
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
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
