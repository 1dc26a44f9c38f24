"""Walks the properties of a resource: along a path, over all its texts, and over lists to select from."""

import codecs
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from checker.model.resource import Resource
from checker.references.prefilter import decoded, encoded_spans, may_hold_an_id
from checker.source import Location
from checker.values import (
    Absent,
    Alternative,
    Assumption,
    Basis,
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
    join,
)
from checker.values.operations import kept, literal, reached
from checker.values.operations.texts import read_json

# Finds the content of encoded, sensitive or partly unknown values, since models are searched there too.


def inside(alternative: Alternative) -> Iterator[Alternative]:
    """The content of an alternative that its own text does not show; usually empty."""
    match alternative.atom:
        case Unknown() as unknown:
            yield from _of_unknown(unknown, alternative)
        case Text() as text:
            for hole in text.holes:
                yield from _of_unknown(hole, alternative)
            for one in _decoded_parts(text):
                yield alternative._replace(atom=one)


def _of_unknown(unknown: Unknown, alternative: Alternative) -> Iterator[Alternative]:
    if unknown.content:
        yield from reached(alternative, unknown.content)
        return
    for name in unknown.holds:
        kept = Assumption(unknown.subject, f"what keeps {name.render()}", True, Basis.OPEN)
        given = join(alternative.given, (kept,))
        if given is not None:
            yield Alternative(name, given, alternative.trail)


def _decoded_parts(text: Text) -> Iterator[Text]:
    """The decoded base64 texts in a text, if they may name a model."""
    marked = text.marked()
    for start, end in encoded_spans(marked):
        content, charset = decoded(marked[start:end])
        if may_hold_an_id(content, charset):
            encoded = [piece for piece in text.slice(start, end).pieces if isinstance(piece, Piece)]
            yield Text(_with_trails(content, charset, encoded))


