"""Findings that are known from before, by their fingerprints."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from checker.immutable import immutable
from checker.model.finding import Finding, Root, Status
from checker.model.policy import Severity


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

    A known finding belongs to one resource and one element of a list: if several had its addresses or its index, to the
    one that still has the last.
    """
    by_fingerprint = {each: one for one in known for each in (one.fingerprint, *one.others)}
    claims: dict[KnownFinding, list[Finding]] = {}
    for finding in findings:
        for each in (finding.fingerprint, *finding.identity.others):
            if each in by_fingerprint:
                claims.setdefault(by_fingerprint[each], []).append(finding)
                break
    for one, claiming in claims.items():
        last = (one.fingerprint, *one.others)[-1]
        lasts = [(finding.fingerprint, *finding.identity.others)[-1] for finding in claiming]
        wanted = last if last in lasts else lasts[0]
        yield from ((finding, one) for finding, each in zip(claiming, lasts, strict=True) if each == wanted)


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
