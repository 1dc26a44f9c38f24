"""The templates of a run. Each is read and parsed once, however many stacks are made of it."""

from collections.abc import Callable, Collection
from pathlib import Path

from checker.errors import ParseError
from checker.frontends.cloudformation.documents import Document, parse_document
from checker.source.files import Boundary, SourceFiles, decode_text

Look = Callable[[bytes], bool]


class TemplateLibrary:
    """The documents of a run, by their paths."""

    def __init__(self) -> None:
        # Each with its path without links.
        self._documents: dict[tuple[Boundary, str], tuple[Path, Document | ParseError]] = {}

    def document(self, path: Path, content: bytes | None, files: SourceFiles, look: Look | None) -> Document:
        """The file as a document; `content` is its content if it was read before. Raises ReadError or ParseError.

        With `look`, which examines a part of a template, JSON resources that cannot name a model are quiet.
        """
        shown = files.display(path)
        key = (files.boundary, shown)
        known = self._documents.get(key)
        if known is None:
            text = files.read_text(path) if content is None else decode_text(content, shown)
            try:
                found: Document | ParseError = parse_document(path, shown, text, look)
            except ParseError as error:
                found = error
            known = self._documents[key] = files.resolved(path), found
        if isinstance(known[1], ParseError):
            raise known[1].with_traceback(None)
        return known[1]

    def forget(self, path: Path) -> None:
        """Drops the document of a file."""
        self._documents = {key: known for key, known in self._documents.items() if known[0] != path}

    def release(self, paths: Collection[Path]) -> None:
        """Drop the documents that these files hold, and those in directories."""
        self._documents = {
            key: known
            for key, known in self._documents.items()
            if known[0] not in paths and not any(path in paths for path in known[0].parents)
        }
