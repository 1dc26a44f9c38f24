"""Parses JSON from a text with holes."""

import math
import re
from bisect import bisect_right
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate

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
    Alternative,
    Atom,
    Bool,
    Cause,
    Kind,
    List,
    Map,
    Null,
    Number,
    Piece,
    Slices,
    Text,
    Unknown,
    Value,
)

_STRINGS_AND_HOLES = re.compile(rf'"(?:[^"\\]++|\\.)*+"|{HOLE}', re.DOTALL)

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
                key = _string(source, name.start, name.end).plain
                made = _value(member, source, bare)
                if key is None:
                    rest += made
                else:
                    known[key] = made
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
