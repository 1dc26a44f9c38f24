"""Makes what ships beside the packs in `policies/`: the rule reference and the JSON Schemas.

    python tools/policies/build.py

The schema of a policy is made from the table of checks, that of a test file of a policy from the words of the model.
"""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from checker.model.finding import Status
from checker.model.policy import Policy, Rule, Severity
from checker.model.reference import Kind, Role, Usage
from checker.model.resource import Change, Framework
from checker.policy import load_policy, pack_names
from checker.policy.check import Check, with_defaults
from checker.policy.checks import CHECKS
from checker.policy.compose import PLACEHOLDERS
from checker.policy.load import DAY, RULE_ID
from checker.policy.page import check_page
from checker.policy.scope import SCOPE_KEYS
from checker.source.files import Boundary, SourceFiles
from checker.values import Certainty

ROOT = Path(__file__).parents[2]
_SEVERITIES = [str(severity) for severity in sorted(Severity, reverse=True)]
_HEAD = """\
# Rules and checks

This page is made by `tools/policies/build.py` from the packs in this directory and from the checks.

A **rule** is a check with parameters, a scope and a severity. The packs below are ready-made sets of rules: `baseline`
applies unless another policy is named, `strict` is for production. `bedrock-eol policy schema` prints the JSON Schema
of a policy file, `bedrock-eol explain NAME` a part of this page.

## A policy of your own

```yaml
version: 1
extends: [baseline]            # packs, and files relative to this one
rules:
  - id: wildcard-grant         # a rule of the pack, taken out
    disabled: true
  - id: legacy-model           # a rule of the pack, replaced as a whole
    check: legacy-model
    severity: error
    lower:                     # at most this grave, for a usage or a certainty
      usages: {grant: warning, mention: note, selectable: note}
      certainties: {possible: warning, override: note}
  - id: prod-needs-half-a-year
    check: eol-within
    with: {days: 180}
    severity: error
    scope: {paths: ["envs/prod/**"], kinds: [agent, knowledge_base]}
    message: "{model} in {address} ends on {eol_date}; production needs half a year"
    docs: https://example.com/how-we-move-models
waivers:
  - rule: eol-within-90-days
    match: {address: "module.chat.*", model: "anthropic.claude-opus-4-1-*"}
    reason: tracked in OPS-123
    until: 2027-01-05          # the last day on which it holds
```

- **Scope.** All that is given must match; of a list, one entry. Paths are relative to the top of the git work tree, or
  to the working directory, and are those of the use or of the line where the model is written: `*` stays within a
  directory, `**` does not. In all other globs `*` matches anything, and brackets stand for themselves. A Region that is
  not known may be any.
- **Severity.** A finding has the least of the rule's severity and of what `lower` says for its usage and its
  certainty.
- **One finding for a candidate.** Of the rules on a model's life that one candidate breaks, the gravest is reported;
  it lists the others.
- **What is not known.** A scope by tag, workspace or stack covers a resource of which that is not known; a waiver does
  not.
- **Waivers.** A waiver needs a reason and a day. It covers what follows from its rule (whoever accepts an end of life
  within 90 days accepts that the model is Legacy), but nothing graver and no other Region than it matches. An expired
  one, one that holds for more than a year, and one that covers nothing, are findings. A policy may have rules with the
  checks `waiver-in-code`, which allows none there, and `waiver-without-owner`, which demands an `owner` of each.

## Waivers in the code

A comment on the line, or on the line above it, waives what is used there, what is written there, and what passes there
on its way: the default of a variable, a local, a parameter. Above the first line of a resource, it is about the whole
resource. This holds for Terraform and for YAML templates.

```hcl
foundation_model = "anthropic.claude-v2" # bedrock-eol: ignore=eol-reached until=2027-01-31 reason="see OPS-123"
```

In JSON, and so in CDK output, the metadata of a resource has it:

```json
"Metadata": {"bedrock-eol": {"ignore": ["eol-reached"], "until": "2027-01-31", "reason": "see OPS-123"}}
```

Several rules are separated by commas, and `owner=@my-team` says who decides when it ends. A waiver without a reason or
a day, or for a rule that the policy does not have, is reported and waives nothing.

## Tests of a policy

`bedrock-eol policy test FILE` judges references, or a folder of code, on given days, and compares the findings with
those that are expected. What an expected finding gives has to be so; findings about the run count only where they are
expected. `policy-tests.schema.json` describes the file.

```yaml
version: 1
policy: [own.yaml]             # relative to this file; baseline unless given
tests:
  - name: production needs half a year
    as-of: 2026-11-24
    references:
      - {model: anthropic.claude-v2, regions: us-east-1, kind: agent, tags: {env: prod}}
    expect:
      - {rule: eol-reached, severity: error}
  - name: what we have is accepted
    as-of: 2026-11-24
    code: ../infra
    expect: []
```
"""


def main() -> None:
    """Writes the files."""
    for name, text in built().items():
        (ROOT / "policies" / name).write_text(text, encoding="utf-8")


