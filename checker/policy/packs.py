"""The data that ships beside the code: the packs, and the JSON Schemas of files that people write."""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

_SUFFIX = ".yaml"


def pack_names() -> tuple[str, ...]:
    """The names of the packs, sorted."""
    return tuple(
        sorted(entry.name.removesuffix(_SUFFIX) for entry in _directory().iterdir() if entry.name.endswith(_SUFFIX))
    )


def pack_text(name: str) -> str:
    """The text of a pack. Raises KeyError for an unknown name."""
    if name not in pack_names():
        raise KeyError(name)
    return _directory().joinpath(name + _SUFFIX).read_text(encoding="utf-8")


@cache
def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of a policy (`policy`) or of its tests (`policy-tests`), draft 2020-12."""
    schema: dict[str, Any] = json.loads(_directory().joinpath(f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


@cache
def _directory() -> Traversable:
    package = files("checker")
    shipped = package.joinpath("policies")
    if shipped.is_dir():
        return shipped
    # In a checkout, and so in an editable install, the packs are beside the package.
    beside = Path(str(package)).parent / "policies"
    if not beside.is_dir():
        raise FileNotFoundError(f"the policies are neither in {shipped} nor in {beside}: the installation is broken")
    return beside
