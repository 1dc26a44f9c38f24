"""YAML documents: values, tags, locations, merging, and what is refused."""

import math
from typing import Any

import pytest
import yaml as pyyaml

import checker.source.yaml as yaml_reader
from checker.errors import ParseError
from checker.source.locations import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.source.yaml import parse_yaml


@pytest.fixture(autouse=True, params=["C", "Python"])
def event_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both of PyYAML's event parsers, since the one written in C is not everywhere."""
    if request.param == "Python":
        monkeypatch.setattr(yaml_reader, "_Parser", pyyaml.BaseLoader)
    elif not pyyaml.__with_libyaml__:
        pytest.skip("PyYAML is built without libyaml here")
    return str(request.param)


def plain(node: Node) -> Any:
    match node:
        case ScalarNode(value=value):
            return value
        case SequenceNode(items=items):
            return [plain(item) for item in items]
        case MappingNode(entries=entries):
            return {name.value: plain(value) for name, value in entries}


def one(text: str) -> Node:
    (document,) = parse_yaml(text, "t.yaml")
    return document


def mapping(text: str) -> MappingNode:
    node = one(text)
    assert isinstance(node, MappingNode)
    return node


def scalar(text: str) -> ScalarNode:
    node = one(text)
    assert isinstance(node, ScalarNode)
    return node


def refused(text: str) -> tuple[int, int, str]:
    with pytest.raises(ParseError) as caught:
        parse_yaml(text, "t.yaml")
    assert caught.value.file == "t.yaml"
    assert "\n" not in caught.value.reason
    return caught.value.line, caught.value.column, caught.value.reason


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[(word, True) for word in ("true", "True", "TRUE")],
        *[(word, False) for word in ("false", "False", "FALSE")],
        *[(word, None) for word in ("null", "Null", "NULL", "~")],
        *[(word, word) for word in ("yes", "no", "on", "off", "Yes", "NO", "y", "n", "tRUE", "None", "nan", "inf")],
        *[
            (word, word)
            for word in ("2012-10-17", "2001-12-14t21:59:43.10-05:00", "190:20:30", "1_000", "0b11", "1.2.3")
        ],
        *[(word, word) for word in ("012345678901", "0123", "00", "-01", "00.5", "+", ".", "...x", "1e", "0x", "0o8")],
        *[(word, word) for word in ("1e999", "-1e999", "9" * 5000)],
        ("0", 0),
        ("-17", -17),
        ("+5", 5),
        ("123456789012", 123456789012),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5", 1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.5e+3", -1500.0),
        ("1e3", 1000.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("'12'", "12"),
        ('"true"', "true"),
        ("''", ""),
        ("!!str 012", "012"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int '12'", 12),
        ("!!int 012", 12),
        ("!!float 3", 3.0),
        ("!!bool 'true'", True),
        ("!!null ''", None),
    ],
)
def test_scalars_by_the_core_schema(written: str, value: object) -> None:
    node = scalar(written)
    assert (node.value, type(node.value)) == (value, type(value))
    assert node.tag is None


def test_not_a_number_and_empty_values() -> None:
    value = scalar(".nan").value
    assert isinstance(value, float)
    assert math.isnan(value)
    assert plain(one("a:\nb: \nc: ''\n")) == {"a": None, "b": None, "c": ""}


@pytest.mark.parametrize("written", ["!!int x", "!!float abc", "!!bool yes", "!!null x"])
def test_a_standard_tag_that_does_not_fit_is_refused(written: str) -> None:
    line, column, reason = refused(f"a: {written}")
    assert (line, column) == (1, 4)
    assert "is not what its tag" in reason


def test_other_tags_stay_and_their_scalars_are_text() -> None:
    root = mapping(
        "a: !Sub '${x}'\nb: !GetAtt r.Arn\nc: !If [x, !Ref y, 1]\n"
        "d: !Transform {Name: n}\ne: !Base64 12\nf: !!binary aGk=\n"
    )
    assert root.get("a") == ScalarNode("${x}", Location("t.yaml", 1, 4), "!Sub")
    assert root.get("b") == ScalarNode("r.Arn", Location("t.yaml", 2, 4), "!GetAtt")
    choice, transform = root.get("c"), root.get("d")
    assert isinstance(choice, SequenceNode)
    assert choice.tag == "!If"
    assert choice.items[1] == ScalarNode("y", Location("t.yaml", 3, 12), "!Ref")
    assert choice.items[2] == ScalarNode(1, Location("t.yaml", 3, 20))
    assert isinstance(transform, MappingNode)
    assert transform.tag == "!Transform"
    assert root.get("e") == ScalarNode("12", Location("t.yaml", 5, 4), "!Base64")
    assert root.get("f") == ScalarNode("aGk=", Location("t.yaml", 6, 4), "tag:yaml.org,2002:binary")


