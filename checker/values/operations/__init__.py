"""The operations to which every evaluator maps its syntax.

Each is *sound*: some alternative of the result describes every value that a deployment could produce. If only the
alternatives of the operands are unknown, it is also *exact*: the result describes nothing else.
"""

from checker.values.operations.alternatives import (
    ABSENT,
    MOST_ALTERNATIVES,
    MOST_OVERRIDES,
    NULL,
    Thunk,
    after,
    assume,
    capped,
    each_of,
    from_python,
    kept,
    known,
    one_of,
    reached,
    text,
    too_many,
    unknown,
)
from checker.values.operations.combination import distribute, flat_map
from checker.values.operations.conditions import as_condition, both, choose, either, negate
from checker.values.operations.equality import equal
from checker.values.operations.guarded import (
    MOST_SHAPES,
    absences,
    counted,
    existence,
    gathered,
    has_guards,
    instead,
    is_guarded,
    none_there,
    presences,
    shapes,
    there,
    together,
    unless,
    where_any,
    within,
    without_nulls,
)
from checker.values.operations.identity import format_number, identity_of, literal
from checker.values.operations.indexing import index, key_assumed_to_be
from checker.values.operations.states import states
from checker.values.operations.texts import concat, to_json_text

__all__ = [
    "ABSENT",
    "MOST_ALTERNATIVES",
    "MOST_OVERRIDES",
    "MOST_SHAPES",
    "NULL",
    "Thunk",
    "absences",
    "after",
    "as_condition",
    "assume",
    "both",
    "capped",
    "choose",
    "concat",
    "counted",
    "distribute",
    "each_of",
    "either",
    "equal",
    "existence",
    "flat_map",
    "format_number",
    "from_python",
    "gathered",
    "has_guards",
    "identity_of",
    "index",
    "instead",
    "is_guarded",
    "kept",
    "key_assumed_to_be",
    "known",
    "literal",
    "negate",
    "none_there",
    "one_of",
    "presences",
    "reached",
    "shapes",
    "states",
    "text",
    "there",
    "to_json_text",
    "together",
    "too_many",
    "unknown",
    "unless",
    "where_any",
    "within",
    "without_nulls",
]
