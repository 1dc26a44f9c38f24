"""GitLab's Code Quality report: a list of issues for the widget of a merge request.

It has no suppressions, so waived findings are left out, and no messages about a run, so a file that could not be read
is an issue too. An issue is at the line where the model is written.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from checker.model.finding import Finding
from checker.model.policy import Severity
from checker.model.reference import Reference
from checker.model.scan import Scan
from checker.report.escaping import printable
from checker.report.view import ProblemGroup, ReportOptions, View
from checker.source import Location
from checker.wording import USED, named, unresolved

# GitLab has info, minor, major, critical and blocker.
_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.NOTE: "info"}
_INCOMPLETE = "blocker"
_UNRESOLVED = "major"


def render(view: View, options: ReportOptions) -> str:
    """The report as JSON in ASCII with a final line break."""
    del options
    return json.dumps(list(_unique(_issues(view))), ensure_ascii=True, indent=2) + "\n"


def _issues(view: View) -> Iterator[dict[str, Any]]:
    yield from (_of_finding(view.scan, finding) for finding in view.scan.open_findings)
    yield from (_of_unresolved(view.scan, each) for each in view.unjudged)
    yield from map(_of_problems, view.problems)


def _of_finding(scan: Scan, finding: Finding) -> dict[str, Any]:
    reference = finding.reference
    parts = [finding.statement.text(location=False), finding.advice]
    if reference is not None:
        parts.append(f"{USED[reference.site.usage].capitalize()} {named(reference)}.")
    if finding.owners:
        parts.append(f"Owner: {', '.join(finding.owners)}.")
    severity = _SEVERITIES[finding.severity]
    location = finding.written_at or _somewhere(scan, reference)
    return _issue(finding.rule, " ".join(part for part in parts if part), severity, location, finding.fingerprint)


def _of_unresolved(scan: Scan, reference: Reference) -> dict[str, Any]:
    text = f"{named(reference)}: {unresolved(reference)}"
    location = reference.location or _somewhere(scan, reference)
    return _issue("unresolved", text, _UNRESOLVED, location, _hash("unresolved", reference.id))


def _of_problems(group: ProblemGroup) -> dict[str, Any]:
    """One issue per group of similar problems, at the location of the first, so that it is the same issue in the next
    run.
    """
    first = group.first
    severity = _INCOMPLETE if group.incomplete else "minor"
    text = " ".join(part for part in (group.message, group.advice) if part)
    identity = _hash(group.kind, first.file, first.message)
    return _issue(group.kind, text, severity, Location(first.file, first.line or 1, 1), identity)


def _issue(check: str, text: str, severity: str, location: Location, identity: str) -> dict[str, Any]:
    return {
        "description": printable(text),
        "check_name": printable(check),
        "fingerprint": identity,
        "severity": severity,
        "location": {"path": printable(location.file).removeprefix("./"), "lines": {"begin": max(location.line, 1)}},
    }


def _somewhere(scan: Scan, reference: Reference | None) -> Location:
    """A location for an issue without one: GitLab drops issues without a path."""
    paths = [each.path for each in scan.inputs if reference is None or each.path == reference.input]
    return Location(paths[0] if paths else ".", 1, 1)


def _unique(issues: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The issues with distinct fingerprints: of issues with the same one, GitLab only shows the first."""
    taken: dict[str, int] = {}
    for issue in issues:
        identity = issue["fingerprint"]
        taken[identity] = number = taken.get(identity, 0) + 1
        yield issue if number == 1 else {**issue, "fingerprint": _hash(identity, str(number))}


def _hash(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
