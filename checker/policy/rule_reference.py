"""The rule reference, `policies/README.md`: made from the packs and the documentation of the checks."""

from checker.model.policy import Policy, Rule
from checker.policy.check import with_defaults
from checker.policy.checks import CHECKS, check_page

_HEAD = """\
# Rules and checks

This page is made by `scripts/generate_rule_reference.py` from the packs in this directory and from the checks.

A **rule** is a check with parameters, a scope and a severity. The packs below are ready-made sets of rules: `baseline`
applies unless another policy is named, and a policy of your own can extend either. `bedrock-eol policy schema` prints
the JSON Schema of a policy file, `bedrock-eol explain NAME` a part of this page.
"""


def rule_reference(packs: dict[str, Policy]) -> str:
    """The page as Markdown, for packs by their names."""
    parts = [_HEAD]
    for name, policy in packs.items():
        parts.append(f"## Pack `{name}`\n")
        parts.append("| rule | check | parameters | severity | at most, for a usage or a certainty |")
        parts.append("| --- | --- | --- | --- | --- |")
        parts.append("\n".join(_row(rule) for rule in policy.rules) + "\n")
    parts.append("## Checks\n")
    parts += (_check(name, packs) for name in CHECKS)
    return "\n".join(parts)


def _row(rule: Rule) -> str:
    given = ", ".join(f"{key}: {value}" for key, value in with_defaults(CHECKS[rule.check], rule.parameters).items())
    lowered = ", ".join(f"{trait}: {severity}" for trait, severity in rule.lowered.items())
    return (
        f"| `{rule.id}` | [{rule.check}](#{rule.check}) | {given or 'none'} | {rule.severity} | {lowered or 'none'} |"
    )


def _check(name: str, packs: dict[str, Policy]) -> str:
    page = check_page(name)
    sections = "\n\n".join(f"**{heading}.** {text}" for heading, text in page.sections)
    users = [f"`{rule.id}` ({pack})" for pack, policy in packs.items() for rule in policy.rules if rule.check == name]
    used = f"Rules: {', '.join(users)}." if users else "No pack has a rule of this check."
    return f"### {name}\n\n{page.summary}\n\n{used}\n\n{sections}\n"
