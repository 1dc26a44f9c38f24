"""What is known of models: bundled, refreshed, laid over; how it is read and written, and how an id finds its model."""

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
