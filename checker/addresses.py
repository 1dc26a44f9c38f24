"""The references of an input at their reported addresses, with their earlier addresses."""

from collections.abc import Iterator, Mapping

from checker.catalog.lookup import CatalogIndex
from checker.extract import extract
from checker.frontends.protocol import Source
from checker.model.reference import Reference
from checker.model.resource import Holder, Loaded
from checker.policy.fingerprint import addresses_before


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
