"""Threads that work off calls, side by side over services and Regions, and few at once in each of these."""

import queue
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

# So many results wait to be taken; then the threads wait.
_MOST_WAITING = 500
_PATIENCE_SECONDS = 0.1


class Task(NamedTuple, Generic[T]):
    """Something to do in a lane: it gives results, and further tasks, which are done before what waits in the lane."""

    lane: Hashable
    run: "Callable[[], Iterable[Task[T] | T]]"


class _Over:
    """There is nothing left to do."""


class Crew(Generic[T]):
    """Works off tasks. `at_once` bounds the threads, `in_lane` those that work in one lane."""

    def __init__(self, at_once: int, in_lane: int) -> None:
        self._at_once = at_once
        self._in_lane = in_lane
        self._lanes: OrderedDict[Hashable, list[Task[T]]] = OrderedDict()
        self._busy: Counter[Hashable] = Counter()
        self._changed = threading.Condition()
        self._results: queue.Queue[T | BaseException | _Over] = queue.Queue(_MOST_WAITING)
        self._stopped = False
        self.done = 0
        self.known = 0

    def work(self, tasks: Iterable[Task[T]]) -> Iterator[T | None]:
        """The results as they come, and None now and then while there are none.

        Who stops to iterate stops the threads: a call that is under way is not waited for. An error of a task is
        raised here.
        """
        waiting = list(tasks)
        if not waiting:
            return
        self._add(waiting)
        for _ in range(self._at_once):
            threading.Thread(target=self._thread, daemon=True).start()
        try:
            while True:
                try:
                    result = self._results.get(timeout=_PATIENCE_SECONDS)
                except queue.Empty:
                    yield None
                    continue
                match result:
                    case _Over():
                        return
                    case BaseException():
                        raise result
                    case _:
                        yield result
        finally:
            with self._changed:
                self._stopped = True
                self._changed.notify_all()

    def _add(self, tasks: list[Task[T]]) -> None:
        with self._changed:
            self.known += len(tasks)
            for task in tasks:
                self._lanes.setdefault(task.lane, []).append(task)
            self._changed.notify(len(tasks))

    def _thread(self) -> None:
        while (task := self._next()) is not None:
            try:
                following = []
                for result in task.run():
                    if isinstance(result, Task):
                        following.append(result)
                    elif not self._give(result):
                        return
                self._add(following)
            # Whoever iterates has to see it, whatever it is.
            except BaseException as error:
                self._give(error)
            finally:
                with self._changed:
                    self.done += 1
                    self._busy[task.lane] -= 1
                    if not self._busy[task.lane]:
                        del self._busy[task.lane]
                    is_over = not self._lanes and not self._busy
                    self._changed.notify_all()
                if is_over:
                    # What was given before is taken before.
                    self._give(_Over())

    def _next(self) -> Task[T] | None:
        """The last task of the lane whose turn it is; None if there will be none."""
        with self._changed:
            while not self._stopped:
                lane = next((each for each in self._lanes if self._busy[each] < self._in_lane), None)
                if lane is not None:
                    waiting = self._lanes[lane]
                    task = waiting.pop()
                    self._busy[lane] += 1
                    self._lanes.move_to_end(lane)
                    if not waiting:
                        del self._lanes[lane]
                    return task
                if not self._lanes and not self._busy:
                    return None
                self._changed.wait()
        return None

    def _give(self, result: T | BaseException | _Over) -> bool:
        """Whether the result was taken in; not if nobody waits for it any more."""
        while not self._stopped:
            try:
                self._results.put(result, timeout=_PATIENCE_SECONDS)
            except queue.Full:
                continue
            return True
        return False
