"""JSON that stands in a text with holes, as a value."""

import re
from decimal import Decimal

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
from checker.values.atoms import HOLE, Alternative, Atom, Bool, List, Map, Null, Number, Piece, Text, Unknown, Value

_STRINGS_AND_HOLES = re.compile(rf'"(?:[^"\\]++|\\.)*+"|{HOLE}', re.DOTALL)


def read_json(text: Text) -> Value | None:
    """The value that the JSON in `text` describes, or None if it is not JSON.

    Strings keep their pieces, trails and holes. A hole outside a string is a value of its own. A name with a hole
    goes into the `rest` of its map. Of a name that occurs twice the last counts, as in every JSON reader.
    """
    marked = text.marked()
    holes = text.holes
    bare: dict[int, Unknown] = {}
    if holes:
        # Each hole outside a string stands for a value: a digit in its place makes the text JSON, offsets unchanged.
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
        return _value(scan_json(marked), text, bare)
    except JsonError:
        return None


def _value(node: JsonNode, text: Text, bare: dict[int, Unknown]) -> Value:
    atom: Atom
    match node:
        case JsonString(start, end):
            atom = _string(text, start, end)
        case JsonScalar(value, start, _):
            if start in bare:
                atom = bare[start]
            elif value is None:
                atom = Null()
            elif isinstance(value, bool):
                atom = Bool(value)
            else:
                atom = Number(value if isinstance(value, int) else Decimal(repr(value)))
        case JsonArray(items, _):
            atom = List(tuple(_value(item, text, bare) for item in items))
        case JsonObject(entries, _):
            known: dict[str, Value] = {}
            rest: Value = ()
            for name, member in entries:
                key = _string(text, name.start, name.end).plain
                made = _value(member, text, bare)
                if key is None:
                    rest += made
                else:
                    known[key] = made
            atom = Map(known, rest)
    return (Alternative(atom),)


def _string(text: Text, start: int, end: int) -> Text:
    pieces = text.slice(start, end).pieces
    return Text(tuple(p if isinstance(p, Unknown) else Piece(unescape_json(p.text), p.trail) for p in pieces))
