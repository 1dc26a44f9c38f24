"""The grammar of model references: ids, inference profiles, ARNs and wildcards, in text with holes; and constants."""

from checker.references.constants import written_constants
from checker.references.grammar import (
    PROVIDERS,
    ModelReference,
    ends_before_an_id,
    find_ids,
    find_partial,
    parse_reference,
    written_ids,
)

__all__ = [
    "PROVIDERS",
    "ModelReference",
    "ends_before_an_id",
    "find_ids",
    "find_partial",
    "parse_reference",
    "written_constants",
    "written_ids",
]
