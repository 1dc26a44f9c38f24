"""The configuration file: `.bedrock-eol.yaml`, or `[tool.bedrock-eol]` in `pyproject.toml`."""

import os
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any, NamedTuple

from checker.errors import ParseError, ReadError, UsageError
from checker.model.regions import unknown_region
from checker.model.settings import OwnOptions
from checker.source import Fault, Location, MappingNode, Node
from checker.source.files import Boundary, SourceFiles, find_boundary, is_directory, is_file
from checker.source.validation import Vocabulary, count_nodes, node_at, plain, schema_errors
from checker.source.yaml import parse_yaml

NAMES = (".bedrock-eol.yaml", ".bedrock-eol.yml")
PYPROJECT = "pyproject.toml"
_MISTAKEN_NAMES = tuple(
    f"{stem}{ending}"
    for stem in (".bedrock-eol", "bedrock-eol")
    for ending in (".yaml", ".yml", ".toml", ".json")
    if f"{stem}{ending}" not in NAMES
)
# Keys that no other file has, and keys of reports, of policies and of their tests, which share the others.
_OWN_KEYS = frozenset({"fail-on", "fail-on-unresolved", "mentions", "roots", "templates"})
_SHARED_KEYS = frozenset({"answers", "baseline", "exclude", "paths", "policy", "regions"})
_KEYS_OF_OTHERS = frozenset({"extends", "findings", "references", "rules", "tests", "waivers"})
_TABLE = ("tool", "bedrock-eol")
_TABLE_TEXT = b"tool.bedrock-eol"
_LARGEST = 1_000_000
_MOST_NODES = 50_000

_REGION = "^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$"
_WORDS = Vocabulary(
    document="the configuration",
    entries={"roots": "a root", "templates": "a template"},
    kinds={"fail-on": "severity to fail on"},
    patterns={_REGION: "the code of a Region, such as us-east-1"},
)


class Glob(NamedTuple):
    """A glob of a configuration, relative to its directory: of `roots`, of `templates` or of `exclude`."""

    key: str
    glob: str
    location: Location


class Configuration(NamedTuple):
    """The content of a configuration file. Paths are absolute; `shown` is the file's name for the user.

    The first `own_options` are those for every input. `lines` maps each key to its line. `globs` are those that have to
    match something.
    """

    shown: str
    directory: Path
    policy: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    catalog: Path | None = None
    answers: tuple[Path, ...] = ()
    baseline: Path | None = None
    fail_on: str | None = None
    fail_on_unresolved: bool = False
    mentions: str | None = None
    own_options: tuple[OwnOptions, ...] = ()
    lines: tuple[tuple[str, int], ...] = ()
    globs: tuple[Glob, ...] = ()


def find_configuration(path: Path) -> Path | None:
    """The configuration file for a checked path: the nearest one above it within its work tree."""
    for directory in _directories_for(path):
        for name in NAMES:
            # A file with this name that cannot be read is refused when it is loaded.
            if os.path.lexists(directory / name):
                return directory / name
        if _has_table(directory / PYPROJECT):
            return directory / PYPROJECT
    return None


def misnamed_configuration(path: Path, named: Collection[str]) -> Path | None:
    """A file that is written like a configuration, under a name that is not read; where `find_configuration` looks.

    The `named` files, by their paths without links, are something else.
    """
    for directory in _directories_for(path):
        for name in _MISTAKEN_NAMES:
            file = directory / name
            if is_file(file) and os.path.realpath(file) not in named and _is_like_a_configuration(file):
                return file
        if any(os.path.lexists(directory / name) for name in NAMES):
            return None
    return None


def _directories_for(path: Path) -> Iterator[Path]:
    """The directories whose configuration holds for a path, the nearest one first, up to the top of its work tree."""
    start = Path(os.path.realpath(path))
    start = start if is_directory(start) else start.parent
    top = find_boundary(start)
    for directory in (start, *start.parents):
        yield directory
        if directory == top:
            return


def _is_like_a_configuration(file: Path) -> bool:
    """Whether the keys of a file are those of a configuration; without the dot, other tools have files of this name."""
    try:
        content = SourceFiles(Boundary(None, allow_outside=True), file.parent).read_bytes(file, _LARGEST)
        document = _as_written(content.decode("utf-8", "replace"), file.name)
    except (ReadError, ParseError):
        return False
    keys = set(document.keys()) if isinstance(document, MappingNode) else set()
    own, shared = len(keys & _OWN_KEYS), len(keys & _SHARED_KEYS)
    is_enough = bool(own) or shared > (0 if file.name.startswith(".") else 1)
    return is_enough and not keys & _KEYS_OF_OTHERS


def _as_written(text: str, name: str) -> Node | None:
    """A file, or its table for a configuration."""
    if not name.endswith(".toml"):
        return next(iter(parse_yaml(text, name)), None)
    from checker.source.toml import parse_toml_table  # its library is needed for no other file

    return parse_toml_table(text, name, _TABLE) or parse_toml_table(text, name, ())


def load_configuration(file: Path, cwd: Path) -> Configuration:
    """Reads a configuration file. Raises UsageError with all errors, one line each, with their locations."""
    files = SourceFiles(Boundary(None, allow_outside=True), cwd)
    shown = files.display(file)
    directory = Path(os.path.realpath(cwd / file)).parent
    try:
        text = files.read_text(file)
        if len(text) > _LARGEST:
            raise UsageError(f"{shown}:1:1: the configuration is larger than {_LARGEST:,} characters")
        document = _document(text, shown)
    except (ReadError, ParseError) as error:
        raise UsageError(str(error)) from None
    if count_nodes(document, _MOST_NODES) > _MOST_NODES:
        raise UsageError(
            f"{document.location}: the configuration has more than {_MOST_NODES:,} entries, aliases expanded"
        )
    errors = schema_errors(document, configuration_schema(), _WORDS) or (
        *_missing_files(document, directory),
        *_unknown_regions(document),
    )
    if errors:
        raise UsageError("\n".join(map(str, errors)))
    content = plain(document)
    lines = tuple((key, node_at(document, [key]).location.line) for key in content)
    return _configuration(content, shown, directory)._replace(lines=lines, globs=tuple(_globs(document)))


