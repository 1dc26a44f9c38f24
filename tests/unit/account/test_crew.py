"""Threads that work off tasks: all of them, in bounds, and not after the end."""

import threading
from collections.abc import Iterator

import pytest

from checker.account.crew import Crew, Task


def test_all_that_follows_is_done_and_all_results_come() -> None:
    def numbered(depth: int, name: str) -> Iterator[Task[str] | str]:
        yield name
        if depth:
            for part in "ab":
                yield Task(part, lambda part=part: numbered(depth - 1, name + part))  # type: ignore[misc]

    crew: Crew[str] = Crew(8, 2)
    found = [each for each in crew.work([Task("a", lambda: numbered(6, ""))]) if each is not None]
    assert len(found) == len(set(found)) == 2**7 - 1
    assert crew.done == crew.known == 2**7 - 1


def test_no_tasks_are_no_work() -> None:
    assert list(Crew[str](4, 2).work([])) == []


def test_a_lane_is_worked_on_by_so_many_at_once() -> None:
    lock = threading.Lock()
    busy = {"a": 0, "b": 0}
    most = {"a": 0, "b": 0}
    gate = threading.Barrier(4)

    def task(lane: str) -> Iterator[str]:
        with lock:
            busy[lane] += 1
            most[lane] = max(most[lane], busy[lane])
        # Two of each lane have to be here at once, or nobody goes on.
        gate.wait(timeout=30)
        with lock:
            busy[lane] -= 1
        yield lane

    tasks = [Task(lane, lambda lane=lane: task(lane)) for lane in "aaaabbbb"]  # type: ignore[misc]
    assert sorted(each for each in Crew[str](16, 2).work(tasks) if each) == list("aaaabbbb")
    assert most == {"a": 2, "b": 2}


def test_what_a_task_raises_is_raised_where_the_results_are_taken() -> None:
    def wrong() -> Iterator[str]:
        yield "one"
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError, match="a fault of ours"):
        list(Crew[str](2, 2).work([Task("a", wrong)]))


def threads_of(crew: Crew[int]) -> list[threading.Thread]:
    """The threads that work for it."""
    return [each for each in threading.enumerate() if getattr(each, "_target", None) == crew._thread]


def test_who_stops_to_take_results_stops_the_work() -> None:
    done: list[int] = []
    blocked = threading.Event()

    def endless(number: int) -> Iterator[Task[int] | int]:
        done.append(number)
        yield number
        yield Task("a", lambda: endless(number + 1))

    def waiting() -> Iterator[int]:
        # A call that does not come back is not waited for.
        blocked.wait(timeout=60)
        yield -1

    crew: Crew[int] = Crew(4, 1)
    results = crew.work([Task("a", lambda: endless(0)), Task("b", waiting)])
    while next(results) is None:
        pass
    results.close()  # type: ignore[attr-defined]
    blocked.set()
    for thread in threads_of(crew):
        thread.join(timeout=30)
        assert not thread.is_alive()
    assert done == list(range(len(done)))
