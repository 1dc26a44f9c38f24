"""The exit codes, also of interrupted and terminated runs."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from types import FrameType

# The exit codes.


class ExitCode(IntEnum):
    """1 wins over 3; the format of a report never changes the code."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERNAL = 4
    INTERRUPTED = 130
    TERMINATED = 143


# Interrupted and terminated runs: their messages and exit codes.


class TerminatedError(BaseException):
    """The signal SIGTERM, as `kill` and CI systems send it.

    Not a KeyboardInterrupt, which typer turns into exit code 130, and not caught by `except Exception`.
    """


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise TerminatedError


def end_on_termination() -> None:
    """Makes SIGTERM end the run like an interrupt, so that it can say what it has not done."""
    signal.signal(signal.SIGTERM, _terminate)


@contextmanager
def saying(undone: Callable[[], str]) -> Iterator[None]:
    """Says what has not been done if the run ends here."""
    try:
        yield
    except (KeyboardInterrupt, TerminatedError) as interruption:
        from checker.cli.terminal import tell  # with its dependencies, most of the time of a start

        word = "Terminated" if isinstance(interruption, TerminatedError) else "Interrupted"
        tell(f"{word}: {undone()}")
        raise
