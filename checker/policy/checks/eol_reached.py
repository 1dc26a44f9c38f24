"""A model that has reached its end of life.

What it finds
-------------
A model whose end-of-life (EOL) date is today or has passed, in the Region that decides its dates. For an inference
profile that is the source Region; if only a Region to which the profile routes is at end of life, the finding is a
note.

Why it matters
--------------
From its EOL date on, Bedrock refuses every call of the model in that Region. A Terraform data source that looks such
a model up fails in the plan already.

Example
-------
A knowledge base in us-east-1 that embeds with `amazon.titan-embed-text-v1`, after that model's EOL date there.

How to fix
----------
Move to a model that is Active in the Region. Where the change replaces the resource (a knowledge base, provisioned
throughput), plan the time that takes: a knowledge base has to be filled again.

Parameters
----------
None.

Sources
-------
Amazon Bedrock User Guide, "Model lifecycle": what end of life means, and the dates per Region.
"""

from checker.model.finding import Statement
from checker.model.lifecycle import Stage
from checker.model.reference import Kind
from checker.policy.advice import lifecycle_advice
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Period
from checker.wording import end_of_life


def _broken(subject: CandidateSubject) -> Period | None:
    return ALWAYS if subject.stage is not None and subject.stage.stage is Stage.END_OF_LIFE else None


def _describe(subject: CandidateSubject) -> Description:
    assert subject.stage is not None
    predicate, rest = end_of_life(subject.stage)
    consequence = (
        "the plan itself fails where it looks the model up"
        if subject.reference.site.kind is Kind.DATA_SOURCE
        else "calls to it fail"
    )
    return Description(
        Statement(predicate, subject.name, subject.where, f"{rest}: {consequence}."), *lifecycle_advice(subject)
    )


CHECK = CandidateCheck(name="eol-reached", broken=_broken, describe=_describe, rank=60, of_destinations=True)
