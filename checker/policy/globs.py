"""Globs of scopes and waivers.

`*` and `?` cross dots, so that `module.chat.*` covers what is nested in it; brackets stand for themselves, since
addresses are full of them (`agent.x["k"]`). In paths, `*` and `?` stay within a directory, `**` does not, and `**/`
also stands for nothing.
"""

import re
from functools import lru_cache

from checker.source.wildcards import Token, Wildcard, covers

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|.", re.DOTALL)
_MANY_STARS = re.compile(r"\*{3,}")


_IN_NAMES = {"*": Wildcard.TEXT, "**": Wildcard.TEXT, "?": Wildcard.ONE}
_IN_PATHS = {"*": Wildcard.SEGMENT, "**": Wildcard.TEXT, "**/": Wildcard.DIRECTORIES, "?": Wildcard.ONE_OF_SEGMENT}


@lru_cache(maxsize=65536)
def matches(glob: str, name: str) -> bool:
    """Whether a glob covers a name."""
    return covers(_name_tokens(glob), name)


@lru_cache(maxsize=65536)
def matches_path(glob: str, path: str) -> bool:
    """Whether a glob covers a path, which is relative to the working directory. One that ends with `/` covers all that
    lies below.
    """
    return covers(_path_tokens(glob), path)


@lru_cache(maxsize=1024)
def _name_tokens(glob: str) -> tuple[Token, ...]:
    # `**/` has no meaning of its own in a name.
    tokens = (token for part in _TOKEN.findall(glob) for token in (("**", "/") if part == "**/" else (part,)))
    return tuple(_IN_NAMES.get(token, token) for token in tokens)


@lru_cache(maxsize=1024)
def _path_tokens(glob: str) -> tuple[Token, ...]:
    glob = _MANY_STARS.sub("**", glob.removeprefix("./"))
    return tuple(_IN_PATHS.get(token, token) for token in _TOKEN.findall(f"{glob}**" if glob.endswith("/") else glob))
