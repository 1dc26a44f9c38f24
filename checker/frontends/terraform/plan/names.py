"""The names in a plan: of its variables, and of resources that had others before."""

from collections.abc import Iterator, Mapping

from checker.frontends.terraform.plan.configuration import mapping
from checker.model.resource import Move, Takes


def takes_of(data: Mapping[str, object]) -> Takes:
    """The names of the variables that a plan takes."""
    declared = mapping(mapping(mapping(data.get("configuration")).get("root_module")).get("variables"))
    return Takes(frozenset((*declared, *mapping(data.get("variables")))))


def moves_of(data: Mapping[str, object]) -> Iterator[Move]:
    """The resources that a plan has under another address than before."""
    changes = data.get("resource_changes")
    for change in changes if isinstance(changes, list) else ():
        entry = mapping(change)
        before, after = entry.get("previous_address"), entry.get("address")
        if isinstance(before, str) and isinstance(after, str):
            yield Move(before, after)
