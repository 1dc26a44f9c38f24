"""Hostile and outsized input: refused or read, in time that grows with the text, and never a RecursionError."""

import contextlib
import sys
from collections.abc import Callable
from typing import Any

import pytest

from checker.errors import ParseError
from checker.frontends.terraform.hcl import parse, parse_expression, parse_template
from checker.frontends.terraform.hcl.cursor import MAX_NESTING
from checker.frontends.terraform.hcl.syntax import Literal
from checker.source.locations import Location
from tests.growth import takes_linear_time

NESTED: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "[" * n + "]" * n,
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "objects": lambda n: "{a=" * n + "1" + "}" * n,
    "calls": lambda n: "f(" * n + ")" * n,
    "indices": lambda n: "a[" * n + "0" + "]" * n,
    "templates": lambda n: '"x${' * n + "1" + '}"' * n,
    "heredocs": lambda n: "<<E\n${" * n + "1" + "}\nE\n" * n,
    "conditionals": lambda n: "a ? b : " * n + "c",
    "conditions in results": lambda n: "a ? " * n + "b" + " : c" * n,
    "signs": lambda n: "-" * n + "1",
    "attributes": lambda n: "a" + ".b" * n,
    "steps": lambda n: "a" + "[0]" * n,
    "steps on brackets": lambda n: "(" * (n // 2) + "a" + ").b[0]" * (n // 2),
    "splats": lambda n: "a" + "[*]" * n,
    "attribute splats": lambda n: "a" + ".*[0]" * n,
    "directives": lambda n: '"' + "%{if a}" * n + "%{endif}" * n + '"',
    "fors": lambda n: "[for a in b : " * n + "1" + "]" * n,
}


def height(tree: Any) -> int:
    deepest, pending = 0, [(tree, 1)]
    while pending:
        node, depth = pending.pop()
        deepest = max(deepest, depth)
        if hasattr(node, "__match_args__"):
            pending.extend((getattr(node, name), depth + 1) for name in node.__match_args__ if name != "location")
        elif isinstance(node, tuple):
            pending.extend((child, depth) for child in node)
    return deepest


@pytest.mark.parametrize("form", NESTED)
def test_ordinary_nesting_is_read(form: str) -> None:
    parse_expression(NESTED[form](40), "t.tf")


@pytest.mark.parametrize("form", NESTED)
def test_extreme_nesting_is_refused(form: str) -> None:
    with pytest.raises(ParseError, match="nested deeper than"):
        parse_expression(NESTED[form](20_000), "t.tf")


@pytest.mark.parametrize("form", NESTED)
def test_the_height_of_what_is_read_is_bounded(form: str) -> None:
    for count in (MAX_NESTING // 4, MAX_NESTING // 2, MAX_NESTING - 3):
        try:
            tree = parse_expression(NESTED[form](count), "t.tf")
        except ParseError:
            continue
        assert height(tree) <= 3 * MAX_NESTING


def test_the_steps_of_many_elements_are_not_added_up() -> None:
    text = "[" + ", ".join(["f(x).a.b[0].c"] * 1000) + "]"
    assert len(parse_expression(text, "t.tf").items) == 1000  # type: ignore[union-attr]


def test_nested_blocks_are_capped() -> None:
    parse("a {\n" * 100 + "}\n" * 100, "t.tf")
    with pytest.raises(ParseError, match="nested deeper than"):
        parse("a {\n" * 5000 + "}\n" * 5000, "t.tf")


def test_a_caller_deep_in_the_stack_gets_a_parse_error() -> None:
    text = "[" * 140 + "]" * 140

    def descend(levels: int) -> None:
        if levels:
            descend(levels - 1)
        else:
            parse_expression(text, "t.tf")

    frames = 0
    frame = sys._getframe()
    while frame.f_back is not None:
        frame, frames = frame.f_back, frames + 1
    with pytest.raises(ParseError, match="nested deeper than"):
        descend(sys.getrecursionlimit() - frames - 100)


BIG: dict[str, Callable[[int], str]] = {
    "template marks": lambda n: "a = <<E\n" + "$ % \" $% %$ \\ " * n + "\nE\n",
    "template marks on lines": lambda n: "a = <<E\n" + '$ % "\n' * n + "E\n",
    "marks in a string": lambda n: 'a = "' + "$ % $$ %% " * n + '"\n',
    "escapes": lambda n: 'a = "' + r"\n\" $${ " * n + '"\n',
    "interpolations on one line": lambda n: 'a = "' + "${b} " * n + '"\n',
    "expressions on one line": lambda n: "a = <<E\n" + "${f(b)} " * n + "\nE\n",
    "list": lambda n: "a = [" + '"x", ' * n + "]\n",
    "spaces": lambda n: "a = 1" + " " * 10 * n + "\n" + " " * 10 * n,
    "spaces and an error": lambda n: "a = 1 #" + " " * n + "\n" + "b = 2" + " " * 10 * n + "'",
    "newlines": lambda n: "\n" * 10 * n,
    "comments": lambda n: "/* * ** */" * n + "\n",
    "for or not": lambda n: "a = [" + "{ # for\n b = 1 }, " * n + "]\n",
    "no for after blanks": lambda n: "a = {" + "\n # for\n" * n + "}\n",
    "never closed": lambda n: "a = [" + "{b=[" * n,
    "unfinished heredocs": lambda n: "a = [\n" + "<<E\n" * n,
    "dots": lambda n: "a = b" + "." * n,
    "names": lambda n: "a = " + "é" * 5 * n + "\n",
}  # fmt: skip


@pytest.mark.parametrize("form", BIG)
def test_time_grows_with_the_text(form: str) -> None:
    def read(count: int) -> None:
        with contextlib.suppress(ParseError):
            parse(BIG[form](count), "t.tf")

    assert takes_linear_time(read, 20_000)


def test_a_bare_template_of_marks_is_read() -> None:
    tree: Any = parse_template("$ % \" ' \\n\n" * 20_000, "t.tftpl")
    assert len(tree.parts) == 20_000
    assert tree.parts[-1] == Literal("$ % \" ' \\n\n", Location("t.tftpl", 20_000, 1))
