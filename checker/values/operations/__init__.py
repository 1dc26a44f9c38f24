"""The operations that every evaluator maps its syntax to.

Each is *sound*: whatever a deployment could produce is described by some alternative of the result. Where the
operands' alternatives are the only things unknown, it is *exact* too: nothing else is described.
"""

from checker.values.operations.alternatives import (
    ABSENT,
    MOST_ALTERNATIVES,
    MOST_OVERRIDES,
    Thunk,
    after,
    assume,
    capped,
    from_python,
    known,
    one_of,
    text,
    too_many,
    unknown,
)
from checker.values.operations.combination import distribute, flat_map
from checker.values.operations.conditions import as_condition, both, choose, either, negate
from checker.values.operations.equality import equal
from checker.values.operations.identity import format_number, identity_of, literal
from checker.values.operations.indexing import index, reached
from checker.values.operations.texts import concat, to_json_text

__all__ = [
    "ABSENT",
    "MOST_ALTERNATIVES",
    "MOST_OVERRIDES",
    "Thunk",
    "after",
    "as_condition",
    "assume",
    "both",
    "capped",
    "choose",
    "concat",
    "distribute",
    "either",
    "equal",
    "flat_map",
    "format_number",
    "from_python",
    "identity_of",
    "index",
    "known",
    "literal",
    "negate",
    "one_of",
    "reached",
    "text",
    "to_json_text",
    "too_many",
    "unknown",
]
