"""`jsondecode`, `jsonencode`, `yamldecode` and `csvdecode`, with locations that point into the decoded text."""

import bisect
import csv
import datetime
import io
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from checker.errors import ParseError
from checker.frontends.terraform.configuration.elements import invalid, key_of, unknowns_in
from checker.frontends.terraform.configuration.types import tidy
from checker.frontends.terraform.functions.calling import (
    Call,
    Evaluate,
    Function,
    InvalidCallError,
    anything,
    derived,
    document,
    refused,
    string,
)
from checker.frontends.terraform.functions.encoding import yamlencode
from checker.model.problem import Problem, ProblemKind
from checker.source import MappingNode, Node, ScalarNode, SequenceNode
from checker.source.yaml import parse_yaml
from checker.values import (
    Alternative,
    Atom,
    Bool,
    Cause,
    Json,
    Kind,
    List,
    Map,
    Null,
    Number,
    Piece,
    Step,
    Text,
    TooLargeError,
    Trail,
    Unknown,
    Value,
)
from checker.values.atoms import MOST_NODES
from checker.values.operations import (
    flat_map,
    known,
    located_key,
)
from checker.values.operations.texts import read_json


def _scalar(value: object, trail: Trail) -> Value:
    match value:
        case None:
            atom: Atom = Null()
        case bool():
            atom = Bool(value)
        case int():
            atom = Number(value)
        case float() if math.isfinite(value):
            atom = Number(tidy(Decimal(repr(value))))
        case float():
            atom = invalid(f"{value} is no number that can be written")
        case _:
            atom = Text((Piece(str(value)),) if value != "" else ())
    return (Alternative(atom, (), trail),)


# JSON


def decode_json(value: Value, subject: str) -> Value:
    """The value of JSON text. Holes inside its strings stay; other holes make the whole unknown."""

    def decode(atoms: Sequence[Atom]) -> Value | Atom:
        atom = atoms[0]
        if isinstance(atom, Json):
            return _as_read(atom.value)
        if not isinstance(atom, Text):
            return invalid(f'{subject}: "str" must be a string')
        marked = atom.marked()
        if marked.count(",") + marked.count(":") > MOST_NODES:
            raise TooLargeError
        found = read_json(atom)
        if found is not None:
            return found
        return derived(atom.holes[0], "jsondecode", atoms) if atom.holes else invalid(f'{subject}: "str" is not JSON')

    return flat_map([value], decode, "jsondecode")


def _as_read(value: Value) -> Value:
    """The value that JSON has when it is read: its arrays are tuples, also what was a set."""
    return tuple(one._replace(atom=_collection_as_read(one.atom)) for one in value)


def _collection_as_read(atom: Atom) -> Atom:
    match atom:
        case List(items, rest):
            return List(tuple(map(_as_read, items)), _as_read(rest), Kind.TUPLE)
        case Map(entries, rest):
            return Map({key: _as_read(item) for key, item in entries.items()}, _as_read(rest), Kind.OBJECT)
        case _:
            return atom


class _Offsets:
    """The pieces of a text by offset, for the locations of decoded values."""

    def __init__(self, content: Text) -> None:
        self._pieces = content.pieces
        lengths = (1 if isinstance(piece, Unknown) else len(piece.text) for piece in content.pieces)
        self._starts = [0, *itertools.accumulate(lengths)]

    def within(self, start: int, end: int) -> Sequence[int]:
        """The offsets between two at which a piece begins."""
        last = bisect.bisect_left(self._starts, end, hi=len(self._pieces))
        return self._starts[bisect.bisect_right(self._starts, start) : last]

    def trail(self, offset: int) -> Trail:
        """The trail at an offset: that of the line, with the column advanced."""
        number = bisect.bisect_right(self._starts, offset) - 1
        piece = self._pieces[number] if 0 <= number < len(self._pieces) else None
        if piece is None or isinstance(piece, Unknown):
            return ()
        trail = piece.trail
        if trail and trail[0].location is not None and trail[0].text == FILE_LINE:
            first = trail[0].location
            within = offset - self._starts[number]
            return (Step(first._replace(column=first.column + within), trail[0].text), *trail[1:])
        return trail


