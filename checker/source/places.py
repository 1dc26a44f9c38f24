"""A place in a file, and a fault there."""

from typing import NamedTuple


class Place(NamedTuple):
    """A file as it is shown to the user (relative to the working directory, with `/`), one-based line and column.

    A named tuple, since every node of every syntax tree has one.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Fault(NamedTuple):
    """What is wrong with a document, and where; None if no place has it."""

    place: Place | None
    text: str

    def __str__(self) -> str:
        return self.text if self.place is None else f"{self.place}: {self.text}"
