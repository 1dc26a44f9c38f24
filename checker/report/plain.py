"""A finding, an unresolved reference or a problem in lines of plain text; the text is untrusted."""

from collections.abc import Iterator

from checker.model.problem import Problem
from checker.model.reference import Reference
from checker.report.steps import legs
from checker.report.uses import USED, Use


def named(reference: Reference) -> str:
    """The reference as reports name it."""
    return f"{reference.address} {reference.path}"


def finding_lines(use: Use) -> Iterator[str]:
    """What is wrong, what to do, and the way from where the model is written to where it is used."""
    yield use.message
    if use.finding.advice:
        yield use.finding.advice
    written = use.written_at
    if written is not None:
        yield f"written at {written}" if use.candidate is not None else f"at {written}"
    if use.reference is not None:
        yield f"{USED[use.reference.site.usage]} {named(use.reference)}"
        for leg in legs(use.reference, use.candidate, written):
            yield f"  {leg}"
    if use.finding.waiver is not None:
        yield f"waived until {use.finding.waiver.until}: {use.finding.waiver.reason}"


def unresolved_line(reference: Reference) -> str:
    """What is not known of a reference; empty if all is."""
    unresolved = reference.unresolved
    if unresolved is None:
        return ""
    what = "Not every model that is named here is known" if reference.candidates else "The model is not known"
    return f"{what}, because of {unresolved.subject} ({unresolved.cause}). {unresolved.advice}"


def problem_place(problem: Problem) -> str:
    """Where a problem is: its file, with line and column where they are known."""
    parts = (problem.file, problem.line, problem.column if problem.line is not None else None)
    return ":".join(str(part) for part in parts if part is not None)
