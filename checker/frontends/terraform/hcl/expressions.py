"""Parses expressions and templates, by recursive descent over tokens.

Recursion follows the nesting of the text, which the cursor limits; chains (operators, lists, traversals) are loops.
"""

from collections.abc import Callable
from typing import Final, NoReturn

from checker.frontends.terraform.hcl import tokenizer as lex
from checker.frontends.terraform.hcl.cursor import MAX_NESTING, PRECEDENCE, Cursor, Piece, assemble, number, operations
from checker.frontends.terraform.hcl.syntax import (
    AttrSplat,
    Call,
    Conditional,
    Expression,
    ForObject,
    ForTuple,
    FullSplat,
    GetAttr,
    Index,
    LegacyIndex,
    Literal,
    ObjectCons,
    ObjectItem,
    Parens,
    RootName,
    SplatItem,
    TupleCons,
    Unary,
)
from checker.source.locations import Location

_NAME, _TRAVERSAL, _ATTRIBUTES, _NUMBER, _STRING = lex.NAME, lex.TRAVERSAL, lex.ATTRIBUTES, lex.NUMBER, lex.STRING
_NEWLINE, _END, _ERROR, _TEXT = lex.NEWLINE, lex.END, lex.ERROR, lex.TEXT
_OPEN_TEMPLATE, _CLOSE_TEMPLATE, _CLOSE_SEQUENCE = lex.OPEN_TEMPLATE, lex.CLOSE_TEMPLATE, lex.CLOSE_SEQUENCE

_AFTER_TERM: Final = frozenset((*PRECEDENCE, "?"))
_NAMES: Final = frozenset((_NAME, _TRAVERSAL))
_STEPS: Final = frozenset((_ATTRIBUTES, ".", "["))
_DIRECTIVES: Final = frozenset(("if", "else", "endif", "for", "endfor"))
_KEYWORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}


def expression(c: Cursor) -> Expression:
    """The expression at the cursor, which is advanced. Raises ParseError."""
    left = _term(c)
    kind = c.kinds[c.i]
    if kind in _AFTER_TERM:
        if kind != "?":
            left = operations(c, left, _term)
            kind = c.kinds[c.i]
        if kind == "?":
            return _conditional(c, left)
    return left


def _nested(c: Cursor) -> Expression:
    c.enter()
    inner = expression(c)
    c.depth -= 1
    return inner


def _conditional(c: Cursor, condition: Expression) -> Expression:
    question = c.i
    c.i += 1
    then = _nested(c)
    if c.kinds[c.i] != ":":
        c.fail(f"`:` and the second result of the `?` of line {c.location(question).line}")
    c.i += 1
    return Conditional(condition, then, _nested(c), condition.location)


def _term(c: Cursor) -> Expression:
    """A primary expression with its signs and traversal."""
    i = c.i
    kind = c.kinds[i]
    node: Expression
    if kind == _STRING:
        node = Literal(c.texts[i], c.location(i))
        c.i = i + 1
        if c.kinds[i + 1] not in _STEPS:
            return node
    elif kind == _TRAVERSAL:
        node = _dotted(c, i)
        if c.kinds[i + 1] not in _STEPS:
            return node
    elif kind == _NAME:
        following = c.kinds[i + 1]
        if following == "(" or following == "::":
            return _with_steps(c, _call)
        node = _name(c, c.texts[i], c.location(i))
        c.i = i + 1
        if following not in _STEPS:
            return node
    elif kind == _NUMBER:
        node = Literal(number(c, i), c.location(i))
        c.i = i + 1
        if c.kinds[i + 1] not in _STEPS:
            return node
    elif kind == "[":
        return _with_steps(c, _tuple_or_for)
    elif kind == "{":
        return _with_steps(c, _object_or_for)
    elif kind == "(":
        return _with_steps(c, _parens)
    elif kind == _OPEN_TEMPLATE:
        return _with_steps(c, _template)
    elif kind == "-" or kind == "!":
        return _signed(c)
    else:
        c.fail("an expression")
    return _steps(c, node)


