"""Joins candidates with the catalog's data, and references with their earlier addresses."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from checker.catalog.lookup import CatalogIndex
from checker.extract import extract
from checker.frontends.protocol import Source
from checker.model.finding import Assessment
from checker.model.lifecycle import Model
from checker.model.reference import Candidate, Reason, Reference
from checker.model.regions import partition_of
from checker.model.resource import Holder, Loaded
from checker.model.scan import ModelInUse
from checker.model.stages import StageOn
from checker.policy.compose import addresses_before

# Joins candidates with the catalog's data on their models, in the possible Regions.

_NOT_JUDGED = frozenset({Reason.COMMENT, Reason.DESCRIPTION})


def match(
    references: Sequence[Reference], index: CatalogIndex, bounds: Mapping[str, Sequence[str]]
) -> Iterator[Assessment]:
    """Each candidate with the catalog's data on its model, in the possible Regions.

    `bounds` maps the path of an input to the Regions that the user gives.
    """
    for reference in references:
        if reference.mention is not None and reference.mention.reason in _NOT_JUDGED:
            continue
        for number, candidate in enumerate(reference.candidates):
            model = index.lookup(candidate.model) if candidate.model is not None else None
            similar = index.suggest(candidate.model) if candidate.model is not None and model is None else ()
            regions = _regions(candidate, model, bounds.get(reference.input, ()))
            yield Assessment(reference, number, candidate, model, regions, similar)


def models_in_use(assessments: Sequence[Assessment], as_of: date) -> tuple[ModelInUse, ...]:
    """The known models by id, each with its stage in every possible Region of its references."""
    # Many references have the same stages.
    kinds = {
        (each.model.id, each.regions, each.candidate.partition): each for each in assessments if each.model is not None
    }
    models: dict[str, Model] = {}
    stages: dict[str, dict[str, StageOn]] = {}
    for (name, _, _), each in kinds.items():
        judged = each.stages(as_of)
        if each.model is not None and judged is not None:
            models[name] = each.model
            stages.setdefault(name, {}).update((stage.region or "", stage) for stage in judged.stages)
    return tuple(
        ModelInUse(model, tuple(stage for _, stage in sorted(stages[name].items())))
        for name, model in sorted(models.items())
    )


def _regions(candidate: Candidate, model: Model | None, bounds: Sequence[str]) -> tuple[str, ...]:
    """The Regions that decide the dates of a candidate; empty if all of its partition do.

    If the code does not tell them, `bounds` and the geography of an inference profile do, as far as both agree. Where a
    variable names a Region that is not known, it may be outside of the bounds.
    """
    if candidate.regions:
        return candidate.regions
    given = tuple(region for region in bounds if partition_of(region) == candidate.partition)
    if model is None or candidate.profile is None:
        return given
    callable_in = model.regions_to_call(candidate.profile, candidate.partition)
    both = tuple(region for region in given if region in callable_in)
    return both or (() if candidate.open_region else given) or callable_in


# The references of an input at their reported addresses, with their earlier addresses.


def _at_holder(reference: Reference, holders: Mapping[str, Holder]) -> Reference:
    """The reference at the address of the Terraform resource that contains the CloudFormation resource."""
    holder = holders.get(reference.address)
    if holder is None:
        return reference
    path = f"{holder.path}.{reference.path}"
    return reference._replace(
        id=f"{reference.input}#{holder.address}#{path}",
        address=holder.address,
        resource_type=holder.type,
        path=path,
    )


def references_of(source: Source, loaded: Loaded, index: CatalogIndex) -> Iterator[Reference]:
    """The references of an input, with its workspace and their earlier addresses."""
    workspace, moves = source.options.workspace, loaded.moves
    present = frozenset(resource.address for resource in loaded.resources) if moves else frozenset[str]()
    for found in extract(loaded.resources, index.model_id, loaded.elsewhere, source.options.answers):
        reference = _at_holder(found, loaded.holders)
        moved_from = addresses_before(reference.address, moves, present) if moves else ()
        is_as_it_was = workspace is None and not moved_from
        yield reference if is_as_it_was else reference._replace(workspace=workspace, moved_from=moved_from)
