"""Patterns of .gitignore and CODEOWNERS."""

import re
import warnings
from collections.abc import Iterable

from pathspec import GitIgnoreSpec

__all__ = ["GitIgnoreSpec", "patterns"]

# Each star of a pattern may try every length: with many, a name that nearly fits takes for ever.
_MOST_STARS = 4
_STARS = re.compile(r"\*+")
_MANY_STARS = re.compile(r"\*{3,}")
_LONGEST = 4096


def patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """The patterns of the lines. What git would not take, and what takes too long to match, fits nothing.

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
    if len(line) > _LONGEST or len(_STARS.findall(line)) > _MOST_STARS:
        return "!*" if line.startswith("!") else ""
    return line


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True
