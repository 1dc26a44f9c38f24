"""Concatenates texts, and writes and parses JSON in them."""

import json
import math
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from checker.source import Location
from checker.source.json import (
    JsonArray,
    JsonError,
    JsonNode,
    JsonObject,
    JsonScalar,
    JsonString,
    scan_json,
    unescape_json,
)
from checker.values.atoms import (
    HOLE,
    MOST_CHARACTERS,
    Absent,
    Alternative,
    Atom,
    Bool,
    Cause,
    Given,
    Json,
    Kind,
    List,
    Map,
    Null,
    Number,
    Piece,
    Slices,
    Step,
    Text,
    TooLargeError,
    Trail,
    Unknown,
    Value,
)
from checker.values.guards import digest, digest_of_all, join, literal
from checker.values.operations.alternatives import (
    MOST_ALTERNATIVES,
    MOST_AT_WORK,
    assume,
    capped,
    completed,
    is_override,
    located_key,
    lost_overrides,
    too_many,
    without_repeats,
)
from checker.values.operations.guarded import shapes

# Parses JSON from a text with holes.

# A string that is not closed reaches to the end: the text is no JSON then.
_STRINGS_AND_HOLES = re.compile(rf'"(?:[^"\\]++|\\.)*+(?:"|\Z)|{HOLE}', re.DOTALL)

_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_ENCODED = "jsonencode("


def read_json(text: Text) -> Value | None:
    """The value that the JSON in `text` describes, or None if it is not JSON.

    Strings keep their pieces, trails and holes. A hole outside a string is a value of its own. The value of a name with
    a hole goes into the `rest` of its map. If a name occurs twice, the last one counts, as in every JSON parser.
    """
    marked = text.marked()
    holes = text.holes
    bare: dict[int, Unknown] = {}
    if holes:
        # A digit replaces each hole outside a string: the text is then valid JSON and no offset changes.
        numbers = {match.start(): number for number, match in enumerate(re.finditer(HOLE, marked))}
        for match in _STRINGS_AND_HOLES.finditer(marked):
            if match[0] == HOLE:
                bare[match.start()] = holes[numbers[match.start()]]
        if bare:
            characters = list(marked)
            for offset in bare:
                characters[offset] = "0"
            marked = "".join(characters)
    try:
        return _value(scan_json(marked), Slices.of(text), bare)
    except JsonError:
        return None


def _value(node: JsonNode, source: Slices, bare: dict[int, Unknown]) -> Value:
    atom: Atom
    match node:
        case JsonString(start, end):
            atom = _string(source, start, end)
        case JsonScalar(value, start, end):
            atom = _scalar(value, start, end, source, bare)
        case JsonArray(items, _):
            atom = List(tuple(_value(item, source, bare) for item in items), (), Kind.TUPLE)
        case JsonObject(entries, _):
            known: dict[str, Value] = {}
            rest: Value = ()
            for name, member in entries:
                written = _string(source, name.start, name.end)
                key = written.plain
                made = _value(member, source, bare)
                if key is None:
                    rest += made
                else:
                    known[located_key(key, written.trail_at(0, len(key)))] = made
            atom = Map(known, rest, Kind.OBJECT)
    return (Alternative(atom),)


def _scalar(value: int | float | bool | None, start: int, end: int, source: Slices, bare: dict[int, Unknown]) -> Atom:
    holes = [bare[offset] for offset in range(start, end) if offset in bare] if bare else []
    if holes:
        if end - start == 1:
            return as_encoded(holes[0])
        # A number with only some known digits.
        return holes[0].derived(Text(tuple(source.pieces(start, end))).identity())
    match value:
        case None:
            return Null()
        case bool():
            return Bool(value)
        case float() if not math.isfinite(value):
            return Unknown(
                Cause.INVALID, "a number that is too large", Text(tuple(source.pieces(start, end))).identity()
            )
        case float():
            return Number(Decimal(repr(value)))
        case _:
            return Number(value)


def as_encoded(hole: Unknown) -> Unknown:
    """The known content of the value whose JSON the hole stands for; see `encoded`."""
    inner = hole.identity
    if inner.startswith(_ENCODED) and inner.endswith(")"):
        return replace(hole, identity=inner[len(_ENCODED) : -1])
    return hole


