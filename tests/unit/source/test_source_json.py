"""JSON documents: values, locations, spans, and what is refused."""

import json

import pytest

from checker.errors import ParseError
from checker.source.json import (
    MAX_DEPTH,
    JsonArray,
    JsonError,
    JsonObject,
    JsonScalar,
    JsonString,
    parse_json,
    scan_json,
    unescape_json,
)
from checker.source.locations import Location, MappingNode, Node, ScalarNode, SequenceNode


def plain(node: Node) -> object:
    match node:
        case ScalarNode(value=value):
            return value
        case SequenceNode(items=items):
            return [plain(item) for item in items]
        case MappingNode(entries=entries):
            return {name.value: plain(value) for name, value in entries}


def refused(text: str) -> tuple[int, int, str]:
    with pytest.raises(ParseError) as caught:
        parse_json(text, "t.json")
    assert caught.value.file == "t.json"
    return caught.value.line, caught.value.column, caught.value.reason


def test_every_node_has_its_place() -> None:
    text = '{\n  "a": [1, -2.5e3,\n    true, null],\r\n\t"b": {"c": "x\\ny"}\r\n}\n'
    root = parse_json(text, "t.json")
    assert isinstance(root, MappingNode)
    assert root.location == Location("t.json", 1, 1)
    (a, array), (b, inner) = root.entries
    assert (a.value, a.location) == ("a", Location("t.json", 2, 3))
    assert isinstance(array, SequenceNode)
    assert array.location == Location("t.json", 2, 8)
    assert [
        (item.value, item.location.line, item.location.column) for item in array.items if isinstance(item, ScalarNode)
    ] == [
        (1, 2, 9),
        (-2500.0, 2, 12),
        (True, 3, 5),
        (None, 3, 11),
    ]
    assert (b.location.line, b.location.column) == (4, 2)
    assert isinstance(inner, MappingNode)
    assert inner.location == Location("t.json", 4, 7)
    assert inner.get("c") == ScalarNode("x\ny", Location("t.json", 4, 13))


def test_numbers_keep_their_kind() -> None:
    root = parse_json("[1, 1.0, 1e2, -0, 123456789012345678901234567890]", "t.json")
    assert isinstance(root, SequenceNode)
    values = [item.value for item in root.items if isinstance(item, ScalarNode)]
    assert values == [1, 1.0, 100.0, 0, 123456789012345678901234567890]
    assert [type(value) for value in values] == [int, float, float, int, int]


def test_a_byte_order_mark_is_not_counted() -> None:
    root = parse_json('\ufeff{"a": 1}', "t.json")
    assert root.location == Location("t.json", 1, 1)
    assert plain(root) == {"a": 1}


def test_columns_count_characters() -> None:
    root = parse_json('["\U0001f600", "x"]', "t.json")
    assert isinstance(root, SequenceNode)
    assert root.items[1].location.column == 7


@pytest.mark.parametrize(
    ("text", "line", "column", "reason"),
    [
        ("", 1, 1, "expected a value, the document ends"),
        (" \n ", 2, 2, "expected a value, the document ends"),
        ("[1,", 1, 4, "expected a value, the document ends"),
        ("[1", 1, 3, "expected ',' or ']', the document ends"),
        ("[1 2]", 1, 4, "expected ',' or ']', found '2'"),
        ("[1,]", 1, 4, "expected a value, found ']'"),
        ("[,1]", 1, 2, "expected a value or ']', found ','"),
        ("[1}", 1, 3, "expected ',' or ']', found '}'"),
        ('{"a": 1]', 1, 8, "expected ',' or '}', found ']'"),
        ('{"a": 1\n "b": 2}', 2, 2, "expected ',' or '}', found '\"'"),
        ("{]", 1, 2, "expected a name in double quotes or '}', found ']'"),
        ("{,}", 1, 2, "expected a name in double quotes or '}', found ','"),
        ("{a: 1}", 1, 2, "expected a name in double quotes, found 'a'"),
        ('{"a": 1,}', 1, 9, "expected a name in double quotes, found '}'"),
        ('{"a" 1}', 1, 6, "expected ':' after the name, found '1'"),
        ('{"a"', 1, 5, "expected ':' after the name, the document ends"),
        ('{"a":', 1, 6, "expected a value, the document ends"),
        ('{"a": }', 1, 7, "expected a value, found '}'"),
        ("{'a': 1}", 1, 2, 'expected a name in double quotes, found "\'"'),
        ("{", 1, 2, "expected a name in double quotes, the document ends"),
        ('["abc', 1, 6, "expected the closing '\"' of a string, the document ends"),
        ('{"ab', 1, 5, "expected the closing '\"' of a string, the document ends"),
        ('["a\\x"]', 1, 4, "expected a valid escape after '\\' in a string"),
        ('["a\\u12"]', 1, 4, "expected a valid escape after '\\' in a string"),
        ('["a\tb"]', 1, 4, "the control character U+0009 must be escaped in a string"),
        ('["a\nb"]', 1, 4, "the control character U+000A must be escaped in a string"),
        ("[NaN]", 1, 2, "NaN and Infinity are not JSON"),
        ("-Infinity", 1, 1, "NaN and Infinity are not JSON"),
        ("[01]", 1, 3, "expected ',' or ']', found '1'"),
        ("[1.]", 1, 3, "expected ',' or ']', found '.'"),
        ("[+1]", 1, 2, "expected a value, found '+1'"),
        ("[tru]", 1, 2, "expected a value, found 'tru'"),
        ("// c\n1", 1, 1, "expected a value, found '/'"),
        ("{} x", 1, 4, "expected the end of the document after the JSON value"),
        ("1,", 1, 2, "expected the end of the document after the JSON value"),
        ("{}\n{}", 2, 1, "expected the end of the document after the JSON value"),
        ("[]]", 1, 3, "expected the end of the document after the JSON value"),
        ("1\x00", 1, 2, "expected the end of the document after the JSON value"),
    ],
)
def test_what_is_not_json_is_refused_where_it_shows(text: str, line: int, column: int, reason: str) -> None:
    assert refused(text) == (line, column, reason)


