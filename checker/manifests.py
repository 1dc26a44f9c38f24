"""Manifests of other deployment tools. They are not evaluated; a report says so, with the number of ids in them."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from checker.errors import ReadError
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Reason, Reference
from checker.source.files import SourceFiles
from checker.wording import counted

_KUBERNETES = re.compile(rb"^apiVersion:[ \t]*\S.*^kind:[ \t]*\S|^kind:[ \t]*\S.*^apiVersion:[ \t]*\S", re.M | re.S)


class _Tool(NamedTuple):
    """A tool: its name in a message, and what to check instead; empty if there is nothing but the ids."""

    name: str
    advice: str = ""


_SERVERLESS = _Tool(
    "the Serverless Framework",
    "Run `serverless package`, and check the template that it writes to `.serverless`.",
)
_PULUMI = _Tool("Pulumi")
_OF_KUBERNETES = _Tool("Kubernetes")


def unevaluated(files: Mapping[str, tuple[Path, SourceFiles]], mentions: Sequence[Reference]) -> Iterator[Problem]:
    """A problem for each tool with manifests among `files`, which are by shown name.

    Kubernetes manifests count only if they contain an id: most do not concern AWS.
    """
    ids: dict[str, int] = {}
    for mention in mentions:
        is_comment = mention.mention is not None and mention.mention.reason is Reason.COMMENT
        ids[mention.address] = ids.get(mention.address, 0) + (not is_comment)
    found: dict[_Tool, list[str]] = {}
    for file, (path, reader) in sorted(files.items()):
        tool = _tool_of(path.name) or (_OF_KUBERNETES if ids.get(file) and _is_of_kubernetes(path, reader) else None)
        if tool is not None:
            found.setdefault(tool, []).append(file)
    for tool, manifests in found.items():
        count = sum(ids.get(file, 0) for file in manifests)
        ids_stand = "no id stands" if not count else f"{counted(count, 'id')} {'stands' if count == 1 else 'stand'}"
        if len(manifests) == 1:
            where = manifests[0]
            message = f"this manifest of {tool.name} is not evaluated; {ids_stand} in it"
        else:
            where = os.path.commonpath([os.path.dirname(file) for file in manifests]) or "."  # noqa: PTH120
            message = f"{len(manifests):,} manifests of {tool.name} are not evaluated; {ids_stand} in them"
        yield Problem(ProblemKind.UNSUPPORTED, where, message, tool.advice or _advice(count), incomplete=False)


def _advice(ids: int) -> str:
    if not ids:
        return "Look through its programs, which were not read and may name models."
    which = "the id" if ids == 1 else "the ids"
    return f"Look through {which}; --verbose lists {'it' if ids == 1 else 'them'}."


def _tool_of(name: str) -> _Tool | None:
    stem, _, suffix = name.rpartition(".")
    if suffix not in {"yml", "yaml", "json"}:
        return None
    if stem == "serverless":
        return _SERVERLESS
    return _PULUMI if stem == "Pulumi" or stem.startswith("Pulumi.") else None


def _is_of_kubernetes(path: Path, reader: SourceFiles) -> bool:
    if not path.name.endswith((".yaml", ".yml", ".tpl")):
        return False
    try:
        return _KUBERNETES.search(reader.read_bytes(path)) is not None
    except ReadError:
        return False
