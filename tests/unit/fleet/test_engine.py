"""A run on a real Dask cluster: faults, retries, workers that are lost, a scheduler that goes away."""

import os
import shutil
from dataclasses import replace
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import pytest
from distributed import LocalCluster

from checker.errors import UsageError
from checker.fleet.engine import _CONFIGURATION, Cluster, engine
from checker.fleet.repositories import Repository
from checker.fleet.rows import Status
from checker.fleet.runs import Ended, new_run, resumed_run, scan_fleet
from checker.fleet.store import Store
from checker.fleet.task import Job, Outcome, Task
from tests.unit.fleet.conftest import AGENT, ENDED, MakeRepository


def nothing(number: int, total: int, name: str) -> None:
    del number, total, name


@pytest.fixture
def harmful_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that never ends in a repository named `sleeper`, and ends its caller in one named `killer`."""
    real = shutil.which("git")
    script = tmp_path / "bin" / "git"
    script.parent.mkdir()
    script.write_text(
        f'#!/bin/sh\ncase "$*" in\n*/sleeper*) exec sleep 60 ;;\n*/killer*) kill -9 $PPID ;;\nesac\nexec {real} "$@"\n'
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")


def test_what_harms_a_worker_is_one_row_with_its_reason(
    tmp_path: Path, make_repository: MakeRepository, job: Job, harmful_git: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A second try is tried again as a third one is. Each takes the time of a task, and that of a new worker.
    monkeypatch.setattr("checker.fleet.engine._MOST_TRIES", 2)
    monkeypatch.setitem(_CONFIGURATION, "distributed.scheduler.allowed-failures", 1)
    found = [
        Repository(name, str(tmp_path / "repositories" / name))
        for name in ("chat", "killer", "missing", "more", "sleeper")
    ]
    for each in found:
        if each.name in {"chat", "more"}:
            make_repository(each.name, main__tf=AGENT.format(model=ENDED))
        elif each.name != "missing":
            (Path(each.location) / ".git").mkdir(parents=True)
    store = Store(tmp_path / "store")
    short = job._replace(limits=job.limits._replace(seconds=2))
    ended = scan_fleet(found, store, new_run(store, short, "1"), short, Cluster(workers=2), nothing)
    assert ended.left == 0
    assert ended.run.finished
    rows = {row.name: row for row in store.repositories(ended.run)}
    assert {name: row.status for name, row in rows.items()} == {
        "chat": Status.READ,
        "killer": Status.LOST,
        "missing": Status.FAILED,
        "more": Status.READ,
        "sleeper": Status.TIMED_OUT,
    }
    assert "2 workers were lost" in rows["killer"].reason
    assert sorted(name for name, _ in store.findings(ended.run)) == ["chat", "more"]


def test_a_run_goes_on_after_its_scheduler_went_away(
    tmp_path: Path, make_repository: MakeRepository, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The client tries as long to find its scheduler again.
    monkeypatch.setattr("checker.fleet.engine._CONNECT_SECONDS", 3)
    found = [
        Repository(name, str(make_repository(name, main__tf=AGENT.format(model=ENDED))))
        for name in (f"r{number}" for number in range(6))
    ]
    store = Store(tmp_path / "store")
    run = new_run(store, job, "1")
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL") as cluster:

        def end_scheduler(number: int, total: int, name: str) -> None:
            del total, name
            if number == 3:
                cluster.close()

        ended = scan_fleet(found, store, run, job, Cluster(cluster.scheduler_address), end_scheduler)
    assert 0 < ended.left < len(found)
    stored = {row.name for row in store.repositories(run)}
    assert len(stored) == len(found) - ended.left
    read_now: list[str] = []

    def note(number: int, total: int, name: str) -> None:
        del number, total
        read_now.append(name)

    again = scan_fleet(found, store, resumed_run(store, job), job, Cluster(workers=1), note)
    assert again == Ended(store.run("1"))
    assert stored.isdisjoint(read_now)
    assert {row.name for row in store.repositories(again.run)} == {each.name for each in found}

    make_repository("r1", main__tf="# changed\n")
    second = scan_fleet(found, store, new_run(store, job, "2"), job, Cluster(workers=1), nothing)
    statuses = {row.name: row.status for row in store.repositories(second.run)}
    assert statuses.pop("r1") is Status.READ
    assert set(statuses.values()) == {Status.UNCHANGED}
    assert len({name for name, _ in store.findings(second.run)}) == len(found) - 1
    with pytest.raises(UsageError, match="no unfinished run"):
        resumed_run(store, job)


def test_a_run_is_resumed_only_with_what_it_judged_by(tmp_path: Path, job: Job) -> None:
    store = Store(tmp_path / "store")
    new_run(store, job, "1")
    other = job._replace(policy=job.policy._replace(sources=("strict",)))
    with pytest.raises(UsageError, match="judges for 2026-11-24 by baseline"):
        resumed_run(store, other)


def test_only_the_last_run_is_resumed(tmp_path: Path, job: Job) -> None:
    store = Store(tmp_path / "store")
    new_run(store, job, "1")
    store.finish(new_run(store, job, "2"))
    with pytest.raises(UsageError, match="no unfinished run"):
        resumed_run(store, job)


def test_runs_that_share_a_scheduler_judge_by_their_own_jobs(
    tmp_path: Path, make_repository: MakeRepository, job: Job
) -> None:
    top = make_repository("chat", main__tf=AGENT.format(model=ENDED))
    tasks = [Task(Repository(name, str(top))) for name in ("a", "b", "c")]
    later = job._replace(settings=replace(job.settings, as_of=date(2026, 12, 24)))
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL") as cluster:
        of_scheduler = Cluster(cluster.scheduler_address)
        with engine(of_scheduler) as one, engine(of_scheduler) as other:
            assert one.dashboard is None or find_spec("bokeh")
            outcomes = [
                each
                for pair in zip(one.outcomes(job, tasks), other.outcomes(later, tasks), strict=True)
                for each in pair
            ]
        assert not [name for name in cluster.scheduler.worker_plugins if name.startswith("bedrock-eol")]
    days = []
    for outcome in outcomes:
        assert isinstance(outcome, Outcome)
        assert outcome.rows is not None, outcome.reason
        days += outcome.rows.uses["days_to_eol"].to_pylist()
    assert days == [-75, -105] * 3


def test_workers_need_the_same_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalCluster(n_workers=0, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL") as cluster:
        of_scheduler = Cluster(cluster.scheduler_address)
        with pytest.raises(UsageError, match="has no workers yet"), engine(of_scheduler):
            pass
        cluster.scale(1)
        cluster.wait_for_workers(1)
        monkeypatch.setattr("checker.fleet.engine.__version__", "99.0")
        with (
            pytest.raises(UsageError, match=r"needs bedrock-eol 99\.0 .* it reports: bedrock-eol "),
            engine(of_scheduler),
        ):
            pass


def test_a_scheduler_that_does_not_answer_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checker.fleet.engine._CONNECT_SECONDS", 0.2)
    with (
        pytest.raises(UsageError, match=r"no Dask scheduler answers at tcp://127.0.0.1:9"),
        engine(Cluster("tcp://127.0.0.1:9")),
    ):
        pass
