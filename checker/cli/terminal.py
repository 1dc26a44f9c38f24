"""The terminal: the abilities of its streams, messages on standard error, pages, and progress."""

import codecs
import contextlib
import os
import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from checker.report.escaping import ascii_only, printable
from checker.source.urls import without_credentials

if TYPE_CHECKING:
    from checker.report.page import Page

# Without a terminal, the width of the reader's window is unknown.
_WIDTH = 100
_LEAST_WIDTH = 40
# A shorter run shows nothing.
_DELAY_SECONDS = 0.5
_INTERVAL_SECONDS = 0.1
_ERASE = "\r\x1b[K"


# Terminals that support links (OSC 8), by a variable that they set, and by the name that they report.
_LINKING_VARIABLES = ("WT_SESSION", "KONSOLE_VERSION", "KITTY_WINDOW_ID", "WEZTERM_PANE", "DOMTERM")
_LINKING_PROGRAMS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio")
_LINKING_TERMS = ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "contour", "wezterm")
# For VTE, the base of GNOME Terminal and others: 0.50.
_LINKING_VTE = 5000


def takes_links(stream: TextIO | None) -> bool:
    """True if the terminal is known to support links, or FORCE_HYPERLINK says so."""
    forced = os.environ.get("FORCE_HYPERLINK")
    if forced is not None:
        return forced != "0"
    if stream is None or not stream.isatty() or os.environ.get("TERM") == "dumb":
        return False
    # These pass nothing on by default.
    if os.environ.get("TMUX") or os.environ.get("TERM", "").startswith("screen"):
        return False
    vte = os.environ.get("VTE_VERSION", "")
    return (
        any(map(os.environ.get, _LINKING_VARIABLES))
        or os.environ.get("TERM_PROGRAM") in _LINKING_PROGRAMS
        or os.environ.get("TERM", "").startswith(_LINKING_TERMS)
        or (vte.isdecimal() and int(vte) >= _LINKING_VTE)
    )


def link_to(file: str) -> str:
    """The URL of a file on this machine, which a terminal on another machine can distinguish from its own."""
    import socket
    from urllib.parse import quote

    return f"file://{quote(socket.gethostname())}{quote(os.path.abspath(file))}"  # noqa: PTH100 (resolve() follows links)


def takes_color(stream: TextIO | None) -> bool:
    """Whether to write colours: on a terminal, or with FORCE_COLOR; never with NO_COLOR."""
    if os.environ.get("NO_COLOR") or stream is None:
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def takes_unicode(stream: TextIO | None) -> bool:
    """True if the encoding has more than a few hundred characters."""
    encoding = getattr(stream, "encoding", None) or "ascii"
    try:
        return codecs.lookup(encoding).name.startswith("utf")
    except LookupError:
        return False


def width_of(stream: TextIO | None) -> int:
    """The columns of a terminal, or the value of COLUMNS."""
    if stream is not None and (stream.isatty() or os.environ.get("COLUMNS")):
        return max(shutil.get_terminal_size((_WIDTH, 24)).columns, _LEAST_WIDTH)
    return _WIDTH


def tell(message: str) -> None:
    """Prints one or several lines. A failure changes neither the reports nor the exit code."""
    stream = sys.stderr
    if stream is None:
        return
    try:
        for line in message.split("\n"):
            print(printable(without_credentials(line)), file=stream)
        stream.flush()
    except (OSError, ValueError):
        discard(stream)


def discard(stream: TextIO | None) -> None:
    """Keeps the interpreter from failing, at its end, when it flushes output that nobody reads."""
    # A stream may be no real file, as in tests: then nothing can fail.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def new_page() -> "Page":
    """An empty page for standard output, in colour and as wide as the terminal."""
    from checker.report.page import Page

    return Page(width=width_of(sys.stdout), color=takes_color(sys.stdout), unicode=takes_unicode(sys.stdout))


def show(page: "Page") -> None:
    """Writes the page to standard output."""
    from checker.cli.output import write_to_standard_output

    write_to_standard_output(page.text())


class Progress:
    """Shows progress on a stream, if that is a terminal that can erase a line."""

    def __init__(self, stream: TextIO | None, *, clock: Callable[[], float] = time.monotonic) -> None:
        is_terminal = stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._stream = stream if is_terminal else None
        self._clock = clock
        self._next = clock() + _DELAY_SECONDS
        self._is_shown = False
        self._at = (0, 0)

    def __enter__(self) -> "Progress":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_shown and self._stream is not None:
            self._write(self._stream, _ERASE)

    @property
    def done(self) -> str:
        """The number of finished steps: `3 of 12`; empty before the first."""
        done, total = self._at
        return f"{done:,} of {total:,}" if total else ""

    def step(self, name: str, number: int, total: int) -> None:
        """Says that `name` is being read, number `number` of `total`."""
        self._at = number - 1, total
        stream, now = self._stream, self._clock()
        if stream is None or now < self._next:
            return
        self._next = now + _INTERVAL_SECONDS
        text = printable(f"Reading {number:,} of {total:,}: {name}")
        if not takes_unicode(stream):
            text = ascii_only(text)
        # A full line would wrap and could not be erased; a character may take two columns.
        room = width_of(stream) - 1
        self._write(stream, _ERASE + text[: room if text.isascii() else room // 2])
        self._is_shown = True

    def _write(self, stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except (OSError, ValueError):
            # A failure to show progress must not end the run.
            self._stream = None
