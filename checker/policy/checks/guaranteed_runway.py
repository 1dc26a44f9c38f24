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
from checker.model.lifecycle import Model, Stage
from checker.policy.check import (
    ALWAYS,
    CandidateCheck,
    CandidateSubject,
    Description,
    Period,
    days_before,
    days_of,
    days_parameter,
)
from checker.wording import counted


def _broken(subject: CandidateSubject) -> Period | None:
    model, stage, wanted = subject.assessment.model, subject.stage, days_of(subject.parameters)
    if model is None or stage is None or stage.region is None:
        return None
    if stage.stage is not Stage.ACTIVE or stage.eol_date is not None or _notice_days(model) >= wanted:
        return None
    floor = model.eol_no_sooner_than
    return ALWAYS if floor is None else Period(days_before(floor, wanted - 1))


def _notice_days(model: Model) -> int:
    """How many days of notice are sure."""
    return 0 if model.legacy_notice is None else model.legacy_notice.least_days


def _describe(subject: CandidateSubject) -> Description:
    model = subject.assessment.model
    assert model is not None
    floor, notice_days = model.eol_no_sooner_than, _notice_days(model)
    floor_days = 0 if floor is None else (floor - subject.day).days
    guaranteed = max(floor_days, notice_days)
    if guaranteed == 0:
        reason = "neither a date before which it will not end nor a notice is promised"
    elif floor_days == guaranteed:
        reason = f"its provider promises no end of life before {floor}"
    else:
        past = (
            "" if floor is None or floor_days > 0 else f", and the promise of no end of life before {floor} has passed"
        )
        reason = f"an announcement made today has to give {model.legacy_notice}' notice{past}"
    rest = (
        f" without an end-of-life date, but that is guaranteed only for {counted(guaranteed, 'day')}: {reason}."
        f" The policy asks for {counted(days_of(subject.parameters), 'day')}."
    )
    return Description(
        Statement("is Active", subject.name, subject.where, rest),
        "Know which model would follow it, and check more often than the notice is long.",
    )


CHECK = CandidateCheck(
    name="guaranteed-runway",
    broken=_broken,
    describe=_describe,
    rank=10,
    parameters=days_parameter(90, "The least notice that is wanted, in days."),
)