@cache
def configuration_schema() -> dict[str, Any]:
    """The JSON Schema of a configuration, draft 2020-12."""
    import json

    schema: dict[str, Any] = json.loads(
        package_files("checker.workspace").joinpath("data", "configuration.schema.json").read_text(encoding="utf-8")
    )
    return schema


def _has_table(file: Path) -> bool:
    """True if the table exists, or may: a file that cannot be read is refused when it is loaded."""
    try:
        content = SourceFiles(Boundary(None, allow_outside=True), file.parent).read_bytes(file)
    except ReadError as error:
        return error.kind == "unreadable"
    return _TABLE_TEXT in content


def _document(text: str, shown: str) -> Node:
    if shown.endswith(".toml"):
        from checker.source.toml import parse_toml_table  # its library is needed for no other file

        table = parse_toml_table(text, shown, _TABLE)
        if table is None and Path(shown).name != PYPROJECT:
            raise ParseError(shown, 1, 1, f"the configuration has to be the table [{'.'.join(_TABLE)}] in TOML")
        return MappingNode((), Location(shown, 1, 1)) if table is None else table
    documents = parse_yaml(text, shown)
    if not documents:
        return MappingNode((), Location(shown, 1, 1))
    if len(documents) > 1:
        raise ParseError(
            shown,
            documents[1].location.line,
            documents[1].location.column,
            "a configuration is one document, not several",
        )
    return documents[0]


def _missing_files(document: Node, directory: Path) -> tuple[Fault, ...]:
    """An error for each named file that does not exist."""
    content = plain(document)
    named: list[tuple[list[str | int], str]] = []
    if "catalog" in content:
        named.append((["catalog"], content["catalog"]))
    written = content.get("answers", ())
    for index, file in enumerate(_texts(written)):
        named.append((["answers"] if isinstance(written, str) else ["answers", index], file))
    for kind, key in (("roots", "var-files"), ("templates", "parameters")):
        for number, entry in enumerate(content.get(kind, ())):
            named += [([kind, number, key, index], file) for index, file in enumerate(_texts(entry.get(key, ())))]
    return tuple(
        Fault(node_at(document, path).location, f"there is no file {file!r}")
        for path, file in named
        if not is_file(directory / file)
    )


def _unknown_regions(document: Node) -> Iterator[Fault]:
    """An error for each Region that no partition has."""
    content = plain(document)
    entries = [
        ([kind, number], each) for kind in ("roots", "templates") for number, each in enumerate(content.get(kind, ()))
    ]
    for path, entry in (([], content), *entries):
        written = entry.get("regions", ())
        for index, region in enumerate(_texts(written)):
            wrong = unknown_region(region)
            if wrong is not None:
                where = [*path, "regions"] if isinstance(written, str) else [*path, "regions", index]
                yield Fault(node_at(document, where).location, wrong)


def _globs(document: Node) -> Iterator[Glob]:
    content = plain(document)
    written = content.get("exclude", ())
    for index, glob in enumerate(_texts(written)):
        where: list[str | int] = ["exclude"] if isinstance(written, str) else ["exclude", index]
        yield Glob("exclude", _normal(glob), node_at(document, where).location)
    for key in ("roots", "templates"):
        for number, entry in enumerate(content.get(key, ())):
            yield Glob(key, _normal(entry["path"]), node_at(document, [key, number, "path"]).location)


def _configuration(content: dict[str, Any], shown: str, directory: Path) -> Configuration:
    def absolute(file: str) -> Path:
        return directory / file

    own = [
        OwnOptions("**", workspace=content.get("workspace"), regions=_texts(content.get("regions", ()))),
    ]
    own += [
        OwnOptions(
            glob=_normal(entry["path"]),
            var_files=tuple(map(absolute, _texts(entry.get("var-files", ())))),
            workspace=entry.get("workspace"),
            regions=_texts(entry.get("regions", ())),
        )
        for entry in content.get("roots", ())
    ]
    own += [
        OwnOptions(
            glob=_normal(entry["path"]),
            parameters=tuple(map(absolute, _texts(entry.get("parameters", ())))),
            regions=_texts(entry.get("regions", ())),
        )
        for entry in content.get("templates", ())
    ]
    return Configuration(
        shown=shown,
        directory=directory,
        policy=tuple(_policy(name, directory) for name in _texts(content.get("policy", ()))),
        paths=tuple(str(absolute(path)) for path in _texts(content.get("paths", ()))),
        exclude=tuple(map(_normal, _texts(content.get("exclude", ())))),
        catalog=absolute(content["catalog"]) if "catalog" in content else None,
        answers=tuple(map(absolute, _texts(content.get("answers", ())))),
        baseline=absolute(content["baseline"]) if "baseline" in content else None,
        fail_on=content.get("fail-on"),
        fail_on_unresolved=content.get("fail-on-unresolved", False),
        mentions=content.get("mentions"),
        own_options=tuple(own),
    )


def _policy(name: str, directory: Path) -> str:
    """The name of a pack is kept; a file is relative to the configuration."""
    is_file = (name.endswith((".yaml", ".yml", ".json")) or "/" in name) and "://" not in name
    return str(directory / name) if is_file else name


def _normal(glob: str) -> str:
    return glob.removeprefix("./").rstrip("/") or "."


def _texts(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
