"""Shows findings and problems as the diagnostics of a file."""

from collections.abc import Iterator, Sequence

from lsprotocol import types

from checker.fix.replacements import GOING
from checker.lsp.navigation import id_in
from checker.lsp.session import Answer
from checker.lsp.texts import Texts
from checker.model.finding import Finding
from checker.model.policy import Severity
from checker.model.problem import Problem
from checker.model.reference import Reference
from checker.source import Fault, Location
from checker.wording import named, sentence

SOURCE = "bedrock-eol"
_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
_MOST_RELATED = 20


def diagnostics_of(file: str, answer: Answer, texts: Texts) -> list[types.Diagnostic]:
    """The diagnostics of a file: findings where the models are written, and problems of the analysis.

    Findings with the same rule, statement and location share one diagnostic.
    """
    scan = answer.survey.scan
    links = {rule.id: rule.link for rule in scan.rules}
    at_locations: dict[tuple[Location, str, str], list[Finding]] = {}
    for finding in scan.open_findings:
        if finding.written_at is not None and finding.written_at.file == file:
            said = finding.statement.text(location=False)
            at_locations.setdefault((finding.written_at, finding.rule, said), []).append(finding)
    found: list[types.Diagnostic] = []
    for (written, rule, _), findings in at_locations.items():
        location = texts.current(written)
        if location is not None:
            found.append(_of_findings(findings, location, links.get(rule), texts))
    for problem in scan.problems:
        location = texts.current(problem.location) if problem.file == file else None
        if location is not None:
            found.append(_of_problem(problem, location, texts))
    # These locations are already those of the current text.
    found += (_of_problem(problem, problem.location, texts) for problem in answer.broken)
    return found


def diagnostic_of_fault(fault: Fault, file: str, texts: Texts) -> types.Diagnostic:
    """The diagnostic of a fault, in the policy that has it."""
    return types.Diagnostic(
        range=texts.range_of(fault.location or Location(file, 1, 1)),
        message=sentence(fault.text),
        severity=types.DiagnosticSeverity.Error,
        source=SOURCE,
        code="invalid-policy",
    )


def _of_findings(findings: Sequence[Finding], location: Location, link: str | None, texts: Texts) -> types.Diagnostic:
    first = findings[0]
    uses = [use.reference for finding in findings for use in finding.uses]
    said = [first.statement.text(location=False), first.advice]
    if len(uses) > 1:
        said.append(f"{len(uses):,} uses name it here.")
    return types.Diagnostic(
        range=texts.range_of(location, "" if first.candidate is None else id_in(first.candidate)),
        message="\n".join(filter(None, said)),
        severity=_SEVERITIES[max(finding.severity for finding in findings)],
        source=SOURCE,
        code=first.rule,
        code_description=None if link is None else types.CodeDescription(link),
        tags=[types.DiagnosticTag.Deprecated] if first.check in GOING else None,
        related_information=list(_related(first, uses, location, texts)) or None,
        data={"fingerprints": [finding.fingerprint for finding in findings]},
    )


def _related(
    first: Finding, uses: Sequence[Reference], location: Location, texts: Texts
) -> Iterator[types.DiagnosticRelatedInformation]:
    """The uses on other lines; for a single use, also the steps between the written model and the use."""
    for use in uses[:_MOST_RELATED]:
        if use.location is not None and use.location[:2] != location[:2]:
            yield types.DiagnosticRelatedInformation(texts.as_location(use.location), f"used by {named(use)}")
    steps = () if first.candidate is None or len(uses) > 1 else first.candidate.trail[1:-1]
    for step in steps[:_MOST_RELATED]:
        if step.location is not None:
            yield types.DiagnosticRelatedInformation(texts.as_location(step.location), step.text)


def _of_problem(problem: Problem, location: Location, texts: Texts) -> types.Diagnostic:
    severity = types.DiagnosticSeverity.Warning if problem.incomplete else types.DiagnosticSeverity.Information
    return types.Diagnostic(
        range=texts.range_of(location),
        message=f"{sentence(problem.message).rstrip('.')}.\n{problem.advice}",
        severity=severity,
        source=SOURCE,
        code=str(problem.kind),
    )
