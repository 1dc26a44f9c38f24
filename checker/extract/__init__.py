"""From resources to references: which properties name a model, and which models they can stand for."""

from checker.extract.extraction import extract, problems_of

__all__ = ["extract", "problems_of"]
