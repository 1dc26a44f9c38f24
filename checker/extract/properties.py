"""Walks the properties of a resource along a path, and over all its texts."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from checker.extract.inside import inside
from checker.references.prefilter import may_hold_an_id
from checker.values import (
    Absent,
    Alternative,
    Cause,
    Certainty,
    Json,
    List,
    Map,
    Null,
    Piece,
    Text,
    Unknown,
    Value,
    certainty,
)
from checker.values.json_text import read_json
from checker.values.operations import kept

# The resources of an input share few paths; so many are kept.
of_paths = lru_cache(maxsize=4_096)

# Descriptions of a resource: a model in them is not in use.
_PROSE = frozenset({"description", "comment", "comments", "tags", "tags_all", "documentation", "title"})


class Found(NamedTuple):
    """An alternative of a property, and the concrete path of the property (`variant[1].model_id`)."""

    path: str
    alternative: Alternative


def select(properties: Value, path: str) -> Iterator[Found]:
    """The values at a path of the sites table, each alternative with the assumptions of its containers.

    Providers write the same thing as a block (a list of one map) or as an attribute (a map), so a list and its only
    element are equivalent. JSON in a string is parsed where the path continues.
    """
    segments = segments_of(path)
    return in_each(properties, lambda one: select_in(one, segments))


@of_paths
def segments_of(path: str) -> tuple[str, ...]:
    """The names of a path of the sites table; `{}` for the entries of a map."""
    return tuple(path.replace("[]", "").replace("{}", ".{}").split("."))


def select_in(
    alternative: Alternative, segments: tuple[str, ...], path: str = "", *, any_case: bool = False
) -> Iterator[Found]:
    """The values below one alternative; with `any_case`, the case of names does not matter (`ModelId`, `modelId`).

    A value that exists only in some cases is null in the others.
    """

    def below(value: Value, further: tuple[str, ...], inner_path: str) -> Iterator[Found]:
        inner = tuple(kept(alternative, value))
        return in_each(inner, lambda one: select_in(one, further, inner_path, any_case=any_case))

    match alternative.atom:
        case Absent():
            return
        case List(items, rest):
            elements = [(str(number), item) for number, item in enumerate(items)] + ([("*", rest)] if rest else [])
            for number, item in elements:
                yield from below(item, segments, f"{path}[{number}]")
        case _ if not segments:
            yield Found(path, alternative)
        case Unknown():
            yield Found(path, alternative)
        case Map(entries, rest):
            name, further = segments[0], segments[1:]
            named = [(key, entry) for key, entry in entries.items() if _matches(name, key, any_case=any_case)]
            # An unknown key may be this one, unless this one exists.
            named += [(name, rest)] if rest and (name == "{}" or not named) else []
            for key, entry in named:
                yield from below(entry, further, join_path(path, key))
        case Json(value):
            yield from below(value, segments, path)
        case Text() as text:
            yield from below(_as_json(text) or (), segments, path)


def in_each(alternatives: Sequence[Alternative], found_in: Callable[[Alternative], Iterator[Found]]) -> Iterator[Found]:
    """The values in each of the alternatives; null in those that lack them.

    Alternatives that need an override, and those that Terraform would refuse, need not have them.
    """
    return found_in(alternatives[0]) if len(alternatives) == 1 else _in_several(alternatives, found_in)


def _in_several(
    alternatives: Sequence[Alternative], found_in: Callable[[Alternative], Iterator[Found]]
) -> Iterator[Found]:
    found = [list(found_in(one)) for one in alternatives]
    paths = dict.fromkeys(each.path for here in found for each in here)
    for one, here in zip(alternatives, found, strict=True):
        yield from here
        if certainty(one.given) is Certainty.OVERRIDE or (
            isinstance(one.atom, Unknown) and one.atom.cause is Cause.INVALID
        ):
            continue
        there = {each.path for each in here}
        for path in paths:
            if path not in there:
                yield Found(path, Alternative(Null(), one.given))


def _matches(name: str, key: str, *, any_case: bool) -> bool:
    return name in {key, "{}"} or (any_case and name.lower() == key.lower())


def join_path(path: str, key: str) -> str:
    """The path of an entry of a map."""
    plain = key.replace("_", "").replace("-", "").isalnum() or key in {"{}", "*"}
    if not plain:
        return f"{path}[{_quoted(key)}]"
    return f"{path}.{key}" if path else key


def join_paths(path: str, inner: str) -> str:
    """The path of `inner` below `path`."""
    return path + inner if inner.startswith("[") or not path or not inner else f"{path}.{inner}"


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


_ELEMENT = re.compile(r"\[(?:\d+|\*)\]")


@of_paths
def without_numbers(path: str) -> str:
    """The path with `[]` for each element of a list."""
    return _ELEMENT.sub("[]", path)


def walk(properties: Value, is_document: Callable[[Map], bool]) -> Iterator[Found]:
    """Every text in the properties, and every map that is a document of its own, which is not entered.

    A key of a map is a text, too. JSON in a string is parsed, and its content takes its place. An unknown value stands
    for a text. Descriptions are left out. A text that exists only in some cases is null in the others.
    """
    return in_each(properties, lambda one: _walk("", one, is_document))


def _walk(path: str, alternative: Alternative, is_document: Callable[[Map], bool]) -> Iterator[Found]:
    def below(value: Value, inner_path: str) -> Iterator[Found]:
        return in_each(tuple(kept(alternative, value)), lambda one: _walk(inner_path, one, is_document))

    match alternative.atom:
        case Text() as text:
            parsed = _as_json(text)
            if parsed is None:
                yield Found(path, alternative)
                yield from _walk_inside(path, alternative)
            else:
                yield from below(parsed, path)
        case Unknown():
            yield Found(path, alternative)
            yield from _walk_inside(path, alternative)
        case Json(value):
            yield from below(value, path)
        case List(items, rest):
            for number, item in enumerate(items):
                yield from below(item, f"{path}[{number}]")
            if rest:
                yield from below(rest, f"{path}[*]")
        case Map() as entry_map if is_document(entry_map):
            yield Found(path, alternative)
        case Map(entries, rest):
            for key, entry in entries.items():
                if key.lower() not in _PROSE:
                    if "." in key and may_hold_an_id(key.encode("utf-8", "replace"), "utf-8"):
                        yield from below(_key(key, entry), f"{join_path(path, key)}[key]")
                    yield from below(entry, join_path(path, key))
            if rest:
                yield from below(rest, join_path(path, "*"))


def _key(key: str, entry: Value) -> Value:
    """The key of an entry as a text that exists where the entry does. Its location is that of the entry."""
    text = Text((Piece(key),))
    if not any(isinstance(one.atom, Absent) for one in entry):
        return (Alternative(text, (), entry[0].trail if entry else ()),)
    return tuple(one if isinstance(one.atom, Absent) else one._replace(atom=text) for one in entry)


def _walk_inside(path: str, alternative: Alternative) -> Iterator[Found]:
    """The texts inside a value; the content of a secret document is not shown."""
    for inner in inside(alternative):
        yield from _walk(path, inner, lambda _: False)


def _as_json(text: Text) -> Value | None:
    first = text.pieces[0] if text.pieces else None
    if first is None or isinstance(first, Unknown) or first.text.lstrip()[:1] not in {"{", "["}:
        return None
    return read_json(text)
