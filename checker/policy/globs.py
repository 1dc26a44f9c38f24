"""Globs of scopes and waivers.

`*` and `?` cross dots, so that `module.chat.*` covers what is nested in it; brackets stand for themselves, since
addresses are full of them (`agent.x["k"]`).
"""

import re
from functools import lru_cache

_NAME_TOKEN = re.compile(r"(\*|\?)")
_NAME_PATTERNS = {"*": ".*", "?": "."}
_PATH_TOKEN = re.compile(r"(\*\*/|\*\*|\*|\?)")
_PATH_PATTERNS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_STARS = re.compile(r"\*{2,}")
_MANY_STARS = re.compile(r"\*{3,}")


@lru_cache(maxsize=1024)
def compile_glob(glob: str) -> re.Pattern[str]:
    """The pattern of a glob over a whole name: `*` stands for any text, `?` for one character."""
    parts = _NAME_TOKEN.split(_STARS.sub("*", glob))
    return re.compile("".join(_NAME_PATTERNS.get(part) or re.escape(part) for part in parts), re.DOTALL)


@lru_cache(maxsize=1024)
def compile_path_glob(glob: str) -> re.Pattern[str]:
    """The pattern of a glob over a path: `**` crosses `/` (`**/` also stands for nothing), `*` and `?` do not.

    A glob that ends with `/` covers all that lies below.
    """
    glob = _MANY_STARS.sub("**", glob.removeprefix("./"))
    parts = _PATH_TOKEN.split(f"{glob}**" if glob.endswith("/") else glob)
    return re.compile("".join(_PATH_PATTERNS.get(part) or re.escape(part) for part in parts), re.DOTALL)


def matches(glob: str, name: str) -> bool:
    """Whether a glob covers a name."""
    return compile_glob(glob).fullmatch(name) is not None


def matches_path(glob: str, path: str) -> bool:
    """Whether a glob covers a path, which is relative to the working directory."""
    return compile_path_glob(glob).fullmatch(path) is not None
