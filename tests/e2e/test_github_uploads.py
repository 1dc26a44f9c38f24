"""What the GitHub Action sends to GitHub: the comment, the baseline, the report for code scanning."""

import base64
import gzip
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.here import run_here

Run = Callable[..., subprocess.CompletedProcess[str]]
Tool = Callable[[str, str], None]

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION = REPOSITORY / ".github" / "action"
# The policy `baseline`, and the path `infra`.
CONFIGURATION = b"baseline\ninfra"
MARKER = f"<!-- bedrock-eol {sha256(CONFIGURATION).hexdigest()[:12]} -->"


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
        given = {"GITHUB_ACTION_PATH": str(REPOSITORY), "GITHUB_REPOSITORY": "o/r", "GH_TOKEN": "t", **variables}
        done = run(f'bash "{ACTION / script}"', tmp_path, **given)
        return done, [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    return ask


def comment(number: int, body: str, kind: str = "Bot") -> dict[str, Any]:
    return {"id": number, "body": body, "user": {"type": kind}}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> dict[str, str]:
    """Real reports of one configuration, by the verdict."""
    top = tmp_path_factory.mktemp("reports")
    for verdict in ("failing", "clean"):
        shutil.copytree(examples / "terraform" / verdict, top / verdict / "infra")
        formats = ["--format", "markdown=report.md", "--format", "sarif=report.sarif"]
        run_here(["check", "infra", "--as-of", "2026-11-24", *formats], top / verdict)
    return {
        "failed": str(top / "failing" / "report.md"),
        "clean": str(top / "clean" / "report.md"),
        "sarif": str(top / "failing" / "report.sarif"),
    }


@pytest.mark.parametrize(
    ("listed", "report", "sent"),
    [
        ([], "failed", ("POST", "repos/o/r/issues/7/comments")),
        ([comment(5, f"{MARKER}\r\nold")], "failed", ("PATCH", "repos/o/r/issues/comments/5")),
        ([comment(4, "hello"), comment(5, f"{MARKER}\nold")], "clean", ("PATCH", "repos/o/r/issues/comments/5")),
        # What a person wrote, or what only quotes the marker, is left alone.
        ([comment(5, f"{MARKER}\nmine", "User")], "failed", ("POST", "repos/o/r/issues/7/comments")),
        # So is what another job of a matrix wrote.
        ([comment(5, "<!-- bedrock-eol 0123456789ab -->\n1")], "failed", ("POST", "repos/o/r/issues/7/comments")),
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


def test_the_jobs_of_a_matrix_have_comments_of_their_own(workspace: Path) -> None:
    options = ("", "--workspace a", "--workspace b", "--region us-east-1", "--var chat_model=x", "--policy strict")
    markers = set()
    for given in options:
        done = run_here(["check", "infra", *given.split(), "--as-of", "2026-11-24", "--format", "markdown"], workspace)
        markers.add(done.stdout.splitlines()[0])
    assert len(markers) == len(options)
    other = ["--as-of", "2026-11-30", "--workspace", "a", "--verbose", "--format", "markdown"]
    again = run_here(["check", "infra", *other], workspace)
    assert again.stdout.splitlines()[0] in markers


def test_there_is_no_comment_on_nothing(github: Any, reports: Any) -> None:
    assert github("comment.sh", [], MARKDOWN=reports["clean"], PULL_REQUEST="7")[1] == []
    assert github("comment.sh", [], MARKDOWN=reports["failed"], PULL_REQUEST="")[1] == []


def test_a_token_that_may_only_read_is_a_warning(github: Any, reports: Any) -> None:
    done, _ = github("comment.sh", [], refuses=True, MARKDOWN=reports["failed"], PULL_REQUEST="7")
    assert (done.returncode, done.stdout[:10]) == (0, "::warning ")
    upload = {
        "SARIF": reports["sarif"],
        "WORKING_DIRECTORY": ".",
        "PYTHON": sys.executable,
        "GITHUB_SHA": "0" * 40,
        "GITHUB_REF": "refs/heads/m",
    }
    done, _ = github("upload_sarif.sh", [], refuses=True, **upload)
    assert (done.returncode, done.stdout[:10]) == (0, "::warning ")


def test_code_scanning_gets_the_report(github: Any, reports: Any) -> None:
    done, [call] = github(
        "upload_sarif.sh",
        [],
        SARIF=reports["sarif"],
        WORKING_DIRECTORY=".",
        PYTHON=sys.executable,
        GITHUB_SHA="0" * 40,
        GITHUB_REF="refs/pull/7/merge",
    )
    assert done.returncode == 0, done.stderr
    assert (call["method"], call["path"]) == ("POST", "repos/o/r/code-scanning/sarifs")
    body = json.loads(call["body"])
    assert (body["commit_sha"], body["ref"]) == ("0" * 40, "refs/pull/7/merge")
    sent = gzip.decompress(base64.b64decode(body["sarif"]))
    assert json.loads(sent) == json.loads(Path(reports["sarif"]).read_bytes())


@pytest.fixture
def forge(tmp_path: Path, tool: Tool, run: Run) -> Callable[..., tuple[str, dict[str, list[dict[str, Any]]]]]:
    """Runs baseline.sh with a `gh` that knows a repository in this state: what it said, and what was sent where."""
    if shutil.which("jq") is None:
        pytest.skip("needs jq, which gh has built in")
    log, state = tmp_path / "forge.log", tmp_path / "forge.json"
    code = f"""
import json, pathlib, subprocess, sys
arguments = sys.argv[1:]
state = json.loads(pathlib.Path({str(state)!r}).read_text())
path = next(each for each in arguments if each.startswith("repos/")).removeprefix("repos/o/r").partition("?")[0]
if "--method" not in arguments:
    if path not in state:
        sys.exit(1)
    if "--jq" in arguments:
        wanted = arguments[arguments.index("--jq") + 1]
        sys.exit(subprocess.run(["jq", "-r", wanted], input=json.dumps(state[path]), text=True).returncode)
    sys.exit(0)
fields = dict(argument.split("=", 1) for argument in arguments if argument.startswith(("ref=", "sha=")))
body = json.loads(sys.stdin.read()) if "--input" in arguments else fields
with open({str(log)!r}, "a") as file:
    file.write(json.dumps([path, body]) + "\\n")
sys.exit(int(path in state.get("refuses", ())))
"""
    (tmp_path / "forge.py").write_text(code)
    tool("gh", f'exec "{sys.executable}" "{tmp_path}/forge.py" "$@"')

    def ask(workspace: Path, outputs: dict[str, str], **known: Any) -> tuple[str, dict[str, list[dict[str, Any]]]]:
        log.unlink(missing_ok=True)
        state.write_text(json.dumps({"": {"default_branch": "main"}, "/pulls": [], **known}))
        done = run(
            f'bash "{ACTION / "baseline.sh"}"',
            workspace,
            GITHUB_WORKSPACE=str(workspace),
            GITHUB_REPOSITORY="o/r",
            GITHUB_REF=known.get("ref", "refs/heads/main"),
            GITHUB_SHA="1" * 40,
            PYTHON=sys.executable,
            BASELINE=outputs["baseline"],
        )
        assert done.returncode == 0, done.stderr
        sent: dict[str, list[dict[str, Any]]] = {}
        for line in log.read_text().splitlines() if log.exists() else ():
            path, body = json.loads(line)
            sent.setdefault(path, []).append(body)
        return done.stdout, sent

    return ask


def test_the_first_run_opens_a_pull_request_with_the_baseline(act: Any, workspace: Path, forge: Any, run: Run) -> None:
    done, outputs, _ = act(paths="infra", baseline_pull_request="true")
    assert outputs["exit-code"] == "0", done.stdout
    assert outputs["baseline"] == "./.bedrock-eol-baseline.json"
    _, sent = forge(workspace, outputs)
    assert sent["/git/refs"] == [{"ref": "refs/heads/bedrock-eol-baseline", "sha": "1" * 40}]
    [file] = sent["/contents/.bedrock-eol-baseline.json"]
    assert base64.b64decode(file["content"]) == (workspace / ".bedrock-eol-baseline.json").read_bytes()
    assert (file["branch"], "sha" in file) == ("bedrock-eol-baseline", False)
    [pull] = sent["/pulls"]
    assert (pull["head"], pull["base"]) == ("bedrock-eol-baseline", "main")
    assert "| eol-within-90-days | `anthropic.claude-opus-4-1-20250805-v1:0` |" in pull["body"]
    # With the baseline merged, the next run is an ordinary one.
    done, outputs, _ = act(paths="infra", baseline_pull_request="true")
    assert (outputs["exit-code"], "baseline" in outputs) == ("0", False)
    assert "known errors" in done.stdout


def test_a_pull_request_is_judged_without_the_baseline_that_is_not_there(act: Any, workspace: Path) -> None:
    _, outputs, _ = act(event="pull_request", paths="infra", baseline_pull_request="true")
    assert (outputs["exit-code"], "baseline" in outputs) == ("1", False)
    assert not (workspace / ".bedrock-eol-baseline.json").exists()


def test_the_baseline_is_where_the_inputs_say(act: Any, workspace: Path, forge: Any) -> None:
    (workspace / "infra" / "ci").mkdir()
    _, outputs, _ = act(
        paths=".", working_directory="infra", baseline="ci/known ones.json", baseline_pull_request="true"
    )
    _, sent = forge(workspace, outputs)
    assert list(sent) == ["/git/refs", "/contents/infra/ci/known%20ones.json", "/pulls"]
    _, outputs, _ = act(paths="infra", baseline="../known.json", baseline_pull_request="true")
    said, sent = forge(workspace, outputs)
    assert (said[:10], sent) == ("::warning ", {})


# What is known of a repository, what is said, and the paths to which something is sent.
REPOSITORIES: list[tuple[dict[str, Any], str, list[str]]] = [
    ({"ref": "refs/heads/topic"}, "that of the branch main", []),
    ({"/pulls": [{"state": "closed", "merged_at": None}]}, "closed without a merge", []),
    ({"/pulls": [{"state": "closed", "merged_at": "2026-11-01"}]}, "", ["/git/refs", "/contents", "/pulls"]),
    ({"/pulls": [{"state": "open", "merged_at": None}]}, "", ["/git/refs", "/contents"]),
    ({"refuses": ["/git/refs"], "/git/ref/heads/bedrock-eol-baseline": {}}, "", ["/git/refs", "/contents", "/pulls"]),
    ({"refuses": ["/git/refs"]}, "::warning ", ["/git/refs"]),
    ({"refuses": ["/pulls"]}, "::warning ", ["/git/refs", "/contents", "/pulls"]),
]


def test_who_closed_the_pull_request_with_the_baseline_has_said_no(act: Any, workspace: Path, forge: Any) -> None:
    # One baseline does for all: it takes far longer to make than to send.
    _, outputs, _ = act(paths="infra", baseline_pull_request="true")
    for known, said, sent in REPOSITORIES:
        printed, requests = forge(workspace, outputs, **known)
        assert [path.removesuffix("/.bedrock-eol-baseline.json") for path in requests] == sent, known
        assert said in printed, known
        assert (len(printed) > 0) is bool(said), known


def test_a_baseline_that_is_on_the_branch_already_is_replaced(act: Any, workspace: Path, forge: Any) -> None:
    _, outputs, _ = act(paths="infra", baseline_pull_request="true")
    _, sent = forge(workspace, outputs, **{"/contents/.bedrock-eol-baseline.json": {"sha": "abc"}})
    assert sent["/contents/.bedrock-eol-baseline.json"][0]["sha"] == "abc"


def test_paths_are_those_of_the_repository(act: Any, workspace: Path, github: Any) -> None:
    (workspace / "apps").mkdir()
    (workspace / "infra").rename(workspace / "apps" / "infra")
    done, outputs, _ = act(paths="infra", working_directory="./apps/")
    assert outputs["exit-code"] == "1"
    annotated = re.findall(r"^::error file=([^,]*)", done.stdout, re.MULTILINE)
    assert annotated
    assert {file.rpartition("/")[0] for file in annotated} == {"apps/infra"}
    _, [call] = github(
        "upload_sarif.sh",
        [],
        SARIF=outputs["sarif"],
        WORKING_DIRECTORY="./apps/",
        PYTHON=sys.executable,
        GITHUB_SHA="0" * 40,
        GITHUB_REF="refs/heads/main",
    )
    sent = gzip.decompress(base64.b64decode(json.loads(call["body"])["sarif"])).decode()
    uris = re.findall(r'"uri": "([^"]*)"', sent)
    assert len(uris) > 10
    assert {uri for uri in uris if not uri.startswith("apps/infra/")} == set()