def _with_steps(c: Cursor, primary: Callable[[Cursor], Expression]) -> Expression:
    """The result of `primary` and the traversal after it; its steps add to the nesting of the primary."""
    outer, c.deepest = c.deepest, c.depth
    node = primary(c)
    if c.kinds[c.i] in _STEPS:
        node = _steps(c, node)
    if outer > c.deepest:
        c.deepest = outer
    return node


def _signed(c: Cursor) -> Expression:
    start = c.i
    while c.kinds[c.i] == "-" or c.kinds[c.i] == "!":
        c.i += 1
    end = c.i
    outer, c.deepest = c.deepest, c.depth
    node = _term(c)
    c.climb(end - start)
    c.deepest = max(c.deepest, outer)
    for i in range(end - 1, start - 1, -1):
        node = Unary(c.kinds[i], node, c.location(i))
    return node


def _name(c: Cursor, name: str, location: Location) -> Expression:
    if name in _KEYWORDS:
        return Literal(_KEYWORDS[name], location)
    return RootName(name, location)


def _dotted(c: Cursor, i: int) -> Expression:
    location = c.location(i)
    root, *names = c.texts[i].split(".")
    node: Expression = RootName(root, location) if root not in _KEYWORDS else _name(c, root, location)
    for name in names:
        node = GetAttr(node, name, location)
    height = c.depth + len(names)
    if height > c.deepest:
        c.deepest = height
        if height > MAX_NESTING:
            c.too_deep()
    c.i = i + 1
    return node


def _steps(c: Cursor, node: Expression) -> Expression:
    """The traversal after `node`: attributes, indices and splats."""
    kinds, texts = c.kinds, c.texts
    location = node.location
    while True:
        i = c.i
        kind = kinds[i]
        if kind == _ATTRIBUTES:
            names = texts[i].split(".")[1:]
            for name in names:
                node = GetAttr(node, name, location)
            c.climb(len(names))
            c.i = i + 1
        elif kind == "[":
            if kinds[i + 1] == "*":
                if kinds[i + 2] != "]":
                    c.fail("`]` after `[*`", i + 2)
                c.i = i + 3
                return FullSplat(node, _each(c, c.location(i)), location)
            c.i = i + 1
            key = _nested(c)
            if kinds[c.i] != "]":
                c.fail(f"`]` at the end of the index that starts at column {c.location(i).column}")
            c.i += 1
            c.climb(1)
            node = Index(node, key, location)
        elif kind == ".":
            node = _dot(c, node)
        else:
            return node


def _each(c: Cursor, location: Location) -> Expression:
    """What follows `[*]`, all relative to the element."""
    c.enter()
    each = _steps(c, SplatItem(location))
    c.depth -= 1
    return each


def _dot(c: Cursor, node: Expression) -> Expression:
    """A dot separate from a name: `a. b`, `a.0`, `a.*`."""
    kinds, texts = c.kinds, c.texts
    c.i += 1
    i = c.i
    kind, text, location = kinds[i], texts[i], node.location
    if kind in _NAMES:
        names = text.split(".")
        for name in names:
            node = GetAttr(node, name, location)
        c.climb(len(names))
    elif kind == _NUMBER:
        node = _legacy_index(c, node, i)
        c.climb(1)
    elif kind == "*":
        c.i = i + 1
        item = _attributes_of(c, SplatItem(c.location(i)))
        c.climb(1)
        return AttrSplat(node, item, location)
    else:
        c.fail("the name of an attribute, an index or `*` after `.`")
    c.i = i + 1
    return node


def _attributes_of(c: Cursor, item: Expression) -> Expression:
    """What follows `.*`: attributes and legacy indices; `[` applies to the whole splat."""
    kinds, texts, location = c.kinds, c.texts, item.location
    while True:
        i = c.i
        if kinds[i] == _ATTRIBUTES:
            names = texts[i].split(".")[1:]
        elif kinds[i] != ".":
            return item
        else:
            i += 1
            names = []
            if kinds[i] in _NAMES:
                names = texts[i].split(".")
            elif kinds[i] == _NUMBER:
                item = _legacy_index(c, item, i)
                c.climb(1)
            elif kinds[i] == "*":
                c.refuse("`.*` cannot stand inside another `.*`; write `[*]`", i)
            else:
                c.fail("the name of an attribute or an index after `.`", i)
        for name in names:
            item = GetAttr(item, name, location)
        c.climb(len(names))
        c.i = i + 1


