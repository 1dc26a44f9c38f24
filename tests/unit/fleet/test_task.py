"""One repository, from its location to rows: the same findings as `check` has."""

import pickle
import shutil
from pathlib import Path

import pytest

import checker
from checker.fleet.columns import records_in
from checker.fleet.judging import judged_again
from checker.fleet.repositories import Repository
from checker.fleet.rows import FindingRow, RepositoryRow, Status, UseRow
from checker.fleet.task import Job, Task, perform
from checker.model.reference import Reference
from tests.unit.fleet.conftest import AGENT, DAY, ENDED, MakeRepository, git

EXAMPLES = Path(__file__).parents[3] / "examples"


def test_a_read_repository_has_rows_in_all_tables(make_repository: MakeRepository, job: Job) -> None:
    top = make_repository("infra", main__tf=AGENT.format(model=ENDED), CODEOWNERS="* @chat\n")
    outcome = perform(job, Task(Repository("infra", str(top), None, "@fallback", (("env", "prod"),))))
    assert outcome.status is Status.READ
    assert outcome.rows is not None
    # As a worker sends them.
    assert pickle.loads(pickle.dumps(outcome)) == outcome
    (row,) = records_in(outcome.rows.repositories, RepositoryRow)
    assert (row.name, row.head, row.complete, row.files) == ("infra", outcome.head, True, 1)
    assert row.tags == (("env", "prod"),)
    (use,) = records_in(outcome.rows.uses, UseRow)
    assert (use.model, use.stage, use.region, use.file, use.line) == (ENDED, "end-of-life", "us-east-1", "main.tf", 7)
    assert (use.written_line, use.owners) == (7, ("@chat",))
    (finding,) = records_in(outcome.rows.findings, FindingRow)
    assert (finding.rule, finding.severity, finding.owners) == ("eol-reached", "error", ("@chat",))


def test_without_codeowners_the_owner_of_the_list_counts(make_repository: MakeRepository, job: Job) -> None:
    top = make_repository("infra", main__tf=AGENT.format(model=ENDED))
    outcome = perform(job, Task(Repository("infra", str(top), None, "@fallback")))
    assert outcome.rows is not None
    assert records_in(outcome.rows.findings, FindingRow)[0].owners == ("@fallback",)


@pytest.mark.parametrize("example", ["terraform/failing", "cloudformation/failing", "cdk/failing", "policy-as-code"])
def test_stored_references_give_the_findings_of_a_check(job: Job, example: str) -> None:
    folder = EXAMPLES / example
    if not folder.is_dir():
        pytest.skip(f"there is no {example}")
    outcome = perform(job, Task(Repository(example, str(folder))))
    assert outcome.rows is not None
    again = judged_again(outcome.rows, job, {example: outcome.repository})
    assert again is not None
    for table in ("refs", "uses", "findings", "problems"):
        assert getattr(again, table).equals(getattr(outcome.rows, table))
    checked = checker.check(["."], as_of=DAY, cwd=folder)
    of_code = [each for each in checked.findings if each.reference is not None]
    found = records_in(again.findings, FindingRow)
    assert [each.fingerprint for each in found] == [each.fingerprint for each in of_code]
    assert [each.message for each in found] == [each.message for each in of_code]
    stored = records_in(again.refs, Reference)
    assert [each for each in stored if each.mention is None] == list(checked.references)


def test_a_waiver_in_the_code_holds_for_stored_references(make_repository: MakeRepository, job: Job) -> None:
    waived = AGENT.format(model=ENDED).replace(
        "  foundation_model", '  # bedrock-eol: ignore=eol-reached until=2026-12-31 reason="moving"\n  foundation_model'
    )
    outcome = perform(job, Task(Repository("infra", str(make_repository("infra", main__tf=waived)))))
    assert outcome.rows is not None
    again = judged_again(outcome.rows, job, {"infra": outcome.repository})
    assert again is not None
    for rows in (outcome.rows, again):
        assert [each.status for each in records_in(rows.findings, FindingRow)] == ["waived"]


def test_an_unchanged_repository_is_not_read(make_repository: MakeRepository, job: Job) -> None:
    repository = Repository("infra", str(make_repository("infra", main__tf="")))
    first = perform(job, Task(repository))
    assert perform(job, Task(repository, first.head)).status is Status.UNCHANGED
    make_repository("infra", main__tf="# new\n")
    assert perform(job, Task(repository, first.head)).status is Status.READ


def test_a_repository_without_infrastructure_code_is_whole(make_repository: MakeRepository, job: Job) -> None:
    outcome = perform(job, Task(Repository("docs", str(make_repository("docs", README__md="# docs\n")))))
    assert outcome.rows is not None
    assert records_in(outcome.rows.repositories, RepositoryRow)[0].complete
    assert outcome.rows.problems.num_rows == 0


def test_a_repository_without_a_commit_is_empty_and_one_without_its_objects_is_not(tmp_path: Path, job: Job) -> None:
    top = tmp_path / "infra"
    top.mkdir()
    git(top, "init", "--quiet", "--initial-branch", "main")
    empty = perform(job, Task(Repository("infra", str(top))))
    assert (empty.status, empty.reason) == (Status.EMPTY, "")
    assert empty.rows is not None
    assert records_in(empty.rows.repositories, RepositoryRow)[0].has_references
    git(top, "commit", "--quiet", "--allow-empty", "--message", "change")
    shutil.rmtree(top / ".git" / "objects")
    (top / ".git" / "objects").mkdir()
    damaged = perform(job, Task(Repository("infra", str(top))))
    assert damaged.status is Status.FAILED
    assert "missing object" in damaged.reason


def test_a_broken_file_makes_a_repository_incomplete(make_repository: MakeRepository, job: Job) -> None:
    broken = AGENT.format(model=ENDED) + 'resource "x" {'
    outcome = perform(job, Task(Repository("infra", str(make_repository("infra", main__tf=broken)))))
    assert outcome.rows is not None
    assert not records_in(outcome.rows.repositories, RepositoryRow)[0].complete
    assert outcome.rows.problems.num_rows > 0


def test_what_cannot_be_read_is_an_outcome_with_its_reason(
    tmp_path: Path, make_repository: MakeRepository, job: Job
) -> None:
    missing = perform(job, Task(Repository("x", str(tmp_path / "nothing"))))
    assert (missing.status, missing.may_retry) == (Status.FAILED, False)
    assert "there is no directory" in missing.reason
    large = job._replace(limits=job.limits._replace(size=10))
    top = make_repository("infra", main__tf=AGENT.format(model=ENDED))
    assert perform(large, Task(Repository("infra", str(top)))).status is Status.TOO_LARGE
    branch = perform(job, Task(Repository("infra", str(top), "nope")))
    assert branch.reason == "git knows no commit 'nope'"
