"""The catalog of models: bundled, refreshed or overlaid; its file format, and the lookup of an id."""

from checker.catalog.codec import encode
from checker.catalog.lookup import CatalogIndex, Match
from checker.catalog.store import Selected, load_bundled, load_file, select_catalog

__all__ = [
    "CatalogIndex",
    "Match",
    "Selected",
    "encode",
    "load_bundled",
    "load_file",
    "select_catalog",
]
