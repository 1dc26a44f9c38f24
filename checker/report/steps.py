"""The way from where a model is written to where it is used."""

from collections.abc import Iterator
from typing import NamedTuple

from checker.model.reference import Candidate, Reference
from checker.source import Location
from checker.values import Assumption, Basis, Certainty, Step
from checker.wording import on_same_line

# The text of a literal's step that adds nothing.
_PLAIN = ("", "written here")


class Leg(NamedTuple):
    """One line of the way: a step, `at` the use, or `if` an assumption; with the location only if it adds something."""

    label: str
    text: str
    location: Location | None = None

    def __str__(self) -> str:
        return f"{self.label} {self.lead}{self.location or ''}".lstrip()

    @property
    def lead(self) -> str:
        """The text between the label and the location."""
        if self.location is None:
            return self.text
        if self.text:
            return f"{self.text} at "
        return "" if self.label == "at" else "at "


def legs(reference: Reference, candidate: Candidate | None, written: Location | None) -> Iterator[Leg]:
    """The way from `written`: the steps and the location of the use, where they add to it, and the assumptions."""
    seen = written
    if candidate is not None:
        for step in _steps(reference, candidate, written):
            text = "" if step.text in _PLAIN else step.text
            location = None if on_same_line(step.location, seen) else step.location
            if text or location is not None:
                yield Leg("", text if location is None else text.removesuffix(" here"), location)
            seen = step.location or seen
    used_at = reference.location
    if used_at is not None and not on_same_line(used_at, seen) and not on_same_line(used_at, written):
        yield Leg("at", "", used_at)
    given = "" if candidate is None else _given(candidate)
    if given:
        yield Leg("if", given)


def _steps(reference: Reference, candidate: Candidate, written: Location | None) -> Iterator[Step]:
    """The steps that add to the previous step, the next one, and the use itself."""
    trail = candidate.trail
    for number, step in enumerate(trail):
        before = trail[number - 1] if number else None
        after = trail[number + 1] if number + 1 < len(trail) else None
        if before is not None and before.text.startswith(step.text) and on_same_line(before.location, step.location):
            # A part of a value precedes the whole value.
            continue
        if after is not None and after.text == step.text:
            continue
        names_the_use = step.text.endswith(f"{reference.address}.{reference.path}")
        if on_same_line(step.location, written) and (step.text in _PLAIN or names_the_use):
            continue
        yield step


def _given(candidate: Candidate) -> str:
    if candidate.certainty is Certainty.CERTAIN:
        return ""
    taken = {step.text for step in candidate.trail}
    said = [
        _assumed(assumption, candidate)
        for assumption in candidate.given
        # The step already says it.
        if not (assumption.basis is Basis.DEFAULT and f"default of {assumption.subject}" in taken)
    ]
    return " and ".join(said)


def _assumed(assumption: Assumption, candidate: Candidate) -> str:
    if assumption.basis is Basis.DEFAULT and (candidate.model or candidate.text) in assumption.value:
        # The finding is about the default itself.
        return f"{assumption.subject} is left at its default"
    return str(assumption)
