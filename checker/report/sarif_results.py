"""A finding as a result of SARIF."""

from collections.abc import Callable, Iterator
from typing import Any

from checker.immutable import immutable
from checker.model.finding import Finding, Status
from checker.model.reference import Reference
from checker.model.scan import Scan
from checker.report.printable import printable
from checker.report.sarif_notifications import Cut
from checker.report.sarif_places import artifact, label, message, physical, plain
from checker.report.uses import USED, Use
from checker.source import Place

# GitHub keeps 1,000 of the locations of a thread flow (docs.github.com, read 2026-11-22).
MOST_STEPS = 1_000

_SUPPRESSED = {
    Status.BASELINE: "It is in the baseline.",
    Status.UNCHANGED: "The plan does not change the resource.",
    Status.EXISTING: "It was there before the change.",
}


@immutable
class Made:
    """A result, the line that it is at (with its rule), and what had to be cut."""

    result: dict[str, Any]
    line: tuple[object, ...]
    cuts: tuple[Cut, ...] = ()


def result(scan: Scan, use: Use, rule_index: int) -> Made | None:
    """The result of a finding, or None if there is no place for it."""
    finding, reference = use.finding, use.reference
    written = use.written_at
    file = written.file if written is not None else _file_of(scan, reference)
    if file is None:
        return None
    location: dict[str, Any] = {
        "physicalLocation": physical(written) if written is not None else {"artifactLocation": artifact(file)}
    }
    made: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": str(finding.severity),
        "message": {"text": _message(use)},
        "locations": [location],
        "partialFingerprints": {"bedrockEolFinding/v1": finding.fingerprint},
    }
    if reference is not None:
        name = printable(f"{reference.address} {reference.path}")
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"}]
    if _has_own_place(use) and reference is not None and reference.location is not None:
        made["relatedLocations"] = [
            {"id": 1, "physicalLocation": physical(reference.location), "message": {"text": _used(reference, plain)}}
        ]
    steps = tuple(_steps(use))
    shown = steps if len(steps) <= MOST_STEPS else (steps[0], *steps[1 - MOST_STEPS :])
    if len({place[:2] for place, _ in shown}) > 1:
        made["codeFlows"] = [{"threadFlows": [{"locations": [_flow(place, text) for place, text in shown]}]}]
    suppression = _suppression(finding)
    if suppression is not None:
        made["suppressions"] = [suppression]
    made["properties"] = _properties(use)
    cut = Cut(f"{len(steps):,} steps, of which the first and the last are kept", written)
    line = (finding.rule, file, None if written is None else written.line)
    return Made(made, line, (cut,) if len(shown) < len(steps) else ())


def _message(use: Use) -> str:
    reference = use.reference
    parts = [plain(use.message), plain(use.finding.advice)]
    if reference is not None:
        parts.append(f"{_used(reference, _link if _has_own_place(use) else plain)}.")
    return " ".join(part for part in parts if part)


def _used(reference: Reference, say: Callable[[str], str]) -> str:
    return f"{USED[reference.site.usage].capitalize()} {say(f'{reference.address} {reference.path}')}"


def _link(text: str) -> str:
    """A link to the first of the related locations."""
    return f"[{label(text)}](1)"


def _has_own_place(use: Use) -> bool:
    """Whether the use is elsewhere than where the model is written."""
    written = use.written_at
    location = None if use.reference is None else use.reference.location
    return (
        written is not None and location is not None and (written.file, written.line) != (location.file, location.line)
    )


def _steps(use: Use) -> Iterator[tuple[Place, str]]:
    """The way from the literal to the use. What has no place, as a value of the command line, is told with the next."""
    if use.reference is None or use.candidate is None:
        return
    untold: list[str] = []
    last = None
    for step in use.candidate.trail:
        if step.place is None:
            untold.append(step.text)
            continue
        yield step.place, "; ".join((*untold, step.text))
        untold, last = [], step.place
    location = use.reference.location
    if location is not None and location != last:
        yield location, "; ".join((*untold, f"{use.reference.address} {use.reference.path}"))


def _flow(place: Place, text: str) -> dict[str, Any]:
    return {"location": {"physicalLocation": physical(place), "message": message(text or "written here")}}


def _suppression(finding: Finding) -> dict[str, Any] | None:
    if finding.status is Status.OPEN:
        return None
    waiver = finding.waiver
    if finding.status is Status.WAIVED:
        why = "" if waiver is None else f"{waiver.reason} (waived until {waiver.until})"
    else:
        why = _SUPPRESSED[finding.status]
    return {"kind": "external", "status": "accepted", "justification": printable(why)}


def _properties(use: Use) -> dict[str, Any]:
    finding, reference = use.finding, use.reference
    known: dict[str, Any] = {
        "status": str(finding.status),
        "certainty": finding.certainty,
        "model": None if finding.model is None else printable(finding.model),
        "region": finding.region,
        "stage": finding.stage,
        "legacyDate": _day(finding.legacy_date),
        "extendedAccessDate": _day(finding.extended_access_date),
        "eolDate": _day(finding.eol_date),
        "daysToEol": finding.days_to_eol,
        "failsFrom": _day(finding.fails_from),
        "subsumes": list(finding.subsumes) or None,
        "owners": [printable(owner) for owner in finding.owners] or None,
        "resourceType": None if reference is None else printable(reference.resource_type),
        "usage": None if reference is None else str(reference.site.usage),
        "given": None if use.candidate is None else [printable(str(each)) for each in use.candidate.given] or None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _day(day: object) -> str | None:
    return None if day is None else str(day)


def _file_of(scan: Scan, reference: Reference | None) -> str | None:
    if reference is None:
        return None
    files = next((each.files for each in scan.inputs if each.path == reference.input), ())
    return files[0] if files else None
