"""Calls to AWS's API in the code: Step Functions tasks, schedules, custom resources with SDK calls."""

from collections.abc import Iterator
from typing import NamedTuple

from checker.extract.properties import Found, segments_of, select_in
from checker.extract.run_time import is_jsonata
from checker.extract.sites import call_paths
from checker.model.resource import Resource
from checker.source import Location
from checker.values import Map, Null, Text, Value

# What the CDK writes for a custom resource that makes a call, and for a task that makes one in another Region
# (`AwsCustomResource`, `CallAwsServiceCrossRegion`); `region` may be beside it.
_SDK_CALL = frozenset({"service", "action", "parameters"})


class CallSlot(NamedTuple):
    """A parameter of a call that names a model. `at_run_time`: the state's input chooses it (`ModelId.$`).

    `location` is set if the call is in a separate file, which the code only names.
    """

    found: Found
    at_run_time: bool
    location: Location | None


def is_call(document: Map) -> bool:
    """True if a map is a Step Functions task, a schedule target or an SDK call that calls an API."""
    return _call_of(document) is not None


def _call_of(document: Map) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    """The (service, action) of a call, and the keys under which its parameters may be."""
    entries = document.entries
    if "Resource" in entries and "Type" in entries:
        return _of_arn(_text(entries["Resource"]), ":states:", ("Parameters", "Arguments"))
    for arn, target_input in (("Arn", "Input"), ("arn", "input")):
        if arn in entries and target_input in entries:
            return _of_arn(_text(entries[arn]), ":scheduler:::aws-sdk:", (target_input,))
    if entries.keys() >= _SDK_CALL:
        service = _text(entries["service"]).lower().removeprefix("@aws-sdk/client-").replace("-", "")
        key = (service, _text(entries["action"]).removesuffix("Command").lower())
        return (key, ("parameters",)) if key in call_paths() else None
    return None


def with_region(resource: Resource, document: Found) -> Resource:
    """The resource in the Region that a call of the SDK names for itself; otherwise in its own."""
    atom = document.alternative.atom
    if not isinstance(atom, Map) or not atom.entries.keys() >= _SDK_CALL:
        return resource
    named = tuple(one for one in atom.entries.get("region", ()) if not isinstance(one.atom, Null))
    return resource._replace(region=named, properties=()) if named else resource


def _of_arn(arn: str, of_service: str, holders: tuple[str, ...]) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    """The call in the ARN of an integration: its last two parts are the service and the action."""
    if of_service not in arn:
        return None
    service, action = ["", *arn.split(":")][-2:]
    key = (service.lower(), action.partition(".")[0].lower())
    return (key, holders) if key in call_paths() else None


def _text(value: Value) -> str:
    return next((one.atom.marked() for one in value if isinstance(one.atom, Text)), "")


def slots(document: Found) -> Iterator[CallSlot]:
    """The parameters of a call that name a model."""
    alternative = document.alternative
    assert isinstance(alternative.atom, Map)
    call = _call_of(alternative.atom)
    if call is None:
        return
    key, holders = call
    for holder in holders:
        for path in call_paths()[key]:
            segments = (holder, *segments_of(path))
            chosen_later = (*segments[:-1], f"{segments[-1]}.$")
            for found in select_in(alternative, segments, document.path, any_case=True):
                at_run_time = isinstance(found.alternative.atom, Text) and is_jsonata(found.alternative.atom)
                yield CallSlot(found, at_run_time, _in_own_file(found, document))
            for found in select_in(alternative, chosen_later, document.path, any_case=True):
                yield CallSlot(found, True, _in_own_file(found, document))


def _in_own_file(found: Found, document: Found) -> Location | None:
    """The location of a property of a document; None if it is in the file in which the document is used."""
    trail, around = found.alternative.trail, document.alternative.trail
    inside = trail[: len(trail) - len(around)]
    written, used = (steps[-1].location if steps else None for steps in (inside, around))
    return written if written is not None and used is not None and written.file != used.file else None
