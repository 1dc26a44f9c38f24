"""Every form of expression, as the tree that it gives."""

from decimal import Decimal
from typing import Any

import pytest

from checker.errors import ParseError
from checker.frontends.terraform.hcl import parse_expression
from checker.frontends.terraform.hcl.syntax import Binary, Literal, SplatItem
from checker.source.locations import Location


def shape(node: Any) -> Any:
    """The tree without locations: names of types and what their fields hold."""
    if isinstance(node, SplatItem):
        return "@"
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Binary):
        return ("Binary", shape(node.first), [(operator, shape(operand)) for operator, operand in node.rest])
    if hasattr(node, "__match_args__"):
        values = [shape(getattr(node, name)) for name in node.__match_args__ if name != "location"]
        return (type(node).__name__, *values)
    if isinstance(node, tuple):
        return [shape(item) for item in node]
    return node


def read(text: str) -> Any:
    return shape(parse_expression(text, "t.tf"))


A, B, C, D = (("RootName", name) for name in "abcd")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1),
        ("007", 7),
        ("1.50", Decimal("1.50")),
        ("2.0", 2),
        ("1e3", 1000),
        ("25e-2", Decimal("0.25")),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("0.1234567890123456789012345", Decimal("0.1234567890123456789012345")),
        ("true", True),
        ("false", False),
        ("null", None),
        ('"x"', "x"),
        ('""', ""),
        (r'"a\n\r\t\"\\b"', 'a\n\r\t"\\b'),
        (r'"\u00e9\U0001F600"', "é\U0001f600"),
        ('"$${a} %%{b} $ % $$ {"', "${a} %{b} $ % $$ {"),
        ('"$$${a}"', "$${a}"),
        ('"$$$${a}"', "$$${a}"),
        ("a", A),
        ("a.b", ("GetAttr", A, "b")),
        ("a . b .c", ("GetAttr", ("GetAttr", A, "b"), "c")),
        ("a.0", ("LegacyIndex", A, 0)),
        ("a.0.b", ("GetAttr", ("LegacyIndex", A, 0), "b")),
        ("a[0]", ("Index", A, 0)),
        ('a["k"].b', ("GetAttr", ("Index", A, "k"), "b")),
        ("a[b.c]", ("Index", A, ("GetAttr", B, "c"))),
        ("a[*]", ("FullSplat", A, "@")),
        ("a[*].b[0]", ("FullSplat", A, ("Index", ("GetAttr", "@", "b"), 0))),
        ("a[*].b[*].c", ("FullSplat", A, ("FullSplat", ("GetAttr", "@", "b"), ("GetAttr", "@", "c")))),
        ("a.*.b.c[0]", ("Index", ("AttrSplat", A, ("GetAttr", ("GetAttr", "@", "b"), "c")), 0)),
        ("a.*.0.b", ("AttrSplat", A, ("GetAttr", ("LegacyIndex", "@", 0), "b"))),
        ("a.*", ("AttrSplat", A, "@")),
        ("f()", ("Call", "f", [], False)),
        ("f(1, a,)", ("Call", "f", [1, A], False)),
        ("f(a...)", ("Call", "f", [A], True)),
        ("f(1).b", ("GetAttr", ("Call", "f", [1], False), "b")),
        ("provider::aws::f(a)", ("Call", "provider::aws::f", [A], False)),
        ("-a", ("Unary", "-", A)),
        ("!-a.b", ("Unary", "!", ("Unary", "-", ("GetAttr", A, "b")))),
        ("!a == b", ("Binary", ("Unary", "!", A), [("==", B)])),
        ("a + b - c", ("Binary", A, [("+", B), ("-", C)])),
        ("a + b * c - d", ("Binary", A, [("+", ("Binary", B, [("*", C)])), ("-", D)])),
        ("a * b + c", ("Binary", ("Binary", A, [("*", B)]), [("+", C)])),
        ("a - b", ("Binary", A, [("-", B)])),
        ("a-b", ("RootName", "a-b")),
        (
            "a || b && c == d",
            ("Binary", A, [("||", ("Binary", B, [("&&", ("Binary", C, [("==", D)]))]))]),
        ),
        ("a > 1 && b <= 2", ("Binary", ("Binary", A, [(">", 1)]), [("&&", ("Binary", B, [("<=", 2)]))])),
        ("a ? 1 : 2", ("Conditional", A, 1, 2)),
        ("a ? b : c > 0 ? 1 : 2", ("Conditional", A, B, ("Conditional", ("Binary", C, [(">", 0)]), 1, 2))),
        ("a || b ? 1 : 2", ("Conditional", ("Binary", A, [("||", B)]), 1, 2)),
        ("(a)", ("Parens", A)),
        ("(\na\n)\n.b", ("GetAttr", ("Parens", A), "b")),
        ("[]", ("TupleCons", [])),
        ("[1, \n a,]", ("TupleCons", [1, A])),
        ("{}", ("ObjectCons", [])),
        ("{ a = 1, b : 2 }", ("ObjectCons", [("ObjectItem", "a", 1), ("ObjectItem", "b", 2)])),
        ("{\n a = 1\n\n b = 2\n}", ("ObjectCons", [("ObjectItem", "a", 1), ("ObjectItem", "b", 2)])),
        ('{ "a" = 1 }', ("ObjectCons", [("ObjectItem", "a", 1)])),
        ("{ (a) = 1 }", ("ObjectCons", [("ObjectItem", ("Parens", A), 1)])),
        ("{ true = 1, null = 2 }", ("ObjectCons", [("ObjectItem", "true", 1), ("ObjectItem", "null", 2)])),
        ("{ a.b = 1 }", ("ObjectCons", [("ObjectItem", ("GetAttr", A, "b"), 1)])),
        ('{ "${a}" = 1 }', ("ObjectCons", [("ObjectItem", ("TemplateWrap", A), 1)])),
        ("[for a in b : a]", ("ForTuple", None, "a", B, A, None)),
        ("[for a, c in b : c if a]", ("ForTuple", "a", "c", B, C, A)),
        ("{for a in b : a => 1}", ("ForObject", None, "a", B, A, 1, False, None)),
        ("{for a, c in b : a => c... if d}", ("ForObject", "a", "c", B, A, C, True, D)),
        ("{\nfor a in b :\na =>\n{ c = 1\n d = 2\n}\n}", (
            "ForObject", None, "a", B, A, ("ObjectCons", [("ObjectItem", "c", 1), ("ObjectItem", "d", 2)]), False, None,
        )),
        ('"${a}"', ("TemplateWrap", A)),
        ('"${"x"}"', ("TemplateWrap", "x")),
        ('"x${a}"', ("Template", ["x", A])),
        ('"${a}${b}"', ("Template", [A, B])),
        ('"x ${~ a ~} y"', ("Template", ["x", A, "y"])),
        ('" ${~ 5 }"', ("Template", [5])),
        ('"${{ a = 1\n b = 2 }["a"]}"', ("TemplateWrap", (
            "Index", ("ObjectCons", [("ObjectItem", "a", 1), ("ObjectItem", "b", 2)]), "a",
        ))),
        ('"%{ if a }x%{ else }y${b}%{ endif }"', ("Template", [("TemplateIf", A, ["x"], ["y", B])])),
        ('"%{ if a }x%{ endif }"', ("Template", [("TemplateIf", A, ["x"], [])])),
        (
            '"%{ for a, c in b ~} ${c} %{~ if d }!%{ endif }%{ endfor }"',
            ("Template", [("TemplateFor", "a", "c", B, [C, ("TemplateIf", D, ["!"], [])])]),
        ),
    ],
)  # fmt: skip
def test_expression(text: str, expected: Any) -> None:
    result = read(text)
    assert result == expected
    # `True == 1` and `1 == Decimal(1)`, so the type is part of what is promised.
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<<E\nE\n", ""),
        ("<<E\na\nE\n", "a\n"),
        ("<<E\n  a\n\tE\n", "  a\n"),
        ('<<E\n\\n "q" $${x} %%{y}\nE\n', '\\n "q" ${x} %{y}\n'),
        ("<<E\na\n b\nE\n", ("Template", ["a\n", " b\n"])),
        ("<<-E\n  a\n    b\n  E\n", ("Template", ["a\n", "  b\n"])),
        ("<<-E\n    a\n  b\n      E\n", ("Template", ["  a\n", "b\n"])),
        ("<<-E\n    a\n\n    b\n  E\n", ("Template", ["a\n", "\n", "b\n"])),
        ("<<-E\n  a ${b} c\n    d\n  E\n", ("Template", ["a ", B, " c\n", "  d\n"])),
        ("<<-E\n  a\n${b}\n  E\n", ("Template", ["  a\n", B, "\n"])),
        ("<<-E\n\t\ta\n\t\tb\nE\n", ("Template", ["a\n", "b\n"])),
        ("<<E\r\na\r\nE\r\n", "a\r\n"),
        ("<<E\n${a}E\nE\n", ("Template", [A, "E\n"])),
        ("<<E\n${a}\nE\n", ("Template", [A, "\n"])),
        (
            "<<E\n%{ for a in b ~}\n  ${a}\n%{ endfor ~}\nE\n",
            ("Template", [("TemplateFor", None, "a", B, ["  ", A, "\n"])]),
        ),
        ("<<E\n${<<F\na\nF\n}\nE\n", ("Template", ["a\n", "\n"])),
    ],
)
def test_heredoc(text: str, expected: Any) -> None:
    assert read(text) == expected


