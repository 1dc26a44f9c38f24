"""What to do about a model that is going: where to move, and what the move costs."""

from checker.model.lifecycle import Model, Stage, stage_on
from checker.model.reference import Cost, Form, Kind, Site, Usage
from checker.policy.check import CandidateSubject
from checker.wording import in_regions

_OWN_ID = (Form.MODEL_ID, Form.FOUNDATION_MODEL_ARN)
_BY_PROFILE = (Form.INFERENCE_PROFILE_ID, Form.INFERENCE_PROFILE_ARN)
_OFFERED_AT_MOST = 3


def lifecycle_advice(subject: CandidateSubject) -> str:
    """Sentences: the replacements that can be used at this place, and what the change costs."""
    reference = subject.reference
    match reference.site.usage:
        case Usage.SELECTABLE:
            return f"Take it off the values that may be chosen. {_replacement_advice(subject)}"
        case Usage.MENTION:
            return f"It is only mentioned here; change it with its use. {_replacement_advice(subject)}"
        case Usage.GRANT:
            return f"Grant the next model too, and take this one off after the move. {_replacement_advice(subject)}"
        case Usage.USE | Usage.INDIRECT:
            return _replacement_advice(subject) + _cost(reference.site)


def usable_replacements(subject: CandidateSubject) -> tuple[str, ...]:
    """Ids, as they can be written at the site: of models that the catalog names as replacements, that are Active in
    the Region without an end in sight, produce what the old model does, and are offered there in a form that the site
    accepts.
    """
    old, stage = subject.assessment.model, subject.stage
    if old is None or stage is None:
        return ()
    regions = _regions_of_use(subject)
    usable: list[str] = []
    for replacement in old.replacements:
        new = subject.find_model(replacement.id)
        if new is None or not _same_output(old, new):
            continue
        forms = {_form_for(subject, new, region) for region in regions or _anywhere(new)}
        # What has to be written differently in each Region has no one id to advise.
        written = forms.pop() if len(forms) == 1 else None
        if written is not None and written not in usable:
            usable.append(written)
    return tuple(usable[:_OFFERED_AT_MOST])


def _regions_of_use(subject: CandidateSubject) -> tuple[str, ...]:
    """The Region that is judged, or, if that is only one to which calls are routed, those from which they come."""
    region, callers = None if subject.stage is None else subject.stage.region, subject.assessment.regions
    return (region,) if region is not None and (not callers or region in callers) else callers


def _replacement_advice(subject: CandidateSubject) -> str:
    regions = _regions_of_use(subject)
    where = in_regions(regions)
    usable = usable_replacements(subject)
    if usable:
        return f"Move to {' or '.join(usable)}."
    old = subject.assessment.model
    if old is not None and old.replacements:
        return f"None of the replacements that the catalog names can be used here{where}; choose another Active one."
    return f"The catalog names no replacement; choose a model that is Active{where}."


def _cost(site: Site) -> str:
    if site.usage is not Usage.USE or site.kind is Kind.DATA_SOURCE:
        return ""
    match site.cost:
        case Cost.REPLACE_AND_REINDEX:
            return (
                " The change replaces the knowledge base, and its data has to be indexed again with the new model: plan"
                " for the time and the cost of that."
            )
        case Cost.REPLACE if site.kind is Kind.PROVISIONED_THROUGHPUT:
            return (
                " The change replaces the provisioned throughput: a committed one cannot be deleted before its term"
                " ends, and a new one is refused for a Legacy model."
            )
        case Cost.REPLACE if site.kind is Kind.CUSTOM_MODEL:
            return " The change trains a new custom model, which is refused for a Legacy base model."
        case Cost.REPLACE:
            return " The change replaces the resource."
        case Cost.IN_PLACE:
            return " The change is made in place."


def _same_output(old: Model, new: Model) -> bool:
    # Where the catalog does not know what a model produces, that it is named as the replacement has to do.
    return not new.outputs or set(old.outputs) <= set(new.outputs)


def _anywhere(model: Model) -> tuple[str, ...]:
    return tuple(sorted(model.offered_regions()))[:1]


def _form_for(subject: CandidateSubject, new: Model, region: str) -> str | None:
    """How `new` is written at the site for a call from `region`; None if it cannot be used there."""
    stage = stage_on(new, subject.day, region)
    if stage.stage is not Stage.ACTIVE or stage.eol_date is not None or stage.legacy_date is not None:
        return None
    accepts = subject.reference.site.accepts
    takes_id = not accepts or any(form in accepts for form in _OWN_ID)
    takes_profile = not accepts or any(form in accepts for form in _BY_PROFILE)
    profiles = [profile for profile in new.profiles if takes_profile and region in profile.source_regions]
    same_geography = [profile for profile in profiles if profile.prefix == subject.candidate.profile]
    if same_geography:
        return same_geography[0].id
    if takes_id and region in new.regions:
        return new.id
    # Regional profiles keep the data where it is; a global one need not.
    regional = [profile for profile in profiles if profile.prefix != "global"]
    return next((profile.id for profile in regional or profiles), None)
