"""The bundled data on models, how it is read and written, and how an id finds its model."""

from checker.catalog.encode import encode
from checker.catalog.lookup import CatalogIndex, Match
from checker.catalog.overlay import overlay
from checker.catalog.replacements import usable_replacements
from checker.catalog.store import load_bundled, load_file

__all__ = ["CatalogIndex", "Match", "encode", "load_bundled", "load_file", "overlay", "usable_replacements"]