def _legacy_index(c: Cursor, node: Expression, i: int) -> Expression:
    text = c.texts[i]
    if "." in text:  # `a.0.1` is tokenized as the number 0.1
        c.refuse(f"two indices in a row after dots (`{text[:40]}`); write `[0][1]`", i)
    key = number(c, i)
    if isinstance(key, int):
        return LegacyIndex(node, key, node.location)
    return Index(
        node, Literal(key, c.location(i)), node.location
    )  # `a.1e-3`, which Terraform parses, and refuses later


def _parens(c: Cursor) -> Expression:
    i = c.i
    c.i = i + 1
    inner = _nested(c)
    if c.kinds[c.i] != ")":
        c.fail(f"`)` to close the `(` of line {c.location(i).line}")
    c.i += 1
    return Parens(inner, c.location(i))


def _call(c: Cursor) -> Expression:
    kinds, texts = c.kinds, c.texts
    start = c.i
    name = texts[start]
    i = start + 1
    while kinds[i] == "::":
        if kinds[i + 1] != _NAME:
            c.fail(f"a name after `{name}::`", i + 1)
        name += "::" + texts[i + 1]
        i += 2
    if kinds[i] != "(":
        c.fail(f"`(` after the function name `{name}`", i)
    c.i = i + 1
    c.enter()
    args: list[Expression] = []
    expand_final = False
    while kinds[c.i] != ")":
        args.append(expression(c))
        kind = kinds[c.i]
        if kind == ",":
            c.i += 1
        elif kind == "...":
            c.i += 1
            expand_final = True
            if kinds[c.i] != ")":
                c.fail("`)` after `...`, which comes after the last argument")
        elif kind != ")":
            c.fail(f"`,` or `)` in the arguments of `{name}`")
    c.i += 1
    c.depth -= 1
    return Call(name, tuple(args), expand_final, c.location(start))


def _tuple_or_for(c: Cursor) -> Expression:
    kinds = c.kinds
    start = c.i
    c.i = start + 1
    c.enter()
    node: Expression
    if _for_follows(c):
        node = _for_expression(c, start, "]")
    else:
        items: list[Expression] = []
        while kinds[c.i] != "]":
            items.append(expression(c))
            kind = kinds[c.i]
            if kind == ",":
                c.i += 1
            elif kind != "]":
                c.fail(f"`,` or `]` in the list that starts at line {c.location(start).line}")
        c.i += 1
        node = TupleCons(tuple(items), c.location(start))
    c.depth -= 1
    return node


def _object_or_for(c: Cursor) -> Expression:
    kinds = c.kinds
    start = c.i
    c.i = start + 1
    c.enter()
    node: Expression
    if _for_follows(c):
        node = _for_expression(c, start, "}")
    else:
        items: list[ObjectItem] = []
        while (kind := kinds[c.i]) != "}":
            if kind == _NEWLINE:
                c.i += 1
                continue
            items.append(_object_item(c))
            kind = kinds[c.i]
            if kind == "," or kind == _NEWLINE:
                c.i += 1
            elif kind != "}":
                c.fail(f"`,`, the end of the line or `}}` in the object of line {c.location(start).line}")
        c.i += 1
        node = ObjectCons(tuple(items), c.location(start))
    c.depth -= 1
    return node


def _object_item(c: Cursor) -> ObjectItem:
    kinds = c.kinds
    i = c.i
    key: Expression
    if (kinds[i] == _NAME or kinds[i] == _STRING) and (kinds[i + 1] == "=" or kinds[i + 1] == ":"):
        key = Literal(c.texts[i], c.location(i))
        i += 1
    else:
        key = expression(c)
        i = c.i
        if kinds[i] != "=" and kinds[i] != ":":
            c.fail("`=` or `:` after the key of an object", i)
    c.i = i + 1
    return ObjectItem(key, expression(c))


def _for_follows(c: Cursor) -> bool:
    i = c.i
    text = c.texts[i]
    if c.kinds[i] == _TRAVERSAL and text.startswith("for."):
        c.refuse("`for` starts a `for` expression here and cannot be a name", i)
    return c.kinds[i] == _NAME and text == "for"


