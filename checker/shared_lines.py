"""Reports a finding of shared code (a module, a nested template) once per line, not once per input."""

from collections.abc import Iterable

from checker.model.finding import Finding, Identity, Use
from checker.wording import shared


def once_per_line(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings. Equal ones of different inputs on the same lines become one: that of the first input.

    The references do not change: each has its own address. Findings that differ in anything but the address (model,
    Region, status, severity or owner) stay separate.
    """
    findings = tuple(findings)
    if len({finding.reference.input for finding in findings if finding.reference is not None}) < 2:
        return findings
    first: dict[object, Finding] = {}
    others: dict[object, list[Use]] = {}
    result: list[tuple[object, Finding]] = []
    for finding in findings:
        reference, key = finding.reference, _key(finding)
        before = first.get(key)
        if key is None or before is None or before.reference is None or reference is None:
            result.append((key, finding))
            first.setdefault(key, finding)
        elif before.reference.input == reference.input:
            # One input with several instances keeps all of them.
            result.append((None, finding))
        else:
            others.setdefault(key, []).append(Use(reference, finding.candidate))
    return tuple(_with_others(finding, others.get(key, ())) for key, finding in result)


def _key(finding: Finding) -> object:
    """Everything that must be equal; None if the location of the finding is unknown."""
    if finding.reference is None or finding.location is None:
        return None
    alike = finding._replace(reference=None, candidate=None, identity=Identity(""))
    return alike, finding.certainty, finding.written_at, finding.reference.path


def _with_others(finding: Finding, others: Iterable[Use]) -> Finding:
    uses = tuple(others)
    if not uses:
        return finding
    statement = finding.statement._replace(shared=shared(use.reference.input for use in uses))
    return finding._replace(statement=statement, also_in=uses)
