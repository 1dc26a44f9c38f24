"""The packs that ship with the tool."""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_SUFFIX = ".yaml"


def pack_names() -> tuple[str, ...]:
    """The names of the packs, sorted."""
    return tuple(
        sorted(entry.name.removesuffix(_SUFFIX) for entry in _directory().iterdir() if entry.name.endswith(_SUFFIX))
    )


def pack_text(name: str) -> str:
    """The text of a pack. Raises KeyError for a name that is not a pack's."""
    if name not in pack_names():
        raise KeyError(name)
    return _directory().joinpath(name + _SUFFIX).read_text(encoding="utf-8")


@cache
def _directory() -> Traversable:
    package = files("checker")
    shipped = package.joinpath("policies")
    if shipped.is_dir():
        return shipped
    # In a checkout, and so in an editable install, the packs stand beside the package.
    beside = Path(str(package)).parent / "policies"
    if not beside.is_dir():
        raise FileNotFoundError(f"the policies are neither in {shipped} nor in {beside}: the installation is broken")
    return beside
