"""Tokens to a syntax tree, by recursive descent, accepting what Terraform accepts.

Recursion follows the nesting of the text, which is capped; chains (operators, lists, traversals, directives) are loops.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple, NoReturn, TypeVar

from checker.errors import ParseError
from checker.frontends.terraform.hcl import tokenizer as lex
from checker.frontends.terraform.hcl.syntax import (
    Attribute,
    AttrSplat,
    Binary,
    Block,
    Body,
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
    ParsedFile,
    RootName,
    SplatItem,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateWrap,
    TupleCons,
    Unary,
)
from checker.source.places import Place

MAX_NESTING: Final = 150
"""Levels of blocks, brackets, templates and traversal steps together; Terraform code in the wild has about ten.

Each level costs up to four Python frames, and the interpreter stops at a thousand.
"""

_MAX_INT_DIGITS = 4000  # Python refuses to read an int of more than 4300 digits
_MAX_INTEGRAL_EXPONENT = 64  # a larger one stays a Decimal: 1e999999 is short as text and huge as an int
_MAX_EXPONENT = 646456992  # Terraform's numbers end here

_NAME, _TRAVERSAL, _ATTRIBUTES, _NUMBER, _STRING = lex.NAME, lex.TRAVERSAL, lex.ATTRIBUTES, lex.NUMBER, lex.STRING
_NEWLINE, _END, _ERROR, _TEXT = lex.NEWLINE, lex.END, lex.ERROR, lex.TEXT
_OPEN_TEMPLATE, _CLOSE_TEMPLATE, _CLOSE_SEQUENCE = lex.OPEN_TEMPLATE, lex.CLOSE_TEMPLATE, lex.CLOSE_SEQUENCE

_PRECEDENCE: Final = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
_AFTER_TERM: Final = frozenset((*_PRECEDENCE, "?"))
_STEPS: Final = frozenset((_ATTRIBUTES, ".", "["))
_KEYWORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}

_new = tuple.__new__  # see the tokenizer: the commonest nodes are made with it


def parse(text: str, file: str) -> ParsedFile:
    """The body and the comments of a Terraform file. Raises ParseError."""
    tokens = lex.tokenize(text, file)
    parser = _Parser(tokens)
    return ParsedFile(_guarded(parser, parser.file_body), tokens.comments)


def parse_expression(text: str, file: str, line: int = 1, column: int = 1) -> Expression:
    """The expression that `text` is, whose first character stands at `line` and `column`. Raises ParseError."""
    parser = _Parser(lex.tokenize(text, file, line=line, column=column, newlines=False))
    return _guarded(parser, parser.whole_expression)


def parse_template(text: str, file: str, line: int = 1, column: int = 1, *, at: Place | None = None) -> Expression:
    """The template that `text` is, as in a file for `templatefile`; text alone gives a `Literal`. Raises ParseError.

    With `at`, everything is at that one place: for text whose characters do not stand in the file as they are.
    """
    tokens = lex.tokenize_template(text, file, line=line, column=column)
    if at is not None:
        tokens = _all_at(tokens, at)
    parser = _Parser(tokens)
    return _guarded(parser, parser.whole_template)


def _all_at(tokens: lex.Tokens, at: Place) -> lex.Tokens:
    error = tokens.error
    if error is not None:
        error = ParseError(at.file, at.line, at.column, error.reason)
    return tokens._replace(places=[at] * len(tokens.places), error=error)


class _Piece(NamedTuple):
    """One piece of a template before directives are nested: text, a value or a directive's head."""

    kind: str  # "text", "value", "if", "else", "endif", "for" or "endfor"
    text: str
    expression: Expression | None
    names: tuple[str | None, str]
    place: Place


