"""Parses JSON into nodes with locations, and into spans of the text.

`scan_json` is the only scanner: it finds all positions and decodes nothing, so that it also works on JSON inside a
string whose holes must stay where they are. `parse_json` makes nodes from its spans.
"""

import functools
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple, cast

from checker.errors import BedrockEolError, ParseError
from checker.source.locations import Location, MappingNode, Node, ScalarNode, SequenceNode

MAX_DEPTH = 200


class JsonString(NamedTuple):
    """A string. Its escaped content is `text[start:end]`; the quotes are just outside."""

    start: int
    end: int


class JsonScalar(NamedTuple):
    """A number, true, false or null, written as `text[start:end]`."""

    value: int | float | bool | None
    start: int
    end: int


class JsonArray(NamedTuple):
    """An array whose `[` is at `start`."""

    items: tuple["JsonNode", ...]
    start: int


class JsonObject(NamedTuple):
    """An object whose `{` is at `start`, with its members in written order; a name may occur several times."""

    entries: tuple[tuple[JsonString, "JsonNode"], ...]
    start: int


JsonNode = JsonString | JsonScalar | JsonArray | JsonObject


class JsonError(BedrockEolError):
    """The text is not JSON. `offset` is the character where this shows, `reason` is a sentence."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"character {offset + 1}: {reason}")
        self.offset = offset
        self.reason = reason


_SPACE = r"[ \t\n\r]*+"
# `(?!)` never matches. Before Python 3.11.5, a possessive group goes on where its last alternative gave up.
_CHARACTERS = r'(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})|(?!))*+'
_STRING = rf'"({_CHARACTERS})"'
_NUMBER = r"-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?+[0-9]++)?"
# One match covers a value and what follows it: half the matches, half the time.
_ITEM_PATTERN = rf"{_SPACE}(?:{_STRING}|({_NUMBER})|(true|false|null)|([\[{{])){_SPACE}([\]}},]?+)"
_ITEM = re.compile(_ITEM_PATTERN)
_MEMBER = re.compile(rf"{_SPACE}{_STRING}{_SPACE}:{_ITEM_PATTERN}")
_NAME = re.compile(rf"{_SPACE}{_STRING}{_SPACE}(:?+)")
_AFTER = re.compile(rf"{_SPACE}([\]}},]?+)")
_BLANK = re.compile(_SPACE)
_STRING_PREFIX = re.compile(rf'"{_CHARACTERS}')
_WORD = re.compile(r"[-+.\w]+")
_LINE_BREAK = re.compile(r"\r\n?|\n")
_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\"\\/bfnrt]))"
)
_SHORT_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS = {"true": True, "false": False, "null": None}

# The constructor of a NamedTuple is a Python function; bypassing it halves the cost of a node.
_string = cast(Callable[[Iterable[object]], JsonString], functools.partial(tuple.__new__, JsonString))
_scalar = cast(Callable[[Iterable[object]], JsonScalar], functools.partial(tuple.__new__, JsonScalar))
_node_scalar = cast(Callable[[Iterable[object]], ScalarNode], functools.partial(tuple.__new__, ScalarNode))
_node_mapping = cast(Callable[[Iterable[object]], MappingNode], functools.partial(tuple.__new__, MappingNode))
_location = cast(Callable[[Iterable[object]], Location], functools.partial(tuple.__new__, Location))


def scan_json(text: str, *, max_depth: int = MAX_DEPTH) -> JsonNode:  # noqa: C901, PLR0915 (one loop, for speed)
    """The spans of the single JSON value in `text`; duplicate names are kept.

    Raises JsonError for what RFC 8259 does not allow (also NaN, Infinity, comments, raw control characters in strings)
    and for arrays and objects nested deeper than `max_depth`. A byte order mark at the start is skipped.
    """
    match_item, match_member, match_after = _ITEM.match, _MEMBER.match, _AFTER.match
    position = 1 if text.startswith("\ufeff") else 0
    # One frame per open array or object: (is it an object, its start, its children, its name in the parent). The
    # outermost frame is the document.
    stack: list[tuple[bool, int, list[object], JsonString | None]] = []
    in_object, start, children, own_name = False, -1, cast(list[object], []), cast(JsonString | None, None)
    while True:
        if in_object:
            match = match_member(text, position)
            if match is None:
                raise _member_error(text, position)
            raw_name, raw, number, literal, opening, after = match.groups()
            name_end = match.end(1)
            name = _string((name_end - len(raw_name), name_end))
            group = 2
        else:
            match = match_item(text, position)
            if match is None:
                raise _value_error(text, position)
            raw, number, literal, opening, after = match.groups()
            group = 1
        value: JsonNode
        if raw is not None:
            value_end = match.end(group)
            value = _string((value_end - len(raw), value_end))
        elif opening is not None:
            position = match.end(group + 3)
            if len(stack) >= max_depth:
                raise JsonError(position - 1, f"arrays and objects are nested deeper than {max_depth} levels")
            if after != ("}" if opening == "{" else "]"):
                if after:
                    wanted = "a name in double quotes or '}'" if opening == "{" else "a value or ']'"
                    raise JsonError(match.end() - 1, f"expected {wanted}, found '{after}'")
                stack.append((in_object, start, children, own_name))
                if in_object:
                    own_name = name
                in_object, start, children = opening == "{", position - 1, []
                continue
            value = JsonObject((), position - 1) if opening == "{" else JsonArray((), position - 1)
            after_match = match_after(text, match.end())
            assert after_match is not None
            match = after_match
            after = match[1]
        elif number is not None:
            span_start, span_end = match.span(group + 1)
            value = _scalar((_number(number, span_start), span_start, span_end))
        else:
            span_start, span_end = match.span(group + 2)
            value = _scalar((_LITERALS[literal], span_start, span_end))
        position = match.end()
        if in_object:
            children.append((name, value))
        else:
            children.append(value)
        while after != ",":
            if not stack:
                if after or position < len(text):
                    raise JsonError(position - len(after), "expected the end of the document after the JSON value")
                return cast(JsonNode, children[0])
            if after != ("}" if in_object else "]"):
                raise _after_error(text, position, after, in_object)
            done: JsonNode
            if in_object:
                done = JsonObject(cast(tuple[tuple[JsonString, JsonNode], ...], tuple(children)), start)
            else:
                done = JsonArray(cast(tuple[JsonNode, ...], tuple(children)), start)
            name_in_parent = own_name
            in_object, start, children, own_name = stack.pop()
            if in_object:
                children.append((name_in_parent, done))
            else:
                children.append(done)
            after_match = match_after(text, position)
            assert after_match is not None
            after = after_match[1]
            position = after_match.end()
        if not stack:
            raise JsonError(position - 1, "expected the end of the document after the JSON value")


def is_json(text: str) -> bool:
    """True if a text is JSON, up to the depth that is read."""
    try:
        scan_json(text)
    except JsonError:
        return False
    return True


def parse_json(text: str, file: str, at: Location | None = None) -> Node:
    """The document as nodes. The location of a string is that of its opening quote; columns count characters.

    `at` is where the text begins, if it is a part of the file. Raises ParseError for what `scan_json` refuses and for a
    duplicate name in one object.
    """
    if text.startswith("\ufeff"):
        text = text[1:]
    at = at or Location(file, 1, 1)
    try:
        root = scan_json(text)
    except JsonError as error:
        location = _location_of(text, error.offset, at)
        raise ParseError(file, location.line, location.column, error.reason) from None
    return _nodes(root, text, at)


def unescape_json(raw: str) -> str:
    """Decodes the content of a JSON string.

    A surrogate without a partner becomes U+FFFD, since no report could be written with it.
    """
    return _ESCAPE.sub(_unescaped, raw) if "\\" in raw else raw


def _nodes(root: JsonNode, text: str, at: Location) -> Node:
    """The spans as nodes. They are visited in the order of the text, so that lines can be counted in one pass."""
    line_starts = [match.end() for match in _LINE_BREAK.finditer(text)]
    line_starts.append(len(text) + 1)
    file, line, column = at
    line_start, next_start, index = 1 - column, line_starts[0], 0

    def location(offset: int) -> Location:
        nonlocal line, line_start, next_start, index
        while offset >= next_start:
            line_start = next_start
            index += 1
            next_start = line_starts[index]
            line += 1
        return _location((file, line, offset - line_start + 1))

    def build(node: JsonNode) -> Node:
        kind = type(node)
        if kind is JsonString:
            start, end = cast(JsonString, node)
            value = text[start:end]
            if "\\" in value:
                value = _ESCAPE.sub(_unescaped, value)
            return _node_scalar((value, location(start - 1), None, ()))
        if kind is JsonObject:
            members, start = cast(JsonObject, node)
            own_location = location(start)
            entries: list[tuple[ScalarNode, Node]] = []
            for (name_start, name_end), member in members:
                name = text[name_start:name_end]
                if "\\" in name:
                    name = _ESCAPE.sub(_unescaped, name)
                name_location = location(name_start - 1)
                entries.append((_node_scalar((name, name_location, None, ())), build(member)))
            if len(entries) > 1 and len({name.value for name, _ in entries}) < len(entries):
                raise _duplicate_error(entries, file)
            return _node_mapping((tuple(entries), own_location, None))
        if kind is JsonArray:
            items, start = cast(JsonArray, node)
            own_location = location(start)
            return SequenceNode(tuple([build(item) for item in items]), own_location)
        scalar, start, _ = cast(JsonScalar, node)
        return _node_scalar((scalar, location(start), None, ()))

    return build(root)


def _duplicate_error(entries: list[tuple[ScalarNode, Node]], file: str) -> ParseError:
    firsts: dict[object, ScalarNode] = {}
    for name, _ in entries:
        first = firsts.setdefault(name.value, name)
        if first is not name:
            break
    one, other = first.location, name.location
    where = f"on lines {one.line} and {other.line}"
    if one.line == other.line:
        where = f"on line {one.line}, in columns {one.column} and {other.column}"
    reason = f"the name {name.value!r} occurs twice in one object, {where}"
    return ParseError(file, name.location.line, name.location.column, reason)


def _unescaped(match: re.Match[str]) -> str:
    high, low, code, short = match.groups()
    if short is not None:
        return _SHORT_ESCAPES.get(short, short)
    if high is not None:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    number = int(code, 16)
    return "\ufffd" if 0xD800 <= number <= 0xDFFF else chr(number)


def _number(text: str, offset: int) -> int | float:
    if text.lstrip("-").isdigit():
        try:
            return int(text)
        except ValueError:
            raise JsonError(offset, f"the number has {len(text)} digits, more than can be read") from None
    return float(text)


def _location_of(text: str, offset: int, at: Location) -> Location:
    line, line_start = at.line, 1 - at.column
    for match in _LINE_BREAK.finditer(text, 0, offset):
        line, line_start = line + 1, match.end()
    return Location(at.file, line, offset - line_start + 1)


def _skip_blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    assert match is not None
    return match.end()


def _found(text: str, position: int) -> str:
    """The text at `position`, for a message."""
    if position >= len(text):
        return "the document ends"
    word = _WORD.match(text, position)
    return f"found {(word[0][:40] if word else text[position])!r}"


def _member_error(text: str, position: int) -> JsonError:
    """Why there is no valid member of an object at `position`."""
    position = _skip_blank(text, position)
    name = _NAME.match(text, position)
    if name is None:
        if text.startswith('"', position):
            return _string_error(text, position)
        return JsonError(position, f"expected a name in double quotes, {_found(text, position)}")
    if not name[2]:
        return JsonError(name.end(), f"expected ':' after the name, {_found(text, name.end())}")
    return _value_error(text, name.end())


def _value_error(text: str, position: int) -> JsonError:
    """Why there is no valid value at `position`."""
    position = _skip_blank(text, position)
    if text.startswith('"', position):
        return _string_error(text, position)
    if text.startswith(("NaN", "Infinity", "-Infinity"), position):
        return JsonError(position, "NaN and Infinity are not JSON")
    return JsonError(position, f"expected a value, {_found(text, position)}")


def _string_error(text: str, position: int) -> JsonError:
    """Why the string with its opening quote at `position` is not valid."""
    prefix = _STRING_PREFIX.match(text, position)
    assert prefix is not None
    end = prefix.end()
    if end >= len(text):
        return JsonError(end, "expected the closing '\"' of a string, the document ends")
    if text[end] == "\\":
        return JsonError(end, "expected a valid escape after '\\' in a string")
    return JsonError(end, f"the control character U+{ord(text[end]):04X} must be escaped in a string")


def _after_error(text: str, position: int, after: str, in_object: bool) -> JsonError:
    offset = position - len(after)
    return JsonError(offset, f"expected ',' or '{'}' if in_object else ']'}', {_found(text, offset)}")
