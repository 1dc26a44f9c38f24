"""What the readers of all kinds of input have in common: one interface, and what the inputs of a run share.

Who reads the same tree again and again, as an editor does, keeps the `Run`, and tells it what has changed:

```python
run.overlay(path, text)   # a file that is not saved; None once it is
run.forget(path)          # a file that was written, made or removed on the disk
```

What rests on that file alone is dropped. Inputs are found anew then (`discover`, `roots`): a `Source` holds content.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar, cast

from checker.model.resource import InputKind, Loaded, Resource
from checker.model.settings import Options
from checker.references import find_ids, written_constants, written_ids
from checker.references.prefilter import NAMES, Pieces, SourceWords, may_hold_a_name
from checker.source import Location
from checker.source.files import Overlays, SourceFiles
from checker.source.languages import is_code
from checker.values import Alternative, Atom, Cause, Json, List, Map, Piece, Text, Trail, Unknown, Value
from checker.values.operations import known

# What functions whose result is unknown were given: the names of models in their arguments stay with the result.


def holding(made: Value, args: Sequence[Value]) -> Value:
    """The result with the names of models in the arguments, where it is unknown as a whole."""
    if not any(_is_open(one.atom) for one in made):
        return made
    names = tuple(dict.fromkeys(name for argument in args for one in argument for name in names_in(one)))
    return tuple(_holding(one, names) for one in made) if names else made


def _is_open(atom: Atom) -> bool:
    return isinstance(atom, Unknown) and atom.cause is not Cause.INVALID and not atom.content


def _holding(one: Alternative, names: tuple[Text, ...]) -> Alternative:
    if not isinstance(one.atom, Unknown) or not _is_open(one.atom):
        return one
    return one._replace(atom=replace(one.atom, holds=tuple(dict.fromkeys((*one.atom.holds, *names)))))


def names_in(one: Alternative) -> Iterator[Text]:
    """The names of models in all texts of an alternative, with its trail."""
    values: Sequence[Value] = ()
    match one.atom:
        case Text() as text:
            for found in find_ids(text):
                yield Text(tuple(_gone(piece, one.trail) for piece in found.text.pieces))
            values = [known(hole) for hole in text.holes]
        case Unknown(content=content, holds=holds):
            yield from holds
            values = [content]
        case List(items, rest):
            values = [*items, rest]
        case Map(entries, rest):
            values = [*entries.values(), rest]
        case Json(value):
            values = [value]
    for value in values:
        for inner in value:
            yield from names_in(inner._replace(trail=inner.trail + one.trail))


def _gone(piece: Piece | Unknown, trail: Trail) -> Piece | Unknown:
    return piece if isinstance(piece, Unknown) else Piece(piece.text, piece.trail + trail)


# What the readers of all kinds of input have in common: one interface, and what the inputs of a run share.

_T = TypeVar("_T")


class Source(NamedTuple):
    """An input to read: a directory, or a file with its `content`; the user sees it as `shown`.

    `files` reads what it refers to; its record is empty. A file that `is_named` by the user is meant to be one of its
    kind, a directory to be a root.
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
    """A known id in a file; or a constant of a library, with the ids that it stands for."""

    text: str
    location: Location
    ids: tuple[str, ...]


