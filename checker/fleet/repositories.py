"""Finds the repositories of a fleet in lists, and in directories of checkouts and bare mirrors."""

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from checker.errors import ReadError, UsageError
from checker.source.files import Boundary, SourceFiles, is_directory, is_there, is_work_tree
from checker.source.urls import without_credentials
from checker.source.validation import did_you_mean

_KEYS = ("location", "name", "ref", "owner", "tags")
# Commands that list repositories use these names for the location.
_LOCATION_KEYS = ("location", "url", "clone_url", "path")
_SCHEMES = ("https", "ssh")
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<user>[^@/]*)@)?(?P<host>[^/]+)/(?P<path>.+)")
# `git@host:path`, as ssh takes it. A single letter before the colon is the drive of a Windows path.
_SCP = re.compile(r"(?:(?P<user>[A-Za-z0-9_.-]+)@)?(?P<host>[A-Za-z0-9.-]{2,}):(?P<path>[^/\\].*)")
# Names of branches and tags that git takes, and some that it refuses; none is an option or a refspec.
_REF = re.compile(r"(?![-+])(?!.*(?:\.\.|@\{))[^\s\x00-\x1f\x7f~^:?*\[\\]+")
# The name of a branch and the fragment of a URL may contain `#`, so a comment needs a space before it.
_COMMENT = re.compile(r"(?:^|\s)#.*")
_HOST_OF_SOURCE = re.compile(r"(?P<host>github|gitlab):(?P<name>[A-Za-z0-9][A-Za-z0-9._/-]*)")


class Repository(NamedTuple):
    """A repository to read. `location` is a path or a clone URL; `ref` is a branch, tag or commit, None for HEAD.

    `name` is unique in a run. `owner` and `tags` come from the list, for reports and queries.
    """

    name: str
    location: str
    ref: str | None = None
    owner: str | None = None
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def is_remote(self) -> bool:
        """True if the location is a clone URL."""
        return _URL.fullmatch(self.location) is not None or (
            _SCP.fullmatch(self.location) is not None and not is_there(Path(self.location))
        )


# Returns the repositories of an organisation (`github`) or a group (`gitlab`), by its name.
ListHost = Callable[[str, str], Sequence[Repository]]


def repositories(sources: Sequence[str], cwd: Path, list_host: ListHost) -> tuple[Repository, ...]:
    """The repositories that the sources name, without duplicates, sorted by name.

    A source is a list (`.csv`, `.jsonl`, or text with one location per line), a directory of checkouts or bare mirrors,
    a repository, `github:ORGANISATION` or `gitlab:GROUP`. Raises UsageError for a source without any repository, and
    with all errors of a list, one line each.
    """
    found: dict[Repository, None] = {}
    for source in sources:
        found.update(dict.fromkeys(_of_source(source, cwd, list_host)))
    return tuple(sorted(_named_apart(tuple(found))))


def _of_source(source: str, cwd: Path, list_host: ListHost) -> Sequence[Repository]:
    host = _HOST_OF_SOURCE.fullmatch(source)
    if host is not None:
        listed = list_host(host["host"], host["name"])
        if not listed:
            raise UsageError(f"{source} has no repository that is not archived")
        return listed
    path = cwd / source
    if is_directory(path):
        found = tuple(_in_directory(path))
        if not found:
            raise UsageError(f"{source} holds no git repository")
        return found
    if _URL.fullmatch(source):
        return (_repository({"location": source}),)
    try:
        text = SourceFiles(Boundary(None, allow_outside=True), cwd).read_text(path)
    except ReadError as error:
        raise UsageError(f"the list of repositories cannot be read: {error}") from None
    found = tuple(_in_list(text, source, path.parent))
    if not found:
        raise UsageError(f"{source} lists no repository")
    return found


def is_repository(directory: Path) -> bool:
    """True for the top of a work tree and for a bare repository."""
    return is_work_tree(directory) or all(is_there(directory / name) for name in ("HEAD", "objects", "refs"))


def _in_directory(directory: Path) -> Iterator[Repository]:
    """The repositories in a directory, however deep: groups of GitLab hold groups. None is looked for inside of one."""

    def refuse(error: OSError) -> None:
        raise UsageError(f"the directory {error.filename} cannot be read: {error.strerror}") from None

    for top, names, _ in os.walk(directory, onerror=refuse):
        here = Path(top)
        if is_repository(here):
            names.clear()
            yield _checkout(here)
            continue
        names.sort()
        # Other links are not followed: they may lead back to a directory above, or to one of other things.
        yield from (
            _checkout(here / name)
            for name in names
            if (here / name).is_symlink() and _is_elsewhere(here / name, directory)
        )


def _checkout(directory: Path) -> Repository:
    return Repository(directory.name.removesuffix(".git") or str(directory), str(directory))


