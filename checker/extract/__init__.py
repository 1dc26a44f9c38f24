"""From resources to references: which properties name a model, and which models they can stand for."""

from checker.extract.extraction import extract

__all__ = ["extract"]
