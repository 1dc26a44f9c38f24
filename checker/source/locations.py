"""A location in a file, and a fault there."""

from typing import NamedTuple


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