def _with_trails(content: bytes, charset: str, encoded: list[Piece]) -> tuple[Piece, ...]:
    """The parts of a decoded text; if it was encoded part by part, each with its own trail."""
    reader = codecs.getincrementaldecoder(charset)("replace")
    sizes = [len(piece.text.rstrip("=")) * 3 // 4 for piece in encoded]
    if sum(sizes) != len(content):
        # Compressed, or broken into lines.
        return (Piece(reader.decode(content, True), encoded[0].trail),)
    made = []
    position = 0
    for piece, size in zip(encoded, sizes, strict=True):
        made.append(Piece(reader.decode(content[position : position + size]), piece.trail))
        position += size
    return tuple(piece for piece in made if piece.text)


# Walks the properties of a resource along a path, and over all its texts.

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
    alternatives: Sequence[Alternative], found_in: Callable[[Alternative], Iterable[Found]]
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


@of_paths
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


def walk(properties: Value, is_document: Callable[[Map], bool]) -> list[Found]:
    """Every text in the properties, and every map that is a document of its own, which is not entered.

    A key of a map is a text, too. JSON in a string is parsed, and its content takes its place. An unknown value stands
    for a text. Descriptions are left out. A text that exists only in some cases is null in the others.
    """
    return _walk_at("", properties, is_document)


class _Walk:
    """What was found so far: a list, since every level of properties would pass on each result of a generator."""

    def __init__(self, is_document: Callable[[Map], bool]) -> None:
        self._is_document = is_document
        self.found: list[Found] = []

    def each(self, path: str, value: Value) -> None:
        """The alternatives of the value at a path."""
        if len(value) == 1:
            self._one(path, value[0])
        else:
            self.found += _in_several(value, lambda one: _walk_at(path, (one,), self._is_document))

    def _one(self, path: str, alternative: Alternative) -> None:
        match alternative.atom:
            case Text() as text:
                parsed = _as_json(text)
                if parsed is None:
                    self._leaf(path, alternative)
                else:
                    self._below(path, alternative, parsed)
            case Unknown():
                self._leaf(path, alternative)
            case Json(value):
                self._below(path, alternative, value)
            case List(items, rest):
                for number, item in enumerate(items):
                    self._below(f"{path}[{number}]", alternative, item)
                if rest:
                    self._below(f"{path}[*]", alternative, rest)
            case Map() as entry_map if self._is_document(entry_map):
                self.found.append(Found(path, alternative))
            case Map(entries, rest):
                for key, entry in entries.items():
                    if key.lower() not in _PROSE:
                        if "." in key and may_hold_an_id(key.encode("utf-8", "replace"), "utf-8"):
                            self._below(f"{join_path(path, key)}[key]", alternative, _key(key, entry))
                        self._below(join_path(path, key), alternative, entry)
                if rest:
                    self._below(join_path(path, "*"), alternative, rest)

    def _below(self, path: str, holder: Alternative, value: Value) -> None:
        self.each(path, tuple(kept(holder, value)) if holder.given or holder.trail else value)

    def _leaf(self, path: str, alternative: Alternative) -> None:
        """A text or an unknown value, and the texts inside it; the content of a secret document is not shown."""
        self.found.append(Found(path, alternative))
        for inner in inside(alternative):
            self.found += _walk_at(path, (inner,), lambda _: False)


def _walk_at(path: str, value: Value, is_document: Callable[[Map], bool]) -> list[Found]:
    """The result of `walk` for the property at a path."""
    walker = _Walk(is_document)
    walker.each(path, value)
    return walker.found


def _key(key: str, entry: Value) -> Value:
    """The key of an entry as a text that exists where the entry does. Its location is that of the entry."""
    text = Text((Piece(key),))
    if not any(isinstance(one.atom, Absent) for one in entry):
        return (Alternative(text, (), entry[0].trail if entry else ()),)
    return tuple(one if isinstance(one.atom, Absent) else one._replace(atom=text) for one in entry)


def _as_json(text: Text) -> Value | None:
    first = text.pieces[0] if text.pieces else None
    if first is None or isinstance(first, Unknown) or first.text.lstrip()[:1] not in {"{", "["}:
        return None
    return read_json(text)


# Lists of values of which one may be chosen: the allowed values of a parameter, the `enum` of a schema.

# Stands for a declared parameter of a template, with its allowed values.
PARAMETER = "AWS::CloudFormation::Parameter"
_ALLOWED = "AllowedValues"
_DEFAULT = "Default"

_LIST = re.compile(r"(?:^|\.)(?:enum|AllowedValues|allowed_values)(?=\[|$)", re.IGNORECASE)

Choices = list[Alternative]


@of_paths
def list_around(path: str) -> str | None:
    """The path of the innermost list of choices around a path; None if there is none."""
    ends = [found.end() for found in _LIST.finditer(path)]
    return path[: ends[-1]] if ends else None


def choices_of(resource: Resource, path: str, choices: Choices) -> Iterator[Alternative]:
    """Each choice under the assumption that it is chosen."""
    chosen = path.rpartition(".")[0]
    subject = f"{resource.address}.{chosen}" if chosen else resource.address
    for choice in choices:
        written = literal(choice.atom)
        if written is None:
            yield choice
            continue
        given = join(choice.given, (Assumption(subject, written, True, Basis.OPEN),))
        if given is not None:
            yield choice._replace(given=given)


def unread(parameter: Resource, read: Collection[Location | None]) -> Mapping[str, Choices]:
    """The allowed values of a parameter that no use reads; `read` has the locations in all trails.

    If a value is supplied, a use reads the parameter and none of its other values.
    """
    if parameter.location in read:
        return {}
    default = {_location(found.alternative) for found in select(parameter.properties, _DEFAULT)}
    allowed = [found.alternative for found in select(parameter.properties, _ALLOWED)]
    is_read = not default.isdisjoint(read)
    written = {literal(found.alternative.atom) for found in select(parameter.properties, _DEFAULT)} if is_read else ()
    left = [one for one in allowed if _location(one) not in read and literal(one.atom) not in written]
    return {_ALLOWED: left} if left else {}


def _location(alternative: Alternative) -> Location | None:
    text = alternative.atom
    trail = (text.trail_at(0, len(text.marked())) if isinstance(text, Text) else ()) or alternative.trail
    return trail[0].location if trail else None
