"""The Regions in which the candidates of a resource are called."""

import json
from collections.abc import Iterator
from typing import NamedTuple

from checker.model.regions import PARTITIONS, partition_of
from checker.model.resource import Framework, Resource
from checker.references import ModelReference
from checker.values import Alternative, Given, Map, Null, Text, Unknown, Value, join
from checker.values.operations import reached

# The partitions as assumptions write them.
_PARTITIONS = frozenset(f'"{partition}"' for partition in PARTITIONS)
_OF_TERRAFORM = (Framework.TERRAFORM, Framework.TERRAFORM_PLAN, Framework.TERRAFORM_STATE)


class CandidateRegions(NamedTuple):
    """The Regions that decide a candidate's dates, their partition, and the assumptions for that.

    `open_region` is what a variable beside the model takes an unknown Region from.
    """

    regions: tuple[str, ...] = ()
    partition: str = "aws"
    given: Given = ()
    open_region: str = ""


def regions_for(resource: Resource, reference: ModelReference, given: Given) -> Iterator[CandidateRegions]:
    """The possible Regions of a candidate that holds under the assumptions."""
    partition = reference.partition if reference.partition and reference.partition != "*" else None
    if reference.region is not None and is_one_region(reference.region):
        region = reference.region
        yield CandidateRegions((region,), partition or partition_of(region), given)
        return
    if reference.region is not None:
        # `*`, a pattern, or nothing: an IAM grant that covers many Regions.
        yield CandidateRegions((), partition or _assumed_partition(given) or "aws", given)
        return
    for where in regions_of(resource):
        joined = join(given, where.given)
        if joined is None:
            continue
        assumed = () if where.regions else _assumed_region(resource, joined)
        if assumed:
            yield CandidateRegions(assumed, partition or partition_of(assumed[0]), joined)
        else:
            assumed_partition = None if where.regions else _assumed_partition(joined)
            yield where._replace(partition=partition or assumed_partition or where.partition, given=joined)


def _assumed_partition(given: Given) -> str | None:
    """The partition that the assumptions imply if no Region is known."""
    named = [a.value for a in given if a.holds and a.subject.lower().endswith("partition") and a.value in _PARTITIONS]
    return json.loads(named[0]) if named else None


def _assumed_region(resource: Resource, given: Given) -> tuple[str, ...]:
    """The Region that the assumptions imply for a resource without a known Region."""
    unknown = {one.atom.identity for one in resource.region if isinstance(one.atom, Unknown)}
    named = [a.value for a in given if a.holds and a.subject in unknown and a.value.startswith('"')]
    return (str(json.loads(named[0])),) if named else ()


def is_one_region(region: str) -> bool:
    """True if the field of an ARN is one Region: no pattern, and not empty."""
    return bool(region) and "*" not in region and "?" not in region


def regions_of(resource: Resource) -> Iterator[CandidateRegions]:
    """The possible Regions of a resource, each with its partition and its assumptions; `()` for an unknown one."""
    for atom, given, _ in own_regions(resource):
        region = atom.plain if isinstance(atom, Text) else None
        if region:
            yield CandidateRegions((region,), partition_of(region), given)
        else:
            is_open = isinstance(atom, Unknown) and atom.identity in resource.open_regions
            yield CandidateRegions(
                given=given, open_region=atom.subject if is_open and isinstance(atom, Unknown) else ""
            )


def own_regions(resource: Resource) -> Value:
    """The Region of a resource: by its own argument, else by its provider or stack; null if nothing sets one."""
    written: Value = ()
    if resource.framework in _OF_TERRAFORM:
        for alternative in resource.properties:
            if isinstance(alternative.atom, Map) and "region" in alternative.atom.entries:
                written += tuple(reached(alternative, alternative.atom.entries["region"]))
    own = tuple(one for one in written if isinstance(one.atom, Text) and one.atom.plain)
    return own or resource.region or (Alternative(Null()),)
