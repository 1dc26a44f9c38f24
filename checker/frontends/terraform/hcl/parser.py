"""Parses tokens into a syntax tree, by recursive descent; accepts what Terraform accepts."""

from collections.abc import Callable
from typing import NoReturn, TypeVar

from checker.errors import ParseError
from checker.frontends.terraform.hcl import tokenizer as lex
from checker.frontends.terraform.hcl.cursor import Cursor
from checker.frontends.terraform.hcl.expressions import expression, template_content
from checker.frontends.terraform.hcl.syntax import (
    Attribute,
    Block,
    Body,
    Expression,
    Literal,
    ParsedFile,
)
from checker.source.locations import Location

_NAME, _STRING, _OPEN_TEMPLATE, _NEWLINE, _END = lex.NAME, lex.STRING, lex.OPEN_TEMPLATE, lex.NEWLINE, lex.END
_LABELS = frozenset((_STRING, _NAME))
_BLOCK_FOLLOWS = frozenset(("{", _STRING, _NAME, _OPEN_TEMPLATE))


def parse(text: str, file: str) -> ParsedFile:
    """The body and the comments of a Terraform file. Raises ParseError."""
    tokens = lex.tokenize(text, file)
    return ParsedFile(_guarded(tokens, _file_body), tokens.comments)


def parse_expression(text: str, file: str, line: int = 1, column: int = 1, *, at: Location | None = None) -> Expression:
    """Parses `text`, whose first character is at `line` and `column`. Raises ParseError.

    With `at`, all nodes have that location: for text whose characters are not in the file as they are.
    """
    tokens = lex.tokenize(text, file, line=line, column=column, newlines=False)
    if at is not None:
        tokens = _all_at(tokens, at)
    return _guarded(tokens, _whole_expression)


def parse_template(text: str, file: str, line: int = 1, column: int = 1, *, at: Location | None = None) -> Expression:
    """Parses a template as in a file for `templatefile`; plain text becomes a `Literal`. Raises ParseError.

    `at` is as in `parse_expression`.
    """
    tokens = lex.tokenize_template(text, file, line=line, column=column)
    if at is not None:
        tokens = _all_at(tokens, at)
    return _guarded(tokens, _whole_template)


def _all_at(tokens: lex.Tokens, at: Location) -> lex.Tokens:
    error = tokens.error
    if error is not None:
        error = ParseError(at.file, at.line, at.column, error.reason)
    return tokens._replace(at=at, error=error)


def _file_body(c: Cursor) -> Body:
    return _body(c, _END)


def _body(c: Cursor, closer: str) -> Body:
    """Parses up to `closer`, which is left for the caller."""
    kinds, texts = c.kinds, c.texts
    attributes: list[Attribute] = []
    blocks: list[Block] = []
    seen: dict[str, Location] = {}
    i = c.i
    while True:
        kind = kinds[i]
        if kind == _NAME:
            following = kinds[i + 1]
            if following == "=":
                name = texts[i]
                if name in seen:
                    c.refuse(f"argument `{name}` was set before, at line {seen[name].line}", i)
                start = seen[name] = c.location(i)
                if kinds[i + 2] == _STRING and kinds[i + 3] == _NEWLINE:
                    literal = Literal(texts[i + 2], c.location(i + 2))
                    attributes.append(Attribute(name, literal, start))
                    i += 4
                    continue
                c.i = i + 2
                c.deepest = c.depth
                attributes.append(Attribute(name, expression(c), start))
                i = c.i
                if kinds[i] == _NEWLINE:
                    i += 1
                elif kinds[i] != _END:
                    _fail_after_argument(c, name)
            elif following in _BLOCK_FOLLOWS:
                c.i = i
                blocks.append(_block(c))
                i = c.i
                if kinds[i] == _NEWLINE:
                    i += 1
                elif kinds[i] != _END:
                    c.fail(f"the end of the line after block `{blocks[-1].type}`")
            else:
                c.fail(f"`=` or `{{` after `{texts[i]}`", i + 1)
        elif kind == _NEWLINE:
            i += 1
        elif kind == closer:
            c.i = i
            return Body(tuple(attributes), tuple(blocks))
        else:
            c.i = i
            if kind == lex.TRAVERSAL and kinds[i + 1] == "=":
                c.refuse(f"`{texts[i]}` cannot be the name of an argument: it has a dot", i)
            c.fail("the name of an argument or the type of a block" + (", or `}`" if closer == "}" else ""))


def _fail_after_argument(c: Cursor, name: str) -> NoReturn:
    if c.kinds[c.i] == "}":
        c.refuse(f"`}}` must stand on a line of its own after argument `{name}`", c.i)
    c.fail(f"the end of the line after argument `{name}`")


def _block(c: Cursor) -> Block:
    kinds, texts = c.kinds, c.texts
    i = c.i
    block_type, location = texts[i], c.location(i)
    labels: list[str] = []
    i += 1
    while (kind := kinds[i]) != "{":
        if kind in _LABELS:
            labels.append(texts[i])
            i += 1
            continue
        if kind == _OPEN_TEMPLATE:
            c.refuse(f"a label of block `{block_type}` is a plain string: no heredoc, no `${{` or `%{{`", i)
        if kind == _NEWLINE:
            c.refuse(f"the `{{` of block `{block_type}` must stand on the same line", i)
        c.fail(f"a label or the `{{` of block `{block_type}`", i)
    c.i = i + 1
    c.enter()
    kind = kinds[i + 1]
    multiline = kind == _NEWLINE or kind == "}"
    body = _body(c, "}") if multiline else _one_line_body(c, block_type)
    c.depth -= 1
    c.i += 1
    return Block(block_type, tuple(labels), body, location)


def _one_line_body(c: Cursor, block_type: str) -> Body:
    i = c.i
    if c.kinds[i] != _NAME:
        c.fail(f"an argument, the end of the line or `}}` after the `{{` of block `{block_type}`")
    if c.kinds[i + 1] != "=":
        c.fail(f"`=` (a block on one line holds one argument and no block) after `{c.texts[i]}`", i + 1)
    c.i = i + 2
    c.deepest = c.depth
    value = expression(c)
    if c.kinds[c.i] != "}":
        c.fail(f"`}}` on the same line: block `{block_type}` began its content on the line of its `{{`")
    return Body((Attribute(c.texts[i], value, c.location(i)),), ())


def _whole_expression(c: Cursor) -> Expression:
    whole = expression(c)
    if c.kinds[c.i] != _END:
        c.fail("the end of the expression")
    return whole


def _whole_template(c: Cursor) -> Expression:
    return template_content(c, "", c.location(0))


_Tree = TypeVar("_Tree")


def _guarded(tokens: lex.Tokens, read: Callable[[Cursor], _Tree]) -> _Tree:
    """The result of `read`. A caller deep in the stack gets the same error as for deep nesting."""
    cursor = Cursor(tokens)
    try:
        return read(cursor)
    except RecursionError:
        cursor.too_deep()