@pytest.mark.parametrize("second", ['"a"', '"\\u0061"'])
def test_a_name_that_occurs_twice_is_refused_with_both_lines(second: str) -> None:
    line, column, reason = refused(f'{{"a": 1,\n"b": 2,\n {second}: 3}}')
    assert (line, column) == (3, 2)
    assert reason == "the name 'a' occurs twice in one object, on lines 1 and 3"


def test_the_same_name_in_two_objects_is_fine() -> None:
    assert plain(parse_json('{"a": {"a": 1}, "b": [{"a": 2}]}', "t")) == {"a": {"a": 1}, "b": [{"a": 2}]}


def test_nesting_is_limited() -> None:
    fits = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    parse_json(fits, "t")
    assert refused(f"[{fits}]")[1:] == (201, "arrays and objects are nested deeper than 200 levels")
    assert refused('{"a":' * 201)[1] == 1001
    assert refused("[" * 100_000)[1] == 201
    assert refused("[" * 199 + "[1]," * 3)[2].startswith("expected a value")


def test_a_number_that_takes_quadratic_time_to_read_is_refused() -> None:
    assert refused("[" + "1" * 100_000 + "]") == (1, 2, "the number has 100000 digits, more than can be read")


def test_large_documents_finish() -> None:
    line = json.dumps({"k" * 1_000_000: "\\" * 1_000_000, "items": [1] * 200_000})
    root = parse_json(line, "t")
    assert isinstance(root, MappingNode)
    assert root.entries[0][1] == ScalarNode("\\" * 1_000_000, Location("t", 1, 1_000_006))
    assert refused('["' + "\\n" * 1_000_000)[1] == 2_000_003
    assert refused(" " * 1_000_000)[1] == 1_000_001
    assert refused('{"a":1,' * 1 + " " * 1_000_000 + "x")[1] == 1_000_008
    assert refused("-" * 1_000_000)[1] == 1


def test_spans_lead_to_the_undecoded_text() -> None:
    text = ' {"k\\u0061": ["a\\n\ue000b", {}, [], 12], "k\\u0061": null}'
    root = scan_json(text)
    assert isinstance(root, JsonObject)
    assert root.start == 1
    (first, array), (second, null) = root.entries
    assert text[first.start : first.end] == text[second.start : second.end] == "k\\u0061"
    assert isinstance(array, JsonArray)
    assert text[array.start] == "["
    string, empty_object, empty_array, number = array.items
    assert isinstance(string, JsonString)
    assert text[string.start : string.end] == "a\\n\ue000b"
    assert text[string.start - 1] == text[string.end] == '"'
    assert isinstance(empty_object, JsonObject)
    assert empty_object.entries == ()
    assert text[empty_object.start] == "{"
    assert isinstance(empty_array, JsonArray)
    assert text[empty_array.start] == "["
    assert isinstance(number, JsonScalar)
    assert (number.value, text[number.start : number.end]) == (12, "12")
    assert isinstance(null, JsonScalar)
    assert (null.value, text[null.start : null.end]) == (None, "null")


def test_scan_errors_carry_the_offset() -> None:
    with pytest.raises(JsonError) as caught:
        scan_json('{"a":\n 1 "b"}')
    assert caught.value.offset == 9
    assert caught.value.reason == "expected ',' or '}', found '\"'"
    with pytest.raises(JsonError) as caught:
        scan_json("[[[]]]", max_depth=2)
    assert caught.value.offset == 2


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        (r"\"\\\/\b\f\n\r\t", '"\\/\b\f\n\r\t'),
        (r"\u0041\u00e9", "A\u00e9"),
        (r"\ud83d\ude00", "\U0001f600"),
        (r"\uD83D\uDE00!", "\U0001f600!"),
        (r"\ud83d", "\ufffd"),
        (r"\ude00\ud83d", "\ufffd\ufffd"),
        (r"\ud83d\u0041", "\ufffdA"),
        (r"\\u0041", r"\u0041"),
        (r"\\\u0041", "\\A"),
        (r"\\ud83d\ude00", "\\ud83d\ufffd"),
    ],
)
def test_escapes(raw: str, text: str) -> None:
    assert unescape_json(raw) == text
    assert parse_json(f'"{raw}"', "t") == ScalarNode(text, Location("t", 1, 1))
