"""What a finding says of an inference profile that is not known to take calls from the Region."""

from checker.model.finding import Statement
from checker.model.regions import partition_of
from checker.policy.check import CandidateSubject, Description
from checker.wording import in_regions


def out_of_reach(subject: CandidateSubject) -> Description:
    """The description; the candidate has a profile, and its model and the Region are known."""
    model, prefix = subject.assessment.model, subject.candidate.profile
    region = None if subject.stage is None else subject.stage.region
    assert model is not None
    assert prefix is not None
    assert region is not None
    sources = model.regions_to_call(prefix, partition_of(region))
    known = f": it can be called{in_regions(sources)}." if sources else "."
    profiles = [each.id for each in model.profiles if model.takes_calls_from(each.prefix, region)]
    ids = [*(each for each in profiles if each != subject.candidate.text), *([model.id] * (region in model.regions))]
    action = f"Use {' or '.join(ids)}, or another Region." if ids else "Choose another Region or model."
    return Description(
        Statement(
            f"The inference profile {subject.candidate.text} is not known to be callable", "", subject.where, known
        ),
        f"{action} If it is newly offered there, refresh the catalog (`bedrock-eol models refresh`).",
    )
