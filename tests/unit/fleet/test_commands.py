"""The commands over a store, and the queries of the documentation."""

import json
import re
from pathlib import Path

import pytest

from checker.cli import run
from checker.cli.exit_codes import ExitCode
from checker.fleet.repositories import Repository
from checker.fleet.runs import new_run
from checker.fleet.store import Store
from checker.fleet.task import Job, Task, perform
from tests.unit.fleet.conftest import AGENT, ENDED, MakeRepository

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def store(tmp_path: Path, make_repository: MakeRepository, job: Job) -> str:
    """A store with two runs; in the second, a repository has another model."""
    store = Store(tmp_path / "store")
    for name, model in (("1", ENDED), ("2", "us.anthropic.claude-opus-4-1-20250805-v1:0")):
        begun = new_run(store, job, name)
        top = make_repository("chat", main__tf=AGENT.format(model=model))
        rows = perform(job, Task(Repository("chat", str(top), None, "@chat"))).rows
        assert rows is not None
        store.write_part(begun, rows)
        store.finish(begun)
    return str(store.directory)


def test_reports_of_the_last_run(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "out" / "fleet.html"
    assert run(["fleet", "report", "--store", store, "-o", str(page)]) == ExitCode.OK
    assert "@chat" in page.read_text()
    assert run(["fleet", "report", "--store", store, "-f", "jsonl"]) == ExitCode.OK
    assert json.loads(capsys.readouterr().out)["model"] == "anthropic.claude-opus-4-1-20250805-v1:0"
    assert run(["fleet", "report", "--store", store, "--run", "1", "--format", "csv"]) == ExitCode.OK
    assert ENDED in capsys.readouterr().out


def test_what_has_moved(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fleet", "diff", "1", "2", "--store", store]) == ExitCode.OK
    assert "1 new finding, 1 finding gone." in capsys.readouterr().out
    assert run(["fleet", "diff", "1", "9", "--store", store]) == ExitCode.USAGE
    assert "no run '9'; runs: 1, 2" in capsys.readouterr().err


def test_issues_are_written(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fleet", "issues", "--store", store, "-o", str(tmp_path / "issues")]) == ExitCode.OK
    assert "wrote 1 issue" in capsys.readouterr().err
    assert (tmp_path / "issues" / "chat.md").read_text().startswith("Amazon Bedrock models to replace: 1 line")


def test_judging_anew_fails_by_severity(store: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["fleet", "judge", "--store", store, "--as-of", "2027-02-01", "--fail-on", "error"]
    assert run(command) == ExitCode.FINDINGS
    assert "1 error" in capsys.readouterr().out
    assert run(["fleet", "runs", "--store", store]) == ExitCode.OK
    assert capsys.readouterr().out.count("judged for") == 3


@pytest.mark.parametrize("answer_format", ["table", "csv", "json"])
def test_answers_in_each_format(store: str, capsys: pytest.CaptureFixture[str], answer_format: str) -> None:
    command = ["fleet", "query", "SELECT repository, owners FROM uses", "--store", store, "--format", answer_format]
    assert run(command) == ExitCode.OK
    told = capsys.readouterr().out
    assert "@chat" in told
    if answer_format == "json":
        assert json.loads(told) == [{"repository": "chat", "owners": ["@chat"]}]


@pytest.mark.parametrize("sql", re.findall(r"```sql\n(.*?)\n```", (DOCS / "fleet.md").read_text(), re.DOTALL))
def test_each_query_of_the_documentation_is_answered(store: str, capsys: pytest.CaptureFixture[str], sql: str) -> None:
    assert run(["fleet", "query", sql, "--store", store]) == ExitCode.OK
    assert capsys.readouterr().out.splitlines()[0]


def test_a_list_that_is_wrong_is_told_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.txt").write_text("http://example.com/x\n")
    assert run(["fleet", "scan", str(tmp_path / "list.txt"), "--store", str(tmp_path / "store")]) == ExitCode.USAGE
    assert "cloned over https and ssh only" in capsys.readouterr().err
    assert not (tmp_path / "store").exists()
