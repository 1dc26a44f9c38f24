"""Spreads calls over processes that share what this one has read, and bounds how often Python collects garbage."""

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from checker.errors import UsageError

# How often Python looks for garbage in a process that reads code.


def collect_rarely(*, lives_long: bool = False) -> None:
    """Makes collections rare, for the whole process; less so if it lives long, and leaves garbage again and again.

    Trees of code and values are large, and live until their input is read. Garbage collection at the usual rate takes
    up to half of a run; at a fifth of the rate for processes that live long, still a fifth of one.
    """
    gc.set_threshold(1_000_000 if lives_long else 3_000_000, 20, 50)


def leave_garbage() -> None:
    """Ends collections, for a process that ends.

    Python would look once more for garbage in everything that was read, which takes up to a third of a run.
    """
    gc.freeze()


# Spreads calls over processes that share what this one has read.

_Result = TypeVar("_Result")
# With fewer calls, to start processes and to bring the results back takes longer than the calls.
_FEWEST = 24
# A container may have the time of fewer cores than it sees, and each process needs memory.
_MOST = 8
# The function of the calls under way: forked processes have it, and all that it refers to.
_shared: list[Callable[[int], Any]] = []


def jobs_for(count: int, wanted: int | None) -> int:
    """The number of processes for so many calls: at most `wanted`; if that is None, one for each core if they pay.

    One where a process cannot be forked safely: in Windows and macOS.
    """
    if sys.platform != "linux":
        return 1
    if wanted is None:
        return min(len(os.sched_getaffinity(0)), _MOST) if count >= _FEWEST else 1
    return min(wanted, count)


def results_of(call: Callable[[int], _Result], count: int, jobs: int) -> Iterator[_Result]:
    """The results of `call` for each number below `count`, in order, from so many processes at once.

    With more than one, results are pickled, and what a call changes in objects of this process is lost. Raises what a
    call raises, and UsageError if the system ends one of the processes.
    """
    if jobs < 2:
        yield from map(call, range(count))
        return
    # Most runs have one process, and need not wait until these are imported.
    import multiprocessing
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

    _shared.append(call)
    try:
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _leave_interrupts) as pool:
            pending = deque(pool.submit(_call, number) for number in range(count))
            try:
                while pending:
                    yield pending.popleft().result()
            except BaseException:
                # The pool would wait for the calls under way. It must not find cancelled ones when it is broken.
                for process in multiprocessing.active_children():
                    process.terminate()
                raise
    except BrokenProcessPool as error:
        raise UsageError(
            "the system ended a process that read the inputs, perhaps since memory was short; try --jobs 1"
        ) from error
    finally:
        _shared.pop()


def _leave_interrupts() -> None:
    # A terminal interrupts all its processes; the first one ends these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _call(number: int) -> Any:
    return _shared[-1](number)
