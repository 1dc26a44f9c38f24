"""The baseline file: findings that were accepted when the tool was introduced."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from checker.errors import ParseError, ReadError, UsageError
from checker.model.policy import Severity
from checker.source import MappingNode, Node, ScalarNode, SequenceNode
from checker.source.files import Boundary, SourceFiles
from checker.source.json import parse_json
from checker.source.writing import write_whole
from checker.workspace.known import KnownFinding

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
