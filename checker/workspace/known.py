"""Findings that are known from before, by their fingerprints."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from checker.immutable import immutable
from checker.model.finding import Finding, Identity, Root, Status
from checker.model.policy import Severity

_Fingerprints: TypeAlias = tuple[str, ...]


@immutable
class KnownFinding:
    """A known finding. `others` are further fingerprints, of later addresses and of the names of list elements.

    `severity` is what was accepted; a finding that is graver now is new.
    """

    rule: str
    fingerprint: str
    root: str
    address: str
    model: str
    others: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR

    def covers(self, finding: Finding) -> bool:
        """True unless the finding, which is this one, has become graver."""
        return finding.severity <= self.severity


def known_findings(findings: Iterable[Finding], roots: Mapping[str, Root]) -> tuple[KnownFinding, ...]:
    """The findings about code, to be recognized later; without duplicates, in a stable order.

    `roots` maps the paths of inputs to their roots.
    """
    known: dict[KnownFinding, Severity] = {}
    for finding in findings:
        if finding.reference is not None:
            one = KnownFinding(
                rule=finding.rule,
                fingerprint=finding.fingerprint,
                root=roots.get(finding.reference.input, Root()).path,
                address=finding.reference.address,
                model=finding.model or "",
                others=finding.identity.others,
            )
            known[one] = max(finding.severity, known.get(one, finding.severity))
    made = (replace(one, severity=severity) for one, severity in known.items())
    return tuple(sorted(made, key=lambda each: (each.root, each.address, each.rule, each.model, each.fingerprint)))


def known_by(findings: Iterable[Finding], known: Iterable[KnownFinding]) -> Iterator[tuple[Finding, KnownFinding]]:
    """The findings that are known, each with the known one, which may not cover it any more.

    A known finding is one finding: that with the same fingerprints, else one with the last of them, which tells most,
    else one that shares another. What shares all fingerprints is the same finding. Where both know the name of an
    element of a list, its index does not decide.
    """
    alike: dict[_Fingerprints, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(_of(finding.identity), []).append(finding)
    left = dict.fromkeys(known)
    steps: tuple[Callable[[_Fingerprints], Iterable[object]], ...] = (
        lambda each: (each,),
        lambda each: each[-1:],
        reversed,
    )
    for parts in steps:
        by_part: dict[object, deque[KnownFinding]] = {}
        for one in left:
            for part in parts(_of(one)):
                by_part.setdefault(part, deque()).append(one)
        for fingerprints, same in tuple(alike.items()):
            for part in parts(fingerprints):
                having = by_part.get(part, deque())
                while having and having[0] not in left:
                    having.popleft()
                is_index = part in same[0].identity.by_index
                found = next((one for one in having if one in left and (not is_index or part == _of(one)[-1])), None)
                if found is not None:
                    del left[found], alike[fingerprints]
                    yield from ((finding, found) for finding in same)
                    break


def _of(one: Identity | KnownFinding) -> _Fingerprints:
    return (one.fingerprint, *one.others)


def known_by_version_1(
    findings: Sequence[Finding], known: Iterable[KnownFinding]
) -> Iterator[tuple[Finding, KnownFinding]]:
    """The same for findings known by fingerprints of version 1.

    Outside git these did not distinguish roots: one that several findings share matches none.
    """
    by_fingerprint = {one.fingerprint: one for one in known}
    owners: dict[str, set[str]] = {}
    for finding in findings:
        owners.setdefault(finding.identity.before, set()).add(finding.fingerprint)
    for finding in findings:
        found = by_fingerprint.get(finding.identity.before)
        if found is not None and len(owners[finding.identity.before]) == 1:
            yield finding, found


def with_status(findings: Sequence[Finding], of: Iterable[Finding], status: Status) -> tuple[Finding, ...]:
    """The findings; open ones that are among `of` get another status."""
    marked = set(map(id, of))
    return tuple(
        each._replace(status=status) if each.status is Status.OPEN and id(each) in marked else each for each in findings
    )