def test_places_of_nodes() -> None:
    root = mapping('\ufeffa: 1\r\nbb:\r\n  - x\r\n  - {k: "v"}\r\n')
    assert root.location == Location("t.yaml", 1, 1)
    (_, first), (bb, items) = root.entries
    assert first.location == Location("t.yaml", 1, 4)
    assert bb.location == Location("t.yaml", 2, 1)
    assert isinstance(items, SequenceNode)
    assert items.location == Location("t.yaml", 3, 3)
    assert items.items[0].location == Location("t.yaml", 3, 5)
    flow = items.items[1]
    assert isinstance(flow, MappingNode)
    assert flow.location == Location("t.yaml", 4, 5)
    assert flow.entries[0][0].location == Location("t.yaml", 4, 6)
    assert flow.get("k") == ScalarNode("v", Location("t.yaml", 4, 9))


def test_lines_are_those_of_editors() -> None:
    root = mapping("a: 'x\u2028y'\nb: 1 # \x85\nc: 2\n")
    c = root.entries[-1][0]
    assert (c.value, c.location) == ("c", Location("t.yaml", 3, 1))


def test_documents() -> None:
    documents = parse_yaml("--- a\n---\nb: 1\n...\n---\n", "t")
    assert [plain(document) for document in documents] == ["a", {"b": 1}, None]
    assert parse_yaml("", "t") == ()
    assert parse_yaml("# nothing\n\n", "t") == ()


def test_keys_are_text() -> None:
    root = mapping("1: a\ntrue: b\n~: c\n1.10: d\n012: e\n!t x: f\n")
    assert list(root.keys()) == ["1", "true", "~", "1.10", "012", "x"]
    assert root.entries[-1][0].tag == "!t"


def test_aliases_share_nodes() -> None:
    root = mapping("a: &a {x: [1]}\nb: *a\nk: &key name\n*key : v\n")
    assert root.get("b") is root.get("a")
    assert root.get("b") is not None
    name, value = root.entries[-1]
    assert (name.value, name.location.line, plain(value)) == ("name", 4, "v")


def test_an_anchor_can_be_used_again() -> None:
    assert plain(one("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")) == {"a": 1, "b": 1, "c": 2, "d": 2}
    assert refused("--- &a x\n--- *a\n")[2] == "the alias '*a' has no anchor before it"


def test_merge_keys() -> None:
    root = mapping("base: &b {p: 1, q: 2}\nother: &o {q: 3, r: 4}\nm:\n  z: 0\n  <<: [*b, *o]\n  p: 9\n")
    merged = root.get("m")
    assert isinstance(merged, MappingNode)
    assert list(merged.keys()) == ["z", "q", "r", "p"]
    assert plain(merged) == {"z": 0, "q": 2, "r": 4, "p": 9}
    q, value = merged.entries[1]
    assert (q.location.line, value.location) == (1, Location("t.yaml", 1, 20))


def test_merge_keys_of_merge_keys() -> None:
    text = "a: &a {x: 1, y: 1}\nb: &b\n  <<: *a\n  y: 2\nc:\n  <<: *b\n  z: 3\nd: {<<: {k: 1}}\n'<<': text\n"
    root = mapping(text)
    assert plain(root) == {
        "a": {"x": 1, "y": 1},
        "b": {"x": 1, "y": 2},
        "c": {"x": 1, "y": 2, "z": 3},
        "d": {"k": 1},
        "<<": "text",
    }


@pytest.mark.parametrize("value", ["1", "[1]", "[{a: 1}, x]", ""])
def test_a_merge_key_needs_mappings(value: str) -> None:
    assert refused(f"a: 1\n<<: {value}\n") == (2, 1, "'<<' needs a mapping or a list of mappings")


