"""Parses a table of a TOML file into nodes with locations.

The standard library's parser reports no locations. A pass over the lines, which recognizes headers and keys, finds
them. A value has the location of its key.
"""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from checker.errors import ParseError
from checker.source.locations import Location, MappingNode, Node, ScalarNode, SequenceNode

_HEADER = re.compile(r"\s*+(\[\[?)([^\]\[]+)\]\]?\s*+(?:#.*)?\Z")
_KEY = re.compile(r"""\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")
_WHERE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)\Z")

_MAX_DEPTH = 100
_TOO_DEEP = f"tables and arrays are nested deeper than {_MAX_DEPTH} levels"

_Path = tuple[str | int, ...]


def parse_toml_table(text: str, file: str, table: tuple[str, ...]) -> Node | None:
    """The content of a table in a TOML file; None if it does not exist. Raises ParseError."""
    try:
        found: Any = tomllib.loads(text.replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        where = _WHERE.search(str(error))
        line, column = (int(where[1]), int(where[2])) if where and where[1] else (text.count("\n") + 1, 1)
        reason = _WHERE.sub("", str(error))
        raise ParseError(file, line, column, f"{reason[:1].lower()}{reason[1:]}") from None
    except RecursionError:
        # The parser does not say where.
        raise ParseError(file, 1, 1, _TOO_DEEP) from None
    for name in table:
        found = found.get(name) if isinstance(found, dict) else None
    return None if found is None else _node(found, table, _locations(text, file), Location(file, 1, 1))


def _locations(text: str, file: str) -> Mapping[_Path, Location]:
    locations: dict[_Path, Location] = {}
    current: _Path = ()
    counts: dict[_Path, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            current = _with_indexes(_parts(header[2].strip()), counts)
            if header[1] == "[[":
                index = counts.get(current, -1) + 1
                counts[current] = index
                current = (*current, index)
            locations.setdefault(current, Location(file, number, header.start(1) + 1))
        elif key := _KEY.match(line):
            path = (*current, *_parts(key[1]))
            locations.setdefault(path, Location(file, number, key.start(1) + 1))
    return locations


def _with_indexes(parts: tuple[str, ...], counts: Mapping[_Path, int]) -> _Path:
    """The path of a header below arrays of tables: it belongs to the last element of each."""
    path: _Path = ()
    for number, part in enumerate(parts):
        path = (*path, part)
        if path in counts and number < len(parts) - 1:
            path = (*path, counts[path])
    return path


def _parts(key: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _PART.findall(key))


def _node(value: Any, path: _Path, locations: Mapping[_Path, Location], outer: Location) -> Node:
    location = locations.get(path, outer)
    if len(path) > _MAX_DEPTH:
        inside = next((found for name, found in locations.items() if name[: len(path)] == path), location)
        raise ParseError(inside.file, inside.line, inside.column, _TOO_DEEP)
    match value:
        case dict():
            entries = tuple(
                (
                    ScalarNode(name, locations.get((*path, name), location)),
                    _node(inner, (*path, name), locations, location),
                )
                for name, inner in value.items()
            )
            return MappingNode(entries, location)
        case list():
            return SequenceNode(
                tuple(_node(inner, (*path, number), locations, location) for number, inner in enumerate(value)),
                location,
            )
        case bool() | int() | float() | str():
            return ScalarNode(value, location)
        case _:
            # TOML writes dates without quotes.
            return ScalarNode(str(value), location)
