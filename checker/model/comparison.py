"""What code and account say of the same resource."""

from enum import StrEnum
from typing import NamedTuple


class Agreement(StrEnum):
    """How code and account compare. `UNTOLD`: the code does not tell its model."""

    DIFFERENT = "different"
    ONLY_IN_ACCOUNT = "only-in-account"
    ONLY_IN_CODE = "only-in-code"
    UNTOLD = "not-told-by-code"
    SAME = "same"


class Compared(NamedTuple):
    """A resource in the account, in code, or in both. Addresses and models of the side that lacks it are empty.

    `by` says what tells that it is the same: `ARN`, `tags` or `name`.
    """

    agreement: Agreement
    arn: str
    name: str
    code_input: str
    code_address: str
    models: tuple[str, ...]
    code_models: tuple[str, ...]
    by: str
