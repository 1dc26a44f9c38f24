"""A planned create that Bedrock refuses because the model is Legacy.

What it finds
-------------
Provisioned throughput or a custom model that a plan creates or replaces, on a base model that is Legacy, or further on
in its life, in the Region. Only a plan says what is created; for code without a plan the check is silent.

Why it matters
--------------
Bedrock gives no new provisioned throughput and no new fine-tuning for a Legacy model, so the apply fails. With a
replacement it fails after the old resource is gone, and what is gone cannot be created again: a mere rename of
provisioned throughput on a Legacy model loses it for good.

Example
-------
A plan that replaces `aws_bedrock_provisioned_model_throughput.chat`, whose model is Legacy, because its name changed.

How to fix
----------
Move to a model that is Active in the Region, or take back the change that causes the replacement.

Parameters
----------
None.

Sources
-------
Amazon Bedrock User Guide, "Model lifecycle": what is refused for a Legacy model.
"""

from checker.model.finding import Statement
from checker.model.reference import Form, Kind, Usage
from checker.model.resource import Change
from checker.policy.advice import lifecycle_advice
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Period
from checker.policy.checks.legacy_model import LEGACY_OR_LATER
from checker.wording import end_of_life, legacy

_REFUSED = {Kind.PROVISIONED_THROUGHPUT: "provisioned throughput", Kind.CUSTOM_MODEL: "fine-tuning"}
# What has been customised already may still be given capacity.
_CUSTOMISED = (Form.CUSTOM_MODEL_ARN, Form.CUSTOM_MODEL_DEPLOYMENT_ARN, Form.IMPORTED_MODEL_ARN)


def _broken(subject: CandidateSubject) -> Period | None:
    reference = subject.reference
    is_refused = (
        subject.stage is not None
        and subject.stage.stage in LEGACY_OR_LATER
        and reference.site.kind in _REFUSED
        and reference.site.usage is Usage.USE
        and reference.change in (Change.CREATE, Change.REPLACE)
        and subject.candidate.form not in _CUSTOMISED
    )
    return ALWAYS if is_refused else None


def _describe(subject: CandidateSubject) -> Description:
    stage, reference = subject.stage, subject.reference
    assert stage is not None
    refused = _REFUSED[reference.site.kind]
    planned = "replaces" if reference.change is Change.REPLACE else "creates"
    is_legacy, rest = legacy(stage)
    ends = "" if stage.eol_date is None else f" and {end_of_life(stage)}"
    statement = Statement(
        f"The plan {planned} {reference.address}, and Bedrock refuses new {refused} for {subject.name}, which"
        f" {is_legacy}",
        where=subject.where,
        rest=f"{rest}{ends}: the apply fails.",
    )
    action, effect = lifecycle_advice(subject)
    if reference.change is Change.REPLACE:
        action = f"{action} Or take back the change that replaces it: what is destroyed cannot be created again."
    return Description(statement, action, effect)


CHECK = CandidateCheck(
    name="legacy-refuses-create", broken=_broken, describe=_describe, rank=55, concern="create-refused"
)