@pytest.mark.parametrize(("first", "second"), [("k", "k"), ("k", '"k"'), ("1", "'1'"), ("<<", "<<")])
def test_duplicate_keys(first: str, second: str) -> None:
    text = f"{first}: {{a: 1}}\nx: 2\n{second}: {{b: 3}}\n"
    line, column, reason = refused(text)
    assert (line, column) == (3, 1)
    assert reason.endswith("occurs twice in one mapping, on lines 1 and 3")
    (root,) = parse_yaml(text, "t", duplicate_keys="last")
    expected = {"b": 3, "x": 2} if first == "<<" else {first: {"b": 3}, "x": 2}
    assert plain(root) == expected


def segments(node: Node | None) -> list[tuple[str, int, int]]:
    """The first word of each segment, with its line and column."""
    assert isinstance(node, ScalarNode)
    assert isinstance(node.value, str)
    return [(node.value[offset:].split()[0], location.line, location.column) for offset, location in node.lines]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("header", ["|", "|-", "|+", "|2", "| # comment", "!Sub |", "&a !Sub |", "!Sub\n  |"])
def test_lines_of_literal_scalars(header: str, newline: str) -> None:
    text = f"k: {header}\n\n  one a\n   two\n\n  three\t\n\nz: 1\n"
    extra = header.count("\n")
    node = mapping(text.replace("\n", newline)).get("k")
    assert segments(node) == [("one", 3 + extra, 3), ("two", 4 + extra, 3), ("three", 6 + extra, 3)]
    assert isinstance(node, ScalarNode)
    assert str(node.value).startswith("\none a\n two\n\nthree\t")


def test_lines_of_literal_with_explicit_indentation() -> None:
    node = mapping("k:\n  j: |1-\n      a\n    b\n").get("k")
    assert isinstance(node, MappingNode)
    inner = node.get("j")
    assert isinstance(inner, ScalarNode)
    assert inner.value == "   a\n b"
    assert inner.lines == ((0, Location("t.yaml", 3, 4)), (5, Location("t.yaml", 4, 4)))


def test_lines_of_literal_after_a_line_of_blanks() -> None:
    node = mapping("k: |3-\n   \n     \n    a\n   b\n").get("k")
    assert isinstance(node, ScalarNode)
    assert node.value == "\n  \n a\nb"
    assert node.lines == ((1, Location("t.yaml", 3, 4)), (4, Location("t.yaml", 4, 4)), (7, Location("t.yaml", 5, 4)))


def test_lines_of_folded_scalars() -> None:
    node = mapping("k: >-\n\n  one\n  two\n\n  three\n    four\n  five\n\n\n  six\n# end\n").get("k")
    assert isinstance(node, ScalarNode)
    assert node.value == "\none two\nthree\n  four\nfive\n\nsix"
    assert segments(node) == [
        ("one", 3, 3),
        ("two", 4, 3),
        ("three", 6, 3),
        ("four", 7, 3),
        ("five", 8, 3),
        ("six", 11, 3),
    ]


def test_lines_of_plain_scalars() -> None:
    node = mapping("k: one\n  two  \n\n  three\nz: 1\n").get("k")
    assert isinstance(node, ScalarNode)
    assert node.value == "one two\nthree"
    assert segments(node) == [("one", 1, 4), ("two", 2, 3), ("three", 4, 3)]
    assert segments(mapping("k: !Sub\n  one\n  two\n").get("k")) == [("one", 2, 3), ("two", 3, 3)]


def test_lines_of_quoted_scalars() -> None:
    node = mapping("k: !Sub 'it''s\n  two\n\n   three\n  '\n").get("k")
    assert isinstance(node, ScalarNode)
    assert node.value == "it's two\nthree "
    assert segments(node) == [("it's", 1, 10), ("two", 2, 3), ("three", 4, 4)]
    node = mapping('k: "\n  \\"one\\x41 \\\n  two\\\\\n  \\u00e9 \\  \n\n  \\tfive\\\n\n  six"\n').get("k")
    assert isinstance(node, ScalarNode)
    assert node.value == ' "oneA two\\ \u00e9  \n\tfive\nsix'
    assert [(node.value[offset], location.line, location.column) for offset, location in node.lines] == [
        ('"', 2, 3),
        ("t", 3, 3),
        ("\u00e9", 4, 3),
        ("\t", 6, 3),
        ("s", 8, 3),
    ]


