"""Terraform's numbers: decimal, with a mantissa of 512 bits."""

from decimal import ROUND_DOWN, Context, Decimal, DecimalException

from checker.values import Atom, Number, Text

# As precise as Terraform, so that equality is the same.
ARITHMETIC = Context(prec=154, rounding=ROUND_DOWN)


def calculate(sign: str, one: int | Decimal, other: int | Decimal) -> int | Decimal:
    """The result of `+ - * / %`. Raises ZeroDivisionError or DecimalException."""
    if sign == "%" and other == 0:
        # In Terraform the quotient is infinite, and the remainder is the whole number.
        return one
    if isinstance(one, int) and isinstance(other, int) and sign != "/" and _is_ordinary(one, other):
        match sign:
            case "+":
                return one + other
            case "-":
                return one - other
            case "*":
                return one * other
            case _:
                # The remainder has the sign of the dividend.
                return abs(one) % abs(other) * (-1 if one < 0 else 1)
    left, right = Decimal(one), Decimal(other)
    match sign:
        case "+":
            result = ARITHMETIC.add(left, right)
        case "-":
            result = ARITHMETIC.subtract(left, right)
        case "*":
            result = ARITHMETIC.multiply(left, right)
        case "/":
            result = ARITHMETIC.divide(left, right)
        case _:
            result = ARITHMETIC.remainder(left, right)
    return tidy(result)


def _is_ordinary(*numbers: int) -> bool:
    return all(number.bit_length() < 2000 for number in numbers)


def is_huge(number: int | Decimal) -> bool:
    """True for a number with too many digits to write out."""
    return isinstance(number, Decimal) and number.adjusted() >= 400


def tidy(value: Decimal) -> int | Decimal:
    """The number as an int, if it is an integer of ordinary size."""
    return int(value) if value.adjusted() < 400 and value == value.to_integral_value() else value


def as_number(atom: Atom) -> int | Decimal | None:
    """The number that an atom is, or that a string writes; None if there is none."""
    match atom:
        case Number(value):
            return value
        case Text():
            return number_in(atom.plain or "")
        case _:
            return None


def number_in(written: str) -> int | Decimal | None:
    """The number in a string; None if it is none."""
    if not written or not written.isascii() or "_" in written or not (written[0].isdigit() or written[0] in "-+."):
        return None
    try:
        value = Decimal(written)
    except DecimalException:
        return None
    return tidy(value) if value.is_finite() else None
