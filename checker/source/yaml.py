"""Parses YAML into nodes with locations, from PyYAML's event stream.

The stock loaders lose the locations, read dates and `yes` differently from CloudFormation, and explode on aliases,
merge keys and nesting. Events are also several times faster.
"""

import functools
import re
from collections.abc import Callable, Iterable
from sys import intern
from typing import Any, Literal, cast

import yaml

from checker.errors import ParseError
from checker.source.locations import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.yaml_locations import YAML_BREAK, YamlLocations

MAX_DEPTH = 100
MAX_NODES = 2_000_000

_Parser: Any = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader

_STANDARD = "tag:yaml.org,2002:"
_MERGE = _STANDARD + "merge"
_CARRIED_OUT = frozenset(
    [None, "!", _MERGE, *(_STANDARD + name for name in ("str", "int", "float", "bool", "null", "seq", "map"))]
)
_CONSTANTS: dict[str, bool | float | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_NUMBER_START = frozenset("0123456789+-.")
# A number with a leading zero stays a string: it is an account id or a code, and would lose the zero.
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z|0x[0-9a-fA-F]+\Z|0o[0-7]+\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

# A `#` inside a plain scalar is an ordinary character; a comment starts a line or follows white space.
_COMMENT = re.compile(r"(?:(?<=[ \t])|\A)#")

_TAG = re.compile(r"![\w:-]+")
_TAG_BEFORE = re.compile(r"(![\w:-]+)[ \t]+\Z")

_STRAY_COLON = "a ':' is not allowed here: check the indentation, or quote the text"
_TOO_DEEP = f"lists and mappings are nested deeper than {MAX_DEPTH} levels"
_REASONS = {
    "mapping values are not allowed in this context": _STRAY_COLON,
    "mapping values are not allowed here": _STRAY_COLON,
    "could not find expected ':'": "expected ':' after a key",
    "did not find expected key": "expected a key: check the indentation and the quotes",
    "did not find expected '-' indicator": "expected '-': check the indentation of the list",
    "did not find expected ',' or ']'": "expected ',' or ']'",
    "did not find expected ',' or '}'": "expected ',' or '}'",
    "did not find expected <document start>": "expected '---' or the end of the file",
    "did not find expected node content": "expected a value",
    # A limit of libyaml 0.2.6, far above ours, which may be exceeded before the first event.
    "exceeded maximum nesting depth": _TOO_DEEP,
    "found unexpected end of stream": "the file ends inside a quoted text",
    "found a tab character that violates indentation": "a tab cannot be used for indentation",
    "found a tab character where an indentation space is expected": "a tab cannot be used for indentation",
    "block sequence entries are not allowed in this context": "a '-' list item is not allowed here",
    "sequence entries are not allowed here": "a '-' list item is not allowed here",
    "found undefined tag handle": "the tag uses a handle that no %TAG line defines",
}

# The constructor of a NamedTuple is a Python function; bypassing it halves the cost of a node.
_scalar = cast(Callable[[Iterable[object]], ScalarNode], functools.partial(tuple.__new__, ScalarNode))
_node_mapping = cast(Callable[[Iterable[object]], MappingNode], functools.partial(tuple.__new__, MappingNode))
_location = cast(Callable[[Iterable[object]], Location], functools.partial(tuple.__new__, Location))


def parse_yaml(text: str, file: str, *, duplicate_keys: Literal["error", "last"] = "error") -> tuple[Node, ...]:
    """The documents of the text, in order; none for a text without content.

    Tags stay on the nodes, except YAML's own, which are applied. A key is its text. An alias is the same node again.
    Merge keys are applied; merged entries keep the locations where they are written. The location of a node is that of
    its first character, including tag and anchor.

    `duplicate_keys`: what happens to a key that occurs twice in one mapping; with `last`, the last value counts.

    Raises ParseError if the text is not YAML, for duplicate keys, for an alias inside its own anchor, for more than 100
    levels, and for more than 2,000,000 nodes, counted with every alias expanded.
    """
    if text.startswith("\ufeff"):
        text = text[1:]
    return _Builder(text, file, duplicate_keys == "error").documents()


def yaml_comments(text: str, file: str) -> tuple[tuple[Location, str], ...]:
    """The comments of a valid text, in order, each from its `#` to the end of its line.

    Lines are counted as in editors. An invalid text has no comments.
    """
    if text.startswith("\ufeff"):
        text = text[1:]
    source = YamlLocations(text, file)
    lines = YAML_BREAK.split(text)
    spans: dict[int, list[tuple[int, int]]] = {}
    try:
        parser = _Parser(text)
        while (event := parser.get_event()) is not None:
            if type(event) is yaml.ScalarEvent:
                start, end = cast(Any, event.start_mark), cast(Any, event.end_mark)
                first, column = (start.line + 1, 0) if event.style in ("|", ">") else (start.line, start.column)
                for line in range(first, min(end.line, len(lines) - 1) + 1):
                    low = column if line == first else 0
                    high = end.column if line == end.line else len(lines[line])
                    spans.setdefault(line, []).append((low, high))
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError, UnicodeEncodeError):
        return ()
    offset = 0
    found: list[tuple[Location, str]] = []
    for number, written in enumerate(lines):
        for match in _COMMENT.finditer(written):
            if not any(low <= match.start() < high for low, high in spans.get(number, ())):
                found.append((source.location_of(offset + match.start()), written[match.start() :].rstrip()))
                break
        offset += len(written)
        breaking = YAML_BREAK.match(text, offset)
        offset = breaking.end() if breaking else offset
    return tuple(found)


