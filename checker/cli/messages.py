"""What is said on standard error."""

import contextlib
import os
import sys
from typing import TextIO

from checker.report.printable import printable


def tell(message: str) -> None:
    """Says a line, or several. That nobody takes it changes nothing else: neither the reports nor the exit code."""
    stream = sys.stderr
    if stream is None:
        return
    try:
        for line in message.split("\n"):
            print(printable(line), file=stream)
        stream.flush()
    except (OSError, ValueError):
        discard(stream)


def discard(stream: TextIO | None) -> None:
    """Keeps the interpreter from failing, at its end, to write out what nobody takes."""
    # A stream may be no file of the system, as in tests: then there is nothing to fail.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