def test_scalars_on_one_line_have_no_lines() -> None:
    root = mapping("a: x\nb: 'y'\nc: !Sub \"z\"\n")
    assert [value.lines for _, value in root.entries if isinstance(value, ScalarNode)] == [(), (), ()]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: b: c\n", 1, 5, "a ':' is not allowed here"),
        ("a:\n\t- 1\n", 2, 1, "tab cannot be used"),
        ("a: @x\n", 1, 4, "cannot start with '@'"),
        ("a: `x`\n", 1, 4, "cannot start with '`'"),
        ("- a\nb: 1\n", 2, 1, ""),
        ("a: [1,\nb: 2\n", 3, 1, "expected ','"),
        ("a: 'x\n", 2, 1, "ends inside a quoted text"),
        ("a: {b\n", 2, 1, "expected ','"),
        ("a: \x01\n", 1, 4, "U+0001 is not allowed"),
        ("a: 1\nb: \x00\n", 2, 4, "U+0000 is not allowed"),
        ("a: \ud800\n", 1, 4, "U+D800 is not allowed"),
        ("a: *b\n", 1, 4, "has no anchor"),
        ("a: &a [*a]\n", 1, 8, "within its own anchor"),
        ("a: &a 1\nb: &a [*a]\n", 2, 8, "within its own anchor"),
        ("? [a]\n: b\n", 1, 3, "cannot be a key"),
        ("a: &x [1]\n*x : 1\n", 2, 1, "cannot be a key"),
        ("a: !x!y z\n", 1, 4, "%TAG"),
        ("%YAML 3.0\n---\na", 1, 1, ""),
        ('a: "\\q"\n', 1, 5, "escape"),
    ],
)
def test_what_is_not_yaml_is_refused_where_it_shows(
    text: str, line: int, column: int, words: str, event_parser: str
) -> None:
    found_line, found_column, reason = refused(text)
    assert found_line == line
    if event_parser == "C" and words:
        assert found_column == column
        assert words in reason
    assert reason


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "- ? "])
def test_nesting_is_limited(opening: str) -> None:
    line, _, reason = refused(opening * 100_000)
    assert line == 1
    assert "nested deeper than 100 levels" in reason or "cannot be a key" in reason


def test_a_hundred_levels_are_fine() -> None:
    assert one("[" * 100 + "]" * 100) is not None
    assert refused("[" * 101 + "]" * 101)[1] == 101


def test_aliases_cannot_nest_deeper() -> None:
    lines = ["a0: &a0 [x]", *(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 200))]
    line, _, reason = refused("\n".join(lines))
    assert line == 100
    assert reason == "lists and mappings are nested deeper than 100 levels by this alias"


def test_alias_bombs_are_refused() -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 40))]
    assert refused("\n".join(lines))[2] == "the document has more than 2,000,000 nodes, aliases expanded"
    lines = ["a0: &a0 {k: x}", *(f"a{i}: &a{i} {{p: *a{i - 1}, q: *a{i - 1}}}" for i in range(1, 40))]
    assert refused("\n".join(lines))[2] == "the document has more than 2,000,000 nodes, aliases expanded"


def test_merge_bombs_are_refused() -> None:
    lines = ["a0: &a0 {k: x}"]
    lines += [f"a{i}: &a{i}\n  <<: [*a{i - 1}, *a{i - 1}]\n  k{i}: {{<<: *a{i - 1}}}" for i in range(1, 40)]
    assert refused("\n".join(lines))[2] == "the document has more than 2,000,000 nodes, aliases expanded"
    wide = "a: &a {" + ", ".join(f"k{i}: 1" for i in range(5_000)) + "}\n"
    assert "2,000,000 nodes" in refused(wide + "".join(f"b{i}: {{<<: *a}}\n" for i in range(1_000)))[2]


def test_large_documents_finish(event_parser: str) -> None:
    size = 1_000_000 if event_parser == "C" else 50_000
    assert scalar("x" * size).value == "x" * size
    assert scalar("a\n" * (size // 10)).value == " ".join("a" * (size // 10))
    literal = mapping("k: |\n" + "  line\n" * (size // 10)).get("k")
    assert isinstance(literal, ScalarNode)
    assert len(literal.lines) == size // 10
    assert literal.lines[-1] == ((size // 10 - 1) * 5, Location("t.yaml", size // 10 + 1, 3))
    escaped = scalar('"' + "\\\n" * (size // 10) + 'x"')
    assert escaped.value == "x"
    assert refused("'" + "a" * size)[2] == "the file ends inside a quoted text"
    assert scalar('"' + " \n" * (size // 10) + '"').value == "\n" * (size // 10 - 1)
