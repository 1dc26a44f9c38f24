"""How a model can be written at a site, and in which Regions that works."""

from collections.abc import Callable, Iterator
from datetime import date

from checker.model.assessment import Assessment
from checker.model.lifecycle import Model
from checker.model.reference import Candidate, Form, Kind, Site, Usage
from checker.model.stages import StageOn

_OWN_ID = (Form.MODEL_ID, Form.FOUNDATION_MODEL_ARN)
_BY_PROFILE = (Form.INFERENCE_PROFILE_ID, Form.INFERENCE_PROFILE_ARN)


def regions_of_use(assessment: Assessment, stage: StageOn | None, day: date) -> tuple[str, ...]:
    """The judged Region; if calls are only routed to it, the Regions that they come from.

    If the Region is unknown: all where the old model is ending and from which the written profile can be called.
    """
    callers, old = assessment.regions, assessment.model
    if stage is None or old is None:
        return callers
    if callers:
        return (stage.region,) if stage.region in callers else callers
    stages = assessment.stages(day)
    going = [] if stages is None else [each.region for each in stages.stages if each.region and not each.is_fine]
    geography = assessment.candidate.profile
    profile = None if geography is None else old.profile(geography)
    bounded = [each for each in going if profile is None or each in profile.source_regions]
    offered = [each for each in bounded or going if old.is_offered_in(each)]
    return tuple(offered or bounded or going)


def can_be_had(site: Site, new: Model) -> bool | None:
    """Whether the model is offered in the way that the site needs; None if unknown."""
    match site.kind:
        case Kind.PROVISIONED_THROUGHPUT:
            return new.provisioned_throughput
        case Kind.CUSTOM_MODEL:
            return new.fine_tuning
        case _:
            return True


def forms(site: Site, written: Candidate, new: Model) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """The forms in which a site that has `written` can name `new`, best first, each with a test whether it works from a
    Region."""
    if site.usage is Usage.GRANT and written.form in _OWN_ID:
        # A grant covers the model, whichever profile calls it.
        yield new.id, new.is_offered_in
        return
    takes_id = not site.accepts or any(form in site.accepts for form in _OWN_ID)
    takes_profile = not site.accepts or any(form in site.accepts for form in _BY_PROFILE)
    if site.usage is Usage.GRANT and written.form in _BY_PROFILE:
        takes_id = False
    profiles = {profile.prefix: profile for profile in new.profiles if takes_profile}
    same = profiles.pop(written.profile or "", None)
    if same is not None:
        yield same.id, same.source_regions.__contains__
    if takes_id:
        yield new.id, new.regions.__contains__
    # Another geography, or `global`, sends data to places that the code has not chosen. Without a profile so far,
    # regional ones keep the data nearest.
    if written.profile is None or written.profile == "global":
        for profile in sorted(profiles.values(), key=lambda each: (each.prefix == "global", each.prefix)):
            yield profile.id, profile.source_regions.__contains__
