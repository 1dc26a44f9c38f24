"""Runs tests of policies: finds missing and unexpected findings."""

from pathlib import Path

from checker.catalog.lookup import CatalogIndex
from checker.errors import UsageError
from checker.immutable import immutable
from checker.model.finding import Finding
from checker.model.policy import Policy
from checker.model.reference import Candidate, Cost, Form, Reference, Site, Unresolved
from checker.model.regions import partition_of
from checker.model.settings import Options, Settings
from checker.pipeline import judge_references, load_catalog, scan
from checker.policy.cases import CaseReference, Expected, PolicyCase, PolicyCases, load_cases
from checker.policy.load import load_policy
from checker.policy.scope import matches
from checker.references import parse_reference
from checker.source import Location
from checker.source.files import Boundary, SourceFiles
from checker.values import ADVICE, Cause, Piece, Text


@immutable
class CaseResult:
    """The result of a test; it passes if nothing is missing and nothing unexpected."""

    case: PolicyCase
    missing: tuple[Expected, ...]
    unexpected: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """True if everything is as expected."""
        return not self.missing and not self.unexpected


def run_policy_tests(file: Path, cwd: Path) -> tuple[CaseResult, ...]:
    """The results of the tests of a file, in order.

    Raises UsageError if the file, the policy or a path is not valid.
    """
    files = SourceFiles(Boundary(None, allow_outside=True), cwd)
    cases = load_cases(file, files)
    policy = load_policy(cases.policy, files)
    known = {rule.id for rule in policy.rules}
    for case in cases.cases:
        for expected in case.expected:
            if expected.rule not in known:
                raise UsageError(f"{expected.location}: the policy has no rule {expected.rule!r}")
    return tuple(_run(case, cases, policy, cwd) for case in cases.cases)


def _run(case: PolicyCase, cases: PolicyCases, policy: Policy, cwd: Path) -> CaseResult:
    settings = Settings(
        as_of=case.as_of, policy=cases.policy, catalog=cases.catalog, options=Options(regions=case.regions)
    )
    if case.code is not None:
        if not (cwd / case.code).exists():
            raise UsageError(f"{case.location}: there is no code at {case.code}")
        found = scan((str(case.code),), settings, standard_input=bytes, cwd=cwd)
        if found.incomplete:
            told = next(problem for problem in found.problems if problem.incomplete)
            raise UsageError(f"{case.location}: the code could not be read: {told.file}: {told.message}")
        findings = found.findings
    else:
        selected = load_catalog(settings)
        index = CatalogIndex(selected.catalog)
        references = tuple(_reference(each, number, index) for number, each in enumerate(case.references))
        findings = judge_references(references, policy, settings, selected)
    return _compared(case, findings)


def _compared(case: PolicyCase, findings: tuple[Finding, ...]) -> CaseResult:
    # The most specific expectation is matched first, so that a general one does not take its finding.
    missing = []
    left = list(findings)
    for expected in sorted(case.expected, key=_vagueness):
        fitting = next((finding for finding in left if _fits(expected, finding)), None)
        if fitting is None:
            missing.append(expected)
        else:
            left.remove(fitting)
    # Findings on the run (a stale catalog) count only if they are expected.
    unexpected = tuple(finding for finding in left if finding.reference is not None)
    return CaseResult(case, tuple(sorted(missing, key=lambda each: each.location)), unexpected)


def _vagueness(expected: Expected) -> int:
    given = (expected.severity, expected.address, expected.model, expected.region, expected.status)
    return sum(each is None for each in given)


def _fits(expected: Expected, finding: Finding) -> bool:
    address = "" if finding.reference is None else finding.reference.address
    return (
        expected.rule == finding.rule
        and expected.severity in (None, finding.severity)
        and expected.status in (None, finding.status)
        and expected.region in (None, finding.region)
        and (expected.model is None or matches(expected.model, finding.model or ""))
        and (expected.address is None or matches(expected.address, address))
    )


def _reference(written: CaseReference, number: int, index: CatalogIndex) -> Reference:
    location = Location(written.file, 1, 1)
    site = Site("reference", "model", written.role, written.kind, written.usage, (), Cost.IN_PLACE)
    unresolved = Unresolved(Cause.INPUT_NOT_SET, "the test", ADVICE[Cause.INPUT_NOT_SET])
    return Reference(
        id=f"{number}#{written.address}",
        framework=written.framework,
        input="",
        address=written.address,
        resource_type="reference",
        path="model",
        site=site,
        location=location,
        candidates=() if written.model is None else (_candidate(written, written.model, location, index),),
        unresolved=unresolved if written.model is None else None,
        change=written.change,
        commitment=written.commitment,
        tags=written.tags,
        workspace=written.workspace,
        stack=written.stack,
    )


def _candidate(written: CaseReference, model: str, location: Location, index: CatalogIndex) -> Candidate:
    parsed = parse_reference(Text((Piece(model),)))
    base = None if parsed is None else parsed.base
    known = index.lookup(base) if base is not None else None
    own = (parsed.region,) if parsed is not None and parsed.region and "*" not in parsed.region else ()
    regions = own or written.regions
    return Candidate(
        text=model,
        model=known.id if known is not None else base,
        profile=None if parsed is None else parsed.geography,
        form=Form.OTHER if parsed is None else parsed.form,
        certainty=written.certainty,
        given=(),
        regions=regions,
        partition=partition_of(regions[0]) if regions else "aws",
        written_at=location,
        trail=(),
    )
