"""What the readers of all kinds of input have in common: one interface, and what the inputs of a run share."""

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar, cast

from checker.model.options import Options
from checker.model.resource import InputKind, Loaded
from checker.references import written_ids
from checker.references.source_words import NAMES, Pieces, SourceWords
from checker.source import Place
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


class WrittenId(NamedTuple):
    """A known id where it stands in a file."""

    text: str
    place: Place


def decoded(content: bytes) -> str:
    """The text of a file, however damaged: what is no text becomes the replacement character."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return content.decode(encoding, "replace")


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
        self._ids: dict[str, tuple[WrittenId, ...]] = {}

    @cached_property
    def pieces(self) -> Pieces | None:
        """What pieces of text contribute to the names of models; None if everything is to be evaluated."""
        return None if self._words is None else Pieces(self._words)

    def contributed(self, content: bytes, file: str) -> int:
        """What the content of a file contributes to the names of models (see `Pieces`); its ids are kept."""
        found = NAMES if self.pieces is None else self.pieces.of_content(content)
        self.ids_of(file, lambda: content if found & NAMES else b"")
        return found

    def ids_of(self, file: str, read: Callable[[], bytes]) -> tuple[WrittenId, ...]:
        """The known ids that stand in a file, which is shown under that name. `read` is called the first time."""
        if file not in self._ids:
            self._ids[file] = tuple(self._ids_in(file, decoded(read())))
        return self._ids[file]

    def _ids_in(self, file: str, text: str) -> Iterator[WrittenId]:
        line = start = 0
        for offset, written in written_ids(text, self.knows):
            line += text.count("\n", start, offset)
            start = offset
            yield WrittenId(written, Place(file, line + 1, offset - text.rfind("\n", 0, offset)))

    def shared(self, kind: type[_T]) -> _T:
        """What a reader keeps for the whole run: the one `kind()` of it."""
        if kind not in self._shared:
            self._shared[kind] = kind()
        return cast(_T, self._shared[kind])

    def forget(self, path: Path) -> None:
        """Drop what was made of a file, which has changed."""
        self._ids.clear()
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
