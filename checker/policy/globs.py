"""Globs of scopes and waivers.

`*` and `?` cross dots, so that `module.chat.*` covers what is nested in it. Brackets are literal, since addresses
contain many (`agent.x["k"]`). In paths, `*` and `?` stay within a directory and `**` does not; `**/` also matches the
empty text.
"""

import re
from enum import Enum
from functools import lru_cache

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|.", re.DOTALL)
_MANY_STARS = re.compile(r"\*{3,}")


class _Any(Enum):
    """The meaning of a token other than its own character."""

    ONE = "one character"
    ONE_OF_SEGMENT = "one character but /"
    TEXT = "any text"
    SEGMENT = "any text without /"
    DIRECTORIES = "nothing, or any text that ends with /"


_IN_NAMES = {"*": _Any.TEXT, "**": _Any.TEXT, "?": _Any.ONE}
_IN_PATHS = {"*": _Any.SEGMENT, "**": _Any.TEXT, "**/": _Any.DIRECTORIES, "?": _Any.ONE_OF_SEGMENT}


@lru_cache(maxsize=65536)
def matches(glob: str, name: str) -> bool:
    """True if a glob matches a name."""
    return _match(_name_tokens(glob), name)


@lru_cache(maxsize=65536)
def matches_path(glob: str, path: str) -> bool:
    """True if a glob matches a path, which is relative to the working directory. A glob with `/` at its end matches
    everything below.
    """
    return _match(_path_tokens(glob), path)


@lru_cache(maxsize=1024)
def _name_tokens(glob: str) -> tuple[str | _Any, ...]:
    # `**/` has no special meaning in a name.
    tokens = (token for part in _TOKEN.findall(glob) for token in (("**", "/") if part == "**/" else (part,)))
    return tuple(_IN_NAMES.get(token, token) for token in tokens)


@lru_cache(maxsize=1024)
def _path_tokens(glob: str) -> tuple[str | _Any, ...]:
    glob = _MANY_STARS.sub("**", glob.removeprefix("./"))
    return tuple(_IN_PATHS.get(token, token) for token in _TOKEN.findall(f"{glob}**" if glob.endswith("/") else glob))


def _match(tokens: tuple[str | _Any, ...], text: str) -> bool:
    # All positions in the glob are followed at once. A regular expression would backtrack, which takes exponential time
    # with many stars.
    positions = _with_skipped(tokens, {0}, set())
    for character in text:
        following: set[int] = set()
        within: set[int] = set()
        for position in positions:
            if position == len(tokens):
                continue
            match tokens[position]:
                case _Any.ONE:
                    following.add(position + 1)
                case _Any.ONE_OF_SEGMENT:
                    if character != "/":
                        following.add(position + 1)
                case _Any.TEXT:
                    following.add(position)
                case _Any.SEGMENT:
                    if character != "/":
                        following.add(position)
                case _Any.DIRECTORIES if character == "/":
                    following.add(position)
                case _Any.DIRECTORIES:
                    within.add(position)
                case literal:
                    if literal == character:
                        following.add(position + 1)
        positions = _with_skipped(tokens, following, within)
    return len(tokens) in positions


def _with_skipped(tokens: tuple[str | _Any, ...], positions: set[int], within: set[int]) -> set[int]:
    """All positions, plus those behind tokens that may match the empty text; `within` a name those may not."""
    reached = set(positions)
    pending = list(positions)
    while pending:
        position = pending.pop()
        if position == len(tokens):
            continue
        token = tokens[position]
        if token in (_Any.TEXT, _Any.SEGMENT, _Any.DIRECTORIES) and position + 1 not in reached:
            reached.add(position + 1)
            pending.append(position + 1)
    return reached | within