def built() -> dict[str, str]:
    """The files, by their names, and what they have to hold."""
    files = SourceFiles(Boundary(None), ROOT)
    return {
        "README.md": rule_reference({name: load_policy(name, files) for name in pack_names()}),
        "policy.schema.json": _written(policy_schema()),
        "policy-tests.schema.json": _written(cases_schema()),
    }


def _written(schema: Mapping[str, Any]) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


# The rule reference


def rule_reference(packs: dict[str, Policy]) -> str:
    """The page as Markdown, for packs by their names."""
    parts = [_HEAD]
    for name, policy in packs.items():
        parts.append(f"## Pack `{name}`\n\n{rule_table(policy, '#{}')}")
    parts.append("## Checks\n")
    parts += (f"### {name}\n\n{check_text(name, packs)}" for name in CHECKS)
    return "\n".join(parts)


def rule_table(policy: Policy, link: str) -> str:
    """The rules of a policy as a Markdown table; `link` has `{}` for the name of the check that it leads to."""
    return "\n".join(
        (
            "| rule | check | parameters | severity | at most, for a usage or a certainty |",
            "| --- | --- | --- | --- | --- |",
            *(_row(rule, link) for rule in policy.rules),
            "",
        )
    )


def check_text(name: str, packs: dict[str, Policy]) -> str:
    """What is said of a check, as Markdown below a heading, with the rules of the packs that use it."""
    page = check_page(name)
    sections = "\n\n".join(f"**{heading}.** {text}" for heading, text in page.sections)
    users = [f"`{rule.id}` ({pack})" for pack, policy in packs.items() for rule in policy.rules if rule.check == name]
    used = f"Rules: {', '.join(users)}." if users else "No pack has a rule of this check."
    return f"{page.summary}\n\n{used}\n\n{sections}\n"


def _row(rule: Rule, link: str) -> str:
    given = ", ".join(f"{key}: {value}" for key, value in with_defaults(CHECKS[rule.check], rule.parameters).items())
    lowered = ", ".join(f"{trait}: {severity}" for trait, severity in rule.lowered.items())
    check = f"[{rule.check}]({link.format(rule.check)})"
    return f"| `{rule.id}` | {check} | {given or 'none'} | {rule.severity} | {lowered or 'none'} |"


# The schema of a policy


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
                "items": _rule_schema(),
                "description": "The rules; one with the id of a rule that is built on replaces it.",
            },
            "waivers": {
                "type": "array",
                "items": _waiver_schema(),
                "description": "What is accepted, why and until when.",
            },
        },
    }


def _rule_schema() -> dict[str, Any]:
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
            *(_parameters_schema(check) for check in CHECKS.values()),
        ],
    }


def _parameters_schema(check: Check) -> dict[str, Any]:
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


def _waiver_schema() -> dict[str, Any]:
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
                "pattern": DAY,
                "description": "The last day on which the waiver holds.",
            },
            "owner": {"type": "string", "pattern": "\\S", "description": "Who decides anew when it ends."},
        },
    }


# The schema of a test file


def cases_schema() -> dict[str, Any]:
    """The JSON Schema of a test file, draft 2020-12."""
    text = {"type": "string", "minLength": 1, "maxLength": 500}
    texts = {"anyOf": [text, {"type": "array", "items": text}]}
    references = {"type": "array", "minItems": 1, "items": _object(_reference_schema(text, texts))}
    severities = [str(severity) for severity in sorted(Severity, reverse=True)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "bedrock-eol policy tests",
        **_object(
            {
                "version": {"const": 1},
                "policy": texts,
                "catalog": text,
                "tests": {
                    "type": "array",
                    "minItems": 1,
                    "items": _object(
                        {
                            "name": text,
                            "as-of": {"type": "string", "pattern": DAY},
                            "regions": texts,
                            "code": text,
                            "references": references,
                            "expect": {
                                "type": "array",
                                "items": _object(
                                    {
                                        "rule": text,
                                        "severity": {"type": "string", "enum": severities},
                                        "address": text,
                                        "model": text,
                                        "region": text,
                                        "status": _one_of(Status),
                                    },
                                    "rule",
                                ),
                            },
                        },
                        "as-of",
                        "expect",
                    ),
                },
            },
            "version",
            "tests",
        ),
    }


def _reference_schema(text: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "model": text,
        "address": text,
        "regions": texts,
        "kind": _one_of(Kind),
        "role": _one_of(Role),
        "usage": _one_of(Usage),
        "certainty": _one_of(Certainty),
        "framework": _one_of(Framework),
        "change": _one_of(Change),
        "commitment": text,
        "file": text,
        "tags": {"type": "object", "additionalProperties": {"type": "string"}},
        "workspace": text,
        "stack": text,
    }


def _object(properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": dict(properties),
    }


def _one_of(names: Iterable[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [name.value for name in names]}


if __name__ == "__main__":
    main()
