"""The rule reference, `policies/README.md`: made from the packs and the documentation of the checks."""

from checker.model.policy import Policy, Rule
from checker.policy.check import with_defaults
from checker.policy.checks import CHECKS, check_page

_HEAD = """\
# Rules and checks

This page is made by `scripts/generate_rule_reference.py` from the packs in this directory and from the checks.

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

- **Scope.** All that is given must match; of a list, one entry. Paths are relative to the working directory and are
  those of the use or of the line where the model is written: `*` stays within a directory, `**` does not. In all other
  globs `*` matches anything, and brackets stand for themselves. A Region that is not known may be any.
- **Severity.** A finding has the least of the rule's severity and of what `lower` says for its usage and its
  certainty.
- **One finding for a candidate.** Of the rules on a model's life that one candidate breaks, the gravest is reported;
  it lists the others.
- **What is not known.** A scope by tag, workspace or stack covers a resource of which that is not known; a waiver does
  not.
- **Waivers.** A waiver needs a reason and a day. It covers what follows from its rule (whoever accepts an end of life
  within 90 days accepts that the model is Legacy), but nothing graver and no other Region than it matches. An expired
  one, and one that covers nothing, are findings.

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

Several rules are separated by commas. A waiver without a reason or a day, or for a rule that the policy does not have,
is reported and waives nothing.

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
