"""A model of which the catalog cannot say where in its life it is.

What it finds
-------------
A model id that the catalog does not know, or a model whose stage in the Region is not known: it is not known to be
offered there, its dates are disputed, or none are known for that partition. So is a model that is called by an
inference profile which is not known to take calls from the Region, as `eu.` in ca-central-1; a grant of it calls
nothing.

Why it matters
--------------
A model without dates is not a safe model: it may be misspelt, newer than the catalog, or long gone. What is not known
must not pass as clean.

Example
-------
`anthropic.claude-opus-4-8-v1` where the catalog knows `anthropic.claude-opus-4-8`.

How to fix
----------
Correct the id or the Region. If the model is new, refresh the catalog with `bedrock-eol models refresh`, or add what
you know of it in a file given with `--catalog-overlay`.

Parameters
----------
None.

Sources
-------
Amazon Bedrock User Guide, "Supported foundation models": model ids and Regions.
"""

from checker.model.finding import Statement
from checker.model.lifecycle import Stage
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Period, out_of_reach

_REFRESH = (
    "If the id is right, refresh the catalog (`bedrock-eol models refresh`) or add the model in a file given with"
    " `--catalog-overlay`."
)


def _broken(subject: CandidateSubject) -> Period | None:
    if subject.assessment.model is None:
        return None if subject.candidate.model is None else ALWAYS
    is_unknown = subject.stage is not None and subject.stage.stage is Stage.UNKNOWN
    return ALWAYS if is_unknown or subject.is_out_of_reach else None


def _describe(subject: CandidateSubject) -> Description:
    stage = subject.stage
    if stage is None:
        similar = subject.assessment.similar
        meant = f"Did you mean {' or '.join(similar)}? " if similar else ""
        return Description(
            Statement(f"The catalog does not know the model {subject.name}: nothing can be said of its life."),
            f"{meant}{_REFRESH}",
        )
    if stage.stage is not Stage.UNKNOWN:
        return out_of_reach(subject)
    return Description(
        Statement(f"Nothing is known of the life of {subject.name}", where=subject.where, rest=f": {stage.reason}."),
        "Check the id and the Region. If both are right, refresh the catalog (`bedrock-eol models refresh`) or add the"
        " dates in a file given with `--catalog-overlay`.",
    )


CHECK = CandidateCheck(name="unknown-model", broken=_broken, describe=_describe, rank=20, concern="knowledge")
