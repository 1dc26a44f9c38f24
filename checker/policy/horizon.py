"""How far ahead a policy looks."""

from checker.model.policy import Policy
from checker.policy.check import days_of, with_defaults
from checker.policy.checks import CHECKS


def horizon_days(policy: Policy) -> int | None:
    """The most days of EOL ahead that a rule of the check `eol-within` refuses; None if the policy has no such rule."""
    return max(
        (
            days_of(with_defaults(CHECKS[rule.check], rule.parameters))
            for rule in policy.rules
            if rule.check == "eol-within"
        ),
        default=None,
    )
