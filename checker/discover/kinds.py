"""Tells Terraform code by its name, and the kind of a JSON document by its top-level keys."""

import codecs
import json
import re
from collections.abc import Iterator

from checker.model.resource import InputKind

TERRAFORM_SUFFIXES = (".tf", ".tf.json", ".tofu", ".tofu.json")
# A Stack deploys modules in other directories.
STACK_SUFFIXES = tuple(f".tf{part}.{kind}" for part in ("component", "stack", "deploy") for kind in ("hcl", "json"))
# Terragrunt's units deploy a module that may be in another directory.
TERRAGRUNT_UNITS = frozenset({"terragrunt.hcl", "terragrunt.hcl.json"})

_STRING = rb'"(?>(?:[^"\\]+|\\.)*)"'
_KEY = re.compile(rb"[\s,]*(" + _STRING + rb")\s*:", re.DOTALL)
# The text before the next bracket.
_TO_A_BRACKET = re.compile(rb'(?>(?:[^"\[\]{}]+|' + _STRING + rb")*)([\[\]{}])", re.DOTALL)
_OPENING = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_PLAIN_VALUE = re.compile(rb"\s*(?:" + _STRING + rb"|[^\s\"\[\]{},]+)", re.DOTALL)
_PLAN_KEYS = frozenset({
    "planned_values", "resource_changes", "variables", "applyable", "output_changes", "configuration",
    "prior_state", "resource_drift", "relevant_attributes",
})  # fmt: skip
_TEMPLATE_KEYS = frozenset({"Resources", "AWSTemplateFormatVersion", "Transform"})


def is_of_terraform(name: str) -> bool:
    """True if Terraform or Terragrunt read files with this name as code."""
    return name.endswith((*TERRAFORM_SUFFIXES, *STACK_SUFFIXES)) or name in TERRAGRUNT_UNITS


def kind_of_json(content: bytes) -> InputKind | None:
    """The kind of a JSON document; None for a template, and for anything else that is not Terraform's or an assembly.

    Reading stops as soon as the keys decide. So a document that is truncated, or wrong further down, still has a kind,
    and its frontend can report the fault.
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
            # A line of the output of `terraform plan -json`.
            return InputKind.TERRAFORM_PLAN
    # An empty or truncated state.
    is_state = "format_version" in seen or "lineage" in seen or {"serial", "terraform_version"} <= seen
    return InputKind.TERRAFORM_STATE if is_state else None


def _top_keys(content: bytes) -> Iterator[str]:
    """The keys of the object in order; none if the document is something else."""
    text = _as_utf_8(content)
    start = _OPENING.match(text)
    position = start.end() if start else len(text)
    while key := _KEY.match(text, position):
        yield _text(key[1])
        value = _PLAIN_VALUE.match(text, key.end())
        position = value.end() if value else _behind_brackets(text, key.end())


def _behind_brackets(text: bytes, position: int) -> int:
    """The end of the object or list that begins at `position`; the end of the text if it is not closed."""
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
