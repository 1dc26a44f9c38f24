"""Laws of the document readers: they agree with the standard readers, and locations point at what they name."""

import json
import math
import re
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given
from hypothesis import strategies as st

from checker.errors import ParseError
from checker.source.json import (
    JsonArray,
    JsonError,
    JsonNode,
    JsonObject,
    JsonString,
    parse_json,
    scan_json,
    unescape_json,
)
from checker.source.locations import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.yaml import parse_yaml

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)
JSON_TEXTS = st.builds(
    lambda value, indent, ascii_only, separators: json.dumps(
        value, indent=indent, ensure_ascii=ascii_only, separators=separators
    ),
    JSON_VALUES,
    st.sampled_from([None, 0, 1, 4, "\t"]),
    st.booleans(),
    st.sampled_from([None, (",", ":"), (" ,\r\n ", "\t:\n ")]),
)


def plain(node: Node) -> Any:
    match node:
        case ScalarNode(value=value):
            return value
        case SequenceNode(items=items):
            return [plain(item) for item in items]
        case MappingNode(entries=entries):
            return {name.value: plain(value) for name, value in entries}


def typed(value: Any) -> Any:
    """The value in a form in which 1, 1.0 and true differ, and NaN equals itself."""
    match value:
        case list():
            return [typed(item) for item in value]
        case dict():
            return [(key, typed(item)) for key, item in value.items()]
        case float() if math.isnan(value):
            return "nan"
        case _:
            return (type(value).__name__, value)


def nodes(node: Node) -> list[Node]:
    match node:
        case ScalarNode():
            return [node]
        case SequenceNode(items=items):
            return [node, *(inner for item in items for inner in nodes(item))]
        case MappingNode(entries=entries):
            return [node, *(inner for pair in entries for part in pair for inner in nodes(part))]


def offset_of(text: str, location: Location) -> int:
    starts = [0, *(match.end() for match in re.finditer("\r\n?|\n", text))]
    return starts[location.line - 1] + location.column - 1


@given(JSON_TEXTS)
def test_json_agrees_with_the_standard_library(text: str) -> None:
    assert typed(plain(parse_json(text, "t"))) == typed(json.loads(text))


@given(JSON_TEXTS)
def test_json_places_point_at_what_they_name(text: str) -> None:
    decoder = json.JSONDecoder()
    for node in nodes(parse_json(text, "t")):
        value, _ = decoder.raw_decode(text, offset_of(text, node.location))
        assert typed(value) == typed(plain(node))


@given(JSON_TEXTS)
def test_json_spans_hold_the_undecoded_text(text: str) -> None:
    def read(node: JsonNode) -> Any:
        match node:
            case JsonString(start=start, end=end):
                assert text[start - 1] == text[end] == '"'
                return unescape_json(text[start:end])
            case JsonArray(items=items, start=start):
                assert text[start] == "["
                return [read(item) for item in items]
            case JsonObject(entries=entries, start=start):
                assert text[start] == "{"
                return {read(name): read(value) for name, value in entries}
            case _:
                assert json.loads(text[node.start : node.end]) == node.value
                return node.value

    assert typed(read(scan_json(text))) == typed(json.loads(text))


def has_duplicates(text: str) -> bool:
    pairs: list[bool] = []
    json.loads(text, object_pairs_hook=lambda items: pairs.append(len(dict(items)) < len(items)))
    return any(pairs)


@given(JSON_TEXTS, st.data())
def test_damaged_json_is_refused_exactly_when_the_standard_library_refuses_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 2)))
    damaged = text[:start] + data.draw(st.text('{}[],:"\\ \n01.eE-tu', max_size=2)) + text[end:]
    try:
        expected = json.loads(damaged)
    except ValueError:
        with pytest.raises(JsonError) as caught:
            scan_json(damaged)
        assert 0 <= caught.value.offset <= len(damaged)
        with pytest.raises(ParseError) as location:
            parse_json(damaged, "t")
        assert offset_of(damaged, Location("t", location.value.line, location.value.column)) == caught.value.offset
    else:
        scan_json(damaged)
        if has_duplicates(damaged):
            with pytest.raises(ParseError, match="occurs twice"):
                parse_json(damaged, "t")
        elif not re.search(r"\\u[dD]", damaged):  # Half a pair of surrogates is replaced.
            assert typed(plain(parse_json(damaged, "t"))) == typed(expected)


