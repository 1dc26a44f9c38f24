"""Files: attributes, blocks, comments, locations, and what is refused."""

from typing import Any

import pytest

from checker.errors import ParseError
from checker.frontends.terraform.hcl import parse
from checker.frontends.terraform.hcl.syntax import Body, Comment, Literal, Template
from checker.source.locations import Location


def at(line: int, column: int) -> Location:
    return Location("t.tf", line, column)


def test_blocks_labels_and_places() -> None:
    body = parse('a = 1\nb "l" m {\n  c = 2\n  d {\n  }\n}\ne { f = 3 }\n', "t.tf").body
    assert [(attribute.name, attribute.location) for attribute in body.attributes] == [("a", at(1, 1))]
    outer, one_line = body.blocks
    assert (outer.type, outer.labels, outer.location) == ("b", ("l", "m"), at(2, 1))
    assert outer.body.attributes[0].expression == Literal(2, at(3, 7))
    assert [(inner.type, inner.labels, inner.location) for inner in outer.body.blocks] == [("d", (), at(4, 3))]
    assert one_line.body.attributes[0].location == at(7, 5)


def test_labels_are_decoded() -> None:
    assert parse(r'b "a\"b" "$${c}" {}', "t.tf").body.blocks[0].labels == ('a"b', "${c}")


def test_attribute_is_found_by_name() -> None:
    body = parse("a = 1\nb = 2\n", "t.tf").body
    found = body.get("b")
    assert found is not None
    assert found.location == at(2, 1)
    assert body.get("c") is None


def test_comments_are_kept_with_their_places() -> None:
    parsed = parse("# one\na = 1 // two\r\nb = [ /* three\n*/ 2, # four\n]\n", "t.tf")
    assert parsed.comments == (
        Comment("# one", at(1, 1)),
        Comment("// two", at(2, 7)),
        Comment("/* three\n*/", at(3, 7)),
        Comment("# four", at(4, 7)),
    )


def test_markers_of_comments_inside_text_are_text() -> None:
    parsed = parse('a = "# x // y /* z"\nb = <<E\n# x\n/* y\nE\n', "t.tf")
    assert parsed.comments == ()
    assert [attribute.name for attribute in parsed.body.attributes] == ["a", "b"]


def test_every_line_of_a_heredoc_has_its_place() -> None:
    tree: Any = parse("a = <<-E\n    one\n      two ${x} three\n\n    E\nb = 1\n", "t.tf").body.attributes[0].expression
    assert isinstance(tree, Template)
    assert [(getattr(part, "value", None), part.location) for part in tree.parts] == [
        ("one\n", at(2, 5)),
        ("  two ", at(3, 5)),
        (None, at(3, 13)),
        (" three\n", at(3, 15)),
        ("\n", at(4, 1)),
    ]


def test_what_follows_a_heredoc_or_a_block_comment_is_on_the_right_line() -> None:
    body = parse("a = <<E\nx\ny\nE\nb = 1 /*\n\n*/\nc = 2\n", "t.tf").body
    assert [attribute.location for attribute in body.attributes] == [at(1, 1), at(5, 1), at(8, 1)]


@pytest.mark.parametrize(("text", "column"), [("\ufeffa = é.b", 5), ('a = "${é}${b}"', 8), ("\ta = b", 6)])
def test_columns_count_characters_and_no_byte_order_mark(text: str, column: int) -> None:
    tree: Any = parse(text, "t.tf").body.attributes[0].expression
    first = tree.parts[0] if isinstance(tree, Template) else tree
    assert first.location == at(1, column)


def test_an_empty_file_is_an_empty_body() -> None:
    assert parse("", "t.tf").body == Body((), ())


@pytest.mark.parametrize(
    ("text", "location", "reason"),
    [
        ("a {\n b {\n  c = 1\n }\n", (5, 1), "the file ends before the `{` of line 1, column 3, is closed with `}`"),
        ("a = 1\n}\n", (2, 1), "`}` closes nothing that is open"),
        ("a = 1\nb = 2\na = 3\n", (3, 1), "argument `a` was set before, at line 1"),
        ("a {\n  b = 1\n  b = 1\n}", (3, 3), "argument `b` was set before, at line 2"),
        ("a {\n  b = 1 }\n", (2, 9), "`}` must stand on a line of its own after argument `b`"),
        ("a { b = 1\n}\n", (1, 10), "expected `}` on the same line"),
        ("a { b {} }\n", (1, 7), "a block on one line holds one argument and no block"),
        ("a\n{\n}\n", (1, 2), "expected `=` or `{` after `a`, found the end of the line"),
        ('a "b"\n{\n}\n', (1, 6), "the `{` of block `a` must stand on the same line"),
        ('a "${b}" {}\n', (1, 3), "a label of block `a` is a plain string"),
        ("a {} b {}\n", (1, 6), "expected the end of the line after block `a`, found `b`"),
        ("a.b = 1\n", (1, 1), "`a.b` cannot be the name of an argument: it has a dot"),
        ('"a" = 1\n', (1, 1), "expected the name of an argument or the type of a block, found a string"),
        ("a = 1 2\n", (1, 7), "expected the end of the line after argument `a`, found `2`"),
        ("a = 1;\n", (1, 6), "unexpected character `;`: arguments are separated by new lines"),
        ("a = \n", (1, 5), "expected an expression, found the end of the line"),
        ("a = ]\nb = 'x'\n", (1, 5), "`]` closes nothing that is open"),
        ("a = +\nb = 'x'\n", (1, 5), "expected an expression, found `+`"),
    ],
)
def test_what_is_wrong_first_is_reported_at_its_place(text: str, location: tuple[int, int], reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text, "t.tf")
    assert reason in caught.value.reason
    assert (caught.value.line, caught.value.column) == location
