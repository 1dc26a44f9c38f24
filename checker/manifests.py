"""Manifests of other deployment tools. They are not evaluated; a report says so, with the number of ids in them."""

import os
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from checker.errors import ReadError
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Reason, Reference
from checker.source.files import SourceFiles
from checker.wording import counted

_KUBERNETES = re.compile(rb"^apiVersion:[ \t]*\S.*^kind:[ \t]*\S|^kind:[ \t]*\S.*^apiVersion:[ \t]*\S", re.M | re.S)


class _Tool(NamedTuple):
    """A tool: its name in a message, what to check instead (empty if there is nothing but the ids), and its files.

    `for_several` is the advice for several files, if each is rendered by itself. They are named then, and incomplete:
    they make resources that were not checked, although the result of the tool can be.
    """

    name: str
    advice: str = ""
    file: str = "manifest"
    for_several: str = ""


_SERVERLESS = _Tool(
    "the Serverless Framework",
    "Run `serverless package`, and check the template that it writes to `.serverless`.",
)
_PULUMI = _Tool("Pulumi")
_OF_KUBERNETES = _Tool("Kubernetes")
_ENGINE = _Tool(
    "a template engine",
    "Render it, and check the result.",
    "CloudFormation template",
    "Render them, and check the results.",
)
_MOST_NAMED = 5


def unevaluated(
    files: Mapping[str, tuple[Path, SourceFiles]],
    mentions: Sequence[Reference],
    unrendered: Mapping[Path, bool],
    loaded: Collection[str],
) -> Iterator[Problem]:
    """A problem for each tool with manifests among `files`, which are by shown name.

    Kubernetes manifests count only if they contain an id: most do not concern AWS. So do the `unrendered` templates of
    template engines, or if a placeholder stands for a model, which is what their values tell; those that an input has
    `loaded` do not.
    """
    ids: Counter[str] = Counter()
    for mention in mentions:
        ids[mention.address] += mention.mention is None or mention.mention.reason is not Reason.COMMENT
    found: dict[_Tool, list[str]] = {}
    for file, (path, reader) in sorted(files.items()):
        tool = _tool_of(path.name)
        is_of_an_engine = path in unrendered and file not in loaded
        if tool is None and is_of_an_engine and (ids[file] or unrendered[path]):
            tool = _ENGINE
        elif tool is None and ids[file] and _is_of_kubernetes(path, reader):
            tool = _OF_KUBERNETES
        if tool is not None:
            found.setdefault(tool, []).append(file)
    for tool, manifests in found.items():
        count = sum(ids[file] for file in manifests)
        ids_stand = "no id stands" if not count else f"{counted(count, 'id')} {'stands' if count == 1 else 'stand'}"
        told = f"; {ids_stand} in {'it' if len(manifests) == 1 else 'them'}"
        if tool is _ENGINE and not count:
            told += ", but a placeholder for a model"
        if len(manifests) == 1:
            where = manifests[0]
            message = f"this {tool.file} of {tool.name} is not evaluated{told}"
        else:
            where = os.path.commonpath([os.path.dirname(file) for file in manifests]) or "."  # noqa: PTH120
            message = f"{counted(len(manifests), tool.file)} of {tool.name} are not evaluated{told}"
            message += f": {_listed(manifests)}" if tool.for_several else ""
        advice = (tool.for_several if len(manifests) > 1 else "") or tool.advice or _advice(count)
        yield Problem(ProblemKind.UNSUPPORTED, where, message, advice, incomplete=bool(tool.for_several))


def _listed(files: Sequence[str]) -> str:
    more = f" and {len(files) - _MOST_NAMED} more" if len(files) > _MOST_NAMED else ""
    return f"{', '.join(files[:_MOST_NAMED])}{more}"


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
