"""Finds keys by which code may look up what belongs to a model; an edit of the model's id would miss them."""

import re
from collections.abc import Iterable, Mapping, Sequence

from checker.fix.documents import Document, Documents, NotEditableError
from checker.fix.spots import Spot
from checker.model.resource import Input
from checker.source import Location


class Keys:
    """The keys of maps in the files of inputs. A key that is an id to edit itself is none."""

    def __init__(self, inputs: Iterable[Input], documents: Documents, spots: Sequence[Spot]) -> None:
        self._files: Mapping[str, Sequence[str]] = {each.path: each.files for each in inputs}
        self._documents = documents
        self._edited = {
            (spot.document.file, start)
            for spot in spots
            for start in spot.starts
            if any(use.assessment.reference.mention is None for use in spot.uses)
        }
        # The offset of the first key that is an id, by the file and the id.
        self._found: dict[tuple[str, str], int | None] = {}

    def missed(self, spot: Spot, new: str) -> Location | None:
        """A key that is the id of a spot, in a file without such a key for the new id; None if there is none.

        Only the files of the inputs that use the spot count.
        """
        uses = [use for use in spot.uses if use.assessment.reference.mention is None]
        files = [file for use in uses for file in self._files.get(use.assessment.reference.input, ())]
        for file in dict.fromkeys(files):
            try:
                document = self._documents.document(file)
            except NotEditableError:
                continue
            for old in dict.fromkeys(use.named.id for use in uses):
                found = self._key(document, old)
                if found is not None and self._key(document, new) is None:
                    return document.location(found)
        return None

    def _key(self, document: Document, identifier: str) -> int | None:
        key = document.file, identifier
        if key not in self._found:
            self._found[key] = self._first_key(document, identifier)
        return self._found[key]

    def _first_key(self, document: Document, identifier: str) -> int | None:
        if identifier not in document.text:
            return None
        pattern = rf"""(?:^|[{{,])[ \t]*(?:-[ \t]+)*["']?({re.escape(identifier)})(?:["'][ \t]*[:=](?!=)|:(?=\s|\Z))"""
        starts = (match.start(1) for match in re.finditer(pattern, document.text, re.MULTILINE))
        return next((start for start in starts if (document.file, start) not in self._edited), None)