class _Parser:
    __slots__ = ("deepest", "depth", "error", "i", "kinds", "places", "texts")

    def __init__(self, tokens: lex.Tokens) -> None:
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self.places = tokens.places
        self.error = tokens.error
        self.i = 0
        self.depth = 0
        self.deepest = 0  # the height of what is being built: nesting that is closed again counts for what is around it

    # -- entry points

    def file_body(self) -> Body:
        return self.body(_END, self.places[0]._replace(line=1, column=1))

    def whole_expression(self) -> Expression:
        expression = self.expression()
        if self.kinds[self.i] != _END:
            self.fail("the end of the expression")
        return expression

    def whole_template(self) -> Expression:
        return self.template_content("", self.places[0])

    # -- faults

    def fail(self, expected: str, index: int | None = None) -> NoReturn:
        """Raises the tokenizer's own error if that is what stands here."""
        i = self.i if index is None else index
        if self.kinds[i] == _ERROR and self.error is not None:
            raise self.error
        self.refuse(f"expected {expected}, found {self.describe(i)}", i)

    def refuse(self, reason: str, index: int) -> NoReturn:
        place = self.places[index]
        raise ParseError(place.file, place.line, place.column, reason)

    def describe(self, index: int) -> str:
        kind, text = self.kinds[index], self.texts[index]
        if kind == _NEWLINE:
            return "the end of the line"
        if kind == _END:
            return "the end of the text"
        if kind == _STRING or kind == _OPEN_TEMPLATE:
            return "a string" if kind == _STRING or text == '"' else "a heredoc"
        if kind == _TEXT:
            return "text"
        return f"`{text if len(text) <= 40 else text[:40] + '...'}`"

    def enter(self) -> None:
        self.depth += 1
        if self.depth > self.deepest:
            self.deepest = self.depth
            if self.depth > MAX_NESTING:
                self.too_deep()

    def climb(self, levels: int) -> None:
        """Counts `levels` of nodes around what has just been parsed."""
        self.deepest += levels
        if self.deepest > MAX_NESTING:
            self.too_deep()

    def too_deep(self) -> NoReturn:
        self.refuse(f"nested deeper than {MAX_NESTING} levels, which this reader refuses", self.i)

    # -- bodies

    def body(self, closer: str, place: Place) -> Body:
        """Reads up to `closer`, which is left for the caller."""
        kinds, texts, places = self.kinds, self.texts, self.places
        attributes: list[Attribute] = []
        blocks: list[Block] = []
        seen: dict[str, Place] = {}
        i = self.i
        while True:
            kind = kinds[i]
            if kind == _NAME:
                following = kinds[i + 1]
                if following == "=":
                    name = texts[i]
                    if name in seen:
                        self.refuse(f"argument `{name}` was set before, at line {seen[name].line}", i)
                    start = seen[name] = places[i]
                    expression: Expression
                    if kinds[i + 2] == _STRING and kinds[i + 3] == _NEWLINE:
                        expression = _new(Literal, (texts[i + 2], places[i + 2]))
                        attributes.append(_new(Attribute, (name, expression, start)))
                        i += 4
                        continue
                    self.i = i + 2
                    self.deepest = self.depth
                    expression = self.expression()
                    attributes.append(_new(Attribute, (name, expression, start)))
                    i = self.i
                    if kinds[i] == _NEWLINE:
                        i += 1
                    elif kinds[i] != _END:
                        self.fail_after_argument(name)
                elif following == "{" or following == _STRING or following == _NAME or following == _OPEN_TEMPLATE:
                    self.i = i
                    blocks.append(self.block())
                    i = self.i
                    if kinds[i] == _NEWLINE:
                        i += 1
                    elif kinds[i] != _END:
                        self.fail(f"the end of the line after block `{blocks[-1].type}`")
                else:
                    self.fail(f"`=` or `{{` after `{texts[i]}`", i + 1)
            elif kind == _NEWLINE:
                i += 1
            elif kind == closer:
                self.i = i
                return Body(tuple(attributes), tuple(blocks), place)
            else:
                self.i = i
                if kind == _TRAVERSAL and kinds[i + 1] == "=":
                    self.refuse(f"`{texts[i]}` cannot be the name of an argument: it has a dot", i)
                self.fail("the name of an argument or the type of a block" + (", or `}`" if closer == "}" else ""))

    def fail_after_argument(self, name: str) -> NoReturn:
        if self.kinds[self.i] == "}":
            self.refuse(f"`}}` must stand on a line of its own after argument `{name}`", self.i)
        self.fail(f"the end of the line after argument `{name}`")

    def block(self) -> Block:
        kinds, texts = self.kinds, self.texts
        i = self.i
        block_type, place = texts[i], self.places[i]
        labels: list[str] = []
        i += 1
        while (kind := kinds[i]) != "{":
            if kind == _STRING or kind == _NAME:
                labels.append(texts[i])
                i += 1
                continue
            if kind == _OPEN_TEMPLATE:
                self.refuse(f"a label of block `{block_type}` is a plain string: no heredoc, no `${{` or `%{{`", i)
            if kind == _NEWLINE:
                self.refuse(f"the `{{` of block `{block_type}` must stand on the same line", i)
            self.fail(f"a label or the `{{` of block `{block_type}`", i)
        opened = self.places[i]
        self.i = i + 1
        self.enter()
        kind = kinds[i + 1]
        if kind == _NEWLINE or kind == "}":
            body = self.body("}", opened)
        else:
            body = self.one_line_body(block_type, opened)
        self.depth -= 1
        end = self.places[self.i]
        self.i += 1
        return Block(block_type, tuple(labels), body, place, end)

    def one_line_body(self, block_type: str, opened: Place) -> Body:
        i = self.i
        if self.kinds[i] != _NAME:
            self.fail(f"an argument, the end of the line or `}}` after the `{{` of block `{block_type}`")
        if self.kinds[i + 1] != "=":
            self.fail(f"`=` (a block on one line holds one argument and no block) after `{self.texts[i]}`", i + 1)
        self.i = i + 2
        self.deepest = self.depth
        expression = self.expression()
        if self.kinds[self.i] != "}":
            self.fail(f"`}}` on the same line: block `{block_type}` began its content on the line of its `{{`")
        return Body((Attribute(self.texts[i], expression, self.places[i]),), (), opened)

    # -- expressions

    def expression(self) -> Expression:
        left = self.term()
        kind = self.kinds[self.i]
        if kind in _AFTER_TERM:
            if kind != "?":
                left = self.operators(left)
                kind = self.kinds[self.i]
            if kind == "?":
                return self.conditional(left)
        return left

    def nested(self) -> Expression:
        self.enter()
        expression = self.expression()
        self.depth -= 1
        return expression

    def conditional(self, condition: Expression) -> Expression:
        question = self.i
        self.i += 1
        then = self.nested()
        if self.kinds[self.i] != ":":
            self.fail(f"`:` and the second result of the `?` of line {self.places[question].line}")
        self.i += 1
        return Conditional(condition, then, self.nested(), condition.place)

    def operators(self, first: Expression) -> Expression:
        """Reads `op term op term ...`: each open chain binds tighter than the one before it."""
        kinds = self.kinds
        chains: list[tuple[int, Expression, list[tuple[str, Expression]]]] = []
        pending: list[str] = []  # the operator of each chain whose right operand is not complete
        current = first
        while (kind := kinds[self.i]) in _PRECEDENCE:
            precedence = _PRECEDENCE[kind]
            while chains and chains[-1][0] > precedence:
                current = _close(chains.pop(), pending.pop(), current)
            if chains and chains[-1][0] == precedence:
                chains[-1][2].append((pending[-1], current))
                pending[-1] = kind
            else:
                chains.append((precedence, current, []))
                pending.append(kind)
            self.i += 1
            current = self.term()
        while chains:
            current = _close(chains.pop(), pending.pop(), current)
        return current

    def term(self) -> Expression:
        """A primary expression with its signs and traversal."""
        i = self.i
        kind = self.kinds[i]
        node: Expression
        if kind == _STRING:
            node = _new(Literal, (self.texts[i], self.places[i]))
            self.i = i + 1
            if self.kinds[i + 1] not in _STEPS:
                return node
        elif kind == _TRAVERSAL:
            node = self.dotted(i)
            if self.kinds[i + 1] not in _STEPS:
                return node
        elif kind == _NAME:
            following = self.kinds[i + 1]
            if following == "(" or following == "::":
                return self.with_steps(self.call)
            node = self.name(self.texts[i], self.places[i])
            self.i = i + 1
            if following not in _STEPS:
                return node
        elif kind == _NUMBER:
            node = Literal(self.number(i), self.places[i])
            self.i = i + 1
            if self.kinds[i + 1] not in _STEPS:
                return node
        elif kind == "[":
            return self.with_steps(self.tuple_or_for)
        elif kind == "{":
            return self.with_steps(self.object_or_for)
        elif kind == "(":
            return self.with_steps(self.parens)
        elif kind == _OPEN_TEMPLATE:
            return self.with_steps(self.template)
        elif kind == "-" or kind == "!":
            return self.signed()
        else:
            self.fail("an expression")
        return self.steps(node)

    def with_steps(self, primary: Callable[[], Expression]) -> Expression:
        """What `primary` reads and the traversal after it, whose steps go around whatever nesting that had."""
        outer, self.deepest = self.deepest, self.depth
        node = primary()
        if self.kinds[self.i] in _STEPS:
            node = self.steps(node)
        if outer > self.deepest:
            self.deepest = outer
        return node

    def signed(self) -> Expression:
        start = self.i
        while self.kinds[self.i] == "-" or self.kinds[self.i] == "!":
            self.i += 1
        end = self.i
        outer, self.deepest = self.deepest, self.depth
        node = self.term()
        self.climb(end - start)
        self.deepest = max(self.deepest, outer)
        for i in range(end - 1, start - 1, -1):
            node = Unary(self.kinds[i], node, self.places[i])
        return node

    def name(self, name: str, place: Place) -> Expression:
        if name in _KEYWORDS:
            return Literal(_KEYWORDS[name], place)
        return _new(RootName, (name, place))

    def dotted(self, i: int) -> Expression:
        place = self.places[i]
        root, *names = self.texts[i].split(".")
        node: Expression = _new(RootName, (root, place)) if root not in _KEYWORDS else self.name(root, place)
        for name in names:
            node = _new(GetAttr, (node, name, place))
        height = self.depth + len(names)
        if height > self.deepest:
            self.deepest = height
            if height > MAX_NESTING:
                self.too_deep()
        self.i = i + 1
        return node

    def number(self, i: int) -> int | Decimal:
        text = self.texts[i]
        if text.isdigit() and len(text) < _MAX_INT_DIGITS:
            return int(text)
        try:
            value = Decimal(text)
        except InvalidOperation:
            self.refuse(f"the number {text[:40]} is too large", i)
        exponent = value.adjusted()
        if exponent > _MAX_EXPONENT:
            self.refuse(f"the number {text[:40]} is too large", i)
        if 0 <= exponent <= _MAX_INTEGRAL_EXPONENT and value == value.to_integral_value():
            return int(value)
        return value

    def steps(self, node: Expression) -> Expression:
        """The traversal after `node`: attributes, indices and splats."""
        kinds, texts = self.kinds, self.texts
        place = node.place
        while True:
            i = self.i
            kind = kinds[i]
            if kind == _ATTRIBUTES:
                names = texts[i].split(".")[1:]
                for name in names:
                    node = GetAttr(node, name, place)
                self.climb(len(names))
                self.i = i + 1
            elif kind == "[":
                if kinds[i + 1] == "*":
                    if kinds[i + 2] != "]":
                        self.fail("`]` after `[*`", i + 2)
                    self.i = i + 3
                    return FullSplat(node, self.each(self.places[i]), place)
                self.i = i + 1
                key = self.nested()
                if kinds[self.i] != "]":
                    self.fail(f"`]` at the end of the index that starts at column {self.places[i].column}")
                self.i += 1
                self.climb(1)
                node = Index(node, key, place)
            elif kind == ".":
                node = self.dot(node)
            else:
                return node

    def each(self, place: Place) -> Expression:
        """What follows `[*]`, which is all taken from the element."""
        self.enter()
        each = self.steps(SplatItem(place))
        self.depth -= 1
        return each

    def dot(self, node: Expression) -> Expression:
        """A dot that stands apart from a name: `a. b`, `a.0`, `a.*`."""
        kinds, texts = self.kinds, self.texts
        self.i += 1
        i = self.i
        kind, text, place = kinds[i], texts[i], node.place
        if kind == _NAME or kind == _TRAVERSAL:
            names = text.split(".")
            for name in names:
                node = GetAttr(node, name, place)
            self.climb(len(names))
        elif kind == _NUMBER:
            # `a.0.1` reads as the number 0.1
            keys = text.split(".")
            if not all(key.isdigit() and len(key) < _MAX_INT_DIGITS for key in keys):
                self.refuse(f"`{text[:40]}` cannot be an index after a dot: that is a whole number", i)
            for key in keys:
                node = LegacyIndex(node, int(key), place)
            self.climb(len(keys))
        elif kind == "*":
            item: Expression = SplatItem(self.places[i])
            while True:
                if kinds[i + 1] == _ATTRIBUTES:
                    names = texts[i + 1].split(".")[1:]
                    i += 1
                elif kinds[i + 1] == "." and kinds[i + 2] in (_NAME, _TRAVERSAL):
                    names = texts[i + 2].split(".")
                    i += 2
                elif kinds[i + 1] == ".":
                    self.fail("the name of an attribute (after `.*` come only attributes)", i + 2)
                else:
                    break
                for name in names:
                    item = GetAttr(item, name, item.place)
                self.climb(len(names))
            self.climb(1)
            node = AttrSplat(node, item, place)
        else:
            self.fail("the name of an attribute, an index or `*` after `.`")
        self.i = i + 1
        return node

    def parens(self) -> Expression:
        i = self.i
        self.i = i + 1
        inner = self.nested()
        if self.kinds[self.i] != ")":
            self.fail(f"`)` to close the `(` of line {self.places[i].line}")
        self.i += 1
        return Parens(inner, self.places[i])

    def call(self) -> Expression:
        kinds, texts = self.kinds, self.texts
        start = self.i
        name = texts[start]
        i = start + 1
        while kinds[i] == "::":
            if kinds[i + 1] != _NAME:
                self.fail(f"a name after `{name}::`", i + 1)
            name += "::" + texts[i + 1]
            i += 2
        if kinds[i] != "(":
            self.fail(f"`(` after the function name `{name}`", i)
        self.i = i + 1
        self.enter()
        args: list[Expression] = []
        expand_final = False
        while kinds[self.i] != ")":
            args.append(self.expression())
            kind = kinds[self.i]
            if kind == ",":
                self.i += 1
            elif kind == "...":
                self.i += 1
                expand_final = True
                if kinds[self.i] != ")":
                    self.fail("`)` after `...`, which comes after the last argument")
            elif kind != ")":
                self.fail(f"`,` or `)` in the arguments of `{name}`")
        self.i += 1
        self.depth -= 1
        return Call(name, tuple(args), expand_final, self.places[start])

    def tuple_or_for(self) -> Expression:
        kinds = self.kinds
        start = self.i
        self.i = start + 1
        self.enter()
        node: Expression
        if self.for_follows():
            node = self.for_expression(start, "]")
        else:
            items: list[Expression] = []
            while kinds[self.i] != "]":
                items.append(self.expression())
                kind = kinds[self.i]
                if kind == ",":
                    self.i += 1
                elif kind != "]":
                    self.fail(f"`,` or `]` in the list that starts at line {self.places[start].line}")
            self.i += 1
            node = TupleCons(tuple(items), self.places[start])
        self.depth -= 1
        return node

    def object_or_for(self) -> Expression:
        kinds = self.kinds
        start = self.i
        self.i = start + 1
        self.enter()
        node: Expression
        if self.for_follows():
            node = self.for_expression(start, "}")
        else:
            items: list[ObjectItem] = []
            while (kind := kinds[self.i]) != "}":
                if kind == _NEWLINE:
                    self.i += 1
                    continue
                items.append(self.object_item())
                kind = kinds[self.i]
                if kind == "," or kind == _NEWLINE:
                    self.i += 1
                elif kind != "}":
                    self.fail(f"`,`, the end of the line or `}}` in the object of line {self.places[start].line}")
            self.i += 1
            node = ObjectCons(tuple(items), self.places[start])
        self.depth -= 1
        return node

    def object_item(self) -> ObjectItem:
        kinds = self.kinds
        i = self.i
        key: Expression
        if (kinds[i] == _NAME or kinds[i] == _STRING) and (kinds[i + 1] == "=" or kinds[i + 1] == ":"):
            key = _new(Literal, (self.texts[i], self.places[i]))
            i += 1
        else:
            key = self.expression()
            i = self.i
            if kinds[i] != "=" and kinds[i] != ":":
                self.fail("`=` or `:` after the key of an object", i)
        self.i = i + 1
        return _new(ObjectItem, (key, self.expression()))

    def for_follows(self) -> bool:
        i = self.i
        text = self.texts[i]
        if self.kinds[i] == _TRAVERSAL and text.startswith("for."):
            self.refuse("`for` starts a `for` expression here and cannot be a name", i)
        return self.kinds[i] == _NAME and text == "for"

    def for_expression(self, start: int, closer: str) -> Expression:
        kinds, texts = self.kinds, self.texts
        self.i += 1
        key, value, collection = self.for_head()
        if kinds[self.i] != ":":
            self.fail("`:` after the collection of `for`")
        self.i += 1
        result = self.expression()
        result_value: Expression | None = None
        grouped = False
        if kinds[self.i] == "=>":
            if closer == "]":
                self.refuse("`=>` makes an object, so this `for` stands in `{ }`, not in `[ ]`", self.i)
            self.i += 1
            result_value = self.expression()
            if kinds[self.i] == "...":
                grouped = True
                self.i += 1
        elif closer == "}":
            self.fail("`=>` and a value: a `for` in `{ }` makes an object")
        condition: Expression | None = None
        if kinds[self.i] == _NAME and texts[self.i] == "if":
            self.i += 1
            condition = self.expression()
        if kinds[self.i] != closer:
            self.fail(f"`if` or `{closer}` at the end of the `for` of line {self.places[start].line}")
        self.i += 1
        place = self.places[start]
        if result_value is None:
            return ForTuple(key, value, collection, result, condition, place)
        return ForObject(key, value, collection, result, result_value, grouped, condition, place)

    def for_head(self) -> tuple[str | None, str, Expression]:
        """`key, value in collection`."""
        kinds, texts = self.kinds, self.texts
        i = self.i
        if kinds[i] != _NAME:
            self.fail("a variable's name after `for`", i)
        key, value = None, texts[i]
        i += 1
        if kinds[i] == ",":
            if kinds[i + 1] != _NAME:
                self.fail("a second variable's name after `,`", i + 1)
            key, value = value, texts[i + 1]
            i += 2
        if kinds[i] != _NAME or texts[i] != "in":
            self.fail("`in` after the variables of `for`", i)
        self.i = i + 1
        return key, value, self.expression()

    # -- templates

    def template(self) -> Expression:
        opener, place = self.texts[self.i], self.places[self.i]
        self.i += 1
        self.enter()
        node = self.template_content(opener, place)
        self.depth -= 1
        self.i += 1
        return node

    def template_content(self, opener: str, place: Place) -> Expression:
        """Reads up to the end of the template, which is left for the caller."""
        kinds = self.kinds
        pieces: list[_Piece] = []
        directives = False
        trim = False
        while (kind := kinds[self.i]) != _CLOSE_TEMPLATE:
            i = self.i
            if kind == _TEXT:
                text = self.texts[i]
                self.i = i + 1
                pieces.append(_Piece("text", text.lstrip() if trim else text, None, (None, ""), self.places[i]))
                trim = False
                continue
            if kind == _ERROR:
                self.fail("the end of the template")
            if pieces and self.texts[i].endswith("~") and pieces[-1].kind == "text":
                pieces[-1] = pieces[-1]._replace(text=pieces[-1].text.rstrip())
            self.i = i + 1
            if kind == lex.INTERPOLATION:
                pieces.append(_Piece("value", "", self.expression(), (None, ""), self.places[i]))
            else:
                directives = True
                pieces.append(self.directive(i))
            if kinds[self.i] != _CLOSE_SEQUENCE:
                self.fail_in_sequence(i)
            trim = self.texts[self.i] == "~}"
            self.i += 1
        if len(pieces) == 1 and (only := pieces[0].expression) is not None and pieces[0].kind == "value":
            return TemplateWrap(only, place)
        if opener == "<<-":
            pieces = _without_indentation(pieces)
        if directives:
            parts = self.nest(pieces)
        else:
            parts = tuple(_part(piece) for piece in pieces if piece.kind != "text" or piece.text)
        if not parts:
            return Literal("", place)
        if len(parts) == 1 and isinstance(parts[0], Literal) and pieces[0].kind == "text":
            return parts[0] if opener != '"' else Literal(parts[0].value, place)
        return Template(parts, place)

    def fail_in_sequence(self, opened: int) -> NoReturn:
        opener = self.kinds[opened]
        if self.kinds[self.i] == ":" and opener == "${":
            self.refuse("found `:` in an interpolation; if the text is meant for another language, write `$${`", self.i)
        self.fail(f"`}}` to close the `{opener}` of column {self.places[opened].column}")

    def directive(self, start: int) -> _Piece:
        i = self.i
        word = self.texts[i] if self.kinds[i] == _NAME else ""
        place = self.places[start]
        self.i = i + 1
        if word == "if":
            return _Piece("if", "", self.expression(), (None, ""), place)
        if word == "for":
            key, value, collection = self.for_head()
            return _Piece("for", "", collection, (key, value), place)
        if word in ("else", "endif", "endfor"):
            return _Piece(word, "", None, (None, ""), place)
        self.fail("`if`, `else`, `endif`, `for` or `endfor` after `%{`", i)

    def nest(self, pieces: list[_Piece]) -> tuple[TemplatePart, ...]:
        """The pieces as a tree."""
        opened: list[_Piece] = []
        bodies: list[list[TemplatePart]] = [[]]  # one for each open `for`, one or two for each open `if`
        in_else: list[bool] = []
        for piece in pieces:
            kind = piece.kind
            if kind == "text" or kind == "value":
                if kind == "value" or piece.text:
                    bodies[-1].append(_part(piece))
            elif kind == "if" or kind == "for":
                opened.append(piece)
                in_else.append(False)
                bodies.append([])
                if self.depth + len(opened) > MAX_NESTING:
                    self.too_deep()
            elif kind == "else":
                if not opened or opened[-1].kind != "if" or in_else[-1]:
                    _refuse(piece.place, "`%{ else }` without an open `%{ if }` before it")
                in_else[-1] = True
                bodies.append([])
            else:
                head = opened.pop() if opened else None
                if head is None or head.kind != kind[3:] or head.expression is None:
                    before = "" if head is None else f"; open is the `%{{ {head.kind} }}` of line {head.place.line}"
                    _refuse(piece.place, f"`%{{ {kind} }}` without an open `%{{ {kind[3:]} }}` before it{before}")
                last = tuple(bodies.pop())
                had_else = in_else.pop()
                part: TemplatePart
                if kind == "endfor":
                    part = TemplateFor(*head.names, head.expression, last, head.place)
                elif had_else:
                    part = TemplateIf(head.expression, tuple(bodies.pop()), last, head.place)
                else:
                    part = TemplateIf(head.expression, last, (), head.place)
                bodies[-1].append(part)
        if opened:
            head = opened[-1]
            _refuse(head.place, f"this `%{{ {head.kind} }}` has no `%{{ end{head.kind} }}` in the same template")
        return tuple(bodies[0])


