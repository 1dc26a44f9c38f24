"""Runs the tasks of a fleet on a Dask cluster: one per repository, with a bounded number in flight.

When a task exceeds its time, its worker ends itself, and the nanny starts another one. The scheduler gives the task to
another worker. After the third lost worker, the run reports the repository and goes on.
"""

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from typing import Any, NamedTuple

import dask
from distributed import Client, Future, LocalCluster, Worker, WorkerPlugin, as_completed, get_worker
from distributed.client import FutureCancelledError
from distributed.scheduler import KilledWorker

from checker import __version__
from checker.errors import UsageError
from checker.fleet.rows import Status
from checker.fleet.task import Job, Outcome, Task, perform
from checker.processes import collect_rarely

# A task is tried again twice if it fails or if its worker is lost.
_MOST_TRIES = 3
# If results are lost with their workers this often, something is wrong with the cluster.
_MOST_STARTS = 20
# A second task waits at each worker, so that no worker has to wait for the scheduler.
_IN_FLIGHT_PER_WORKER = 2
# The time between counts of the workers: a count for each task would take longer than to hand the task over.
_COUNT_SECONDS = 2.0
_STARTED = "started"
_OVERDUE = "overdue"
_CONNECT_SECONDS = 30
_FORGET_SECONDS = 5
_CONFIGURATION = {
    "distributed.scheduler.allowed-failures": _MOST_TRIES - 1,
    # A task holds the interpreter for a long time, so heartbeats may be late.
    "distributed.scheduler.worker-ttl": None,
    "distributed.admin.tick.limit": "1h",
    "distributed.admin.tick.interval": "1s",
    # Only a dashboard shows these samples, and each one takes the interpreter from the work.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.interval": "5s",
    # A local cluster gives up a lost worker that is not running again after this time (default: 15 s).
    "distributed.deploy.lost-worker-timeout": "1 week",
    "distributed.logging.distributed": "error",
    "distributed.worker.daemon": True,
}


class Cluster(NamedTuple):
    """Where tasks run: on the user's scheduler, or on this machine with so many workers (default: one per core)."""

    scheduler: str | None = None
    workers: int | None = None


class Lost(NamedTuple):
    """The scheduler went away; the tasks without an outcome are `left`."""

    left: tuple[Task, ...]


class Engine:
    """A connected cluster."""

    def __init__(self, client: Client, *, is_local: bool) -> None:
        # Most of the library's methods have no types.
        self._client: Any = client
        self._is_local = is_local
        # Several runs may share a scheduler.
        self._run = f"bedrock-eol-{client.id}"
        self._workers = 0
        self._counted_at = -_COUNT_SECONDS

    @property
    def dashboard(self) -> str | None:
        """The address of Dask's dashboard; None if there is none."""
        try:
            # A scheduler always names an address. Without bokeh, its page only says what is missing.
            self._client.run_on_scheduler(installed_version, "bokeh")
        except PackageNotFoundError:
            return None
        return str(self._client.dashboard_link)

    def outcomes(self, job: Job, tasks: Iterable[Task]) -> Iterator[Outcome | Lost]:
        """The outcomes of the tasks, as they come. The last one is a Lost if the scheduler goes away."""
        waiting = deque((task, 1) for task in tasks)
        running: dict[Future[Outcome], tuple[Task, int]] = {}
        try:
            self._client.register_plugin(_JobPlugin(job, is_local=self._is_local), name=self._run)
            completed: Any = as_completed(loop=self._client.loop)
            while waiting or running:
                while waiting and len(running) < self._room():
                    task, tried = waiting.popleft()
                    future = self._client.submit(_watched, self._run, task, pure=False)
                    running[future] = (task, tried)
                    completed.add(future)
                future = next(completed)
                task, tried = running[future]
                outcome = self._outcome(future, task)
                del running[future]
                future.release()
                if outcome is None or (outcome.may_retry and tried < _MOST_TRIES):
                    # Put it last, so that the cause of its failure may have passed.
                    waiting.append((task, tried if outcome is None else tried + 1))
                else:
                    yield outcome
        except (OSError, FutureCancelledError, StopIteration, RuntimeError):
            if not self._is_gone():
                raise
            yield Lost(tuple(task for task, _ in (*running.values(), *waiting)))

    def forget(self) -> None:
        """Removes the job from the scheduler, which would hand it to every later worker; harmless if it has none."""
        if not self._is_gone():
            # The scheduler forgets at once, but then waits for all its workers, even for one that failed to start.
            with suppress(OSError, TimeoutError, ValueError):
                forgotten = self._client.scheduler.unregister_worker_plugin
                self._client.sync(forgotten, name=self._run, callback_timeout=_FORGET_SECONDS)

    def _is_gone(self) -> bool:
        return bool(self._client.status != "running")

    def _room(self) -> int:
        if self._is_gone():
            raise ConnectionError("the scheduler went away")
        now = time.monotonic()
        if now - self._counted_at >= _COUNT_SECONDS:
            self._counted_at = now
            self._workers = len(self._client.nthreads())
        return max(_IN_FLIGHT_PER_WORKER * self._workers, 1)

    def _outcome(self, future: "Future[Outcome]", task: Task) -> Outcome | None:
        """The outcome of a finished task; None if it has none, but not by its own fault.

        Then it waited at workers that were lost, or its result was lost with its worker.
        """
        try:
            if future.status == "finished":
                found: Outcome = future.result()
                return found
            error = future.exception()
        except FutureCancelledError:
            error = None
        if error is None:
            # It was cancelled.
            if self._is_gone() or self._count(_STARTED, task) > _MOST_STARTS:
                raise ConnectionError(f"the result of {task.repository.name} was lost")
            return None
        if not isinstance(error, KilledWorker):
            return Outcome(task.repository, Status.FAILED, f"the task failed: {type(error).__name__}: {error}")
        if self._count(_STARTED, task) < _MOST_TRIES:
            return None
        if self._count(_OVERDUE, task):
            return Outcome(task.repository, Status.TIMED_OUT, f"not read in time, {_MOST_TRIES} times")
        reason = f"{_MOST_TRIES} workers were lost while they read it, for lack of memory perhaps"
        return Outcome(task.repository, Status.LOST, reason)

    def _count(self, topic: str, task: Task) -> int:
        events: Any = self._client.get_events(f"{self._run}-{topic}")
        return sum(message == task.repository.name for _, message in events)


