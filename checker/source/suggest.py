"""Suggests names for a misspelt one."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

_MOST_LISTED = 40
# Of a path that is not there, so many of the names beside it are compared.
_MOST_BESIDE = 2_000


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`; did you mean 'check'?`; if no name is similar and there are only a few, all of them."""
    names = sorted(map(str, known))
    close = closest(written, names)
    if close:
        return f"; did you mean {close!r}?"
    return f"; known are {', '.join(names)}" if 0 < len(names) <= _MOST_LISTED else ""


def closest(written: str, known: Iterable[str]) -> str:
    """The name that is most similar; empty if none is similar."""
    import difflib  # needed only for errors, and slow to import

    return next(iter(difflib.get_close_matches(written, list(known), n=1, cutoff=0.6)), "")


def closest_path(path: str) -> str:
    """A path that is there, and differs from one that is not by a similar name at its end; empty if there is none."""
    wanted = Path(path)
    try:
        names = sorted(each.name for each in islice(wanted.parent.iterdir(), _MOST_BESIDE))
    except OSError:
        return ""
    close = closest(wanted.name, names)
    return str(wanted.with_name(close)) if close else ""


def is_address(path: str) -> bool:
    """Whether what stands for a path is a URL, of which a path keeps one slash."""
    scheme, colon, rest = path.partition(":/")
    return bool(colon and rest) and len(scheme) > 1 and scheme.replace("+", "").replace(":", "").isalnum()
