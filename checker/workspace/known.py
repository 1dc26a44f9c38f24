"""Findings that were known before: by their fingerprints, wherever the root they are in has moved."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from checker.immutable import immutable
from checker.model.finding import Finding, Status


@immutable
class KnownFinding:
    """A finding of another time. `anywhere` is its fingerprint without `root`, the place of its input."""

    rule: str
    fingerprint: str
    anywhere: str
    root: str
    address: str
    model: str


def known_findings(findings: Iterable[Finding], roots: Mapping[str, str]) -> tuple[KnownFinding, ...]:
    """The findings about code, to be known at another time; each once, in a stable order.

    `roots` are those of inputs, by their paths.
    """
    known = {
        KnownFinding(
            rule=finding.rule,
            fingerprint=finding.fingerprint,
            anywhere=finding.fingerprint_anywhere,
            root=roots.get(finding.reference.input, ""),
            address=finding.reference.address,
            model=finding.model or "",
        )
        for finding in findings
        if finding.reference is not None
    }
    return tuple(sorted(known, key=lambda each: (each.root, each.address, each.rule, each.model, each.fingerprint)))


def mark_known(
    findings: Sequence[Finding], known: Iterable[KnownFinding], status: Status, root_exists: Callable[[str], bool]
) -> tuple[Finding, ...]:
    """The findings, those open ones that were known with another status.

    One whose fingerprint is not among the known ones was known all the same if its root has moved: the root of a known
    finding that differs in nothing else does not exist any more, and no other finding took its place.
    """
    left = {each.fingerprint: each for each in known}
    marked = list(findings)
    unknown = []
    recognised: set[str] = set()
    for index, finding in enumerate(findings):
        if finding.fingerprint in left:
            recognised.add(finding.fingerprint)
            if finding.status is Status.OPEN:
                marked[index] = finding._replace(status=status)
        elif finding.status is Status.OPEN and finding.reference is not None:
            unknown.append(index)
    moved: dict[str, list[KnownFinding]] = {}
    for each in left.values():
        if each.fingerprint not in recognised and not root_exists(each.root):
            moved.setdefault(each.anywhere, []).append(each)
    taken: dict[str, None] = {}
    for index in unknown:
        finding = findings[index]
        if finding.fingerprint in taken:
            marked[index] = finding._replace(status=status)
        elif moved.get(finding.fingerprint_anywhere):
            moved[finding.fingerprint_anywhere].pop()
            taken[finding.fingerprint] = None
            marked[index] = finding._replace(status=status)
    return tuple(marked)
