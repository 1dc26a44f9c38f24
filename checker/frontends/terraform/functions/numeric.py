"""The numeric functions."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from checker.frontends.terraform.configuration.types import is_huge, tidy
from checker.frontends.terraform.functions.calling import Function, InvalidCallError, anything, integer, number, plain
from checker.values import TooLargeError

_MOST_DIGITS = 4000


def _abs(num: int | Decimal) -> int | Decimal:
    return num if num >= 0 else -num


def _floor(num: int | Decimal) -> int | Decimal:
    return num if is_huge(num) else math.floor(num)


def _ceil(num: int | Decimal) -> int | Decimal:
    return num if is_huge(num) else math.ceil(num)


def _log(num: int | Decimal, base: int | Decimal) -> Any:
    # Like Terraform, in binary floating point, where the logarithm of zero is infinite.
    try:
        return _finite(_logarithm(num) / _logarithm(base), '"num" has no logarithm to "base"')
    except (ValueError, ZeroDivisionError, OverflowError):
        raise InvalidCallError('"num" has no logarithm to "base"') from None


def _logarithm(num: int | Decimal) -> float:
    return -math.inf if num == 0 else math.log(float(num))


def _pow(num: int | Decimal, power: int | Decimal) -> Any:
    try:
        return _finite(math.pow(float(num), float(power)), '"num" to the "power" is no number')
    except (ValueError, OverflowError):
        raise InvalidCallError('"num" to the "power" is no number') from None


def _finite(result: float, reason: str) -> Any:
    if not math.isfinite(result):
        raise InvalidCallError(reason)
    return tidy(Decimal(repr(result)))


def _parseint(written: object, base: int) -> int:
    if not isinstance(written, str):
        raise InvalidCallError('"number" must be a string')
    if not 2 <= base <= 62:
        raise InvalidCallError('"base" must lie between 2 and 62')
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    sign, rest = (-1, written[1:]) if written.startswith("-") else (1, written.removeprefix("+"))
    total = 0
    if len(rest) > _MOST_DIGITS:
        raise TooLargeError
    for character in rest:
        location = digits.find(character.lower() if base <= 36 else character)
        if not 0 <= location < base:
            raise InvalidCallError(f'"number" is not written in base {base}')
        total = total * base + location
    if not rest:
        raise InvalidCallError('"number" is empty')
    return sign * total


def _signum(num: int) -> int:
    return (num > 0) - (num < 0)


def _max(*numbers: int | Decimal) -> int | Decimal:
    if not numbers:
        raise InvalidCallError('"numbers" is missing')
    return max(numbers)


def _min(*numbers: int | Decimal) -> int | Decimal:
    if not numbers:
        raise InvalidCallError('"numbers" is missing')
    return min(numbers)


FUNCTIONS: Mapping[str, Function] = {
    "abs": plain(_abs, number("num")),
    "ceil": plain(_ceil, number("num")),
    "floor": plain(_floor, number("num")),
    "log": plain(_log, number("num"), number("base")),
    "max": plain(_max, variadic=number("numbers")),
    "min": plain(_min, variadic=number("numbers")),
    "parseint": plain(_parseint, anything("number"), integer("base")),
    "pow": plain(_pow, number("num"), number("power")),
    "signum": plain(_signum, integer("num")),
}
