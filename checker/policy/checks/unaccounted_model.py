"""A model whose use is hidden by an expression that could not be evaluated.

What it finds
-------------
A known id that stands in the code, that no resource was found to use, and that may be used all the same: an expression
of the same input could not be evaluated, or a part of its file could not be read.

Why it matters
--------------
A model that is not found is not judged, and its end of life comes unannounced.

Example
-------
The id in a local that goes into a function which only a provider can evaluate.

How to fix
----------
Check a plan, which holds what the expression comes to, or correct what could not be read. If nothing uses the id,
remove it.

Parameters
----------
None.

Sources
-------
The code itself.
"""

from checker.model.finding import Statement
from checker.model.reference import Reason
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Period


def _broken(subject: CandidateSubject) -> Period | None:
    mention = subject.reference.mention
    return ALWAYS if mention is not None and mention.reason is Reason.NOT_EVALUATED else None


def _describe(subject: CandidateSubject) -> Description:
    return Description(
        Statement(
            f"{subject.candidate.text} stands in the code, and what uses it is not known: an expression of the input"
            " could not be evaluated."
        ),
        "Check a plan, or correct what could not be read; if nothing uses the id, remove it.",
    )


CHECK = CandidateCheck(name="unaccounted-model", broken=_broken, describe=_describe, concern="unaccounted")
