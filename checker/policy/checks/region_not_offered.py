"""A model in a Region where the catalog does not know it to be offered.

What it finds
-------------
A model that the catalog knows, used in a Region that none of its dates name and where it is offered neither by its own
id nor by an inference profile; or called by an inference profile that takes no calls from that Region, as `eu.` in
ca-central-1.

Why it matters
--------------
A call of a model that a Region does not offer fails, and so may the create of a resource that names it. Or the model
was offered there once: then it has reached its end of life in that Region, and is no longer listed.

Example
-------
An agent in eu-north-1 whose model is offered in us-east-1 and us-west-2 only.

How to fix
----------
Choose a model that the Region offers, or the inference profile by which it can be reached from there. If the model is
newly offered there, refresh the catalog.

Parameters
----------
None.

Sources
-------
Amazon Bedrock User Guide, "Supported foundation models" and "Inference profiles": Regions of each model and profile.
"""

from checker.model.finding import Statement
from checker.model.lifecycle import Stage, known_regions
from checker.policy.check import ALWAYS, CandidateCheck, CandidateSubject, Description, Period, out_of_reach
from checker.wording import in_regions


def _broken(subject: CandidateSubject) -> Period | None:
    model, stage = subject.assessment.model, subject.stage
    is_not_offered = (
        model is not None
        and stage is not None
        and stage.stage is Stage.UNKNOWN
        and stage.row is None
        and not (stage.region is not None and model.is_offered_in(stage.region))
    )
    return ALWAYS if is_not_offered or subject.is_out_of_reach else None


def _describe(subject: CandidateSubject) -> Description:
    model, stage = subject.assessment.model, subject.stage
    assert model is not None
    assert stage is not None
    if stage.stage is not Stage.UNKNOWN:
        return out_of_reach(subject)
    known = known_regions(model, subject.candidate.partition)
    elsewhere = f"It is known{in_regions(known)}." if known else "No Region is known to offer it."
    return Description(
        Statement(f"is {stage.reason}.", subject.name),
        f"{elsewhere} Choose another model or Region, or refresh the catalog (`bedrock-eol models refresh`).",
    )


CHECK = CandidateCheck(name="region-not-offered", broken=_broken, describe=_describe, rank=25, concern="knowledge")
