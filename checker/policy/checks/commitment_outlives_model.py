"""Provisioned throughput with a commitment that ends after its model's end of life.

What it finds
-------------
Provisioned throughput whose commitment (one month or six), counted from the day of the check, ends after the model's
end-of-life (EOL) date in the Region.

Why it matters
--------------
Committed provisioned throughput cannot be deleted before its term ends, and the commitment renews itself. What lies
beyond the EOL date is paid for a model that no longer answers.

Example
-------
`commitment_duration = "SixMonths"` on a model that has its EOL date in four months.

How to fix
----------
Move to a model that outlives the commitment, or take a shorter commitment or none.

Parameters
----------
None.

Sources
-------
Amazon Bedrock User Guide, "Provisioned Throughput": commitment terms; "Model lifecycle": the EOL dates per Region.
"""

from datetime import date, timedelta

from checker.model.finding import Statement
from checker.model.lifecycle import Notice
from checker.policy.advice import lifecycle_advice
from checker.policy.check import CandidateCheck, CandidateSubject, Description, Period, by_eol
from checker.wording import end_of_life

_TERMS = {"OneMonth": Notice(1, "months"), "SixMonths": Notice(6, "months")}


def _end(subject: CandidateSubject) -> date | None:
    """The day on which a commitment made on the day of the check ends."""
    term = _TERMS.get(subject.reference.commitment or "")
    return None if term is None else term.after(subject.day)


def _broken(subject: CandidateSubject) -> Period | None:
    term = _TERMS.get(subject.reference.commitment or "")
    if term is None or subject.stage is None or subject.stage.eol_date is None:
        return None
    since = subject.stage.eol_date - timedelta(days=31 * term.count)
    while term.after(since) <= subject.stage.eol_date:
        since += timedelta(days=1)
    return Period(since)


def _describe(subject: CandidateSubject) -> Description:
    assert subject.stage is not None
    predicate, rest = end_of_life(subject.stage)
    commitment = (
        f", but a commitment of {subject.reference.commitment} lasts until {_end(subject)} and cannot be ended before."
    )
    action, effect = lifecycle_advice(subject)
    statement = Statement(predicate, subject.name, subject.where, f"{rest}{commitment}")
    return Description(statement, f"{action} Or take a shorter commitment, or none.", effect)


CHECK = CandidateCheck(
    name="commitment-outlives-model", broken=_broken, describe=_describe, rank=45, concern="commitment", gravity=by_eol
)
