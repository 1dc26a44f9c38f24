"""Counts the work of operations on values, for whoever bounds it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Work(threading.local):
    steps = 0


_work = _Work()


def add_work(steps: int) -> None:
    """Counts steps, each about as long as the evaluation of a literal."""
    _work.steps += steps


@contextmanager
def uncounted() -> Iterator[None]:
    """Work for a result that is kept for others too: whoever asks first must not pay for it."""
    steps = _work.steps
    try:
        yield
    finally:
        _work.steps = steps


def take_work() -> int:
    """The steps since the last call in this thread."""
    steps, _work.steps = _work.steps, 0
    return steps
