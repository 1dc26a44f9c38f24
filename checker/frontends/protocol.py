"""What the readers of all kinds of input have in common: one interface, and what the inputs of a run share."""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar, cast

from checker.model.options import Options
from checker.model.resource import InputKind, Loaded
from checker.references.source_words import NAMES, Pieces, SourceWords
from checker.source.files import SourceFiles

_T = TypeVar("_T")


class Source(NamedTuple):
    """An input to read: a directory, or a file with its `content`, which the user calls `shown`.

    `files` reads what it refers to, and has read nothing yet. A file that `is_named` by the user is meant to be one of
    its kind, a directory to be a root.
    """

    kind: InputKind
    path: Path
    files: SourceFiles
    options: Options
    shown: str
    content: bytes = b""
    is_named: bool = False


def _nothing_known(_identifier: str) -> bool:
    return False


class Run:
    """What the inputs of one run share, so that each file is read and parsed once.

    `words` are what the code is searched for; without them, everything is evaluated. `knows` says of an id whether the
    catalog has its model.
    """

    def __init__(self, words: SourceWords | None = None, knows: Callable[[str], bool] = _nothing_known) -> None:
        self.knows = knows
        self.may_name_a_model = None if words is None else words.may_name_a_model
        self._words = words
        self._shared: dict[type, object] = {}

    @cached_property
    def pieces(self) -> Pieces | None:
        """What pieces of text contribute to the names of models; None if everything is to be evaluated."""
        return None if self._words is None else Pieces(self._words)

    def contributed(self, content: bytes) -> int:
        """What the content of a file contributes to the names of models (see `Pieces`)."""
        return NAMES if self.pieces is None else self.pieces.of_content(content)

    def shared(self, kind: type[_T]) -> _T:
        """What a reader keeps for the whole run: the one `kind()` of it."""
        if kind not in self._shared:
            self._shared[kind] = kind()
        return cast(_T, self._shared[kind])

    def forget(self, path: Path) -> None:
        """Drop what was made of a file, which has changed."""
        for kept in self._shared.values():
            cast(Keeper, kept).forget(path)


class Keeper(Protocol):
    """What a reader keeps for a run."""

    def forget(self, path: Path) -> None:
        """Drop what rests on a file; a resolved path."""


class Reader(Protocol):
    """What reads a kind of input."""

    def __call__(self, source: Source, run: Run) -> Loaded:
        """Its resources, and what could not be analysed. Nothing is raised for what an input holds."""