def _refuse(place: Place, reason: str) -> NoReturn:
    raise ParseError(place.file, place.line, place.column, reason)


def _close(
    chain: tuple[int, Expression, list[tuple[str, Expression]]], operator: str, last: Expression
) -> Expression:
    _, first, rest = chain
    return Binary(first, (*rest, (operator, last)), first.place)


def _part(piece: _Piece) -> Expression:
    return Literal(piece.text, piece.place) if piece.expression is None else piece.expression


def _without_indentation(pieces: list[_Piece]) -> list[_Piece]:
    """The pieces of a `<<-` heredoc without the smallest indentation of its lines, as HCL counts it.

    A line of white space alone does not count and keeps what it has; a line that starts with a sequence has none.
    """
    smallest: int | None = None
    starts: list[int] = []
    at_start = True
    for i, piece in enumerate(pieces):
        is_text = piece.kind == "text"
        if at_start:
            bare = piece.text.lstrip()
            if not is_text:
                smallest = 0
            elif bare or not piece.text.endswith("\n"):
                width = len(piece.text) - len(bare)
                smallest = width if smallest is None else min(smallest, width)
                starts.append(i)
        at_start = is_text and piece.text.endswith("\n")
    if not smallest:
        return pieces
    result = list(pieces)
    for i in starts:
        piece = result[i]
        column = piece.place.column + smallest
        result[i] = piece._replace(text=piece.text[smallest:], place=piece.place._replace(column=column))
    return result


_Tree = TypeVar("_Tree")


def _guarded(parser: _Parser, read: Callable[[], _Tree]) -> _Tree:
    """What `read` reads; a caller that is itself deep in the stack gets the same error as for deep nesting."""
    try:
        return read()
    except RecursionError:
        parser.too_deep()
