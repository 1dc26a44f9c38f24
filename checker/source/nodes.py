"""YAML and JSON documents as one kind of tree, with the place of every node."""

from collections.abc import Iterator
from typing import NamedTuple

from checker.source.places import Place


class Scalar(NamedTuple):
    """A scalar. `value` is the decoded text for a string, else the number, bool or None that it means.

    YAML scalars are resolved by the YAML 1.2 core schema (CloudFormation's reading): `yes`, `on` and dates stay text.
    `lines` holds, for a text that stands on several lines of the file (a block scalar or a folded one), the place of
    the first character of each segment as `(offset in value, place)`; it is empty when the text is on one line.
    """

    value: str | int | float | bool | None
    place: Place
    tag: str | None = None
    lines: tuple[tuple[int, Place], ...] = ()


class Sequence(NamedTuple):
    """A YAML sequence or a JSON array."""

    items: tuple["Node", ...]
    place: Place
    tag: str | None = None


class Mapping(NamedTuple):
    """A YAML mapping or a JSON object, in written order; keys are text scalars and occur once."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    place: Place
    tag: str | None = None

    def get(self, key: str) -> "Node | None":
        """The value of `key`, or None."""
        for name, node in self.entries:
            if name.value == key:
                return node
        return None

    def keys(self) -> Iterator[str]:
        """The keys in written order."""
        return (str(name.value) for name, _ in self.entries)


Node = Scalar | Sequence | Mapping
