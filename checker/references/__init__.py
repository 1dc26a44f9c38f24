"""The grammar of model references: ids, inference profiles, ARNs and wildcards, in text with holes; and constants."""

from checker.references.constants import written_constants
from checker.references.grammar import PROVIDERS, ModelReference, find_ids, find_partial, parse_reference, written_ids

__all__ = [
    "PROVIDERS",
    "ModelReference",
    "find_ids",
    "find_partial",
    "parse_reference",
    "written_constants",
    "written_ids",
]
