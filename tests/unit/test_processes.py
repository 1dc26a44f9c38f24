"""Calls in several processes have the results of calls in one, and end when one of these is lost."""

import os
import signal
import sys
from pathlib import Path

import pytest

from checker.cli import run
from checker.errors import UsageError
from checker.processes import jobs_for, results_of

CASES = Path(__file__).parents[1] / "cases"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks processes safely")


def test_results_are_in_order_and_from_other_processes() -> None:
    results = list(results_of(lambda number: (number, os.getpid()), 40, 2))
    assert [number for number, _ in results] == list(range(40))
    assert os.getpid() not in {process for _, process in results}
    assert set(results_of(lambda number: os.getpid(), 3, 1)) == {os.getpid()}


def test_what_a_call_raises_is_raised() -> None:
    def refuse(number: int) -> int:
        if number == 3:
            raise UsageError("three")
        return number

    results = results_of(refuse, 8, 2)
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(UsageError, match="three"):
        next(results)


def test_a_process_that_is_lost_ends_the_run() -> None:
    with pytest.raises(UsageError, match="try --jobs 1"):
        list(results_of(lambda number: os.kill(os.getpid(), signal.SIGKILL), 4, 2))


def test_few_calls_have_one_process() -> None:
    cores = min(len(os.sched_getaffinity(0)), 8)
    assert [jobs_for(count, None) for count in (1, 23, 24, 1_000)] == [1, 1, cores, cores]
    assert [jobs_for(count, 4) for count in (1, 3, 1_000)] == [1, 3, 4]


def test_the_report_is_the_same(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    reports = []
    for jobs in ("1", "2", "3"):
        paths = ["terraform", "cloudformation", "cdk", "terraform-roots"]
        code = run(["check", *paths, "--no-config", "--as-of", "2026-11-24", "--format", "json", "-q", "-j", jobs])
        reports.append((code, capfdbinary.readouterr().out))
    assert reports[0] == reports[1] == reports[2]
    assert reports[0][1].count(b'"kind": "terraform"') > 20
