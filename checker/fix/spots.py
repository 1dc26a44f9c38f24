"""Finds the spots of a work tree where models are written, each with all its uses."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from checker.extract.free_text import is_part_of_a_name
from checker.fix.documents import Document, Documents, NotEditableError
from checker.fix.replacements import Slot
from checker.fix.written import Part, Use, find_part, unknown_geography
from checker.model.finding import Assessment, Refusal
from checker.model.reference import Reason, Usage
from checker.model.resource import Framework
from checker.source.languages import is_code
from checker.values import Certainty


class Spot(NamedTuple):
    """A part of a file, with all uses whose model it decides. `starts` are offsets in the text of the file."""

    document: Document
    text: str
    starts: tuple[int, ...]
    uses: tuple[Use, ...]

    @property
    def slot(self) -> Slot:
        """The text and the uses for which a model is chosen."""
        return Slot(self.text, self.uses)

    @property
    def is_choice(self) -> bool:
        """Whether the spot holds only values that may be chosen, or that nothing uses."""
        return all(map(_is_choice, self.uses))

    @property
    def list_line(self) -> int:
        """The first line of the list that holds the spot, if each entry has a line of its own; else the spot's line."""
        line = self.document.location(self.starts[0]).line
        while line > 1 and self.document.text[slice(*self.document.line(line - 1))].lstrip().startswith(
            ("-", '"', "'")
        ):
            line -= 1
        return line


def _is_choice(use: Use) -> bool:
    """Whether a use is only a value that may be chosen, perhaps instead of a default, or that nothing uses."""
    reference = use.assessment.reference
    is_unused = reference.mention is not None and reference.mention.reason is Reason.UNUSED
    is_other_value = use.candidate.certainty is Certainty.OVERRIDE
    return reference.site.usage is Usage.SELECTABLE or is_unused or is_other_value


class Spots(NamedTuple):
    """The spots, and the candidates that have none, each with a refusal that says why."""

    spots: tuple[Spot, ...]
    nowhere: tuple[tuple[Assessment, Refusal], ...]


def find_spots(assessments: Iterable[Assessment], documents: Documents) -> Spots:
    """The spots where the candidates are written. Candidates whose texts overlap share one spot."""
    parts: list[tuple[Document, Part]] = []
    nowhere: list[tuple[Assessment, Refusal]] = []
    for assessment in assessments:
        try:
            document = _document_of(assessment, documents)
        except NotEditableError as error:
            nowhere.append((assessment, _refusal(assessment, str(error), "Change it where it comes from.")))
            continue
        text = assessment.candidate.text
        geography = unknown_geography(document, assessment)
        part = find_part(document, assessment) if geography is None else None
        if part is None:
            reason = (
                f"{text} is not written there as one text: it is encoded, or in parts."
                if geography is None
                else f"{text} stands behind {geography!r}, which is no geography that is known."
            )
            nowhere.append((assessment, _refusal(assessment, reason, "Change it by hand.")))
        else:
            parts.append((document, part))
    return Spots(tuple(_together(parts)), tuple(nowhere))


def _document_of(assessment: Assessment, documents: Documents) -> Document:
    location, reference = assessment.candidate.written_at, assessment.reference
    if location is None:
        raise NotEditableError("The model comes from the command line.")
    if reference.mention is not None and is_code(location.file):
        raise NotEditableError("Programs are not edited: what they send to the model may have to change with it.")
    if is_part_of_a_name(reference):
        raise NotEditableError("It is in the name of a resource, which would be another one with another name.")
    if reference.framework is Framework.CDK:
        raise NotEditableError("What `cdk synth` writes is not edited.")
    in_itself = location.file == reference.input
    if reference.framework in (Framework.TERRAFORM_PLAN, Framework.TERRAFORM_STATE) and in_itself:
        raise NotEditableError("The model is only in the plan or the state.")
    return documents.document(location.file)


def _refusal(assessment: Assessment, reason: str, advice: str) -> Refusal:
    candidate = assessment.candidate
    return Refusal(candidate.written_at or assessment.reference.location, candidate.model or "", reason, advice)


def _together(parts: Sequence[tuple[Document, Part]]) -> Iterable[Spot]:
    """The spots of the parts. Parts that overlap become one spot; its text is what all of them hold."""
    found: list[Spot] = []
    by_file: dict[str, list[tuple[Document, Part]]] = {}
    for document, part in parts:
        by_file.setdefault(document.file, []).append((document, part))
    for file in sorted(by_file):
        of_file = sorted(by_file[file], key=lambda each: (each[1].starts[0], len(each[1].text)))
        for document, part in of_file:
            last = found[-1] if found and found[-1].document is document else None
            if last is not None and part.starts[0] < last.starts[0] + len(last.text):
                found[-1] = _joined(last, part)
            else:
                found.append(Spot(document, part.text, part.starts, (part.use,)))
    return found


def _joined(spot: Spot, part: Part) -> Spot:
    """The spot with one more use; its text is what the spot and the part have in common."""
    start = max(spot.starts[0], part.starts[0])
    end = min(spot.starts[0] + len(spot.text), part.starts[0] + len(part.text))
    starts = spot.starts if len(spot.starts) >= len(part.starts) else part.starts
    moved = start - starts[0]
    uses = [_narrowed(use, spot.text, start - spot.starts[0], end - spot.starts[0]) for use in spot.uses]
    uses.append(_narrowed(part.use, part.text, start - part.starts[0], end - part.starts[0]))
    return Spot(spot.document, spot.document.text[start:end], tuple(each + moved for each in starts), tuple(uses))


def _narrowed(use: Use, text: str, start: int, end: int) -> Use:
    return use._replace(before=use.before + text[:start], after=text[end:] + use.after)
