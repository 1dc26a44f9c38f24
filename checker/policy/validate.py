"""A policy document held against the schema of policies."""

from functools import cache
from typing import Any

from checker.policy.schema import RULE_ID, policy_schema
from checker.source import Node
from checker.source.validation import Vocabulary, schema_errors

DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

_WORDS = Vocabulary(
    document="the policy",
    entries={"rules": "a rule", "waivers": "a waiver"},
    kinds={
        "lower": "severity",
        "certainties": "certainty",
        "addresses": "address",
        "frameworks": "framework",
        "kinds": "kind",
        "roles": "role",
        "usages": "usage",
        "changes": "change",
    },
    patterns={
        RULE_ID: "an id in kebab-case, such as 'eol-within-90-days'",
        DAY: "a day, such as 2027-01-05",
    },
)


def policy_errors(document: Node) -> tuple[str, ...]:
    """What is wrong with a policy, as `file:line:column: …`, in the order of the places."""
    return schema_errors(document, _schema(), _WORDS)


@cache
def _schema() -> dict[str, Any]:
    return policy_schema()
