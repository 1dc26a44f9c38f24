"""The baseline file: findings that were accepted when the tool was introduced."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from checker.errors import ParseError, ReadError, UsageError
from checker.source import Mapping, Node, Scalar
from checker.source import Sequence as Items
from checker.source.files import Boundary, SourceFiles
from checker.source.json import parse_json
from checker.source.writing import write_whole
from checker.workspace.known import KnownFinding

_VERSION = 1
_KEYS = tuple(field.name for field in fields(KnownFinding))


def read_baseline(file: Path, cwd: Path) -> tuple[KnownFinding, ...]:
    """The findings of a baseline file. Raises UsageError, with the place, if it is none."""
    files = SourceFiles(Boundary(None, allow_outside=True), cwd)
    try:
        document = parse_json(files.read_text(file), files.display(file))
    except ReadError as error:
        hint = "; write one with --write-baseline" if error.kind == "missing" else ""
        raise UsageError(f"{error}{hint}") from None
    except ParseError as error:
        raise UsageError(str(error)) from None
    if not isinstance(document, Mapping):
        raise UsageError(f"{document.place}: a baseline is an object with 'version' and 'findings'")
    version, entries = document.get("version"), document.get("findings")
    if not isinstance(version, Scalar) or version.value != _VERSION:
        place = document.place if version is None else version.place
        raise UsageError(f"{place}: the 'version' of a baseline has to be {_VERSION}; write it anew")
    if not isinstance(entries, Items):
        raise UsageError(f"{document.place}: a baseline has a list of 'findings'")
    return tuple(map(_finding, entries.items))


def write_baseline(file: Path, known: Sequence[KnownFinding], cwd: Path) -> None:
    """Writes a baseline, a finding a line so that changes of it can be reviewed. Raises UsageError if it cannot."""
    lines = ",\n".join(f"    {json.dumps(asdict(each))}" for each in known)
    listed = f"[\n{lines}\n  ]" if known else "[]"
    text = f'{{\n  "version": {_VERSION},\n  "findings": {listed}\n}}\n'
    try:
        write_whole(cwd / file, text.encode())
    except OSError as error:
        raise UsageError(f"cannot write the baseline to {file}: {error.strerror or error}") from None


def _finding(node: Node) -> KnownFinding:
    if not isinstance(node, Mapping):
        raise UsageError(f"{node.place}: a finding of a baseline is an object")
    texts = {}
    for key in _KEYS:
        value = node.get(key)
        if not isinstance(value, Scalar) or not isinstance(value.value, str):
            raise UsageError(f"{node.place}: this finding has no text {key!r}; write the baseline anew")
        texts[key] = value.value
    return KnownFinding(**texts)
