"""Patterns of .gitignore and CODEOWNERS."""

import os
import re
import warnings
from collections.abc import Iterable

from pathspec import GitIgnoreSpec

_BYTE_ORDER_MARK = "\xef\xbb\xbf"

# Each star of a pattern may try every length: with many, a name that nearly fits takes for ever.
_MOST_STARS = 4
_STARS = re.compile(r"\*+")
_MANY_STARS = re.compile(r"\*{3,}")
_LONGEST = 4096
# In these classes the library finds more than git does: `/` is in all that are negated, and named ones are no names.
_OTHER_CLASSES = re.compile(r"\[[!^]|\[:")


class Patterns:
    """The patterns of a .gitignore file, of which the last one that fits decides.

    Names and patterns are bytes to git, so that `?` is one byte; to the library each byte is the character of that
    number.
    """

    def __init__(self, content: bytes) -> None:
        lines = content.decode("latin-1").removeprefix(_BYTE_ORDER_MARK).split("\n")
        self._spec = patterns(line.removesuffix("\r") for line in lines)

    def decision(self, path: str, *, is_directory: bool) -> bool | None:
        """Whether a path below the directory of the file is ignored; None if nothing is said of it."""
        written = path if path.isascii() else os.fsencode(path).decode("latin-1")
        return self._spec.check_file(f"{written}/" if is_directory else written).include


def patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """The patterns of the lines. What git would not take, or would take otherwise, and what takes too long to match,
    fits nothing.

    If such a line takes back what others exclude, it takes back everything: less is excluded than was meant, never
    more.
    """
    usable = [_bounded(line) for line in lines]
    # `[[` makes an expression of which Python warns that it may mean something else one day.
    with warnings.catch_warnings(action="ignore", category=FutureWarning):
        try:
            return GitIgnoreSpec.from_lines(usable)
        except (ValueError, re.error):
            return GitIgnoreSpec.from_lines(filter(_is_pattern, usable))


def _bounded(line: str) -> str:
    line = _MANY_STARS.sub("**", line)
    if line.endswith("/**/"):
        # The library would have files fit it, too.
        line = line.removesuffix("**/") + "*/"
    if len(line) > _LONGEST or len(_STARS.findall(line)) > _MOST_STARS or _OTHER_CLASSES.search(line):
        return "!*" if line.startswith("!") else ""
    return line


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True
