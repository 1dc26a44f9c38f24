"""What is said of the rules of a policy, for reports."""

from checker.model.policy import Policy, Rule, RuleDescription
from checker.policy.checks import check_page

# The pages of the Amazon Bedrock User Guide that the checks give as their sources, by title.
_PAGES = {
    "Model lifecycle": "https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle.html",
    "Supported foundation models": "https://docs.aws.amazon.com/bedrock/latest/userguide/models-supported.html",
}


def describe(policy: Policy) -> tuple[RuleDescription, ...]:
    """The descriptions of the rules, in order. A rule's own `docs` come before the source of its check."""
    return tuple(map(_describe, policy.rules))


def _describe(rule: Rule) -> RuleDescription:
    page = check_page(rule.check)
    source = next((link for title, link in _PAGES.items() if f'"{title}"' in page.sources), None)
    return RuleDescription(
        id=rule.id,
        check=rule.check,
        severity=rule.severity,
        summary=page.summary,
        finds=page.finds,
        matters=page.matters,
        fix=page.fix,
        link=rule.docs or source,
    )