class CoreLoader(pyyaml.SafeLoader):
    """PyYAML's loader with the types of the core schema only, and with keys as their text."""

    def construct_mapping(self, node: pyyaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for tag, pattern, first in (
    ("null", r"(?:~|null|Null|NULL|)\Z", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)\Z", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)\Z", list("-+0123456789")),
    ("float", r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z", list("-+.0123456789")),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)
CoreLoader.add_constructor(
    "tag:yaml.org,2002:float", lambda loader, node: float(CoreLoader.construct_scalar(loader, node))
)

YAML_TEXTS = st.text(
    st.sampled_from("abc xyz\n\n  :#-'\"\\|>&*!%@`{}[],?\t~0123456789.+eE_\u00e9\u4e2d\U0001f600"), max_size=30
)
YAML_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.sampled_from([0.5, -1.25]) | YAML_TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(YAML_TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(
    YAML_VALUES,
    st.sampled_from([None, "'", '"', "|", ">"]),
    st.sampled_from([None, True, False]),
    st.sampled_from([5, 20, 80]),
    st.booleans(),
)
def test_yaml_agrees_with_pyyaml(value: Any, style: str | None, flow: bool | None, width: int, marks: bool) -> None:
    text = pyyaml.safe_dump(
        value, default_style=style, default_flow_style=flow, width=width, allow_unicode=True, sort_keys=False,
        explicit_start=marks,
    )  # fmt: skip
    try:
        expected = pyyaml.load(text, CoreLoader)
    except pyyaml.YAMLError:
        # What PyYAML's emitter writes, its parser does not always read.
        return
    (document,) = parse_yaml(text, "t")
    assert typed(plain(document)) == typed(expected)
    for node in nodes(document):
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            check_lines(text, node)


def check_lines(text: str, node: ScalarNode) -> None:
    """The segments stand in order, and the file has at each location the character that the value has at the offset."""
    assert isinstance(node.value, str)
    previous = -1
    for offset, location in node.lines:
        assert offset > previous
        previous = offset
        written = text[offset_of(text, location)]
        assert written == node.value[offset] or written in "\\'"


BLOCK_LINES = st.lists(st.text("ab {}$", max_size=6), min_size=1, max_size=8)


@given(BLOCK_LINES, st.sampled_from(["|", "|-", "|+", ">", ">-", ">+"]), st.integers(1, 4))
def test_each_written_line_of_a_block_scalar_has_its_place(lines: list[str], header: str, indent: int) -> None:
    written = ["x" + line for line in lines]
    text = f"k: {header}\n" + "".join(" " * indent + line + "\n" for line in written)
    (document,) = parse_yaml(text, "t")
    assert isinstance(document, MappingNode)
    node = document.get("k")
    assert isinstance(node, ScalarNode)
    assert isinstance(node.value, str)
    assert [location for _, location in node.lines] == [Location("t", 2 + i, indent + 1) for i in range(len(written))]
    for (offset, _), line in zip(node.lines, written, strict=True):
        assert node.value.startswith(line, offset)


@given(st.text("a:-[]{}&*!|>'\"\\#%@,? \n\t<x01~", max_size=60))
def test_any_text_is_read_or_refused_at_a_place_within_it(text: str) -> None:
    refusal: ParseError | None = None
    documents: tuple[Node, ...] = ()
    try:
        documents = parse_yaml(text, "t")
    except ParseError as error:
        refusal = error
    if refusal is not None:
        lines = re.split("\r\n?|\n", text)
        assert 1 <= refusal.line <= len(lines)
        assert 1 <= refusal.column <= len(lines[refusal.line - 1]) + 1
        assert refusal.reason
    for node in (node for document in documents for node in nodes(document)):
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            check_lines(text, node)
