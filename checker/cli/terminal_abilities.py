"""What an output stream can show."""

import codecs
import os
import shutil
from typing import TextIO

# Where there is no terminal, nothing says how wide a reader's window is.
_WIDTH = 100
_LEAST_WIDTH = 40


def takes_color(stream: TextIO | None) -> bool:
    """Whether to write colours: on a terminal, or with FORCE_COLOR; never with NO_COLOR."""
    if os.environ.get("NO_COLOR") or stream is None:
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def takes_unicode(stream: TextIO | None) -> bool:
    """Whether the encoding has more than some hundred characters."""
    encoding = getattr(stream, "encoding", None) or "ascii"
    try:
        return codecs.lookup(encoding).name.startswith("utf")
    except LookupError:
        return False


def width_of(stream: TextIO | None) -> int:
    """The columns of a terminal, or what COLUMNS says."""
    if stream is not None and (stream.isatty() or os.environ.get("COLUMNS")):
        return max(shutil.get_terminal_size((_WIDTH, 24)).columns, _LEAST_WIDTH)
    return _WIDTH
