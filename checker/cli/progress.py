"""How far a long run is: one line on a terminal, gone when the run is over."""

import os
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

from checker.cli.terminal_abilities import takes_unicode, width_of
from checker.report.printable import ascii_only, printable

# A run that is over by then shows nothing.
_DELAY_SECONDS = 0.5
_INTERVAL_SECONDS = 0.1
_ERASE = "\r\x1b[K"


class Progress:
    """Shows steps on a stream, if that is a terminal that can take a line back."""

    def __init__(self, stream: TextIO | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        is_terminal = stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._stream = stream if is_terminal else None
        self._clock = clock
        self._next = clock() + _DELAY_SECONDS
        self._is_shown = False

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_shown and self._stream is not None:
            self._write(self._stream, _ERASE)

    def step(self, name: str, number: int, total: int) -> None:
        """Says that `name`, which is the `number`th of `total`, is being read."""
        stream, now = self._stream, self._clock()
        if stream is None or now < self._next:
            return
        self._next = now + _INTERVAL_SECONDS
        text = printable(f"Reading {number:,} of {total:,}: {name}")
        if not takes_unicode(stream):
            text = ascii_only(text)
        # A line that is full would wrap, and could not be taken back; a character may take two columns.
        room = width_of(stream) - 1
        self._write(stream, _ERASE + text[: room if text.isascii() else room // 2])
        self._is_shown = True

    def _write(self, stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError):
            # What shows progress must not end the run.
            self._stream = None
