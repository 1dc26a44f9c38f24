"""What SARIF tells beside results: problems, what is unresolved without a finding, findings about the run, cuts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from checker.model.finding import Finding
from checker.model.problem import Problem, ProblemKind
from checker.model.scan import Scan
from checker.report.sarif_places import artifact, message, physical
from checker.report.uses import Use
from checker.source import Place

_UNRESOLVED = "unresolved"
_CUT = "cut"


class Cut(NamedTuple):
    """What a report leaves out."""

    text: str
    place: Place | None


def descriptors() -> list[dict[str, Any]]:
    """The kinds of notifications."""
    kinds = [(str(kind), f"The analysis met: {kind}.") for kind in ProblemKind]
    kinds += [
        (_UNRESOLVED, "The model of a reference is not known, and no rule is about that."),
        (_CUT, "Something is left out, because of a limit of GitHub."),
    ]
    return [{"id": name, "shortDescription": {"text": text}} for name, text in kinds]


def notifications(scan: Scan, uses: Iterable[Use], cuts: Iterable[Cut]) -> list[dict[str, Any]]:
    """What went wrong while the code was read and the report written."""
    made = [_of_problem(problem) for problem in scan.problems]
    told = {use.reference.id for use in uses if use.reference is not None and use.candidate is None}
    for reference in scan.unresolved:
        unresolved = reference.unresolved
        if unresolved is not None and reference.id not in told:
            text = (
                f"The model of {reference.address} {reference.path} is not, or not wholly, known, because of"
                f" {unresolved.subject} ({unresolved.cause}). {unresolved.advice}"
            )
            made.append(_notification(_UNRESOLVED, "warning", text, _at(reference.location)))
    made += (_notification(_CUT, "warning", f"Left out: {cut.text}.", _at(cut.place)) for cut in cuts)
    return made


def run_notifications(findings: Sequence[Finding], index: Mapping[str, int]) -> list[dict[str, Any]]:
    """Findings that are not about a line: that the catalog is stale, say."""
    return [
        {
            "associatedRule": {"id": finding.rule, "index": index[finding.rule]},
            "level": str(finding.severity),
            "message": message(" ".join(part for part in (finding.message, finding.advice) if part)),
            "properties": {"status": str(finding.status), "fingerprint": finding.fingerprint},
        }
        for finding in findings
    ]


def _of_problem(problem: Problem) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": artifact(problem.file)}
    if problem.line is not None:
        location = physical(Place(problem.file, problem.line, problem.column or 1))
    text = " ".join(part for part in (problem.message, problem.advice) if part)
    return _notification(problem.kind, "error" if problem.incomplete else "warning", text, location)


def _notification(kind: str, level: str, text: str, location: dict[str, Any] | None) -> dict[str, Any]:
    made: dict[str, Any] = {"descriptor": {"id": str(kind)}, "level": level, "message": message(text)}
    return made if location is None else {**made, "locations": [{"physicalLocation": location}]}


def _at(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else physical(place)
