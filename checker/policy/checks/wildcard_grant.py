"""A permission that covers models by a wildcard.

What it finds
-------------
An IAM statement that allows calls of models by a wildcard which does not stand for one known model.

Why it matters
--------------
Which models the workload calls cannot be read from such a grant, so their dates cannot be judged; and it goes on to
allow models that nobody chose. A wildcard is never expanded, and never judged by date.

Example
-------
`arn:aws:bedrock:*::foundation-model/*` in the policy of a function's role.

How to fix
----------
Name the models that are called. If the grant is meant, waive the finding or switch the rule off.

Parameters
----------
None.

Sources
-------
Service Authorization Reference, "Actions, resources, and condition keys for Amazon Bedrock".
"""

from checker.model.finding import Statement
from checker.model.reference import Form
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Period


def _broken(subject: CandidateSubject) -> Period | None:
    return ALWAYS if subject.candidate.form is Form.WILDCARD and subject.candidate.model is None else None


def _describe(subject: CandidateSubject) -> Description:
    return Description(
        Statement(
            f"{subject.reference.address} covers models by the wildcard {subject.candidate.text}: which ones are called"
            " is not known."
        ),
        "Name the models that are called.",
    )


CHECK = CandidateCheck(name="wildcard-grant", broken=_broken, describe=_describe, concern="wildcard")
