"""The resources of a large template in JSON that need not be evaluated, since nothing in them can name a model.

CDK writes templates with thousands of resources, of which few have to do with models.
"""

import re
from collections.abc import Callable
from itertools import pairwise

from checker.frontends.cloudformation.outline import brings_in_more
from checker.frontends.cloudformation.stack import Stack
from checker.source import Mapping as MappingNode

_LINE_BREAK = re.compile("\r\n?|\n")
# An alias of YAML, which may be written in braces, too, stands for what is written elsewhere.
_ANCHOR = re.compile(r"[\[{,:]\s*&\w")
# Attributes of this type give back what the resource says.
_GIVES_BACK = "AWS::SSM::Parameter"
_IMPORT = "Fn::ImportValue"
# The types of what stands for a model begin so.
_MAKER = "AWS::Bedrock::"
_WORD = re.compile(r"[A-Za-z0-9]+")


def quiet_resources(stack: Stack, may_name_a_model: Callable[[bytes], bool] | None) -> frozenset[str]:
    """Their logical ids; none if something that all resources may use can name a model, or if that cannot be told.

    `may_name_a_model` looks at a part of the template; without it, all are to be evaluated.
    """
    text = stack.document.text
    if may_name_a_model is None or stack.setting.is_nested or stack.setting.supplied or not text.startswith("{"):
        return frozenset()
    section = stack.sections.root.get("Resources")
    if not isinstance(section, MappingNode) or brings_in_more(text.encode()) or _has_anchors(text):
        return frozenset()
    starts = [0, *(match.end() for match in _LINE_BREAK.finditer(text))]
    lines = [name.place.line for name, _ in section.entries]
    behind = [name.place.line for name, _ in stack.sections.root.entries if name.place.line > lines[-1]]
    bounds = [*lines, min(behind, default=len(starts) + 1)]
    if not all(line < following for line, following in pairwise([section.place.line, *bounds])):
        # Resources that share a line.
        return frozenset()
    offsets = [starts[line - 1] if line <= len(starts) else len(text) for line in bounds]
    if may_name_a_model((text[: offsets[0]] + text[offsets[-1] :]).encode()):
        return frozenset()
    quiet: dict[str, str] = {}
    makers: set[str] = set()
    for (name, _), (start, end) in zip(section.entries, pairwise(offsets), strict=True):
        written = text[start:end]
        if not may_name_a_model(written.encode()):
            if _IMPORT not in written:
                quiet[str(name.value)] = written
        elif _GIVES_BACK in written:
            return frozenset()
        elif _MAKER in written:
            makers.add(str(name.value))
    if makers:
        # Who refers to a profile or a prompt uses the model behind it.
        referring = {name for name, written in quiet.items() if not makers.isdisjoint(_WORD.findall(written))}
        if any(_GIVES_BACK in quiet[name] for name in referring):
            return frozenset()
        return frozenset(quiet.keys() - referring)
    return frozenset(quiet)


def _has_anchors(text: str) -> bool:
    return "&" in text and _ANCHOR.search(text) is not None
