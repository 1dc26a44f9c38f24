"""The way from where a model is written to where it is used."""

from checker.model.reference import Candidate, Reference
from checker.report.page import Page, Span
from checker.source import Place
from checker.values import Certainty

# What a trail says of its literal when there is nothing to say.
_PLAIN = "written here"


def write_steps(
    page: Page, reference: Reference, candidate: Candidate | None, written: Place | None, indent: int
) -> None:
    """The place of the use and each step between, where they add to `written`; and what is assumed."""
    seen = None if written is None else (written.file, written.line)
    if candidate is not None:
        for step in candidate.trail:
            line = None if step.place is None else (step.place.file, step.place.line)
            is_plain = step.text in ("", _PLAIN)
            if line == seen and (is_plain or len(candidate.trail) == 1):
                continue
            spans = [] if is_plain else [Span(step.text)]
            if step.place is not None and line != seen:
                spans += [Span(" at " if spans else "at "), Span(str(step.place), "", True)]
            if spans:
                page.paragraph(*spans, first=[Span("by ", "dim")], indent=indent)
            seen = line
    location = reference.location
    if location is not None and (location.file, location.line) != seen:
        page.paragraph(Span(str(location), "", True), first=[Span("at ", "dim")], indent=indent)
    if candidate is not None and candidate.certainty is not Certainty.CERTAIN:
        given = " and ".join(str(assumption) for assumption in candidate.given)
        page.paragraph(Span(given or str(candidate.certainty)), first=[Span("if ", "dim")], indent=indent)
