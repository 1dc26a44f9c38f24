"""Compares the runs before and after edits: the edits must do what they promised, and nothing else."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from checker.fix.proposal import Promise
from checker.fix.replacements import GOING
from checker.model.finding import Edit, Finding
from checker.model.policy import Severity
from checker.model.problem import ProblemKind
from checker.model.reference import Candidate, Reference
from checker.model.scan import Scan
from checker.wording import first_listed

# A property of a resource: input, address and path, without the index of an entry.
_Property = tuple[str, str, str]
_MENTIONED = ""


def surprises(before: Scan, after: Scan, promises: Sequence[Promise], edits: Sequence[Edit]) -> tuple[str, ...]:
    """One sentence for each difference from the promises for the edited locations; none if all are kept."""
    locations = {edit.location for edit in edits}
    promises = [promise for promise in promises if promise.location in locations]
    promised = {(promise.reference_id, promise.candidate): promise for promise in promises}
    granted = {promise.model for promise in promises} if any(edit.is_grant for edit in edits) else set()
    return (
        *_changed(before, after, promised, granted),
        *_new_findings(before, after, promised),
        *_not_gone(before, after, promises),
        *_new_problems(before, after),
    )


def _changed(
    before: Scan, after: Scan, promised: dict[tuple[str, Candidate], Promise], granted: set[str]
) -> Iterator[str]:
    expected: dict[_Property, set[str]] = {}
    for reference in (*before.references, *before.mentions):
        for candidate in reference.candidates:
            promise = promised.get((reference.id, candidate))
            said = _said(reference, candidate)
            if promise is not None:
                said = promise.text if reference.mention is None else promise.model
            expected.setdefault(_property(reference), set()).add(said)
    models = {name for each in promised.values() for name in (each.model, each.candidate.model) if name is not None}
    found: dict[_Property, set[str]] = {}
    added: dict[_Property, set[str]] = {}
    for reference in (*after.references, *after.mentions):
        for candidate in reference.candidates:
            said = _said(reference, candidate)
            found.setdefault(_property(reference), set()).add(said)
            if candidate.model in granted:
                added.setdefault(_property(reference), set()).add(said)
    for key in sorted(expected.keys() | found.keys()):
        there, wanted = found.get(key, set()), expected.get(key, set())
        # An edit may turn a mention into a use, and a use into a mention.
        moved = models if key[2] == _MENTIONED else set()
        lost = sorted(wanted - there - moved)
        new = sorted(there - wanted - added.get(key, set()) - moved)
        if lost and new:
            yield f"{key[1]} would name {first_listed(new)} in the place of {first_listed(lost)}."
        elif lost or new:
            yield f"{key[1]} would {'name' if new else 'no longer name'} {first_listed(new or lost)}."
    unresolved = {(_property(each), each.unresolved) for each in before.unresolved}
    for reference in after.unresolved:
        if (_property(reference), reference.unresolved) not in unresolved:
            yield f"The model of {reference.address} would not be known any more."


def _property(reference: Reference) -> _Property:
    address = reference.address
    for candidate in reference.candidates:
        if reference.has_instance_key(candidate.text):
            # The key is the id, and changes with it.
            address = address.replace(candidate.text, "each.key")
    return reference.input, address, _MENTIONED if reference.mention is not None else reference.site.path


def _said(reference: Reference, candidate: Candidate) -> str:
    # A mention does not tell the text before its id.
    return candidate.text if reference.mention is None else candidate.model or candidate.text


def _new_findings(before: Scan, after: Scan, promised: dict[tuple[str, Candidate], Promise]) -> Iterator[str]:
    known = set(_facts(before.findings))
    for finding in before.findings:
        for use in finding.uses if finding.check not in GOING else ():
            promise = None if use.candidate is None else promised.get((use.reference.id, use.candidate))
            if promise is not None:
                # Findings that are not about the model's end hold for the new model too.
                known.add((finding.rule, _property(use.reference), promise.model))
    old = {promise.candidate.model for promise in promised.values()}
    new = {promise.model for promise in promised.values()}
    misfits = {promise.reference_id for promise in promised.values() if promise.is_misfit}
    for finding in after.open_findings:
        is_expected = finding.severity is Severity.NOTE or misfits.issuperset(use.reference.id for use in finding.uses)
        if is_expected and finding.model in new:
            # The chooser knew this.
            continue
        was_there = finding.reference is None or (finding.reference.mention is not None and finding.model in old)
        if not was_there and known.isdisjoint(_facts((finding,))):
            yield f"There would be a new finding: {finding.rule} at {finding.written_at}."


def _facts(findings: Iterable[Finding]) -> Iterator[tuple[str, _Property, str | None]]:
    for finding in findings:
        for use in finding.uses:
            yield finding.rule, _property(use.reference), finding.model


def _not_gone(before: Scan, after: Scan, promises: Sequence[Promise]) -> Iterator[str]:
    """A sentence for each old text of a reference that stands in more locations than the edits should leave."""
    edited = Counter((promise.reference_id, promise.candidate.text) for promise in promises)
    all_before, all_after = _locations(before), _locations(after)
    for key, count in edited.items():
        if all_after[key] > max(all_before[key] - count, 0):
            yield f"{key[1]} would still be there for {key[0].partition('#')[2]}."


def _locations(scan: Scan) -> Counter[tuple[str, str]]:
    """The number of locations of each text of a reference, by the reference's id and the text."""
    return Counter(
        (reference.id, candidate.text)
        for reference in (*scan.references, *scan.mentions)
        for candidate in reference.candidates
    )


def _new_problems(before: Scan, after: Scan) -> Iterator[str]:
    known = {(problem.kind, problem.file, problem.message) for problem in before.problems}
    for problem in after.problems:
        if (problem.kind, problem.file, problem.message) in known:
            continue
        if problem.kind is ProblemKind.INVALID_VALUE:
            yield f"There would be a new problem at {problem.location}: {problem.message.rstrip('.')}."
        elif problem.incomplete:
            yield f"{problem.file} could not be read any more: {problem.message}."
