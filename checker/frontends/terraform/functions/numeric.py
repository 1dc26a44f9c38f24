"""The numeric functions."""

import math
from collections.abc import Mapping
from decimal import Decimal, DecimalException
from typing import Any

from checker.frontends.terraform.configuration.numbers import is_huge, tidy
from checker.frontends.terraform.functions.calling import (
    Function,
    InvalidCallError,
    as_integer,
    as_number,
    as_text,
    plain,
)
from checker.values import TooLargeError

_MOST_DIGITS = 4000


def _abs(number: int | Decimal) -> int | Decimal:
    return number if number >= 0 else -number


def _floor(number: int | Decimal) -> int | Decimal:
    return number if is_huge(number) else math.floor(number)


def _ceil(number: int | Decimal) -> int | Decimal:
    return number if is_huge(number) else math.ceil(number)


def _log(number: int | Decimal, base: int | Decimal) -> Any:
    try:
        # As Terraform does: in binary floating point.
        return tidy(Decimal(repr(math.log(float(number)) / math.log(float(base)))))
    except (ValueError, ZeroDivisionError, OverflowError, DecimalException):
        raise InvalidCallError("the logarithm is not defined") from None


def _pow(number: int | Decimal, power: int | Decimal) -> Any:
    try:
        return tidy(Decimal(repr(math.pow(float(number), float(power)))))
    except (ValueError, ZeroDivisionError, OverflowError, DecimalException):
        raise InvalidCallError("the power is not defined") from None


def _parseint(written: str, base: int) -> int:
    if not 2 <= base <= 62:
        raise InvalidCallError("the base must lie between 2 and 62")
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    sign, rest = (-1, written[1:]) if written.startswith("-") else (1, written.removeprefix("+"))
    total = 0
    if not rest:
        raise InvalidCallError("a number is needed")
    if len(rest) > _MOST_DIGITS:
        raise TooLargeError
    for character in rest:
        place = digits.find(character.lower() if base <= 36 else character)
        if not 0 <= place < base:
            raise InvalidCallError(f"the text is not a number of base {base}")
        total = total * base + place
    return sign * total


def _signum(number: int) -> int:
    return (number > 0) - (number < 0)


def _max(*numbers: int | Decimal) -> int | Decimal:
    if not numbers:
        raise InvalidCallError("at least one number is needed")
    return max(numbers)


def _min(*numbers: int | Decimal) -> int | Decimal:
    if not numbers:
        raise InvalidCallError("at least one number is needed")
    return min(numbers)


FUNCTIONS: Mapping[str, Function] = {
    "abs": plain(_abs, as_number),
    "ceil": plain(_ceil, as_number),
    "floor": plain(_floor, as_number),
    "log": plain(_log, as_number, as_number),
    "max": plain(_max, rest=as_number),
    "min": plain(_min, rest=as_number),
    "parseint": plain(_parseint, as_text, as_integer),
    "pow": plain(_pow, as_number, as_number),
    "signum": plain(_signum, as_integer),
}