class _Frame:
    """An open mapping or sequence."""

    __slots__ = (
        "anchor",
        "count_before",
        "entries",
        "height",
        "is_mapping",
        "items",
        "key",
        "location",
        "merge",
        "seen",
        "tag",
    )

    def __init__(
        self, is_mapping: bool, location: Location, tag: str | None, anchor: str | None, count_before: int
    ) -> None:
        self.is_mapping = is_mapping
        self.location = location
        self.tag = tag
        self.anchor = anchor
        self.count_before = count_before
        self.height = 0
        self.items: list[Node] = []
        self.entries: list[tuple[ScalarNode, Node]] = []
        self.seen: dict[str, int] = {}
        self.key: ScalarNode | None = None
        self.merge: int | None = None


class _Anchored:
    """The content of an anchor: the node, its expanded size, its levels, and its text if it is a scalar."""

    __slots__ = ("height", "node", "size", "text")

    def __init__(self, node: Node, size: int, height: int, text: str | None) -> None:
        self.node = node
        self.size = size
        self.height = height
        self.text = text


class _Builder:
    def __init__(self, text: str, file: str, refuse_duplicates: bool) -> None:
        self._text = text
        self._file = file
        self._refuse_duplicates = refuse_duplicates
        self._source = YamlLocations(text, file)

    def documents(self) -> tuple[Node, ...]:
        documents: list[Node] = []
        try:
            parser = _Parser(self._text)
            parser.get_event()
            while type(event := parser.get_event()) is yaml.DocumentStartEvent:
                documents.append(self._document(parser))
                parser.get_event()
            if event is not None and type(event) is not yaml.StreamEndEvent:
                raise self._error_at(event.start_mark, "expected '---' or the end of the file")
        except yaml.MarkedYAMLError as error:
            raise self._syntax_error(error) from None
        except (yaml.reader.ReaderError, UnicodeEncodeError):
            raise self._character_error() from None
        return tuple(documents)

    def _document(self, parser: Any) -> Node:  # noqa: C901, PLR0915 (one loop, for speed)
        file = self._file
        length = len(self._text)
        source_location = self._source.location if self._source.has_rare_breaks else None
        get_event = parser.get_event
        scalar_event, alias_event = yaml.ScalarEvent, yaml.AliasEvent
        mapping_start, sequence_start = yaml.MappingStartEvent, yaml.SequenceStartEvent
        mapping_end, sequence_end = yaml.MappingEndEvent, yaml.SequenceEndEvent
        anchors: dict[str, _Anchored | None] = {}
        stack: list[_Frame] = []
        frame: _Frame | None = None
        # The fields of the open frame as local variables, since every event uses them.
        entries: list[tuple[ScalarNode, Node]] | None = None
        seen: dict[str, int] = {}
        key: ScalarNode | None = None
        count = 0
        # The nodes of a line share its number.
        index, number = 0, 1
        node: Node
        while True:
            event = get_event()
            kind = type(event)
            if kind is mapping_end or kind is sequence_end:
                assert frame is not None
                node = self._closed(frame)
                height = frame.height + 1
                if frame.anchor is not None:
                    anchors[frame.anchor] = _Anchored(node, count - frame.count_before, height, None)
                frame = stack.pop() if stack else None
                if frame is not None:
                    entries, seen, key = frame.entries if frame.is_mapping else None, frame.seen, frame.key
            else:
                mark = event.start_mark
                if mark.line != index:
                    index = mark.line
                    number = index + 1
                location = (
                    _location((file, number, mark.column + 1)) if source_location is None else source_location(mark)
                )
                count += 1
                if count > MAX_NODES:
                    raise self._error(location, f"the document has more than {MAX_NODES:,} nodes, aliases expanded")
            if kind is scalar_event:
                text, tag, anchor = event.value, event.tag, event.anchor
                if not text and mark.index >= length:
                    # In libyaml, the end of the text begins a line.
                    location = self._source.location(mark)
                lines: tuple[tuple[int, Location], ...] = ()
                if event.end_mark.line != mark.line:
                    lines = self._source.segments(event)
                plain = tag is None and event.implicit[0]
                is_key = entries is not None and key is None
                if is_key:
                    # Few keys are used again and again.
                    text = intern(text)
                    key = _scalar((text, location, None if tag is None else _kept_tag(tag), lines))
                    if anchor is None:
                        # Most keys need only the text, not a value.
                        if text == "<<" and (plain or tag == _MERGE):
                            assert frame is not None
                            frame.merge = seen.get("<<", len(seen))
                        continue
                if plain:
                    resolved = _resolve(text) if text in _CONSTANTS or text[0] in _NUMBER_START else text
                    node = _scalar((resolved, location, None, lines))
                elif tag is None:
                    node = _scalar((text, location, None, lines))
                else:
                    node = _scalar((self._tagged(text, tag, location), location, _kept_tag(tag), lines))
                if anchor is not None:
                    anchors[anchor] = _Anchored(node, 1, 0, text)
                if is_key:
                    continue
                height = 0
            elif kind is mapping_start or kind is sequence_start:
                if len(stack) + (frame is not None) >= MAX_DEPTH:
                    raise self._error(location, _TOO_DEEP)
                if frame is not None:
                    if entries is not None and key is None:
                        raise self._error(location, "a list or mapping cannot be a key")
                    frame.key = key
                    stack.append(frame)
                if event.anchor is not None:
                    anchors[event.anchor] = None
                frame = _Frame(kind is mapping_start, location, _kept_tag(event.tag), event.anchor, count - 1)
                entries, seen, key = frame.entries if frame.is_mapping else None, frame.seen, None
                continue
            elif kind is alias_event:
                if event.anchor not in anchors:
                    raise self._error(location, f"the alias '*{event.anchor}' has no anchor before it")
                anchored = anchors[event.anchor]
                if anchored is None:
                    raise self._error(location, f"the alias '*{event.anchor}' stands within its own anchor")
                count += anchored.size - 1
                if count > MAX_NODES:
                    raise self._error(location, f"the document has more than {MAX_NODES:,} nodes, aliases expanded")
                node, height = anchored.node, anchored.height
                if len(stack) + (frame is not None) + height > MAX_DEPTH:
                    raise self._error(location, f"{_TOO_DEEP} by this alias")
                if entries is not None and key is None:
                    if anchored.text is None:
                        raise self._error(location, "a list or mapping cannot be a key")
                    key = _scalar((anchored.text, location, node.tag, ()))
                    continue
            if frame is None:
                return node
            if height > frame.height:
                frame.height = height
            if entries is None:
                frame.items.append(node)
            else:
                assert key is not None
                name = cast(str, key.value)
                here = len(seen)
                first = seen.setdefault(name, here)
                if first == here:
                    entries.append((key, node))
                elif self._refuse_duplicates:
                    line = entries[first][0].location.line
                    reason = f"the key {name!r} occurs twice in one mapping, on lines {line} and {key.location.line}"
                    raise self._error(key.location, reason)
                else:
                    entries[first] = (key, node)
                key = None

    def _closed(self, frame: _Frame) -> Node:
        if not frame.is_mapping:
            return SequenceNode(tuple(frame.items), frame.location, frame.tag)
        if frame.merge is None:
            return _node_mapping((tuple(frame.entries), frame.location, frame.tag))
        key, merged = frame.entries[frame.merge]
        sources = merged.items if isinstance(merged, SequenceNode) else (merged,)
        added: dict[str, tuple[ScalarNode, Node]] = {}
        for source in sources:
            if not isinstance(source, MappingNode):
                raise self._error(key.location, "'<<' needs a mapping or a list of mappings")
            for entry in source.entries:
                name = cast(str, entry[0].value)
                if name == "<<" or name not in frame.seen:
                    added.setdefault(name, entry)
        entries = (*frame.entries[: frame.merge], *added.values(), *frame.entries[frame.merge + 1 :])
        return MappingNode(entries, frame.location, frame.tag)

    def _tagged(self, text: str, tag: str, location: Location) -> str | int | float | bool | None:
        """The value of a scalar with a tag. With a tag that is not YAML's own it stays a string."""
        if not tag.startswith(_STANDARD):
            return text
        name = tag.removeprefix(_STANDARD)
        value = _resolve(text)
        match name:
            case "int" if type(value) is int:
                return value
            case "int" if re.fullmatch(r"[-+]?[0-9]{1,4000}", text):
                return int(text)
            case "float" if type(value) in (int, float):
                return float(cast(float, value))
            case "bool" if type(value) is bool:
                return value
            case "null" if value is None:
                return None
            case "int" | "float" | "bool" | "null":
                raise self._error(location, f"{text[:40]!r} is not what its tag '!!{name}' says")
            case _:
                return text

    def _error(self, location: Location, reason: str) -> ParseError:
        return ParseError(self._file, location.line, location.column, reason)

    def _error_at(self, mark: Any, reason: str) -> ParseError:
        return self._error(self._source.location(mark), reason)

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> ParseError:
        mark = error.problem_mark or error.context_mark
        problem = " ".join((error.problem or error.context or "this is not YAML").split())
        if mark is None:
            return ParseError(self._file, 1, 1, problem)
        found = self._text[mark.index : mark.index + 1]
        if problem.startswith("found character") and "cannot start any token" in problem:
            if found == "\t":
                reason = "a tab cannot be used for indentation"
            else:
                reason = f"a text cannot start with {found!r}: quote it"
        elif (tags := self._two_tags(mark.index)) is not None:
            return self._error_at(mark, f"a node cannot have two tags, `{tags}`: write the first one in its long form")
        else:
            reason = _REASONS.get(problem, problem)
            if problem.startswith("expected <block end>"):
                reason = "this does not continue what stands above: check the indentation and the quotes"
        context = error.context_mark
        if context is not None and context.line != mark.line:
            reason += f" (in what starts on line {self._source.location(context).line})"
        return self._error_at(mark, reason)

    def _two_tags(self, index: int) -> str | None:
        """Two tags of which the second begins at a character; None unless it does, and one stands before it."""
        second = _TAG.match(self._text, index)
        first = _TAG_BEFORE.search(self._text, self._text.rfind("\n", 0, index) + 1, index)
        return f"{first[1]} {second[0]}" if first is not None and second is not None else None

    def _character_error(self) -> ParseError:
        match = _UNPRINTABLE.search(self._text)
        if match is None:
            return ParseError(self._file, 1, 1, "the text has a character that YAML does not allow")
        location = self._source.location_of(match.start())
        return self._error(location, f"the character U+{ord(match[0]):04X} is not allowed in YAML")


def _resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar by the core schema of YAML 1.2."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _NUMBER_START:
        return text
    if _INTEGER.match(text):
        if text[1:2] in ("x", "o"):
            return int(text, 0)
        # Python refuses to parse a number of thousands of digits, since that takes quadratic time.
        return int(text) if len(text) <= 4000 else text
    if _FLOAT.match(text):
        number = float(text)
        return text if number in (float("inf"), float("-inf")) else number
    return text


def _kept_tag(tag: str | None) -> str | None:
    return None if tag in _CARRIED_OUT else tag
