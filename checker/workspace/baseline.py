"""The baseline file, and the findings that are known from before by their fingerprints."""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

from checker.errors import ParseError, ReadError, UsageError
from checker.immutable import immutable
from checker.model.finding import Finding, Identity, Root, Status
from checker.model.policy import Severity
from checker.source import MappingNode, Node, ScalarNode, SequenceNode
from checker.source.files import Boundary, SourceFiles
from checker.source.json import parse_json
from checker.source.writing import write_whole

# Findings that are known from before, by their fingerprints.

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


# The baseline file: findings that were accepted when the tool was introduced.

_VERSION = 2
_TEXTS = ("rule", "fingerprint", "root", "address", "model")


class Baseline(NamedTuple):
    """The content of a baseline file. In version 1, the fingerprints are of that version."""

    entries: tuple[KnownFinding, ...]
    version: int = _VERSION


def read_baseline(file: Path, cwd: Path) -> Baseline:
    """Reads a baseline file. Raises UsageError, with the location, if it is none."""
    files = SourceFiles(Boundary(None, allow_outside=True), cwd)
    try:
        document = parse_json(files.read_text(file), files.display(file))
    except ReadError as error:
        hint = "; write one with --write-baseline" if error.kind == "missing" else ""
        raise UsageError(f"{error}{hint}") from None
    except ParseError as error:
        raise UsageError(str(error)) from None
    if not isinstance(document, MappingNode):
        raise UsageError(f"{document.location}: a baseline is an object with 'version' and 'findings'")
    version, entries = document.get("version"), document.get("findings")
    if not isinstance(version, ScalarNode) or version.value is True or version.value not in (1, _VERSION):
        location = document.location if version is None else version.location
        raise UsageError(f"{location}: the 'version' of a baseline has to be {_VERSION}; write it anew")
    if not isinstance(entries, SequenceNode):
        raise UsageError(f"{document.location}: a baseline has a list of 'findings'")
    return Baseline(tuple(map(_finding, entries.items)), 1 if version.value == 1 else _VERSION)


def write_baseline(file: Path, known: Sequence[KnownFinding], cwd: Path) -> None:
    """Writes a baseline with one finding per line, so that changes can be reviewed. Raises UsageError if that fails."""
    lines = ",\n".join(f"    {json.dumps(_entry(each))}" for each in known)
    listed = f"[\n{lines}\n  ]" if known else "[]"
    text = f'{{\n  "version": {_VERSION},\n  "findings": {listed}\n}}\n'
    try:
        write_whole(cwd / file, text.encode())
    except OSError as error:
        raise UsageError(f"cannot write the baseline to {file}: {error.strerror or error}") from None


def _entry(known: KnownFinding) -> dict[str, object]:
    entry: dict[str, object] = {key: getattr(known, key) for key in _TEXTS} | {"severity": str(known.severity)}
    return {**entry, "others": list(known.others)} if known.others else entry


def _finding(node: Node) -> KnownFinding:
    if not isinstance(node, MappingNode):
        raise UsageError(f"{node.location}: a finding of a baseline is an object")
    texts = {key: _text(node.get(key)) for key in _TEXTS}
    missing = next((key for key, value in texts.items() if value is None), None)
    if missing is not None:
        raise UsageError(f"{node.location}: this finding has no text {missing!r}; write the baseline anew")
    listed = node.get("others")
    others = [_text(item) for item in listed.items] if isinstance(listed, SequenceNode) else []
    if None in others or not (listed is None or isinstance(listed, SequenceNode)):
        raise UsageError(f"{node.location}: 'others' of this finding must be texts; write the baseline anew")
    written = node.get("severity")
    # An entry that does not say what was accepted covers all severities.
    accepted = {str(each): each for each in Severity}.get(_text(written) or "") if written else max(Severity)
    if accepted is None:
        known = ", ".join(map(str, Severity))
        raise UsageError(f"{node.location}: the 'severity' of this finding is none of {known}; write the baseline anew")
    return KnownFinding(
        **{key: value or "" for key, value in texts.items()}, others=tuple(map(str, others)), severity=accepted
    )


def _text(node: Node | None) -> str | None:
    return node.value if isinstance(node, ScalarNode) and isinstance(node.value, str) else None
