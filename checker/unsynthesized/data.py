"""The data that an app takes in when it runs: the files that its code names, and those of its configuration."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

# A file of data in a text of a program, whose name may have parts that are known when it runs.
_NAMED = re.compile(r"[\"'`]([^\"'`\n]*\.(?:json|ya?ml|toml|env(?:\.[\w${}-]+)?))[\"'`]")
_PART = re.compile(r"\$?\{[^}]*\}|%s")
# What loads a file of variables, `.env`, unasked.
_LOADS_VARIABLES = "dotenv"
_CONTEXT = "cdk.context.json"
_OF_CONFIGURATION = frozenset({"conf", "config", "env", "environments", "parameters", "settings"})
_OF_OTHERS = frozenset(
    {"__tests__", "doc", "docs", "eval", "evals", "example", "examples", "fixtures", "scripts", "test", "tests"}
)
_NOT_FOR_APPS = re.compile(r"(?:docker-compose|package|tsconfig)\b.*")


def is_for_apps(path: Path, start: Path) -> bool:
    """False for files of tests, documentation and tools of development, by names below the directory of the app."""
    *directories, name = _parts(path, start)
    is_of_others = any(each.startswith(".") or each in _OF_OTHERS for each in directories)
    return not is_of_others and _NOT_FOR_APPS.fullmatch(name) is None


def data_taken_in(start: Path, data: Iterable[Path], texts: Iterable[str]) -> Iterator[Path]:
    """Those of the `data` of an app, whose directory is `start`, that its programs, with these `texts`, take in."""
    named: set[str] = set()
    loads_variables = False
    for text in texts:
        named.update(_NAMED.findall(text))
        loads_variables = loads_variables or _LOADS_VARIABLES in text
    is_named = re.compile(f"(?:.*/)?(?:{'|'.join(sorted(map(_pattern, named)))})") if named else None
    for path in data:
        if not is_for_apps(path, start):
            continue
        first, *more = parts = _parts(path, start)
        if more:
            is_of_configuration = first in _OF_CONFIGURATION
        else:
            is_of_configuration = first == _CONTEXT or (loads_variables and first.startswith(".env"))
        if is_of_configuration or (is_named is not None and is_named.fullmatch("/".join(parts)) is not None):
            yield path


def _parts(path: Path, start: Path) -> list[str]:
    return [each for each in PurePath(os.path.relpath(path, start)).parts if each != ".."]


def _pattern(written: str) -> str:
    """What the end of a path looks like that a program writes so; what an alias stands for is not known."""
    names = [each for each in written.split("/") if each not in {"", ".", ".."} and not each.startswith(("@", "~"))]
    return "[^/]*".join(map(re.escape, _PART.split("/".join(names))))
