"""An Active model that may reach its end of life with less notice than wanted.

What it finds
-------------
A model that is Active in the Region and has no end-of-life (EOL) date, but could get one that is less than `days` days
away. What is guaranteed is the later of two days: the one before which the provider promises no end of life, and the
end of the notice that an announcement made today would have to give.

Why it matters
--------------
Most models get at least six months between Legacy and end of life, but some models launched on or after 2026-09-07
get 45 days. For those, a rule such as "not within 90 days of EOL" can fire for the first time when only half of that
time is left.

Example
-------
With `days: 90`, a model with a notice of 45 days whose promised date has passed.

How to fix
----------
Nothing is wrong yet. Keep the model in one place, know which model would follow it, and check more often than the
notice is long; or choose a model with a longer notice.

Parameters
----------
`days`: the least notice that is wanted. 90 unless given.

Sources
-------
Amazon Bedrock User Guide, "Model lifecycle": the Legacy period and "EOL no sooner than" of each model.
"""

from checker.model.finding import Statement
from checker.model.lifecycle import guaranteed_until
from checker.policy.check import CandidateCheck, CandidateSubject, Description, days_of, days_parameter
from checker.wording import counted


def _breaks(subject: CandidateSubject) -> bool:
    model, stage = subject.assessment.model, subject.stage
    if model is None or stage is None or stage.region is None:
        return False
    until = guaranteed_until(model, subject.day, stage.region)
    return until is not None and (until - subject.day).days < days_of(subject.parameters)


def _describe(subject: CandidateSubject) -> Description:
    model, stage = subject.assessment.model, subject.stage
    assert model is not None
    assert stage is not None
    assert stage.region is not None
    until = guaranteed_until(model, subject.day, stage.region)
    assert until is not None
    floor, notice = model.eol_no_sooner_than, model.legacy_notice
    if until == subject.day:
        reason = "neither a date before which it will not end nor a notice is promised"
    elif until == floor:
        reason = f"its provider promises no end of life before {floor}"
    else:
        past = f", and the promise of no end of life before {floor} has passed" if floor and floor <= until else ""
        reason = f"an announcement made today has to give {notice}' notice{past}"
    guaranteed, wanted = counted((until - subject.day).days, "day"), counted(days_of(subject.parameters), "day")
    rest = (
        f" without an end-of-life date, but that is guaranteed only for {guaranteed}: {reason}."
        f" The policy asks for {wanted}."
    )
    return Description(
        Statement("is Active", subject.name, subject.where, rest),
        "Know which model would follow it, and check more often than the notice is long.",
    )


CHECK = CandidateCheck(
    name="guaranteed-runway",
    breaks=_breaks,
    describe=_describe,
    rank=10,
    parameters=days_parameter(90, "The least notice that is wanted, in days."),
)