def _is_elsewhere(link: Path, directory: Path) -> bool:
    """Whether a link leads to a repository that is not found in the directory anyway."""
    real = Path(os.path.realpath(link))
    return is_repository(real) and not real.is_relative_to(os.path.realpath(directory))


def _in_list(text: str, shown: str, directory: Path) -> Iterator[Repository]:
    rows = _csv_rows if shown.endswith(".csv") else _json_rows if shown.endswith((".jsonl", ".ndjson")) else _text_rows
    errors = []
    for line, fields in rows(text):
        try:
            if isinstance(fields, str):
                raise ValueError(fields)
            repository = _repository(fields)
            yield (
                repository
                if repository.is_remote
                else repository._replace(location=str(directory / repository.location))
            )
        except ValueError as error:
            errors.append(f"{shown}:{line}: {error}")
    if errors:
        raise UsageError("\n".join(errors))


# The number of each line, with its fields or, as a string, its error.
_Rows = Iterator[tuple[int, Mapping[str, Any] | str]]


def _text_rows(text: str) -> _Rows:
    for number, line in enumerate(text.splitlines(), start=1):
        location, _, ref = _COMMENT.sub("", line).strip().partition(" ")
        if location:
            yield number, {"location": location, "ref": ref.strip() or None}


def _json_rows(text: str) -> _Rows:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, f"this line is not JSON: {error}"
            continue
        yield number, fields if isinstance(fields, dict) else 'a line is an object, such as {"location": "…"}'


def _csv_rows(text: str) -> _Rows:
    reader = csv.DictReader(text.splitlines(), restkey="", strict=True)
    try:
        for row in reader:
            if "" in row:
                yield reader.line_num, "the line has more fields than the header"
            else:
                yield reader.line_num, {key: value for key, value in row.items() if value}
    except csv.Error as error:
        yield reader.line_num, f"this is not CSV: {error}"


def _repository(fields: Mapping[str, Any]) -> Repository:
    """The repository of a line. Raises ValueError if a field is not valid."""
    for key in fields:
        if key not in _KEYS and key not in _LOCATION_KEYS:
            raise ValueError(f"unknown key {key!r}{did_you_mean(str(key), _KEYS)}")
    given = [key for key in _LOCATION_KEYS if fields.get(key)]
    if len(given) != 1:
        raise ValueError("a repository needs one location: a path or a clone URL")
    location = _checked(_text_of(fields, given[0]) or "")
    return Repository(
        _text_of(fields, "name") or _name_of(location),
        location,
        _ref(_text_of(fields, "ref")),
        _text_of(fields, "owner"),
        _tags(fields.get("tags")),
    )


def _text_of(fields: Mapping[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key!r} must be a string")
    return value.strip() or None if value is not None else None


def _checked(location: str) -> str:
    url = _URL.fullmatch(location)
    if "::" in location.partition("/")[0] or location.startswith("-"):
        raise ValueError(f"{location!r} is neither a path nor a clone URL")
    if url is not None and url["scheme"].lower() not in _SCHEMES:
        raise ValueError(f"{without_credentials(location)!r}: repositories are cloned over https and ssh only")
    if url is not None and url["user"] and (":" in url["user"] or url["scheme"].lower() == "https"):
        raise ValueError(
            f"{without_credentials(location)!r} holds credentials; use GITHUB_TOKEN, GITLAB_TOKEN or a helper of git"
        )
    return location


def _ref(ref: str | None) -> str | None:
    if ref is not None and not _REF.fullmatch(ref):
        raise ValueError(f"{ref!r} is not a branch, tag or commit")
    return ref


def _tags(value: Any) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        pairs = dict(part.partition("=")[::2] for part in value.split(";") if part.strip())
    elif isinstance(value, dict) and all(isinstance(each, str) for each in value.values()):
        pairs = value
    else:
        raise ValueError("'tags' must be an object of strings, or `key=value;key=value`")
    return tuple(sorted((key.strip(), text.strip()) for key, text in pairs.items()))


def _name_of(location: str) -> str:
    parsed = _URL.fullmatch(location) or _SCP.fullmatch(location)
    path = parsed["path"] if parsed is not None else Path(location).name or location
    return path.strip("/").removesuffix(".git")


def _named_apart(found: Sequence[Repository]) -> Iterator[Repository]:
    """The repositories with unique names: a shared name gets the ref behind it, or else the location replaces it."""
    of_name = Counter(each.name for each in found)
    with_ref = [
        each._replace(name=f"{each.name}@{each.ref}") if of_name[each.name] > 1 and each.ref else each for each in found
    ]
    of_name = Counter(each.name for each in with_ref)
    for each in with_ref:
        yield each._replace(name=each.location) if of_name[each.name] > 1 else each
