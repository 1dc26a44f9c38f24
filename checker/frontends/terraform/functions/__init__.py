"""The functions of Terraform 1.11, and some of providers, by name.

`try` and `can` are apart in `conversion`, since their arguments may fail. A new function is a row in the table of its
group.
"""

from collections.abc import Mapping

from checker.frontends.terraform.functions import (
    choosing,
    collections,
    conversion,
    decoding,
    encoding,
    filesystem,
    formatting,
    hashing,
    network,
    numeric,
    provider_functions,
    set_functions,
    strings,
)
from checker.frontends.terraform.functions.calling import Function

# What arguments do that name a file; code cannot call it.
OF_ARGUMENTS: Mapping[str, Function] = filesystem.OF_ARGUMENTS

FUNCTIONS: Mapping[str, Function] = {
    **choosing.FUNCTIONS,
    **collections.FUNCTIONS,
    **conversion.FUNCTIONS,
    **formatting.FUNCTIONS,
    **decoding.FUNCTIONS,
    **encoding.FUNCTIONS,
    **filesystem.FUNCTIONS,
    **hashing.FUNCTIONS,
    **network.FUNCTIONS,
    **numeric.FUNCTIONS,
    **provider_functions.FUNCTIONS,
    **set_functions.FUNCTIONS,
    **strings.FUNCTIONS,
}
