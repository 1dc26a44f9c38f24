"""What is known of models: bundled, refreshed, laid over; how it is read and written, and how an id finds its model."""

from checker.catalog.encode import encode
from checker.catalog.lookup import CatalogIndex, Match
from checker.catalog.select import Selected, select_catalog
from checker.catalog.store import load_bundled, load_file

__all__ = [
    "CatalogIndex",
    "Match",
    "Selected",
    "encode",
    "load_bundled",
    "load_file",
    "select_catalog",
]