def encoded(whole: Unknown) -> Unknown:
    """A hole for the JSON encoding of an unknown value. Its identity differs from that of the value."""
    return replace(whole, identity=f"{_ENCODED}{whole.identity})")


def _string(source: Slices, start: int, end: int) -> Text:
    """The string in a span. An escape across two pieces belongs to the piece where it starts."""
    pieces: list[Piece | Unknown] = []
    run: list[Piece] = []
    for piece in source.pieces(start, end):
        if isinstance(piece, Piece):
            run.append(piece)
            continue
        pieces += _unescaped(run)
        run = []
        pieces.append(piece)
    return Text((*pieces, *_unescaped(run)))


def _unescaped(run: list[Piece]) -> list[Piece]:
    """Consecutive known pieces with their escapes decoded."""
    if len(run) > 1 and any("\\" in piece.text for piece in run):
        written = "".join(piece.text for piece in run)
        ends = list(accumulate(len(piece.text) for piece in run))
        for match in _ESCAPE.finditer(written):
            for number in range(bisect_right(ends, match.start()), len(ends)):
                if ends[number] >= match.end():
                    break
                ends[number] = match.end()
        starts = [0, *ends[:-1]]
        run = [Piece(written[a:b], piece.trail) for piece, a, b in zip(run, starts, ends, strict=True)]
    return [Piece(unescape_json(piece.text), piece.trail) for piece in run if piece.text]


# Concatenates texts and writes JSON.


def concat(parts: Sequence[Value], subject: str, location: Location | None = None) -> Value:
    """The parts as one text (`${}`, `Fn::Sub`, `Fn::Join`). Pieces keep their trails; unknown parts become holes.

    A part that is null or a collection makes the alternative invalid, as in Terraform. Raises TooLargeError.
    """
    results = [_Growing(None, (), ())]
    others: list[Alternative] = []
    for part in completed(parts):
        grown: list[_Growing] = []
        for before in results:
            for alternative in part:
                joined = join(before.given, alternative.given)
                if joined is None:
                    continue
                for more, under in _pieces(alternative):
                    fully = join(joined, under)
                    if fully is None:
                        continue
                    if more is None:
                        others.append(Alternative(Unknown(Cause.INVALID, subject, f"{subject} is not text"), fully))
                    else:
                        grown.append(_Growing(before, more, fully, before.total + len(more)))
            if len(grown) > MOST_AT_WORK:
                grown = [one for one in grown if not is_override(one.given)]
                if len(grown) > MOST_ALTERNATIVES:
                    return too_many(subject, digest_of_all(parts))
                others.append(lost_overrides(subject, digest_of_all(parts)))
        results = grown
        if len(others) > MOST_ALTERNATIVES:
            others = without_repeats(others)
    steps = (Step(location, "put together here"),) if location is not None else ()
    _check_size(results)
    return capped([*(Alternative(Text(one.together()), one.given, steps) for one in results), *others], subject)


class _Growing(NamedTuple):
    """A text under construction: its last pieces, and what precedes them. `total` counts all pieces."""

    before: "_Growing | None"
    last: tuple[Piece | Unknown, ...]
    given: Given
    total: int = 0

    def together(self) -> tuple[Piece | Unknown, ...]:
        """All pieces, in order."""
        if self.before is None or self.before.before is None:
            return self.last
        parts: list[tuple[Piece | Unknown, ...]] = []
        one: _Growing | None = self
        while one is not None:
            parts.append(one.last)
            one = one.before
        return tuple(piece for part in reversed(parts) for piece in part)


# The most pieces in all alternatives of a text.
_MOST_PIECES = 100_000


def _check_size(results: Sequence[_Growing]) -> None:
    """Raises TooLargeError if the texts together are longer than any that people write."""
    if sum(one.total for one in results) > _MOST_PIECES:
        raise TooLargeError
    # A few pieces can be long; pieces that texts share are counted once.
    lengths: dict[int, int] = {}
    for one in results:
        growing: _Growing | None = one
        chain = []
        while growing is not None and id(growing) not in lengths:
            chain.append(growing)
            growing = growing.before
        length = 0 if growing is None else lengths[id(growing)]
        for each in reversed(chain):
            length += sum(len(piece.text) for piece in each.last if isinstance(piece, Piece))
            lengths[id(each)] = length
        if length > MOST_CHARACTERS:
            raise TooLargeError


