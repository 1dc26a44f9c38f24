"""The store: parts, runs, what is read back; judging anew; reports and queries over it."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checker.catalog.lookup import CatalogIndex
from checker.errors import UsageError
from checker.fleet.judging import NewlyKnown
from checker.fleet.queries import query
from checker.fleet.reports import as_csv, as_html, as_issues, as_json_lines, moved_as_json, moved_as_markdown
from checker.fleet.repositories import Repository
from checker.fleet.rows import RepositoryRow, Status, unread
from checker.fleet.runs import judge_fleet, new_run
from checker.fleet.store import RunFacts, Store
from checker.fleet.task import Job, Task, perform
from checker.fleet.views import FleetView, moved
from tests.unit.fleet.conftest import AGENT, ENDED, MakeRepository

# Its end of life is ahead on the day of the job.
ENDING = "anthropic.claude-opus-4-1-20250805-v1:0"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def add(store: Store, run: RunFacts, job: Job, *repositories: Repository) -> None:
    for each in repositories:
        outcome = perform(job, Task(each))
        assert outcome.rows is not None, outcome.reason
        store.write_part(run, outcome.rows)


def first_run(store: Store, job: Job, make_repository: MakeRepository) -> RunFacts:
    run = new_run(store, job, "1")
    add(
        store,
        run,
        job,
        Repository("chat", str(make_repository("chat", main__tf=AGENT.format(model=ENDED))), None, "@chat"),
        Repository("docs", str(make_repository("docs", README__md="x"))),
        Repository("risk", str(make_repository("risk", main__tf=AGENT.format(model=ENDING))), None, "@risk"),
    )
    failed = RepositoryRow("gone", "/nowhere", Status.FAILED, reason="there is no directory /nowhere")
    store.write_part(run, unread(failed))
    return store.finish(run)


def test_a_run_is_read_back(store: Store, job: Job, make_repository: MakeRepository) -> None:
    run = first_run(store, job, make_repository)
    assert store.run() == store.run("1") == run
    view = FleetView(store, run)
    assert [row.name for row in view.repositories] == ["chat", "docs", "gone", "risk"]
    assert view.by_status == {"read": 3, "failed": 1}
    assert [row.name for row in view.unread] == ["gone"]
    assert [(name, each.model) for name, each in view.findings] == [("chat", ENDED), ("risk", ENDING)]
    assert [(line.repository, line.location, line.owners) for line in view.lines] == [
        ("chat", "main.tf:7", ("@chat",)),
        ("risk", "main.tf:7", ("@risk",)),
    ]
    assert {group.name: len(group.lines) for group in view.by_month if group.lines} == {"ended": 1, "2027-01": 1}
    assert [group.name for group in view.by_owner] == ["@chat", "@risk"]


def test_a_repository_without_its_last_part_is_not_there(
    store: Store, job: Job, make_repository: MakeRepository
) -> None:
    run = first_run(store, job, make_repository)
    last = max(store.parts(run))
    (store.directory / "repositories" / "run=1" / f"part-{last:05}.parquet").unlink()
    assert [row.name for row in store.repositories(run)] == ["chat", "docs", "risk"]


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 99}', "{}"])
def test_a_file_that_is_no_run_is_an_error_with_its_name(store: Store, content: str) -> None:
    (store.directory / "runs").mkdir(parents=True)
    (store.directory / "runs" / "1.json").write_text(content)
    with pytest.raises(UsageError, match=r"1\.json"):
        store.runs()


def test_a_damaged_part_is_an_error_with_its_name(store: Store, job: Job, make_repository: MakeRepository) -> None:
    run = first_run(store, job, make_repository)
    (store.directory / "findings" / "run=1" / "part-00001.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match=r"part-00001\.parquet cannot be read"):
        list(store.findings(run))


def test_an_empty_store_says_how_to_fill_it(store: Store) -> None:
    with pytest.raises(UsageError, match=r"no finished run; runs: none\. `fleet scan` makes one"):
        store.run()


def test_another_day_is_judged_without_the_code(store: Store, job: Job, make_repository: MakeRepository) -> None:
    first_run(store, job, make_repository)
    for name in ("chat", "risk"):
        (store.directory.parent / "repositories" / name / "main.tf").unlink()
    later = job._replace(settings=replace(job.settings, as_of=date(2027, 2, 1)))
    run = judge_fleet(store, later, "2").run
    view = FleetView(store, run)
    assert view.by_status == {"unchanged": 3, "failed": 1}
    assert {name: each.rule for name, each in view.findings} == {"chat": "eol-reached", "risk": "eol-reached"}
    assert run.previous == "1"


def test_nothing_is_judged_and_nothing_written_without_a_finished_run(store: Store, job: Job) -> None:
    with pytest.raises(UsageError, match="no finished run"):
        judge_fleet(store, job, "1")
    assert not store.directory.exists()


def test_what_only_a_newer_catalog_knows_is_read_again(store: Store, job: Job, make_repository: MakeRepository) -> None:
    run = new_run(store, job, "1")
    new = AGENT.format(model="us.newco.thinker-2-v1:0")
    add(store, run, job, Repository("new", str(make_repository("new", main__tf=new))))
    add(store, run, job, Repository("old", str(make_repository("old", main__tf=AGENT.format(model=ENDED)))))
    run = store.finish(run)
    model = job.models.lookup(ENDED)
    assert model is not None
    catalog = job.models.catalog
    added = model._replace(id="newco.thinker-2-v1:0", aliases=(), profiles=())
    newer = job._replace(models=CatalogIndex(catalog._replace(models=(*catalog.models, added))))
    assert judge_fleet(store, newer, "2").to_read_again == ("new",)
    assert not NewlyKnown(job.models, run).is_named_in(store.repositories(run)[0])


def test_what_has_moved_between_runs(store: Store, job: Job, make_repository: MakeRepository) -> None:
    before = first_run(store, job, make_repository)
    run = new_run(store, job, "2")
    add(
        store,
        run,
        job,
        Repository("chat", str(make_repository("chat", main__tf=AGENT.format(model=ENDING)))),
        Repository("more", str(make_repository("more", main__tf=AGENT.format(model=ENDED)))),
    )
    store.write_part(run, unread(RepositoryRow("risk", "/x", Status.TIMED_OUT, reason="not read in time")))
    run = store.finish(run)
    found = moved(FleetView(store, before), FleetView(store, run))
    assert [(name, each.model) for name, each in found.new] == [("more", ENDED), ("chat", ENDING)]
    assert [(name, each.model) for name, each in found.gone] == [("chat", ENDED)]
    assert (found.added, found.removed) == (("more",), ("docs", "gone"))
    assert [row.name for row in found.no_longer_read] == ["risk"]
    told = json.loads(moved_as_json(found))
    assert [each["repository"] for each in told["new"]] == ["more", "chat"]
    text = moved_as_markdown(found)
    assert "2 new findings, 1 finding gone." in text
    assert f"\n- error `eol-reached`: `{ENDED}` in `more` at `main.tf:7`, end of life 2026-09-10\n" in text
    assert "\nRepositories removed:\n\n- `docs`\n- `gone`\n" in text
    assert "- `risk`: not read in time" in text


def test_reports_have_every_line_and_no_markup_of_the_code(
    store: Store, job: Job, make_repository: MakeRepository
) -> None:
    run = first_run(store, job, make_repository)
    view = FleetView(store, run)
    page = as_html(view)
    assert page.startswith("<!doctype html>")
    for text in (ENDED, ENDING, "@chat", "there is no directory /nowhere", "main.tf:7", "What breaks on which day"):
        assert text in page
    assert [json.loads(line)["model"] for line in as_json_lines(view).splitlines()] == [ENDED, ENDING]
    assert as_csv(view).splitlines()[1].startswith("chat,'@chat,anthropic.claude-3-haiku")
    hostile = RepositoryRow("<script>x</script>", "/x", Status.FAILED, reason="<img src=x>")
    store.write_part(run, unread(hostile))
    again = as_html(FleetView(store, run))
    assert "<script>x" not in again
    assert "<img" not in again


def test_the_page_tells_what_is_not_known(store: Store, job: Job, make_repository: MakeRepository) -> None:
    unknown = AGENT.replace('"{model}"', "data.external.model.result.id").replace("{{", "{").replace("}}", "}")
    code = f'data "external" "model" {{\n  program = ["x"]\n}}\n{unknown}'
    run = new_run(store, job, "1")
    add(store, run, job, Repository("chat", str(make_repository("chat", main__tf=code, more__tf="resource {{{"))))
    view = FleetView(store, store.finish(run))
    ((repository, use),) = view.unresolved
    assert (repository, use.address) == ("chat", "aws_bedrockagent_agent.chat")
    assert [problem.file for problem in view.missed["chat"]] == ["more.tf"]
    page = as_html(view)
    assert "References not resolved" in page
    assert "<code>more.tf:1</code>" in page


def test_issues_are_one_file_for_each_repository(store: Store, job: Job, make_repository: MakeRepository) -> None:
    issues = as_issues(FleetView(store, first_run(store, job, make_repository)))
    assert list(issues) == ["chat.md", "risk.md"]
    title, *rest = issues["chat.md"].splitlines()
    assert title == "Amazon Bedrock models to replace: 1 line, last end of life 2026-09-10"
    assert issues["risk.md"].startswith("Amazon Bedrock models to replace: 1 line, next end of life 2027-01-08\n")
    assert f"`{ENDED}`" in "\n".join(rest)


def test_the_store_answers_sql(store: Store, job: Job, make_repository: MakeRepository) -> None:
    run = first_run(store, job, make_repository)
    answer = query(store, run, "SELECT repository, model FROM uses ORDER BY eol_date")
    assert answer.columns == ("repository", "model")
    assert answer.rows == (("chat", ENDED), ("risk", ENDING))
    assert query(store, run, "SELECT DISTINCT run FROM all_repositories").rows == (("1",),)
    with pytest.raises(UsageError, match="the query failed"):
        query(store, run, "SELECT nope FROM uses")
