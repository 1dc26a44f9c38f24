"""Reads, writes and selects catalogs: the bundled one, the refreshed one in the cache, and the user's own."""

import functools
import json
import os
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

from checker.catalog.codec import FORMAT_VERSION, decode, encode, faults
from checker.errors import ParseError, ReadError, UsageError
from checker.model.lifecycle import Catalog
from checker.source import Node
from checker.source.files import Boundary, SourceFiles
from checker.source.json import parse_json
from checker.source.validation import node_at
from checker.source.writing import path_to_write, write_whole

CACHE_VARIABLE = "BEDROCK_EOL_CACHE_DIR"


class Selected(NamedTuple):
    """A catalog, and its name in reports."""

    catalog: Catalog
    name: str

    @property
    def description(self) -> str:
        """The name, and the source of the data."""
        return f"{self.name}: {self.catalog.source}"


def select_catalog(file: Path | None = None, overlays: tuple[Path, ...] = ()) -> Selected:
    """The catalog in `file`, else the newer of the refreshed and the bundled one; the overlays are applied to it.

    Raises UsageError for a file that is not valid.
    """
    selected = Selected(load_file(file), str(file)) if file is not None else _newest()
    if overlays:
        # It imports the YAML reader, which most runs do not need for the catalog.
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
    """The path with `~` for the home directory, so that reports do not show the user's name."""
    try:
        return f"~/{file.relative_to(Path.home()).as_posix()}"
    except (ValueError, RuntimeError):
        return str(file)


@functools.cache
def load_bundled() -> Catalog:
    """The catalog that ships with the package. Tests validate it, so that a start does not have to."""
    return decode(json.loads(_data("catalog.json")))


def load_file(file: Path) -> Catalog:
    """The catalog in `file`.

    Raises UsageError, with the location of the first fault, for a file that cannot be read, is not JSON, does not
    follow the schema or contradicts itself.
    """
    try:
        text = SourceFiles(Boundary(None, allow_outside=True), Path.cwd()).read_text(file)
    except ReadError as error:
        raise UsageError(f"{file}: the catalog cannot be read: {error.reason}") from error
    return parse_catalog(text, str(file))


def parse_catalog(text: str, shown: str) -> Catalog:
    """The catalog in `text`, which messages call `shown`. Raises UsageError like `load_file`."""
    try:
        node = parse_json(text, shown)
    except ParseError as error:
        raise UsageError(f"{error} (a catalog is a JSON file; `bedrock-eol models export` writes one)") from error
    document = json.loads(text)
    _check_schema(document, node)
    try:
        catalog = decode(document)
    except ValueError as error:
        raise UsageError(f"{shown}: the catalog has an impossible date: {error}") from error
    for path, reason in faults(catalog):
        raise UsageError(f"{node_at(node, path).location}: the catalog contradicts itself at {_dotted(path)}: {reason}")
    return catalog._replace(models=tuple(sorted(catalog.models, key=lambda model: model.id)))


def cache_file() -> Path:
    """Where `models refresh` stores the catalog that replaces an older bundled one."""
    own = os.environ.get(CACHE_VARIABLE)
    if own:
        return Path(own) / "catalog.json"
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "bedrock-eol" / "catalog.json"


def load_cached() -> Catalog | None:
    """The refreshed catalog; None if there is none. Raises UsageError if it is damaged.

    It was validated when it was written, so it is only decoded here.
    """
    try:
        file = cache_file()
        text = SourceFiles(Boundary(None, allow_outside=True), Path.cwd()).read_text(file)
    except RuntimeError:
        # Without a home directory there is no cache.
        return None
    except ReadError as error:
        if error.kind == "missing":
            return None
        reason = f"{error.reason}; delete it or refresh it"
        raise UsageError(f"{file}: the refreshed catalog cannot be read: {reason}") from error
    try:
        document = json.loads(text)
        if document["version"] != FORMAT_VERSION:
            raise ValueError(f"its format has version {document['version']}, not {FORMAT_VERSION}")
        return decode(document)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{file}: the refreshed catalog is damaged ({error}); delete it, or run `bedrock-eol models refresh`"
        ) from error


def write_catalog(file: Path, catalog: Catalog) -> None:
    """Validates a catalog and writes it. An existing file stays until the new one is complete.

    Raises UsageError if the catalog contradicts itself or cannot be written.
    """
    text = encode(catalog)
    try:
        file = path_to_write(file)
        if file.exists() and not file.is_file():
            raise UsageError(f"{file}: the catalog cannot be written: this is not a file")
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, text.encode(), check=lambda written: _check_written(written, file, catalog))
    except OSError as error:
        raise UsageError(f"{file}: the catalog cannot be written: {error.strerror or error}") from error


def _check_written(temporary: Path, file: Path, catalog: Catalog) -> None:
    """Reads back the written text as a later run does."""
    try:
        same = load_file(temporary) == catalog._replace(models=tuple(sorted(catalog.models, key=lambda each: each.id)))
    except UsageError as error:
        # The intended name tells more than the name of a temporary file that is gone.
        raise UsageError(f"the new catalog is not valid: {str(error).replace(str(temporary), str(file))}") from error
    if not same:
        raise UsageError(f"{file}: the new catalog does not read back as it was written")


def _check_schema(document: Any, node: Node) -> None:
    import jsonschema  # costs a tenth of a second, which only a user's own catalog pays

    validator = jsonschema.Draft202012Validator(
        json.loads(_data("catalog.schema.json")), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    if error is not None:
        path = tuple(error.absolute_path)
        where = f" at {_dotted(path)}" if path else ""
        raise UsageError(f"{node_at(node, path).location}: not a valid catalog{where}: {error.message}")


def _dotted(path: Sequence[str | int]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _data(name: str) -> str:
    return resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
