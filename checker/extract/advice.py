"""What to do about a model that is not known, by the language that names it."""

from collections.abc import Mapping

from checker.model.reference import Unresolved
from checker.model.resource import Framework
from checker.values import Cause

# "Check a plan" is no advice for what a plan does not have, nor for what has no plan.
_OF_PLANS = {
    Cause.DEPLOY_TIME: "The plan does not hold the value; give the code that it was made from with --source.",
    Cause.SENSITIVE: "The value is sensitive, and not in the plan; give the code that it was made from with --source.",
}
_OF_TEMPLATES = {
    Cause.INPUT_NOT_SET: "Supply the value (--parameters).",
    Cause.DEPLOY_TIME: "The value exists only after deployment; `bedrock-eol account` judges what is deployed.",
    Cause.EXTERNAL_DATA: "The value is read from outside the code; supply it (--answers), or ask the account (--resolve"
    " account).",
    Cause.UNSUPPORTED_FUNCTION: "What the function makes is known only after deployment; `bedrock-eol account` judges"
    " what is deployed.",
    Cause.OVER_BUDGET: "Supply the inputs that decide it (--parameters), or make the code simpler.",
}
_OF_ACCOUNTS = {
    Cause.OPAQUE_NAME: "The account does not tell what stands behind the name, or may not be asked; look it up there.",
}
_BY_FRAMEWORK: Mapping[Framework, Mapping[Cause, str]] = {
    Framework.TERRAFORM_PLAN: _OF_PLANS,
    Framework.CLOUDFORMATION: _OF_TEMPLATES,
    Framework.CDK: _OF_TEMPLATES,
    Framework.AWS: _OF_ACCOUNTS,
}


def advised(unresolved: Unresolved, framework: Framework) -> Unresolved:
    """With the advice for a framework, where that differs from the one for every other."""
    return unresolved._replace(advice=_BY_FRAMEWORK.get(framework, {}).get(unresolved.cause, unresolved.advice))
