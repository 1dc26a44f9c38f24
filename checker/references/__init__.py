"""The grammar of a model reference: ids, inference profiles, ARNs and wildcards, on text with holes."""

from checker.references.grammar import ModelReference, find_ids, parse_reference

__all__ = ["ModelReference", "find_ids", "parse_reference"]
