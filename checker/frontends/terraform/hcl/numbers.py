"""Reads the numbers of expressions."""

from decimal import Decimal, InvalidOperation

from checker.frontends.terraform.hcl.cursor import Cursor

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