# The first step of a value from a file: only there the column advances within the line.
FILE_LINE = "written here, in a file that is read"


def jsondecode(call: Call) -> Value:
    """`jsondecode(text)`."""
    return decode_json(call.args[0], call.subject)


def jsonencode(call: Call) -> Value:
    """`jsonencode(value)`: not written out, so that its content stays unchanged."""
    result = []
    for one in call.args[0]:
        if isinstance(one.atom, Unknown):
            result.append(one._replace(atom=derived(one.atom, "jsonencode", (one.atom,))))
        else:
            result.append(one._replace(atom=Json((one._replace(given=(), trail=()),))))
    return tuple(result)


# YAML

_FIRST_MARK = 0xE000
_MOST_MARKS = 6000


def yamldecode(call: Call) -> Value:
    """`yamldecode(text)`: holes inside scalars stay."""

    def decode(atoms: Sequence[Atom]) -> Value | Atom:
        atom = atoms[0]
        if isinstance(atom, Json):
            return _as_read(atom.value)
        if not isinstance(atom, Text):
            return invalid(f'{call.subject}: "src" must be a string')
        holes = atom.holes
        if len(holes) > _MOST_MARKS:
            return derived(holes[0], "yamldecode", atoms)
        # Each hole becomes a character of its own, since aliases and merge keys change the order.
        marks = iter(range(_FIRST_MARK, _FIRST_MARK + len(holes)))
        marked = "".join(chr(next(marks)) if isinstance(p, Unknown) else p.text for p in atom.pieces)
        try:
            documents = parse_yaml(marked, "", duplicate_keys="last")
        except ParseError as error:
            if holes:
                return derived(holes[0], "yamldecode", atoms)
            return invalid(f'{call.subject}: "src" is not YAML: line {error.line}: {error.reason}')
        if len(documents) != 1:
            return invalid(f'{call.subject}: "src" must hold one document')
        tag = next(_tags_of(documents[0]), None) if "!" in marked else None
        if tag is not None:
            return invalid(f'{call.subject}: "src" has the tag {tag}, which is not one of YAML')
        if holes and isinstance(documents[0], ScalarNode) and "\n" in marked.strip():
            # Unknown lines may be items, as `yamlencode` has them around known ones.
            return derived(holes[0], "yamldecode", atoms)
        lines = [0, *(match.end() for match in re.finditer("\n", marked))]
        return _yaml_value(documents[0], holes, lines, _Offsets(atom), marked)

    return flat_map(call.args, decode, "yamldecode", write_json=False)


# The tags of YAML that leave a text a text; others are carried out in reading.
_TAGS = frozenset({"tag:yaml.org,2002:binary", "tag:yaml.org,2002:timestamp"})


def _tags_of(node: Node) -> Iterator[str]:
    """The tags that Terraform refuses, such as the short forms of CloudFormation."""
    if node.tag is not None and node.tag not in _TAGS:
        yield node.tag
    match node:
        case MappingNode(entries):
            yield from (tag for entry in entries for each in entry for tag in _tags_of(each))
        case SequenceNode(items):
            yield from (tag for item in items for tag in _tags_of(item))
        case ScalarNode():
            return


