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
    """A tool: its name in a message, and what to check instead."""

    name: str
    advice: str


_SERVERLESS = _Tool(
    "the Serverless Framework",
    "Run `serverless package`, and check the template that it writes to `.serverless`.",
)
_PULUMI = _Tool("Pulumi", "Look through the ids in it; --verbose lists them.")
_OF_KUBERNETES = _Tool("Kubernetes", "Look through the ids in it; --verbose lists them.")


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
        ids_stand = f"{counted(count, 'id')} {'stands' if count == 1 else 'stand'}"
        if len(manifests) == 1:
            where = manifests[0]
            message = f"this manifest of {tool.name} is not evaluated; {ids_stand} in it"
        else:
            where = os.path.commonpath([os.path.dirname(file) for file in manifests]) or "."  # noqa: PTH120
            message = f"{len(manifests):,} manifests of {tool.name} are not evaluated; {ids_stand} in them"
        yield Problem(ProblemKind.UNSUPPORTED, where, message, tool.advice, incomplete=False)


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