def _for_expression(c: Cursor, start: int, closer: str) -> Expression:
    kinds, texts = c.kinds, c.texts
    c.i += 1
    key, value, collection = _for_head(c)
    if kinds[c.i] != ":":
        c.fail("`:` after the collection of `for`")
    c.i += 1
    result = expression(c)
    result_value: Expression | None = None
    grouped = False
    if kinds[c.i] == "=>":
        if closer == "]":
            c.refuse("`=>` makes an object, so this `for` stands in `{ }`, not in `[ ]`", c.i)
        c.i += 1
        result_value = expression(c)
        if kinds[c.i] == "...":
            grouped = True
            c.i += 1
    elif closer == "}":
        c.fail("`=>` and a value: a `for` in `{ }` makes an object")
    condition: Expression | None = None
    if kinds[c.i] == _NAME and texts[c.i] == "if":
        c.i += 1
        condition = expression(c)
    if kinds[c.i] != closer:
        c.fail(f"`if` or `{closer}` at the end of the `for` of line {c.location(start).line}")
    c.i += 1
    location = c.location(start)
    if result_value is None:
        return ForTuple(key, value, collection, result, condition, location)
    return ForObject(key, value, collection, result, result_value, grouped, condition, location)


def _for_head(c: Cursor) -> tuple[str | None, str, Expression]:
    """`key, value in collection`."""
    kinds, texts = c.kinds, c.texts
    i = c.i
    if kinds[i] != _NAME:
        c.fail("a variable's name after `for`", i)
    key, value = None, texts[i]
    i += 1
    if kinds[i] == ",":
        if kinds[i + 1] != _NAME:
            c.fail("a second variable's name after `,`", i + 1)
        key, value = value, texts[i + 1]
        i += 2
    if kinds[i] != _NAME or texts[i] != "in":
        c.fail("`in` after the variables of `for`", i)
    c.i = i + 1
    return key, value, expression(c)


def _template(c: Cursor) -> Expression:
    opener, location = c.texts[c.i], c.location(c.i)
    c.i += 1
    c.enter()
    node = template_content(c, opener, location)
    c.depth -= 1
    c.i += 1
    return node


def template_content(c: Cursor, opener: str, location: Location) -> Expression:
    """Parses up to the end of the template, which is left for the caller."""
    kinds = c.kinds
    pieces: list[Piece] = []
    trim = False
    while (kind := kinds[c.i]) != _CLOSE_TEMPLATE:
        i = c.i
        if kind == _TEXT:
            text = c.texts[i]
            c.i = i + 1
            pieces.append(Piece("text", text.lstrip() if trim else text, None, (None, ""), c.location(i)))
            trim = False
            continue
        if kind == _ERROR:
            c.fail("the end of the template")
        if pieces and c.texts[i].endswith("~") and pieces[-1].kind == "text":
            pieces[-1] = pieces[-1]._replace(text=pieces[-1].text.rstrip())
        c.i = i + 1
        if kind == lex.INTERPOLATION:
            pieces.append(Piece("value", "", expression(c), (None, ""), c.location(i)))
        else:
            pieces.append(_directive(c, i))
        if kinds[c.i] != _CLOSE_SEQUENCE:
            _fail_in_sequence(c, i)
        trim = c.texts[c.i] == "~}"
        c.i += 1
    node, height = assemble(pieces, opener, location)
    c.climb(height)
    return node


def _fail_in_sequence(c: Cursor, opened: int) -> NoReturn:
    opener = c.kinds[opened]
    if c.kinds[c.i] == ":" and opener == "${":
        c.refuse("found `:` in an interpolation; if the text is meant for another language, write `$${`", c.i)
    c.fail(f"`}}` to close the `{opener}` of column {c.location(opened).column}")


def _directive(c: Cursor, start: int) -> Piece:
    i = c.i
    word = c.texts[i] if c.kinds[i] == _NAME else ""
    location = c.location(start)
    if word not in _DIRECTIVES:
        c.fail("`if`, `else`, `endif`, `for` or `endfor` after `%{`", i)
    c.i = i + 1
    if word == "if":
        return Piece("if", "", expression(c), (None, ""), location)
    if word == "for":
        key, value, collection = _for_head(c)
        return Piece("for", "", collection, (key, value), location)
    return Piece(word, "", None, (None, ""), location)
