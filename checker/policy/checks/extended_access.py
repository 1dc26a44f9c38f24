"""A model in public extended access, or about to enter it.

What it finds
-------------
A model that is in extended access in the Region that decides its dates, or enters it within `days` days. A model that
has reached its end of life is found by `eol-reached` instead.

Why it matters
--------------
In extended access, the last part of a model's Legacy time, its provider may raise its price. What remains until the
end of life is a few months.

Example
-------
With `days: 30`, a flow whose model enters extended access in three weeks.

How to fix
----------
Move to a model that is Active in the Region, or accept the higher price until a day, by a waiver.

Parameters
----------
`days`: how many days before extended access begins the model is found; 0 finds only models that are in it. 30 unless
given.

Sources
-------
Amazon Bedrock User Guide, "Model lifecycle": public extended access and its dates per Region.
"""

from checker.model.finding import Statement
from checker.model.lifecycle import Stage
from checker.policy.advice import lifecycle_advice
from checker.policy.check import (
    CandidateCheck,
    CandidateSubject,
    Description,
    Period,
    days_before,
    days_of,
    days_parameter,
)
from checker.wording import end_of_life, extended_access


def _broken(subject: CandidateSubject) -> Period | None:
    stage = subject.stage
    if stage is None or stage.stage is Stage.END_OF_LIFE or stage.extended_access_date is None:
        return None
    return Period(days_before(stage.extended_access_date, days_of(subject.parameters)))


def _describe(subject: CandidateSubject) -> Description:
    assert subject.stage is not None
    predicate, rest = extended_access(subject.stage)
    ends = "" if subject.stage.eol_date is None else f"; it {end_of_life(subject.stage)}"
    return Description(
        Statement(predicate, subject.name, subject.where, f"{rest}, where its price may rise{ends}."),
        *lifecycle_advice(subject),
    )


CHECK = CandidateCheck(
    name="extended-access",
    broken=_broken,
    describe=_describe,
    rank=40,
    parameters=days_parameter(30, "How many days before extended access begins the model is found."),
)
