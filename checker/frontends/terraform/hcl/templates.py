"""Nests the pieces of a template, which are tokenized one after another."""

from typing import NamedTuple, NoReturn

from checker.errors import ParseError
from checker.frontends.terraform.hcl.syntax import (
    Expression,
    Literal,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateWrap,
)
from checker.source.locations import Location


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
