"""Locations in files, faults there, and documents as trees of nodes with locations."""

from collections.abc import Iterator
from typing import NamedTuple

# A location in a file, and a fault there.


class Location(NamedTuple):
    """A file as it is shown to the user (relative to the working directory, with `/`), one-based line and column.

    A named tuple, since every node of every syntax tree has one.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Fault(NamedTuple):
    """What is wrong with a document, and where; None if no location has it."""

    location: Location | None
    text: str

    def __str__(self) -> str:
        return self.text if self.location is None else f"{self.location}: {self.text}"


# One tree for YAML and JSON documents, with the location of every node.


class ScalarNode(NamedTuple):
    """A scalar. `value` is the decoded text of a string, else the number, bool or None.

    YAML scalars follow the core schema of YAML 1.2, as in CloudFormation: `yes`, `on` and dates stay strings. `lines`
    is set for a string over several lines of the file (a block scalar or a folded one). It has the location of the
    first character of each segment as `(offset in value, location)`.
    """

    value: str | int | float | bool | None
    location: Location
    tag: str | None = None
    lines: tuple[tuple[int, Location], ...] = ()


class SequenceNode(NamedTuple):
    """A YAML sequence or a JSON array."""

    items: tuple["Node", ...]
    location: Location
    tag: str | None = None


class MappingNode(NamedTuple):
    """A YAML mapping or a JSON object, in written order. Keys are string scalars without duplicates."""

    entries: tuple[tuple[ScalarNode, "Node"], ...]
    location: Location
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


Node = ScalarNode | SequenceNode | MappingNode