@contextmanager
def engine(cluster: Cluster) -> Iterator[Engine]:
    """Connects to the user's cluster, or starts one on this machine for the time of the block. Raises UsageError."""
    with ExitStack() as stack:
        stack.enter_context(dask.config.set(_CONFIGURATION))
        if cluster.scheduler is None:
            address: Any = stack.enter_context(
                LocalCluster(
                    n_workers=cluster.workers or os.cpu_count() or 1,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address="127.0.0.1:0",
                    host="127.0.0.1",
                    silence_logs="CRITICAL",
                )
            )
        else:
            address = cluster.scheduler
        try:
            client = stack.enter_context(Client(address, timeout=_CONNECT_SECONDS, set_as_default=False))
        except (OSError, ValueError) as error:
            raise UsageError(f"no Dask scheduler answers at {cluster.scheduler}: {error}") from None
        if cluster.scheduler is not None:
            _check_workers(client, cluster.scheduler)
        running = Engine(client, is_local=cluster.scheduler is None)
        if cluster.scheduler is not None:
            stack.callback(running.forget)
        yield running


def _check_workers(client: Any, scheduler: str) -> None:
    """Raises UsageError unless the scheduler has workers, and all of them have this version of this program."""
    told = client.run(_program, on_error="return")
    if not told:
        raise UsageError(f"the Dask scheduler at {scheduler} has no workers yet")
    for worker, program in sorted(told.items()):
        if program != _program():
            raise UsageError(
                f"the worker {worker} needs {_program()} with the extra 'fleet', as it is installed here; it reports:"
                f" {program}"
            )


def _program() -> str:
    return f"bedrock-eol {__version__}"


class _JobPlugin(WorkerPlugin):
    """Hands the job to every worker, also to workers that replace lost ones."""

    def __init__(self, job: Job, *, is_local: bool) -> None:
        self.job = job
        self._is_local = is_local

    def setup(self, worker: Worker) -> None:
        """Prepares the process of a worker."""
        del worker
        collect_rarely(lives_long=True)
        if self._is_local:
            # A terminal interrupts all its processes; the command itself ends this one.
            signal.signal(signal.SIGINT, signal.SIG_IGN)


def _watched(run: str, task: Task) -> Outcome:
    """Performs a task in a worker, which ends itself if the task takes too long."""
    worker = get_worker()
    plugin: Any = worker.plugins[run]
    job: Job = plugin.job
    worker.log_event(f"{run}-{_STARTED}", task.repository.name)
    done = threading.Event()

    def watch() -> None:
        if not done.wait(job.limits.seconds):
            worker.log_event(f"{run}-{_OVERDUE}", task.repository.name)
            # The event has to be sent before the process ends.
            time.sleep(1)
            if not done.is_set():
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    try:
        return perform(job, task)
    finally:
        done.set()
