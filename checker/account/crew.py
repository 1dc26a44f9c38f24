"""Runs calls in threads: many at once over all services and Regions, few at once in each of them."""

import queue
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

# When this many results wait to be taken, the threads wait too.
_MOST_WAITING = 500
_PATIENCE_SECONDS = 0.1


class Task(NamedTuple, Generic[T]):
    """A task of a lane. It gives results, and further tasks, which run before those that wait in the lane."""

    lane: Hashable
    run: "Callable[[], Iterable[Task[T] | T]]"


class _Over:
    """The mark behind the last result."""


class Crew(Generic[T]):
    """Runs tasks. `at_once` is the number of threads, `in_lane` the most tasks that run in one lane at once."""

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

        When the caller stops iterating, the threads stop, and nobody waits for a call under way. The error of a task is
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
            # The thread that iterates raises it, whatever it is.
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
                    # The queue keeps the order, so this comes after the last result.
                    self._give(_Over())

    def _next(self) -> Task[T] | None:
        """Waits for a lane with room, and takes its last task; None if there will be no more tasks."""
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
        """Queues a result; false if nobody waits for results any more."""
        while not self._stopped:
            try:
                self._results.put(result, timeout=_PATIENCE_SECONDS)
            except queue.Full:
                continue
            return True
        return False