def _pieces(alternative: Alternative) -> Iterable[tuple[tuple[Piece | Unknown, ...] | None, Given]]:
    """The pieces of an alternative under further assumptions; None where it is not a string."""
    atom = alternative.atom
    match atom:
        case Text(pieces):
            yield (
                tuple(
                    piece if isinstance(piece, Unknown) else Piece(piece.text, piece.trail + alternative.trail)
                    for piece in pieces
                ),
                (),
            )
        case Unknown(Cause.INVALID):
            yield None, ()
        case Unknown():
            yield (atom,), ()
        case Number() | Bool():
            yield (Piece(literal(atom) or "", alternative.trail),), ()
        case Json():
            for written in as_text(alternative._replace(given=())):
                for content, _ in _pieces(written):
                    yield content, written.given
        case _:
            yield None, ()


def as_text(alternative: Alternative) -> Value:
    """An alternative that is JSON as text. Each piece gets its trail."""
    assert isinstance(alternative.atom, Json)
    made: list[Alternative] = []
    for atom, given, trail in assume(to_json_text(alternative.atom.value), alternative.given):
        if isinstance(atom, Text):
            pieces = (p if isinstance(p, Unknown) else Piece(p.text, p.trail + alternative.trail) for p in atom.pieces)
            made.append(Alternative(Text(tuple(pieces)), given, trail))
        else:
            made.append(Alternative(atom, given, trail + alternative.trail))
    return tuple(made)


def to_json_text(value: Value) -> Value:
    """The JSON of a value as text with holes, as Terraform's `jsonencode` writes it.

    Unknown elements or keys of a collection become a hole.
    """
    written: list[Alternative] = []
    for alternative in shapes(value, "jsonencode"):
        atom, given, trail = alternative
        match atom:
            case Text(pieces):
                escaped = tuple(
                    p if isinstance(p, Unknown) else Piece(_escape(p.text), p.trail + trail) for p in pieces
                )
                written.append(Alternative(Text((Piece('"', trail), *escaped, Piece('"', trail))), given))
            case Number() | Bool() | Null() | Absent():
                written.append(Alternative(Text((Piece(literal(atom) or "null", trail),)), given))
            case List(items, rest):
                parts = [("", to_json_text(item)) for item in items]
                written.extend(assume(_written_collection("[", parts, rest, "]", trail), given))
            case Map(entries, rest):
                named = [(f'"{_escape(key)}":', to_json_text(entries[key])) for key in sorted(entries)]
                written.extend(assume(_written_collection("{", named, rest, "}", trail), given))
            case Json():
                written.extend(to_json_text(as_text(alternative)))
            case Unknown(Cause.INVALID):
                written.append(alternative)
            case Unknown():
                written.append(Alternative(Text((encoded(atom),)), given))
    return capped(written, "jsonencode")


def _written_collection(
    opening: str, parts: Sequence[tuple[str, Value]], rest: Value, closing: str, trail: Trail
) -> Value:
    """A list or object. With a `rest`, everything around the known parts is unknown, separators too."""

    def fixed(content: str) -> Value:
        return (Alternative(Text((Piece(content, trail),))),)

    if not rest:
        joined = [fixed(opening)]
        for number, (name, part) in enumerate(parts):
            joined += [fixed(("," if number else "") + name), part]
        return concat([*joined, fixed(closing)], "jsonencode")
    unknowns = (one.atom for one in rest if isinstance(one.atom, Unknown))
    because = next((atom for atom in unknowns if atom.cause is not Cause.INVALID), None)
    because = because or Unknown(Cause.DEPLOY_TIME, "jsonencode", "jsonencode")
    gap: Value = (
        Alternative(because.derived(f"around {digest((*(one for _, part in parts for one in part), *rest))}")),
    )
    joined = [fixed(opening), gap]
    for name, part in parts:
        joined += [fixed(name), part, gap]
    known_parts = concat([*joined, fixed(closing)], "jsonencode")
    further = concat([fixed(opening), gap, to_json_text(rest), gap, fixed(closing)], "jsonencode")
    return capped([*known_parts, *further], "jsonencode")


def _escape(content: str) -> str:
    written = json.dumps(content, ensure_ascii=False)[1:-1]
    # Escapes as Go's encoder, and so `jsonencode`, does.
    for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        written = written.replace(character, escape)
    return written