def test_a_long_chain_of_operators_is_flat() -> None:
    tree = parse_expression(" + ".join(["x"] * 5000), "t.tf")
    assert isinstance(tree, Binary)
    assert len(tree.rest) == 4999
    assert all(operator == "+" for operator, _ in tree.rest)


def test_alternating_precedence_keeps_its_height() -> None:
    tree = parse_expression(" + ".join(["x * y"] * 3000), "t.tf")
    assert isinstance(tree, Binary)
    assert len(tree.rest) == 2999
    assert all(isinstance(operand, Binary) for _, operand in tree.rest)


def test_a_number_longer_than_an_int_may_be_is_exact() -> None:
    digits = "9" * 6000
    tree = parse_expression(digits, "t.tf")
    assert isinstance(tree, Literal)
    assert str(tree.value) == digits


@pytest.mark.parametrize(
    ("text", "column", "reason"),
    [
        ("a +", 4, "expected an expression, found the end of the text"),
        ("[1 2]", 4, "expected `,` or `]` in the list that starts at line 1, found `2`"),
        ("f(1", 4, "the file ends before the `(` of line 1, column 2, is closed with `)`"),
        ("(1]", 3, "found `]` where `)` must close the `(` of line 1"),
        ("a ? b", 6, "expected `:` and the second result of the `?` of line 1, found the end of the text"),
        ("f(a..., b)", 7, "expected `)` after `...`, which comes after the last argument, found `,`"),
        ("[for a b : c]", 8, "expected `in` after the variables of `for`, found `b`"),
        ("{for a in b : a}", 16, "expected `=>` and a value: a `for` in `{ }` makes an object, found `}`"),
        ("[for a in b : a => b]", 17, "`=>` makes an object, so this `for` stands in `{ }`, not in `[ ]`"),
        ("{ a }", 5, "expected `=` or `:` after the key of an object, found `}`"),
        ("a.0.1", 3, "two indices in a row after dots (`0.1`); write `[0][1]`"),
        ("'a'", 1, "unexpected character `'`: a string is written with double quotes"),
        ("a & b", 3, "unexpected character `&`: the logical operator is `&&`"),
        ('"a', 1, "this string is not closed before the end of its line"),
        (r'"ab\c"', 4, r"`\c` is not an escape"),
        (r'"\uD800"', 2, r"`\uD800` is not a Unicode character"),
        ('"${a:b}"', 5, "if the text is meant for another language, write `$${`"),
        ('"%{ if a }"', 2, "this `%{ if }` has no `%{ endif }` in the same template"),
        ('"%{ if a }%{ endfor }"', 11, "open is the `%{ if }` of line 1"),
        ('"%{ endif }"', 2, "`%{ endif }` without an open `%{ if }` before it"),
        ('"%{ while a }"', 5, "expected `if`, `else`, `endif`, `for` or `endfor` after `%{`, found `while`"),
        ("<<E\na\n", 1, "no later line consists of `E` alone"),
        ("/* a", 1, "the comment `/*` is never closed"),
        ("a b", 3, "expected the end of the expression, found `b`"),
        ("1e99999999999999999999", 1, "is too large"),
        ("a²", 1, "is not a name"),
    ],
)
def test_error_names_what_was_expected_and_where(text: str, column: int, reason: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_expression(text, "t.tf")
    assert reason in caught.value.reason
    assert (caught.value.line, caught.value.column) == (1, column)


def test_places_are_those_of_the_text_around_the_expression() -> None:
    tree: Any = parse_expression('f(\n  "é", x)', "t.tf", 7, 5)
    assert tree.location == Location("t.tf", 7, 5)
    assert [arg.location for arg in tree.args] == [Location("t.tf", 8, 3), Location("t.tf", 8, 8)]


def test_with_at_everything_is_at_one_place() -> None:
    at = Location("t.tf.json", 3, 9)
    tree: Any = parse_expression("f(\n[x])", "t.tf.json", at=at)
    assert {tree.location, tree.args[0].location, tree.args[0].items[0].location} == {at}
    with pytest.raises(ParseError) as caught:
        parse_expression("f(\n'x')", "t.tf.json", at=at)
    assert (caught.value.line, caught.value.column) == (3, 9)