def decoded(content: bytes) -> str:
    """The text of a file, however damaged: invalid bytes become the replacement character."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return content.decode(encoding, "replace")


class Run:
    """The shared state of the inputs of one run, so that each file is read and parsed once.

    `words` are searched for in the code; without them, everything is evaluated. `knows` tells whether the catalog has a
    model for an id.
    """

    def __init__(self, words: SourceWords | None = None, knows: Callable[[str], bool] = _nothing_known) -> None:
        self.knows = knows
        self.may_name_a_model = None if words is None else words.may_name_a_model
        self._words = words
        self.overlays = Overlays()
        # The directories and files of which nothing is needed after an input, by the path of that.
        self.last_uses: Mapping[Path, Sequence[Path]] = {}
        # What the input at a path can import; None if nothing in the run exports.
        self.imports: Callable[[Path], Imports] | None = None
        # What a resource that deploys a template deploys; None if nothing reads such templates.
        self.deployed_by: Callable[[Resource, SourceFiles], Deployed] | None = None
        self._shared: dict[type, object] = {}
        self._ids: dict[Path, dict[str, tuple[WrittenId, ...]]] = {}

    @cached_property
    def pieces(self) -> Pieces | None:
        """The contributions of texts to names of models; None if everything is evaluated."""
        return None if self._words is None else Pieces(self._words)

    def contributed(self, content: bytes, path: Path, files: SourceFiles) -> int:
        """The contribution of a file's content to names of models (see `Pieces`); its ids are kept."""
        found = NAMES if self.pieces is None else self.pieces.of_content(content)
        self._ids_of(path, files, lambda: content if found & NAMES else b"")
        return found

    def ids_of(self, path: Path, files: SourceFiles) -> tuple[WrittenId, ...]:
        """The known ids in a file, which is read if necessary. Raises ReadError."""
        return self._ids_of(path, files, lambda: files.read_bytes(path))

    def _ids_of(self, path: Path, files: SourceFiles, read: Callable[[], bytes]) -> tuple[WrittenId, ...]:
        known = self._ids.setdefault(files.resolved(path), {})
        shown = files.display(path)
        if shown not in known:
            content = read()
            known[shown] = tuple(self._ids_in(shown, decoded(content))) if may_hold_a_name(content) else ()
        return known[shown]

    def _ids_in(self, file: str, text: str) -> Iterator[WrittenId]:
        line = start = 0
        # A file may name one model very often.
        alike: dict[str, tuple[str, ...]] = {}
        found: list[tuple[int, str, tuple[str, ...]]] = []
        for offset, written in written_ids(text, self.knows):
            ids = alike.setdefault(written, (written,))
            found.append((offset, ids[0], ids))
        if is_code(file):
            found = sorted((*found, *written_constants(text)))
        for offset, written, ids in found:
            line += text.count("\n", start, offset)
            start = offset
            yield WrittenId(written, Location(file, line + 1, offset - text.rfind("\n", 0, offset)), ids)

    def shared(self, kind: type[_T]) -> _T:
        """The state that a reader keeps for the whole run: a single `kind()`."""
        if kind not in self._shared:
            self._shared[kind] = kind()
        return cast(_T, self._shared[kind])

    def overlay(self, path: Path, text: str | None) -> None:
        """Uses an unsaved text for a file from now on; with None, the text on the disk."""
        self.overlays.put(Path(os.path.realpath(path)), text)
        self._drop(path)

    @contextmanager
    def overlaid(self, texts: Mapping[Path, str]) -> Iterator[None]:
        """Uses other texts for some files meanwhile; afterwards those that they had."""
        before = {path: self.overlays.text(Path(os.path.realpath(path))) for path in texts}
        try:
            for path, text in texts.items():
                self.overlay(path, text)
            yield
        finally:
            for path, text_before in before.items():
                self.overlay(path, text_before)

    def forget(self, path: Path) -> None:
        """Drops the results of a file that was changed, removed or created on the disk."""
        self.overlays.changes += 1
        self._drop(path)

    def release(self, source: Source) -> None:
        """Drop what was parsed and no input after this one uses; who keeps the run does not call it."""
        paths = frozenset(self.last_uses.get(source.path, ()))
        for kept in self._shared.values() if paths else ():
            cast(Keeper, kept).release(paths)

    def _drop(self, path: Path) -> None:
        resolved = Path(os.path.realpath(path))
        self.imports = None
        self._ids.pop(resolved, None)
        for kept in self._shared.values():
            cast(Keeper, kept).forget(resolved)


class Imports(Protocol):
    """The imports of one input from the templates and assemblies of the run."""

    @property
    def files_used(self) -> tuple[str, ...]:
        """The files that were read for them."""

    def in_regions(self, name: Text, regions: tuple[str, ...]) -> Value | None:
        """The value exported under a name in the Regions, or in any if none are given; None if there is none."""

    def makers(self) -> tuple[Resource, ...]:
        """The resources of other inputs that stand for the models behind it."""


class Deployed(Protocol):
    """What the stack of a template, which a resource of another input has, is for the code around it."""

    def outputs(self) -> Value:
        """A map of its outputs; empty if its template is not known."""

    def exported(self, name: Text) -> Value | None:
        """The value that it exports under a name."""

    def stored(self, name: Text) -> Value | None:
        """The value that it writes into SSM Parameter Store under a name."""


class Keeper(Protocol):
    """State that a reader keeps for a run."""

    def forget(self, path: Path) -> None:
        """Drops what depends on a file, by its path without links: results, or the fact that it was missing."""

    def release(self, paths: Collection[Path]) -> None:
        """Drop what was parsed of files and directories, by their paths without links: no input needs it."""


class Reader(Protocol):
    """Reads one kind of input."""

    def __call__(self, source: Source, run: Run) -> Loaded:
        """Its resources and problems. It raises nothing for the content of an input."""
