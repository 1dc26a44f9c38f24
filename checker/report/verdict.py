"""What a run comes to; the exit code follows from it."""

from enum import StrEnum

from checker.model.policy import Severity
from checker.model.scan import Scan


class Verdict(StrEnum):
    """`failed` if open findings are grave enough, else `incomplete` if models may have been missed, else `passed`."""

    PASSED = "passed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


def verdict_of(scan: Scan, fail_on: Severity | None, fail_on_unresolved: bool) -> Verdict:
    """The verdict on a scan. Without `fail_on`, no finding makes it fail."""
    if fail_on is not None and any(finding.severity >= fail_on for finding in scan.open_findings):
        return Verdict.FAILED
    if scan.incomplete or (fail_on_unresolved and scan.unresolved):
        return Verdict.INCOMPLETE
    return Verdict.PASSED
