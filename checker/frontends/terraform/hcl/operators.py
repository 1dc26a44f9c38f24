"""Parses operations: terms with binary operators between them."""

from collections.abc import Callable
from typing import Final

from checker.frontends.terraform.hcl.cursor import Cursor
from checker.frontends.terraform.hcl.syntax import Binary, Expression

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
