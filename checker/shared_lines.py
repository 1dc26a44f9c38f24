"""What several inputs share, a module or a nested template, is reported once for each line, and not once per input."""

from collections.abc import Iterable

from checker.model.finding import Finding, Identity, Use
from checker.wording import shared


def once_per_line(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, those of different inputs that say the same of the same lines as one: that of the first input.

    The references stay as they are: each address has its own. A finding that differs in anything but the address and
    what is made of it (another model, Region, status, severity or owner) stays.
    """
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
            # One input with several instances has them all.
            result.append((None, finding))
        else:
            others.setdefault(key, []).append(Use(reference, finding.candidate))
    return tuple(_with_others(finding, others.get(key, ())) for key, finding in result)


def _key(finding: Finding) -> object:
    """All that must be the same; None if it is not known where the finding is."""
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
