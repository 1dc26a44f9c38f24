"""Extracts references from resources: the properties that name a model, and the models they can stand for."""

from checker.extract.extraction import extract, problems_of

__all__ = ["extract", "problems_of"]
