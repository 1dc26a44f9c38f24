"""How a model can be written at a site, and in which Regions that works."""

from collections.abc import Callable, Iterator
from datetime import date

from checker.kept import kept_by_identity
from checker.model.assessment import Assessment
from checker.model.lifecycle import Model
from checker.model.reference import Form, Kind, Site, Usage
from checker.model.stages import StageOn, worst_stage

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
    return _regions_where_ending(old, assessment.candidate.profile, assessment.candidate.partition, day)


@kept_by_identity(10_000)
def _regions_where_ending(old: Model, geography: str | None, partition: str, day: date) -> tuple[str, ...]:
    stages = worst_stage(old, day, (), partition).stages
    going = [each.region for each in stages if each.region and not each.is_fine]
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


def forms(site: Site, written: Form, geography: str | None, new: Model) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """The ids by which a site can name `new`, best first, each with a test whether it works from a Region.

    `written` is the form of the id there, `geography` that of its inference profile.
    """
    if site.usage is Usage.GRANT and written in _OWN_ID:
        # A grant covers the model, whichever profile calls it.
        yield new.id, new.is_offered_in
        return
    takes_id = not site.accepts or any(form in site.accepts for form in _OWN_ID)
    takes_profile = not site.accepts or any(form in site.accepts for form in _BY_PROFILE)
    if site.usage is Usage.GRANT and written in _BY_PROFILE:
        takes_id = False
    profiles = {profile.prefix: profile for profile in new.profiles if takes_profile}
    same = profiles.pop(geography or "", None)
    if same is not None:
        yield same.id, same.source_regions.__contains__
    if takes_id:
        yield new.id, new.regions.__contains__
    # Another geography, or `global`, sends data to places that the code has not chosen. Without a profile so far,
    # regional ones keep the data nearest.
    if geography is None or geography == "global":
        for profile in sorted(profiles.values(), key=lambda each: (each.prefix == "global", each.prefix)):
            yield profile.id, profile.source_regions.__contains__
