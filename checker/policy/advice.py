"""Advice on a model that is ending: its replacements, how they are written at the site, and the cost."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from checker.kept import kept_by_identity
from checker.model.finding import Assessment
from checker.model.lifecycle import Model, Replacement, Stage
from checker.model.reference import Cost, Form, Kind, Site, Usage
from checker.model.regions import partition_of
from checker.model.stages import StageOn, stage_on, worst_stage
from checker.policy.check import CandidateSubject
from checker.wording import KINDS, in_regions

# How a model can be written at a site, and in which Regions that works.

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


def regions_to_work_in(new: Model, regions: tuple[str, ...], partition: str) -> tuple[str, ...]:
    """The Regions in which a replacement has to work: those of the use; all that can call it if none is known."""
    if regions:
        return regions
    callers = frozenset(new.regions).union(*(profile.source_regions for profile in new.profiles))
    return tuple(sorted(region for region in callers if partition_of(region) == partition))


def has_end(model: Model, day: date, partition: str) -> bool:
    """Whether a model is ending, or has ended, in some Region of a partition, or wherever no row says otherwise."""
    return worst_stage(model, day, (), partition).worst.stage not in (Stage.ACTIVE, Stage.UNKNOWN)


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


# Advice on a model that is ending: its replacements, and the cost of the change.

_OFFERED_AT_MOST = 3
_BY_REGION = "The Region, which is not known, decides whether its id or an inference profile can be called."
_PURCHASES = {Kind.PROVISIONED_THROUGHPUT: "bought as provisioned throughput", Kind.CUSTOM_MODEL: "fine-tuned"}


def lifecycle_advice(subject: CandidateSubject) -> tuple[str, str]:
    """Sentences: the replacements that can be used at this location, and what the change does to the resource."""
    reference = subject.reference
    replacement = _replacement_advice(subject)
    match reference.site.usage:
        case Usage.SELECTABLE:
            return f"Take it off the values that may be chosen. {replacement}", ""
        case Usage.MENTION:
            return f"It is only mentioned here; change it with its use. {replacement}", ""
        case Usage.GRANT:
            return f"Grant the next model too, and take this one off after the move. {replacement}", ""
        case Usage.USE | Usage.INDIRECT:
            return replacement, _effect(subject)


def replacements(subject: CandidateSubject) -> tuple[str, ...]:
    """The replacements that the advice names, each as it can be written at the site."""
    return tuple(each.written for each in _usable(subject))


class _Usable(NamedTuple):
    """A replacement, as it can be written at the site. If no Region is known, that may be wrong for some."""

    written: str
    replacement: Replacement
    depends_on_region: bool


def _usable(subject: CandidateSubject) -> list[_Usable]:
    """The replacements of the catalog that are Active without a known end in every Region of the use, have the outputs
    of the old model, and are offered in one form that the site accepts in all these Regions.

    If no Region of the use is known, one form for all is not asked for.
    """
    old, site, candidate = subject.assessment.model, subject.reference.site, subject.candidate
    if old is None or subject.stage is None:
        return []
    known = regions_of_use(subject.assessment, subject.stage, subject.day)
    usable: dict[str, _Usable] = {}
    for replacement in old.replacements:
        new = subject.find_model(replacement.id)
        if new is None or not _same_output(old, new) or can_be_had(site, new) is False:
            continue
        everywhere, first = _written(
            new, site, candidate.form, candidate.profile, known, candidate.partition, subject.day
        )
        written = everywhere if known else everywhere or first
        if written is not None:
            usable.setdefault(written, _Usable(written, replacement, depends_on_region=written != everywhere))
    return list(usable.values())[:_OFFERED_AT_MOST]


@kept_by_identity(10_000)
def _written(
    new: Model, site: Site, form: Form, geography: str | None, known: tuple[str, ...], partition: str, day: date
) -> tuple[str | None, str | None]:
    """The first id that works in all Regions, and the first one at all, each as it can be written at the site.

    None if the model has an end in one of these Regions. `known` are those of the use.
    """
    regions = regions_to_work_in(new, known, partition)
    fine = (stage_on(new, day, region).is_fine for region in regions)
    if not all(fine) or (not regions and has_end(new, day, partition)):
        return None, None
    ways = tuple(forms(site, form, geography, new))
    everywhere = next((name for name, works in ways if all(map(works, regions))), None)
    return everywhere, next((name for name, _ in ways), None)


def _replacement_advice(subject: CandidateSubject) -> str:
    where = in_regions(subject.assessment.regions and regions_of_use(subject.assessment, subject.stage, subject.day))
    usable = _usable(subject)
    old = subject.assessment.model
    if usable:
        by_rule = " (of the same family: nobody names a replacement)" if usable[0].replacement.is_by_rule else ""
        moves = f"Move to {' or '.join(each.written for each in usable)}{by_rule}."
        by_region = f" {_BY_REGION}" if any(each.depends_on_region for each in usable) else ""
        return f"{moves}{by_region}{_open_question(subject, usable)}"
    if old is not None and old.replacements:
        return f"None of the replacements that the catalog names can be used here{where}; choose another Active one."
    return f"The catalog names no replacement; choose a model that is Active{where}."


def _open_question(subject: CandidateSubject, usable: Sequence[_Usable]) -> str:
    """A question that the catalog cannot answer and that must be answered before the move."""
    models = (subject.find_model(each.replacement.id) for each in usable)
    if subject.reference.site.kind not in _PURCHASES or all(
        new and can_be_had(subject.reference.site, new) for new in models
    ):
        return ""
    return f" Look up first whether it can be {_PURCHASES[subject.reference.site.kind]}: the catalog does not know."


def _effect(subject: CandidateSubject) -> str:
    site = subject.reference.site
    if site.usage is not Usage.USE or site.kind is Kind.DATA_SOURCE:
        return ""
    kind = KINDS[site.kind]
    if subject.reference.has_instance_key(subject.candidate.text):
        return (
            f"It is also the key of an instance: under another one, the {kind} is replaced, unless a `moved` block"
            " keeps it."
        )
    match site.cost:
        case Cost.REPLACE_AND_REINDEX:
            return (
                "The knowledge base is replaced, and its data has to be indexed again with the new model: plan for the"
                " time and the cost of that."
            )
        case Cost.REPLACE if site.kind is Kind.PROVISIONED_THROUGHPUT:
            return (
                "The provisioned throughput is replaced: a committed one cannot be deleted before its term ends, and a"
                " new one is refused for a Legacy model."
            )
        case Cost.REPLACE if site.kind is Kind.CUSTOM_MODEL:
            return "A new custom model is trained, which is refused for a Legacy base model."
        case Cost.REPLACE:
            return f"The {kind} is replaced."
        case Cost.IN_PLACE:
            return f"The {kind} is changed in place."


def _same_output(old: Model, new: Model) -> bool:
    # If the catalog does not know the outputs of a model, it is enough that a source names the replacement.
    return not new.outputs or set(old.outputs) <= set(new.outputs)
