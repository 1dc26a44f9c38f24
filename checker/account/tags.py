"""The tags of resources, by the Resource Groups Tagging API: a page for a hundred resources, not a call for each."""

from collections.abc import Collection, Mapping

from checker.account.asking import pages
from checker.account.failures import Failure
from checker.account.resources import Where
from checker.account.sessions import Account

Tags = tuple[tuple[str, str], ...]

# What the API says of a service whose resources it does not know.
_NOT_KNOWN = "InvalidParameterException"


def tags_in_region(
    account: Account, where: Where, wanted: Collection[str]
) -> tuple[Mapping[str, Tags], tuple[Failure, ...]]:
    """The tags of the wanted ARNs in a Region, sorted by name, and why not all are known."""
    found: dict[str, Tags] = {}
    failures = []
    for service in sorted({arn.split(":")[2] for arn in wanted if arn.startswith("arn:")}):
        try:
            with account.client("resourcegroupstaggingapi", where.region) as client:
                for answer in pages(client, "GetResources", {"ResourceTypeFilters": [service]}):
                    for each in answer.get("ResourceTagMappingList", ()):
                        if each["ResourceARN"] in wanted:
                            tags = sorted((tag["Key"], tag["Value"]) for tag in each["Tags"])
                            found[each["ResourceARN"]] = tuple(tags)
        except Exception as error:
            failure = Failure.of(where, "resourcegroupstaggingapi", "GetResources", error)
            failures.append(failure._replace(is_absent=failure.reason.startswith(_NOT_KNOWN)))
    return found, tuple(failures)
