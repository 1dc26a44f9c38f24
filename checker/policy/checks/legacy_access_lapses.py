"""A Legacy model that the account has not called for days.

What it finds
-------------
A model that is Legacy in the Region of a resource in an account (`bedrock-eol account`), and that the account has not
called there for `days` days, by CloudWatch. It says nothing of code, which does not know calls.

Why it matters
--------------
An account that does not call a Legacy model loses its access to it: calls fail although the model is not at its end of
life. AWS's page speaks of 15 days, the messages of the service since August 2026 of 30. What runs once a month, or only
in an emergency, fails when it is needed.

Example
-------
An agent for the end of each quarter, whose model is Legacy since September.

How to fix
----------
Move to a model that is Active in the Region.

Parameters
----------
`days`: After how many days without a call access is taken to have lapsed; 15 unless given.

Sources
-------
Amazon Bedrock User Guide, "Model lifecycle" (legacy page): who uses a Legacy model may lose access after 15 days of
inactivity. The service's error, as users report it (github.com/awslabs/llmeter/issues/35): "Access denied. This Model
is marked by provider as Legacy and you have not been actively using the model in the last 30 days."
"""

from datetime import date, timedelta

from checker.model.finding import Statement
from checker.model.lifecycle import Stage
from checker.model.reference import Kind
from checker.policy.advice import lifecycle_advice
from checker.policy.check import CandidateCheck, CandidateSubject, Description, Period, days_of, days_parameter
from checker.wording import legacy

_LEGACY = (Stage.LEGACY, Stage.EXTENDED_ACCESS)


def _lapses_on(subject: CandidateSubject) -> date | None:
    """The day on which access lapses, unless the model is called before; None if the calls are not known."""
    traffic = subject.reference.traffic
    # Throughput that was bought is not taken away.
    if traffic is None or subject.reference.site.kind is Kind.PROVISIONED_THROUGHPUT:
        return None
    last = traffic.model_last_day or traffic.since
    return last + timedelta(days=days_of(subject.parameters))


def _broken(subject: CandidateSubject) -> Period | None:
    lapses_on, stage = _lapses_on(subject), subject.stage
    if lapses_on is None or stage is None or stage.stage not in _LEGACY:
        return None
    return Period(lapses_on if stage.legacy_date is None else max(lapses_on, stage.legacy_date))


def _describe(subject: CandidateSubject) -> Description:
    stage, traffic = subject.stage, subject.reference.traffic
    assert stage is not None
    assert traffic is not None
    predicate, rest = legacy(stage)
    last = traffic.model_last_day
    calls = f"since {traffic.since}" if last is None else f"after {last}"
    lapses = f", and the account has not called it {calls}: access may have lapsed."
    return Description(Statement(predicate, subject.name, subject.where, f"{rest}{lapses}"), *lifecycle_advice(subject))


CHECK = CandidateCheck(
    name="legacy-access-lapses",
    broken=_broken,
    describe=_describe,
    concern="access",
    parameters=days_parameter(15, "After how many days without a call access is taken to have lapsed."),
)
