"""The parser's position in the tokens, and parts of expressions that do not recurse: numbers, operators, templates."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple, NoReturn

from checker.errors import ParseError
from checker.frontends.terraform.hcl import tokenizer as lex
from checker.frontends.terraform.hcl.syntax import (
    Binary,
    Expression,
    Literal,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateWrap,
)
from checker.source.locations import Location

# The parser's position in the tokens, its depth, and its errors.

MAX_NESTING: Final = 150
"""Levels of blocks, brackets, templates and traversal steps together; Terraform code in the wild has about ten.

Each level costs up to four Python frames, and the interpreter stops at a thousand.
"""


_location = tuple.__new__  # a named tuple's own constructor costs twice as much, and this one runs for every node


class Cursor:
    """The tokens and the index of the next one. Parsing functions advance `i`; a fault is raised, never skipped."""

    __slots__ = ("_at", "_file", "_places", "deepest", "depth", "error", "i", "kinds", "texts")

    def __init__(self, tokens: lex.Tokens) -> None:
        self.kinds = tokens.kinds
        self.texts = tokens.texts
        self._file = tokens.file
        self._places = tokens.places
        self._at = tokens.at
        self.error = tokens.error
        self.i = 0
        self.depth = 0
        self.deepest = 0  # the height of the tree under construction: closed nesting counts for what is around it

    def location(self, index: int) -> Location:
        """The location of a token."""
        place = 2 * index
        return self._at or _location(Location, (self._file, self._places[place], self._places[place + 1]))

    def fail(self, expected: str, index: int | None = None) -> NoReturn:
        """Raises the tokenizer's own error if it is the next token."""
        i = self.i if index is None else index
        if self.kinds[i] == lex.ERROR and self.error is not None:
            raise self.error
        self.refuse(f"expected {expected}, found {self.describe(i)}", i)

    def refuse(self, reason: str, index: int) -> NoReturn:
        location = self.location(index)
        raise ParseError(location.file, location.line, location.column, reason)

    def describe(self, index: int) -> str:
        kind, text = self.kinds[index], self.texts[index]
        if kind == lex.NEWLINE:
            return "the end of the line"
        if kind == lex.END:
            return "the end of the text"
        if kind == lex.STRING or kind == lex.OPEN_TEMPLATE:
            return "a string" if kind == lex.STRING or text == '"' else "a heredoc"
        if kind == lex.TEXT:
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


# Reads the numbers of expressions.

_MAX_INT_DIGITS = 4000  # Python refuses to parse an int of more than 4300 digits
_MAX_INTEGRAL_EXPONENT = 64  # a larger one stays a Decimal: 1e999999 is short as text and huge as an int
_MAX_EXPONENT = 646456992  # Terraform's numbers end here


def number(c: Cursor, i: int) -> int | Decimal:
    """The number that is token `i`. Raises ParseError."""
    text = c.texts[i]
    if text.isdigit() and len(text) < _MAX_INT_DIGITS:
        return int(text)
    try:
        value = Decimal(text)
    except InvalidOperation:
        mantissa, _, exponent = text.lower().partition("e")
        is_number = mantissa.count(".") <= 1 and exponent.lstrip("+-").isdigit()
        c.refuse(f"the number {text[:40]} is too large" if is_number else f"`{text[:40]}` is not a number", i)
    magnitude = value.adjusted()
    if magnitude > _MAX_EXPONENT:
        c.refuse(f"the number {text[:40]} is too large", i)
    if 0 <= magnitude <= _MAX_INTEGRAL_EXPONENT and value == value.to_integral_value():
        return int(value)
    return value


# Parses operations: terms with binary operators between them.

