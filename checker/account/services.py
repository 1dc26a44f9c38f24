"""The table of services whose resources are listed in an account."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from checker.account.around import AGENTCORE, LEX, Q_IN_CONNECT
from checker.account.bedrock import BEDROCK, BEDROCK_AGENT
from checker.account.calls import CALLED, Made, Service
from checker.account.workloads import WORKLOADS
from checker.model.reference import Site

SERVICES: tuple[Service, ...] = (BEDROCK, BEDROCK_AGENT, AGENTCORE, LEX, Q_IN_CONNECT, *WORKLOADS)

# The groups that are listed only if the user asks for them.
INCLUDES = tuple(dict.fromkeys(service.include for service in SERVICES if service.include))


def wanted_services(include: Collection[str]) -> tuple[Service, ...]:
    """The services that are always listed, and those of the groups in `include`."""
    return tuple(service for service in SERVICES if not service.include or service.include in include)


def kinds_of_resources() -> Iterator[Made]:
    """Every kind of resource in the table."""
    for service in SERVICES:
        yield from (call.made for call in service.every_call() if call.made is not None)
    yield CALLED


def sites_of(resource_type: str) -> tuple[Site, ...]:
    """The members that name a model in the answers for a resource type; none for a type that is not listed."""
    return _sites().get(resource_type, ())


@cache
def _sites() -> Mapping[str, tuple[Site, ...]]:
    found: dict[str, dict[Site, None]] = {}
    for made in kinds_of_resources():
        found.setdefault(made.type, {}).update(dict.fromkeys(made.sites()))
    return {name: tuple(sites) for name, sites in found.items()}
