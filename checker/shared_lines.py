"""What several inputs share, a module or a nested template, is reported once for each line, and not once per input."""

from collections.abc import Iterable, Mapping

from checker.model.finding import Finding
from checker.model.reference import Reference
from checker.source import Place

_MOST_NAMED = 3


def once_per_line(findings: Iterable[Finding], references: Mapping[str, Reference]) -> tuple[Finding, ...]:
    """The findings, those of different inputs that say the same of the same lines as one: that of the first input.

    The references stay as they are: each address has its own. A finding that differs in anything but the address and
    what is made of it (another model, Region, status, severity or owner) stays.
    """
    first: dict[tuple[object, ...], Finding] = {}
    others: dict[tuple[object, ...], list[Reference]] = {}
    result: list[tuple[object, ...] | Finding] = []
    for finding in findings:
        reference = references.get(finding.reference or "")
        key = _key(finding, reference) if reference is not None else None
        if reference is None or key is None:
            result.append(finding)
        elif key not in first:
            first[key] = finding
            result.append(key)
        elif references[first[key].reference or ""].input == reference.input:
            # One input with several instances has them all.
            result.append(finding)
        else:
            others.setdefault(key, []).append(reference)
    return tuple(one if isinstance(one, Finding) else _with_others(first[one], others.get(one, [])) for one in result)


def _key(finding: Finding, reference: Reference) -> tuple[object, ...] | None:
    """All that must be the same; None if it is not known where the finding is."""
    if finding.location is None:
        return None
    written: Place | None = None
    if finding.candidate is not None:
        written = reference.candidates[finding.candidate].written_at
    alike = finding._replace(reference=None, candidate=None, fingerprint="", fingerprint_anywhere="", waiver=None)
    return (alike, finding.waiver, written, reference.path)


def _with_others(finding: Finding, others: list[Reference]) -> Finding:
    if not others:
        return finding
    inputs = list(dict.fromkeys(reference.input for reference in others))
    named = ", ".join(inputs[:_MOST_NAMED]) + (f" and {len(inputs) - _MOST_NAMED} more" if inputs[_MOST_NAMED:] else "")
    return finding._replace(
        message=f"{finding.message.rstrip()} The same line is used by {named}.",
        also_in=tuple(reference.id for reference in others),
    )
