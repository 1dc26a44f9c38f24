"""A model that is Legacy.

What it finds
-------------
A model that is Legacy in the Region that decides its dates, or further on in its life.

Why it matters
--------------
A Legacy model has an end-of-life date, or is about to get one. Bedrock gives no new provisioned throughput and no new
fine-tuning for it, new accounts cannot use it, and an account that does not call it for some weeks (30 days, by the
service's messages of 2026) loses its access.

Example
-------
An agent whose model is Legacy since September and has its EOL date in March.

How to fix
----------
Move to a model that is Active in the Region.

Parameters
----------
None.

Sources
-------
Amazon Bedrock User Guide, "Model lifecycle": what Legacy means, and the dates per Region.
"""

from checker.model.finding import Statement
from checker.model.lifecycle import Stage
from checker.policy.advice import lifecycle_advice
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Period
from checker.wording import end_of_life, legacy

LEGACY_OR_LATER = (Stage.LEGACY, Stage.EXTENDED_ACCESS, Stage.END_OF_LIFE)


def _broken(subject: CandidateSubject) -> Period | None:
    return ALWAYS if subject.stage is not None and subject.stage.stage in LEGACY_OR_LATER else None


def _describe(subject: CandidateSubject) -> Description:
    stage = subject.stage
    assert stage is not None
    if stage.stage is Stage.END_OF_LIFE:
        predicate, rest = end_of_life(stage)
        return Description(Statement(predicate, subject.name, subject.where, f"{rest}."), *lifecycle_advice(subject))
    predicate, rest = legacy(stage)
    loses = f" and {end_of_life(stage)}; an account that does not use it for some weeks loses access."
    return Description(Statement(predicate, subject.name, subject.where, f"{rest}{loses}"), *lifecycle_advice(subject))


CHECK = CandidateCheck(name="legacy-model", broken=_broken, describe=_describe, rank=30)
