"""Selects the findings of a plan's changes: resources that it creates or replaces, or whose model it changes."""

from collections.abc import Iterable

from checker.errors import UsageError
from checker.model.finding import Finding, Status
from checker.model.resource import Change, Input, InputKind

_UNTOUCHED = (Change.NO_OP, Change.READ, Change.FORGET)


def require_plans(inputs: Iterable[Input]) -> None:
    """Raises UsageError if an input is not a plan."""
    for each in inputs:
        if each.kind is not InputKind.TERRAFORM_PLAN:
            raise UsageError(
                f"--changed is for plans, and {each.path} is none: give a plan as JSON (`terraform show -json`), or use"
                " --diff-base or --baseline"
            )


def mark_unchanged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings. Open ones that the plan does not cause are marked as unchanged."""
    return tuple(
        finding._replace(status=Status.UNCHANGED)
        if finding.status is Status.OPEN and not _is_brought(finding)
        else finding
        for finding in findings
    )


def _is_brought(finding: Finding) -> bool:
    reference = finding.reference
    if reference is None or reference.change in _UNTOUCHED:
        # A finding about the run would be the same without the plan.
        return False
    # An unknown action may be any. Only an update is known to keep the resource.
    if reference.change is not Change.UPDATE or reference.models_before is None:
        return True
    model = None if finding.candidate is None else finding.candidate.model
    return model is None or model not in reference.models_before
