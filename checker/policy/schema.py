"""The JSON Schema of a policy file, made from the table of checks."""

from enum import StrEnum
from typing import Any

from checker.model.policy import Severity
from checker.model.reference import Kind, Role, Usage
from checker.model.resource import Change, Framework
from checker.policy.check import Check
from checker.policy.checks import CHECKS, check_page
from checker.policy.template import PLACEHOLDERS
from checker.values import Certainty

RULE_ID = "^[a-z0-9]+(-[a-z0-9]+)*$"

_SEVERITIES = [str(severity) for severity in sorted(Severity, reverse=True)]

_GLOB = {"type": "string", "minLength": 1, "maxLength": 500}


def _one_of(names: type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [name.value for name in names]}


# Key of a scope, key of a waiver's match, schema of one entry, what it is compared with.
SCOPE_KEYS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("paths", "path", _GLOB, "the file of the use or of the model's text; * stays within a directory, ** does not"),
    ("addresses", "address", _GLOB, "the resource's address; * crosses dots"),
    ("frameworks", "framework", _one_of(Framework), "the language of the resource"),
    ("kinds", "kind", _one_of(Kind), "what uses the model"),
    ("roles", "role", _one_of(Role), "what the model does there"),
    ("usages", "usage", _one_of(Usage), "in what sense the code names the model"),
    ("models", "model", _GLOB, "the base model's id, or the text as written; * crosses dots"),
    ("providers", "provider", _GLOB, "the model's provider, by its name or as its ids begin"),
    ("regions", "region", _GLOB, "the Region whose dates count; one that is not known may be any"),
    ("certainties", "certainty", _one_of(Certainty), "how sure it is that a deployment uses the model"),
    ("changes", "change", _one_of(Change), "what the plan does with the resource"),
    ("tags", "tag", _GLOB, "each tag of the resource, as name=value; a value that is not known may be any"),
    ("workspaces", "workspace", _GLOB, "the Terraform workspace; one that is not known may be any"),
    ("stacks", "stack", _GLOB, "the name of the stack; one that is not known may be any"),
)  # fmt: skip


def policy_schema() -> dict[str, Any]:
    """The schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bedrock-eol policy",
        "type": "object",
        "required": ["version"],
        "additionalProperties": False,
        "properties": {
            "version": {"const": 1, "description": "The version of the format."},
            "extends": {
                "type": "array",
                "items": {"type": "string", "minLength": 1},
                "description": "Packs, by name, and files, relative to this one, that this policy builds on.",
            },
            "rules": {
                "type": "array",
                "items": _rule(),
                "description": "The rules; one with the id of a rule that is built on replaces it.",
            },
            "waivers": {
                "type": "array",
                "items": _waiver(),
                "description": "What is accepted, why and until when.",
            },
        },
    }


def _rule() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["id"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "pattern": RULE_ID, "description": "Names the fault, in kebab-case."},
            "check": {"type": "string", "enum": list(CHECKS), "description": "What is checked."},
            "with": {"type": "object", "description": "Parameters of the check."},
            "severity": {"type": "string", "enum": _SEVERITIES, "description": "How grave a finding is."},
            "lower": {
                "type": "object",
                "additionalProperties": False,
                "description": "The most that the severity can be for a usage or a certainty.",
                "properties": {"usages": _severities_of(Usage), "certainties": _severities_of(Certainty)},
            },
            "scope": {
                "type": "object",
                "additionalProperties": False,
                "description": "Where the rule applies; all that is given must match, of a list one entry.",
                "properties": {
                    plural: {"type": "array", "items": entry, "minItems": 1, "description": f"Compared with {what}."}
                    for plural, _, entry, what in SCOPE_KEYS
                },
            },
            "message": {
                "type": "string",
                "minLength": 1,
                "description": "What is said instead of the check's message. Placeholders: "
                + ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
                + ".",
            },
            "docs": {"type": "string", "description": "Where more is said about the rule, such as a link."},
            "disabled": {"type": "boolean", "description": "Whether the rule is taken out of the policy."},
        },
        "allOf": [
            {
                "if": {"properties": {"disabled": {"const": True}}, "required": ["disabled"]},
                "else": {"required": ["check", "severity"]},
            },
            *(_parameters(check) for check in CHECKS.values()),
        ],
    }


def _parameters(check: Check) -> dict[str, Any]:
    return {
        "if": {"properties": {"check": {"const": check.name}}, "required": ["check"]},
        "then": {
            "properties": {
                "with": {
                    "type": "object",
                    "description": check_page(check.name).summary,
                    "properties": {name: dict(schema) for name, schema in check.parameters.items()},
                    "additionalProperties": False,
                }
            }
        },
    }


def _severities_of(names: type[StrEnum]) -> dict[str, Any]:
    severity = {"type": "string", "enum": _SEVERITIES}
    return {"type": "object", "additionalProperties": False, "properties": {name.value: severity for name in names}}


def _waiver() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["rule", "reason", "until"],
        "additionalProperties": False,
        "properties": {
            "rule": {"type": "string", "pattern": RULE_ID, "description": "The id of the rule that may be broken."},
            "match": {
                "type": "object",
                "additionalProperties": False,
                "description": "What is covered; all that is given must match, of a list one entry.",
                "properties": {
                    singular: {
                        "anyOf": [entry, {"type": "array", "items": entry, "minItems": 1}],
                        "description": f"Compared with {what}.",
                    }
                    for _, singular, entry, what in SCOPE_KEYS
                },
            },
            "reason": {"type": "string", "pattern": "\\S", "description": "Why the finding is accepted."},
            "until": {
                "type": "string",
                "format": "date",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                "description": "The last day on which the waiver holds.",
            },
        },
    }