def _yaml_value(node: Node, holes: Sequence[Unknown], lines: Sequence[int], offsets: _Offsets, marked: str) -> Value:
    match node:
        case MappingNode(entries):
            made = {}
            rest: list[Alternative] = []
            for key, item in entries:
                member = _yaml_value(item, holes, lines, offsets, marked)
                written = str(key.value)
                if holes and any(_hole_of(character, holes) for character in written):
                    rest.extend(member)
                    continue
                offset = lines[min(key.location.line, len(lines)) - 1] + key.location.column - 1
                name = _yaml_key(written) if marked.startswith(written, offset) else written
                if name is None:
                    return known(invalid(f"the key {written!r} is no string"))
                made[located_key(name, offsets.trail(offset))] = member
            return known(Map(made, tuple(rest), Kind.OBJECT))
        case SequenceNode(items):
            made_items = tuple(_yaml_value(item, holes, lines, offsets, marked) for item in items)
            return known(List(made_items, (), Kind.TUPLE))
        case ScalarNode(value, location, _, segments):
            offset = lines[min(location.line, len(lines)) - 1] + location.column - 1
            trail = offsets.trail(offset)
            if not isinstance(value, str):
                return _scalar(value, trail)
            if marked.startswith(value, offset) and (meant := _meant(value)) != value:
                return _scalar(meant, trail)
            starts = [(0, trail)]
            for first, at in segments:
                line = lines[min(at.line, len(lines)) - 1] + at.column - 1
                starts = [*(pair for pair in starts if pair[0] != first), (first, offsets.trail(line))]
            base = next((each for each in (offset, offset + 1) if marked.startswith(value, each)), None)
            if base is not None and not segments:
                # As written: text that a template inserts has its own location.
                starts += [(each - base, offsets.trail(each)) for each in offsets.within(base, base + len(value))]
            return _yaml_text(value, starts, holes)


def _yaml_key(written: str) -> str | None:
    """An unquoted key, typed like a value; None if it cannot be a key."""
    if not _MAY_BE_TYPED.match(written):
        return written
    document = parse_yaml(written, "")[0]
    value = document.value if isinstance(document, ScalarNode) else written
    return key_of(_scalar(_meant(value) if isinstance(value, str) else value, ())[0].atom)


def _meant(plain: str) -> str | int | bool:
    """The meaning of an unquoted scalar to Terraform's parser, beyond YAML 1.2."""
    if plain in _TRUTHS:
        return _TRUTHS[plain]
    if plain.isascii() and plain.isdecimal():
        return int(plain)
    match = _TIMESTAMP.fullmatch(plain)
    if match is None:
        return plain
    year, month, day, hour, minute, second = (int(part or 0) for part in match.group(1, 2, 3, 4, 5, 6))
    try:
        written = datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return plain
    return f"{written.isoformat()}{match[7] or 'Z'}"


# The booleans of YAML 1.1.
_TRUTHS = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_MAY_BE_TYPED = re.compile(r"[-+.\d~]|(?:y|n|yes|no|on|off|true|false|null)\Z", re.IGNORECASE | re.ASCII)
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?:[Tt](?=.*[-+Z])| (?!.*[-+Z]))(\d\d?):(\d\d?):(\d\d?)(?:\.\d+)?(Z|[-+]\d\d:\d\d)?)?",
    re.ASCII,
)


def _yaml_text(
    value: str,
    starts: list[tuple[int, Trail]],
    holes: Sequence[Unknown],
) -> Value:
    """A text whose parts begin at offsets, each with its trail."""
    starts.sort(key=lambda pair: pair[0])
    pieces: list[Piece | Unknown] = []
    for (start, own), end in zip(starts, [*(offset for offset, _ in starts[1:]), len(value)], strict=True):
        written = ""
        for character in value[start:end]:
            hole = _hole_of(character, holes)
            if hole is None:
                written += character
                continue
            if written:
                pieces.append(Piece(written, own))
                written = ""
            pieces.append(hole)
        if written:
            pieces.append(Piece(written, own))
    if len(pieces) == 1 and isinstance(pieces[0], Unknown):
        # Alone it need not be a string.
        return (Alternative(pieces[0].derived(f"yamldecode({pieces[0].identity})")),)
    return (Alternative(Text(tuple(pieces))),)


def _hole_of(character: str, holes: Sequence[Unknown]) -> Unknown | None:
    number = ord(character) - _FIRST_MARK
    return holes[number] if 0 <= number < len(holes) else None


