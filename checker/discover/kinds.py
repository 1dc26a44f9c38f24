"""What a JSON document is, by the keys at its top."""

import codecs
import json
import re
from collections.abc import Iterator

from checker.model.resource import InputKind

_STRING = rb'"(?>(?:[^"\\]+|\\.)*)"'
_KEY = re.compile(rb"[\s,]*(" + _STRING + rb")\s*:", re.DOTALL)
# What stands before the next bracket, as little or as much as it is.
_TO_A_BRACKET = re.compile(rb'(?>(?:[^"\[\]{}]+|' + _STRING + rb")*)([\[\]{}])", re.DOTALL)
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_PLAIN_VALUE = re.compile(rb"\s*(?:" + _STRING + rb"|[^\s\"\[\]{},]+)", re.DOTALL)
_PLAN_KEYS = frozenset({
    "planned_values", "resource_changes", "variables", "applyable", "output_changes", "configuration",
    "prior_state", "resource_drift", "relevant_attributes",
})  # fmt: skip
_TEMPLATE_KEYS = frozenset({"Resources", "AWSTemplateFormatVersion", "Transform"})


def kind_of_json(content: bytes) -> InputKind | None:
    """The kind of a JSON document; None for a template, and for what is none of Terraform's and no assembly.

    It is read only until its keys have told, so that a document that is cut off, or is wrong further down, still has
    a kind, whose frontend can say what is wrong with it.
    """
    seen: set[str] = set()
    for key in _top_keys(content):
        seen.add(key)
        if seen & _TEMPLATE_KEYS:
            return None
        if "format_version" in seen and seen & _PLAN_KEYS:
            return InputKind.TERRAFORM_PLAN
        if {"format_version", "values"} <= seen or {"lineage", "serial"} <= seen:
            return InputKind.TERRAFORM_STATE
        if {"artifacts", "version"} <= seen:
            return InputKind.CDK
        if {"@level", "@message"} <= seen:
            # A line of what `terraform plan -json` tells.
            return InputKind.TERRAFORM_PLAN
    # A state in which there is nothing, or of which the rest is missing.
    is_state = "format_version" in seen or "lineage" in seen or {"serial", "terraform_version"} <= seen
    return InputKind.TERRAFORM_STATE if is_state else None


def _top_keys(content: bytes) -> Iterator[str]:
    """The keys of the object that a document is, as they come; none if it is something else."""
    text = _as_utf_8(content)
    start = _OPENING.match(text)
    position = start.end() if start else len(text)
    while key := _KEY.match(text, position):
        yield _text(key[1])
        value = _PLAIN_VALUE.match(text, key.end())
        position = value.end() if value else _behind_brackets(text, key.end())


def _behind_brackets(text: bytes, position: int) -> int:
    """Where the object or list that begins at `position` ends; the end of the text if it does not."""
    depth = 0
    while bracket := _TO_A_BRACKET.match(text, position):
        position = bracket.end()
        depth += 1 if bracket[1] in b"{[" else -1
        if depth <= 0:
            return position
    return len(text)


def _as_utf_8(content: bytes) -> bytes:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    return content


def _text(token: bytes) -> str:
    try:
        return str(json.loads(token))
    except ValueError:
        return token[1:-1].decode("utf-8", "replace")
