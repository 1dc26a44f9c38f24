"""Suggests names for a misspelt one."""

from collections.abc import Iterable

_MOST_LISTED = 40


def did_you_mean(written: str, known: Iterable[str]) -> str:
    """`; did you mean 'check'?`; if no name is similar and there are only a few, all of them."""
    import difflib  # needed only for errors, and slow to import

    names = sorted(map(str, known))
    close = difflib.get_close_matches(written, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known are {', '.join(names)}" if 0 < len(names) <= _MOST_LISTED else ""
