"""Which catalog is used."""

from pathlib import Path
from typing import NamedTuple

from checker.catalog.store import cache_file, load_bundled, load_cached, load_file
from checker.model.lifecycle import Catalog


class Selected(NamedTuple):
    """A catalog, and how reports name it."""

    catalog: Catalog
    name: str

    @property
    def description(self) -> str:
        """The name, and where the data comes from."""
        return f"{self.name}: {self.catalog.source}"


def select_catalog(file: Path | None = None, overlays: tuple[Path, ...] = ()) -> Selected:
    """The catalog in `file`, else the newer of the refreshed and the bundled one; with the overlays laid over it.

    Raises UsageError for a file that is not valid.
    """
    selected = Selected(load_file(file), str(file)) if file is not None else _newest()
    if overlays:
        # It brings the YAML reader, which most runs do not need for the catalog.
        from checker.catalog.overlay import apply_overlay, load_overlay
    for each in overlays:
        catalog = apply_overlay(selected.catalog, load_overlay(each))
        selected = Selected(catalog, f"{selected.name} with {each}")
    return selected


def _newest() -> Selected:
    bundled = Selected(load_bundled(), "bundled catalog")
    cached = load_cached()
    if cached is None or (cached.as_of, cached.newest) < (bundled.catalog.as_of, bundled.catalog.newest):
        return bundled
    return Selected(cached, f"refreshed catalog {_shown(cache_file())}")


def _shown(file: Path) -> str:
    """The path with `~` for the home directory, so that reports do not tell who ran them."""
    try:
        return f"~/{file.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(file)
