"""Finds the ids with which a use can call a new model instead of the old one."""

from collections.abc import Iterator
from datetime import date, timedelta

from checker.fix.written import Use
from checker.model.lifecycle import Model, Stage
from checker.model.reference import Form, Reference, Role, Usage
from checker.model.stages import stage_on
from checker.policy.advice import forms, has_end, regions_of_use, regions_to_work_in

_OWN_ARN = Form.FOUNDATION_MODEL_ARN
_PROFILE_ARN = Form.INFERENCE_PROFILE_ARN
# Names of other resources that lead to a model.
_BY_NAME = frozenset(
    {
        Form.APPLICATION_INFERENCE_PROFILE_ARN,
        Form.PROVISIONED_MODEL_ARN,
        Form.CUSTOM_MODEL_ARN,
        Form.CUSTOM_MODEL_DEPLOYMENT_ARN,
        Form.PROMPT_ARN,
        Form.PROMPT_ROUTER_ARN,
    }
)


def regions_for(use: Use, new: Model, day: date) -> tuple[str, ...]:
    """The Regions in which a use has to be able to call a new model."""
    stages = use.assessment.stages(day)
    known = use.assessment.regions or regions_of_use(use.assessment, None if stages is None else stages.worst, day)
    return regions_to_work_in(new, known, use.candidate.partition)


def lives_on(model: Model, day: date, days: int, region: str | None, partition: str) -> bool:
    """Whether a model is Active in a Region on `day`, and, as far as is known, still is `days` days later.

    Without a Region: whether it is not known to end, where no Region is known to offer it.
    """
    ends = (day, day + timedelta(days=days))
    if region is None:
        return not any(has_end(model, each, partition) for each in ends)
    return all(stage_on(model, each, region).stage is Stage.ACTIVE for each in ends)


def ways(use: Use, new: Model, day: date) -> Iterator[str]:
    """The ids by which the new model can be called where the use calls the old one, best first."""
    regions = regions_for(use, new, day)
    if use.candidate.form is Form.MANTLE_MODEL_ID:
        yield from (alias for alias in new.aliases if "bedrock-mantle" in new.endpoints and new.id.startswith(alias))
        return
    if use.named.reference.form is Form.WILDCARD:
        yield new.id
        return
    if use.named.has_unknown_geography:
        if all(_has_profile(new, region) for region in regions):
            yield new.id
        return
    site, own_form = use.assessment.reference.site, use.named.reference.form
    is_name = use.candidate.form in _BY_NAME
    if is_name:
        # The site takes the name of the other resource; it does not restrict the model behind the name.
        site = site._replace(accepts=())
    for identifier, works in forms(site, own_form if is_name else use.candidate.form, use.candidate.profile, new):
        by_profile = identifier != new.id
        fits_arn = not (by_profile if own_form is _OWN_ARN else own_form is _PROFILE_ARN and not by_profile)
        if fits_arn and all(map(works, regions)):
            yield identifier


def profiles_of(use: Use, new: Model, day: date) -> Iterator[str]:
    """The ids of profiles by which the use could call the new model if the id did not stand in an ARN."""
    regions = regions_for(use, new, day)
    for identifier, works in forms(use.assessment.reference.site, Form.MODEL_ID, use.candidate.profile, new):
        if identifier != new.id and all(map(works, regions)):
            yield identifier


def _has_profile(model: Model, region: str) -> bool:
    return any(region in profile.source_regions for profile in model.profiles if profile.prefix != "global")


def supposed(use: Use, identifier: str, new: Model) -> Reference:
    """The reference of a use as it would be with the new model, written as `identifier`."""
    geography = None if identifier == new.id or identifier in new.aliases else identifier.partition(".")[0]
    candidate = use.candidate
    form = candidate.form
    if form in (Form.MODEL_ID, Form.INFERENCE_PROFILE_ID) and not use.named.has_unknown_geography:
        form = Form.MODEL_ID if geography is None else Form.INFERENCE_PROFILE_ID
    made = candidate._replace(text=use.named.text(identifier), model=new.id, profile=geography, form=form)
    return use.assessment.reference._replace(candidates=(made,), unresolved=None)


def is_grant(use: Use) -> bool:
    """Whether the use only grants the model."""
    return use.assessment.reference.site.usage is Usage.GRANT


def denies(use: Use) -> bool:
    """Whether the use is an IAM statement that denies the model, or excludes it."""
    site = use.assessment.reference.site
    return site.role is Role.GRANT and site.usage is Usage.MENTION
