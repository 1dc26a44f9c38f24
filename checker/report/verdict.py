"""What a run comes to; the exit code follows from it."""

from enum import StrEnum

from checker.model.policy import Severity
from checker.model.scan import Scan
from checker.report.wording import counted


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


def verdict_line(scan: Scan) -> str:
    """What the run comes to, in one sentence without the verdict itself."""
    counts = ", ".join(counted(count, str(severity)) for severity, count in scan.count_by_severity().items() if count)
    parts = [counts or "no findings"] if scan.policy else []
    unresolved = len(scan.unresolved)
    if unresolved:
        parts.append(f"{counted(unresolved, 'reference')} unresolved")
    elif scan.references:
        parts.append("every reference resolved")
    else:
        parts.append("no reference to a model found")
    incomplete = sum(problem.incomplete for problem in scan.problems)
    if incomplete:
        parts.append(f"{counted(incomplete, 'problem')} left the analysis incomplete")
    elif scan.problems:
        parts.append(counted(len(scan.problems), "problem"))
    return "; ".join(parts) + "."


def verdict_word(scan: Scan, verdict: Verdict) -> str:
    """The verdict as a word; `clean` only if models were found and there is nothing at all to say of them."""
    is_spotless = not (scan.open_findings or scan.unresolved or scan.problems)
    if verdict is Verdict.PASSED and scan.policy and scan.references and is_spotless:
        return "clean"
    return str(verdict)
