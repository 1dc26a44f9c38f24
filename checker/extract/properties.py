"""Walking the properties of a resource along a path, and over all its texts."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from checker.extract.inside import inside
from checker.values import Alternative, Json, List, Map, Text, Unknown, Value
from checker.values.json_text import read_json
from checker.values.operations import reached

# Prose about a resource: a model that it speaks of is not in use.
_PROSE = frozenset({"description", "comment", "comments", "tags", "tags_all", "documentation", "title"})


class Found(NamedTuple):
    """An alternative of a property, and the concrete path of the property (`variant[1].model_id`)."""

    path: str
    alternative: Alternative


def select(properties: Value, path: str) -> Iterator[Found]:
    """What stands at a path of the sites table, each alternative with the assumptions of all that holds it.

    Providers write the same thing as a block (a list of one map) or as an attribute (a map), so a list and its only
    element stand for each other. JSON in a text is read where the path goes on.
    """
    for alternative in properties:
        yield from select_in(alternative, segments_of(path))


def segments_of(path: str) -> tuple[str, ...]:
    """The names of a path of the sites table; `{}` for the entries of a map."""
    return tuple(path.replace("[]", "").replace("{}", ".{}").split("."))


def select_in(
    alternative: Alternative, segments: tuple[str, ...], path: str = "", *, any_case: bool = False
) -> Iterator[Found]:
    """What stands under one alternative; with `any_case`, names differ in case only (`ModelId`, `modelId`)."""
    match alternative.atom:
        case List(items, rest):
            elements = [(str(number), item) for number, item in enumerate(items)] + ([("*", rest)] if rest else [])
            for number, item in elements:
                for inner in reached(alternative, item):
                    yield from select_in(inner, segments, f"{path}[{number}]", any_case=any_case)
        case _ if not segments:
            yield Found(path, alternative)
        case Unknown():
            yield Found(path, alternative)
        case Map(entries, rest):
            name, further = segments[0], segments[1:]
            named = [(key, entry) for key, entry in entries.items() if _matches(name, key, any_case=any_case)]
            # A key that is not known may be this one, unless this one is there.
            named += [(name, rest)] if rest and (name == "{}" or not named) else []
            for key, entry in named:
                for inner in reached(alternative, entry):
                    yield from select_in(inner, further, join_path(path, key), any_case=any_case)
        case Json(value):
            for inner in reached(alternative, value):
                yield from select_in(inner, segments, path, any_case=any_case)
        case Text() as text:
            for inner in reached(alternative, _as_json(text) or ()):
                yield from select_in(inner, segments, path, any_case=any_case)


def _matches(name: str, key: str, *, any_case: bool) -> bool:
    return name in {key, "{}"} or (any_case and name.lower() == key.lower())


def join_path(path: str, key: str) -> str:
    """The path of an entry of a map."""
    plain = key.replace("_", "").replace("-", "").isalnum() or key in {"{}", "*"}
    if not plain:
        return f"{path}[{_quoted(key)}]"
    return f"{path}.{key}" if path else key


def join_paths(path: str, inner: str) -> str:
    """The path of what stands at `inner` below `path`."""
    return path + inner if inner.startswith("[") or not path or not inner else f"{path}.{inner}"


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_ELEMENT = re.compile(r"\[(?:\d+|\*)\]")


def without_numbers(path: str) -> str:
    """The path with `[]` for each element of a list."""
    return _ELEMENT.sub("[]", path)


def walk(properties: Value, is_document: Callable[[Map], bool]) -> Iterator[Found]:
    """Every text that the properties hold, and every map that is a document of its own, which is not gone into.

    JSON in a text is read, and what it holds comes in its place. What is not known stands for a text. Prose is left
    out.
    """
    for alternative in properties:
        yield from _walk("", alternative, is_document)


def _walk(path: str, alternative: Alternative, is_document: Callable[[Map], bool]) -> Iterator[Found]:
    match alternative.atom:
        case Text() as text:
            parsed = _as_json(text)
            if parsed is None:
                yield Found(path, alternative)
                yield from _walk_inside(path, alternative)
            for inner in reached(alternative, parsed or ()):
                yield from _walk(path, inner, is_document)
        case Unknown():
            yield Found(path, alternative)
            yield from _walk_inside(path, alternative)
        case Json(value):
            for inner in reached(alternative, value):
                yield from _walk(path, inner, is_document)
        case List(items, rest):
            for number, item in enumerate(items):
                for inner in reached(alternative, item):
                    yield from _walk(f"{path}[{number}]", inner, is_document)
            for inner in reached(alternative, rest):
                yield from _walk(f"{path}[*]", inner, is_document)
        case Map() as entry_map if is_document(entry_map):
            yield Found(path, alternative)
        case Map(entries, rest):
            for key, entry in entries.items():
                if key.lower() not in _PROSE:
                    for inner in reached(alternative, entry):
                        yield from _walk(join_path(path, key), inner, is_document)
            for inner in reached(alternative, rest):
                yield from _walk(join_path(path, "*"), inner, is_document)


def _walk_inside(path: str, alternative: Alternative) -> Iterator[Found]:
    """The texts inside; a document that is not for all to see is none to tell the whole of."""
    for inner in inside(alternative):
        yield from _walk(path, inner, lambda _: False)


def _as_json(text: Text) -> Value | None:
    first = text.pieces[0] if text.pieces else None
    if first is None or isinstance(first, Unknown) or first.text.lstrip()[:1] not in {"{", "["}:
        return None
    return read_json(text)
