"""Operators on atoms, and booleans."""

import operator
from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

from checker.frontends.terraform.configuration.access import broken
from checker.frontends.terraform.configuration.elements import invalid, written_out
from checker.frontends.terraform.configuration.numbers import as_number, calculate
from checker.frontends.terraform.configuration.types import primitive
from checker.values import (
    Alternative,
    Atom,
    Bool,
    Null,
    Number,
    Text,
    Unknown,
    Value,
)


def truths(value: Value, subject: str) -> Value:
    """The value; what is no boolean in it is a failure."""
    return tuple(one if isinstance(one.atom, Bool | Unknown) else broken(one, _no_truth(one, subject)) for one in value)


def _no_truth(one: Alternative, subject: str) -> str:
    what = "null" if isinstance(one.atom, Null) else "neither true nor false"
    return f"{subject} has an operand that is {what}"


def as_truth(value: Value) -> Value:
    """The value with strings that write a boolean as booleans."""
    result = []
    for one in written_out(value):
        made = primitive(one.atom, "bool") if isinstance(one.atom, Text) and not one.atom.holes else None
        result.append(one if made is None else one._replace(atom=made))
    return tuple(result)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def arithmetic(sign: str, left: Atom, right: Atom, subject: str) -> Atom:
    """The result of an arithmetic operator on two numbers, or on strings that write numbers."""
    operands: list[int | Decimal] = []
    for atom in (left, right):
        if isinstance(atom, Text) and atom.holes:
            hole = atom.holes[0]
            return hole.derived(f"{sign}({atom.identity()})")
        number = as_number(atom)
        if number is None:
            return invalid(f"{subject} is not a number")
        operands.append(number)
    one, other = operands
    if sign in COMPARISONS:
        return Bool(COMPARISONS[sign](one, other))
    try:
        return Number(calculate(sign, one, other))
    except (ZeroDivisionError, DecimalException):
        return invalid(f"{subject} divides by zero")
