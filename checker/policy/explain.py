"""What a rule or a check is, for whoever asks."""

from typing import NamedTuple

from checker.errors import UsageError
from checker.model.policy import Policy, Rule
from checker.policy.checks import CHECKS, check_page
from checker.policy.page import CheckPage
from checker.source.suggest import did_you_mean


class Parameter(NamedTuple):
    """A parameter of a check."""

    name: str
    description: str
    default: object


class Explanation(NamedTuple):
    """The page of a check and the rules that use it. `rule` is the one that was asked for, None for a check."""

    rule: Rule | None
    page: CheckPage
    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...]


def explain(name: str, policy: Policy) -> Explanation:
    """The explanation of a rule of the policy, or of a check; a name that is both is a rule.

    Raises UsageError for any other name, with what may have been meant.
    """
    rule = next((rule for rule in policy.rules if rule.id == name), None)
    check = name if rule is None else rule.check
    if check not in CHECKS:
        known = {*CHECKS, *(rule.id for rule in policy.rules)}
        raise UsageError(f"{name!r} is neither a rule of the policy nor a check{did_you_mean(name, known)}")
    return Explanation(
        rule=rule,
        page=check_page(check),
        parameters=parameters_of(check),
        rules=tuple(each for each in policy.rules if each.check == check),
    )


def parameters_of(check: str) -> tuple[Parameter, ...]:
    """The parameters of a check."""
    return tuple(
        Parameter(name, str(schema.get("description", "")), schema["default"])
        for name, schema in CHECKS[check].parameters.items()
    )
