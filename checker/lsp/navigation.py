"""Finds the references at a location in the code, the locations where their models are written, and back."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from lsprotocol import types

from checker.lsp.texts import Texts
from checker.model.reference import Candidate, Reference
from checker.references import written_ids
from checker.source import Location


class WrittenModel(NamedTuple):
    """A known id in a line: its location, and its text."""

    location: Location
    text: str

    def holds(self, location: Location) -> bool:
        """Whether a location is in the id, or directly behind it."""
        begin = self.location.column
        return self.location[:2] == location[:2] and begin <= location.column <= begin + len(self.text)


class Named(NamedTuple):
    """A reference, and one candidate of it."""

    reference: Reference
    candidate: Candidate


def id_in(candidate: Candidate) -> str:
    """The part of a candidate's text that the file certainly has in one piece: the id, without an ARN around it."""
    return candidate.text.rpartition("/")[2]


def id_at(location: Location, texts: Texts, knows: Callable[[str], bool]) -> WrittenModel | None:
    """The known id at a location, with its geography."""
    for offset, text in written_ids(texts.line(location.file, location.line), knows):
        found = WrittenModel(Location(location.file, location.line, offset + 1), text)
        if found.holds(location):
            return found
    return None


def written_there(references: Iterable[Reference], location: Location) -> Iterator[Named]:
    """The references to the model written on the line of a location; of several models, the one at or before it."""
    found = [
        Named(reference, candidate)
        for reference in references
        for candidate in reference.candidates
        if candidate.written_at is not None and candidate.written_at[:2] == location[:2]
    ]
    columns = {each.candidate.written_at.column for each in found if each.candidate.written_at is not None}
    column = max((each for each in columns if each <= location.column), default=min(columns, default=0))
    return (
        each for each in found if each.candidate.written_at is not None and each.candidate.written_at.column == column
    )


def used_there(references: Iterable[Reference], location: Location) -> tuple[Reference, ...]:
    """The references whose property is on the line of a location."""
    return tuple(each for each in references if each.location is not None and each.location[:2] == location[:2])


def definitions(references: Iterable[Reference], location: Location, texts: Texts) -> list[types.Location]:
    """The locations where the models are written that the property at a location may name."""
    locations = {
        candidate.written_at: id_in(candidate)
        for reference in used_there(references, location)
        for candidate in reference.candidates
        if candidate.written_at is not None
    }
    return [texts.as_location(at, text) for at, text in sorted(locations.items())]


def uses(
    references: tuple[Reference, ...], location: Location, texts: Texts, *, with_definition: bool
) -> list[types.Location]:
    """The properties that name the model written at a location; at a property, all that name one of its models."""
    found = dict.fromkeys(written_there(references, location))
    if not found:
        models = {candidate.model for each in used_there(references, location) for candidate in each.candidates}
        found = {
            Named(reference, candidate): None
            for reference in references
            for candidate in reference.candidates
            if candidate.model is not None and candidate.model in models
        }
    locations = {each.reference.location for each in found}
    if with_definition:
        locations |= {each.candidate.written_at for each in found}
    return [texts.as_location(at) for at in sorted(at for at in locations if at is not None)]