# `(?!)` never matches. Before Python 3.11.5, a possessive group goes on where its last alternative gave up.
_CSV = re.compile(r'(?:(?:"(?:[^"]|"")*+"|[^",\n]*+)(?:,|\r?\n|\Z)|(?!))*+')


def csvdecode(call: Call) -> Value:
    """`csvdecode(text)`: each field has the line of its row."""

    def decode(atoms: Sequence[Atom]) -> Value | Atom:
        missing = next(iter(unknowns_in(atoms[0])), None)
        if missing is not None:
            return derived(missing, call.name, atoms)
        if not isinstance(atoms[0], Text):
            return refused(call, '"str" must be a string')
        try:
            return _csv_value(atoms[0])
        except csv.Error as error:
            return refused(call, f'"str" is not CSV: {error}')
        except InvalidCallError as error:
            return refused(call, str(error))

    return flat_map(call.args, decode, call.name, write_json=True)


def _csv_value(content: Text) -> Value:
    written = content.plain or ""
    if not _CSV.fullmatch(written):
        raise InvalidCallError('"str" has a quote within a field that no quotes stand around, or that is not closed')
    # A line break in quotes belongs to the field; of its two characters the second one counts.
    reader = csv.reader(io.StringIO(written.replace("\r\n", "\n")), strict=True)
    header = next(filter(None, reader), None)
    if header is None:
        raise InvalidCallError('"str" must have a header line')
    if len(set(header)) < len(header):
        raise InvalidCallError('"str" names a column twice')
    if written.count("\n") * (len(header) + 1) > MOST_NODES:
        raise TooLargeError
    starts = [0, *(match.end() for match in re.finditer("\n", written))]
    offsets = _Offsets(content)
    rows: list[Value] = []
    line = reader.line_num
    for row in reader:
        if row:
            if len(row) != len(header):
                raise InvalidCallError('each row of "str" must have as many fields as the header')
            trail = offsets.trail(starts[min(line, len(starts) - 1)])
            fields = {name: _scalar(field, trail) for name, field in zip(header, row, strict=True)}
            rows.append(known(Map(fields, (), Kind.OBJECT)))
        line = reader.line_num
    return known(List(tuple(rows), (), Kind.LIST))


def _decoder(decode: Evaluate) -> Evaluate:
    """A function that decodes text. If the text is the content of an invalid file, the file is a problem."""

    def function(call: Call) -> Value:
        made = decode(call)
        if len(call.args) == 1 and _fails(made) and not _fails(call.args[0]):
            failing = (one for one in call.args[0] if _fails(decode(call._replace(args=((one,),)))))
            for file in dict.fromkeys(file for one in failing for file in _files(one)):
                message = f"{call.name}(…) cannot read {file}, which is not valid"
                advice = "Correct the file; what it holds was not checked."
                problem = Problem.at(call.location, ProblemKind.INVALID_SYNTAX, message, advice, incomplete=True)
                call.scope.module.host.report(problem)
        return made

    return function


def _fails(value: Value) -> bool:
    return any(isinstance(one.atom, Unknown) and one.atom.cause is Cause.INVALID for one in value)


def _files(content: Alternative) -> Iterator[str]:
    """The files whose content a text without holes is."""
    if isinstance(content.atom, Text) and not content.atom.holes:
        trails = [piece.trail for piece in content.atom.pieces if isinstance(piece, Piece)] or [content.trail]
        for trail in trails:
            if trail and trail[0].text == FILE_LINE and trail[0].location is not None:
                yield trail[0].location.file


FUNCTIONS: Mapping[str, Function] = {
    "jsondecode": Function(_decoder(jsondecode), (document("str"),)),
    "jsonencode": Function(jsonencode, (anything("val", nullable=True),)),
    "yamldecode": Function(_decoder(yamldecode), (document("src"),)),
    "yamlencode": Function(yamlencode, (anything("value", nullable=True),)),
    "csvdecode": Function(_decoder(csvdecode), (string("str"),)),
}
