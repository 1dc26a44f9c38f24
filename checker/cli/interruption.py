"""Interrupted and terminated runs: what they say, and with which code they end."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class TerminatedError(BaseException):
    """The signal SIGTERM, as `kill` and CI systems send it.

    No KeyboardInterrupt, which typer turns into the exit code 130, and nothing that an `except Exception` catches.
    """


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise TerminatedError


def end_on_termination() -> None:
    """Lets SIGTERM end the run as an interrupt does, so that it can say what it has not done."""
    signal.signal(signal.SIGTERM, _terminate)


@contextmanager
def saying(undone: Callable[[], str]) -> Iterator[None]:
    """Says what is not done if the run ends here."""
    try:
        yield
    except (KeyboardInterrupt, TerminatedError) as interruption:
        from checker.cli.terminal import tell  # with what it needs, the most of what starting loads

        word = "Terminated" if isinstance(interruption, TerminatedError) else "Interrupted"
        tell(f"{word}: {undone()}")
        raise
