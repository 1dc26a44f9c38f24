"""A model that reaches its end of life soon.

What it finds
-------------
A model whose end-of-life (EOL) date is at most `days` days away, in the Region that decides its dates, or has passed.

Why it matters
--------------
From its EOL date on, Bedrock refuses every call of the model in that Region. Choosing another model, evaluating it
and rolling it out takes time, the more if vectors have to be computed again or capacity has to be bought anew.

Example
-------
With `days: 90`, an agent whose model has its EOL date in 45 days.

How to fix
----------
Move to a model that is Active in the Region. If the move is under way, waive the finding with a reason and the day by
which it will be done.

Parameters
----------
`days`: how near the EOL date may not be; a date exactly so many days away is within. 90 unless given.

Sources
-------
Amazon Bedrock User Guide, "Model lifecycle": the EOL dates per Region.
"""

from checker.model.finding import Statement
from checker.policy.advice import lifecycle_advice
from checker.policy.check import (
    CandidateCheck,
    CandidateSubject,
    Description,
    Period,
    by_eol,
    days_before,
    days_of,
    days_parameter,
)
from checker.wording import counted, end_of_life


def _broken(subject: CandidateSubject) -> Period | None:
    eol = None if subject.stage is None else subject.stage.eol_date
    return None if eol is None else Period(days_before(eol, days_of(subject.parameters)))


def _describe(subject: CandidateSubject) -> Description:
    assert subject.stage is not None
    predicate, rest = end_of_life(subject.stage)
    limit = f"; the policy asks for more than {counted(days_of(subject.parameters), 'day')}."
    return Description(Statement(predicate, subject.name, subject.where, f"{rest}{limit}"), *lifecycle_advice(subject))


CHECK = CandidateCheck(
    name="eol-within",
    broken=_broken,
    describe=_describe,
    rank=50,
    gravity=by_eol,
    parameters=days_parameter(90, "How near the EOL date may not be, in days."),
)
