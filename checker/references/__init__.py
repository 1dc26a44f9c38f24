"""The grammar of model references: ids, inference profiles, ARNs and wildcards, in text with holes."""

from checker.references.grammar import PROVIDERS, ModelReference, find_ids, find_partial, parse_reference, written_ids

__all__ = ["PROVIDERS", "ModelReference", "find_ids", "find_partial", "parse_reference", "written_ids"]