PRECEDENCE: Final = {
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


def operations(c: Cursor, first: Expression, term: Callable[[Cursor], Expression]) -> Expression:
    """The operations that begin with `first`: parses `op term op term ...` with `term`. Raises ParseError.

    Each open chain binds tighter than the one before.
    """
    kinds = c.kinds
    chains: list[tuple[int, Expression, list[tuple[str, Expression]]]] = []
    pending: list[str] = []  # the operator of each chain whose right operand is incomplete
    current = first
    while (kind := kinds[c.i]) in PRECEDENCE:
        precedence = PRECEDENCE[kind]
        while chains and chains[-1][0] > precedence:
            current = _close(chains.pop(), pending.pop(), current)
        if chains and chains[-1][0] == precedence:
            chains[-1][2].append((pending[-1], current))
            pending[-1] = kind
        else:
            chains.append((precedence, current, []))
            pending.append(kind)
        c.i += 1
        current = term(c)
    while chains:
        current = _close(chains.pop(), pending.pop(), current)
    return current


def _close(chain: tuple[int, Expression, list[tuple[str, Expression]]], operator: str, last: Expression) -> Expression:
    _, first, rest = chain
    return Binary(first, (*rest, (operator, last)), first.location)


# Nests the pieces of a template, which are tokenized one after another.


class Piece(NamedTuple):
    """One piece of a template before directives are nested: text, a value or the head of a directive."""

    kind: str  # "text", "value", "if", "else", "endif", "for" or "endfor"
    text: str
    expression: Expression | None
    names: tuple[str | None, str]
    location: Location


def assemble(pieces: list[Piece], opener: str, location: Location) -> tuple[Expression, int]:
    """The expression for the pieces of a template, and the depth of its directives.

    `opener` is `"`, `<<`, `<<-`, or empty for a bare template. Raises ParseError for unpaired directives.
    """
    kinds = {piece.kind for piece in pieces}
    first = pieces[0].expression if pieces else None
    if first is not None and len(pieces) == 1 and kinds == {"value"}:
        return TemplateWrap(first, location), 0
    if opener == "<<-":
        pieces = _without_indentation(pieces, location)
    height = 0
    if kinds <= {"text", "value"}:
        parts: tuple[TemplatePart, ...] = tuple(_part(piece) for piece in pieces if piece.kind != "text" or piece.text)
    else:
        parts, height = _nest(pieces)
    if kinds <= {"text"} and len(parts) <= 1:
        only = parts[0] if parts else None
        return only if isinstance(only, Literal) else Literal("", location), height
    return Template(parts, location), height


def _nest(pieces: list[Piece]) -> tuple[tuple[TemplatePart, ...], int]:
    """The pieces as a tree, and its height."""
    height = 0
    opened: list[Piece] = []
    bodies: list[list[TemplatePart]] = [[]]  # one per open `for`, one or two per open `if`
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
            height = max(height, len(opened))
        elif kind == "else":
            if not opened or opened[-1].kind != "if" or in_else[-1]:
                _refuse(piece.location, "`%{ else }` without an open `%{ if }` before it")
            in_else[-1] = True
            bodies.append([])
        else:
            head = opened.pop() if opened else None
            if head is None or head.kind != kind[3:] or head.expression is None:
                before = "" if head is None else f"; open is the `%{{ {head.kind} }}` of line {head.location.line}"
                _refuse(piece.location, f"`%{{ {kind} }}` without an open `%{{ {kind[3:]} }}` before it{before}")
            last = tuple(bodies.pop())
            had_else = in_else.pop()
            part: TemplatePart
            if kind == "endfor":
                part = TemplateFor(*head.names, head.expression, last, head.location)
            elif had_else:
                part = TemplateIf(head.expression, tuple(bodies.pop()), last, head.location)
            else:
                part = TemplateIf(head.expression, last, (), head.location)
            bodies[-1].append(part)
    if opened:
        head = opened[-1]
        _refuse(head.location, f"this `%{{ {head.kind} }}` has no `%{{ end{head.kind} }}` in the same template")
    return tuple(bodies[0]), height


def _refuse(location: Location, reason: str) -> NoReturn:
    raise ParseError(location.file, location.line, location.column, reason)


def _part(piece: Piece) -> Expression:
    return Literal(piece.text, piece.location) if piece.expression is None else piece.expression


def _without_indentation(pieces: list[Piece], opened: Location) -> list[Piece]:
    """The pieces of a `<<-` heredoc without the smallest indentation of its lines, as HCL counts it.

    A line of white space alone does not count and stays unchanged; a line that starts with a sequence has none. Pieces
    at the location where the heredoc is `opened` have no locations of their own, and keep theirs.
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
        own = piece.location
        location = own if own == opened else own._replace(column=own.column + smallest)
        result[i] = piece._replace(text=piece.text[smallest:], location=location)
    return result
