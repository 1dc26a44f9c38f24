"""Reads tags with the Resource Groups Tagging API: one page for a hundred resources, not one call for each."""

from collections.abc import Collection, Mapping

from checker.account.asking import pages
from checker.account.failures import Failure
from checker.account.resources import Where
from checker.account.sessions import Account

Tags = tuple[tuple[str, str], ...]

# The API's error code for a service whose resources it does not know.
_NOT_KNOWN = "InvalidParameterException"


def tags_in_region(
    account: Account, where: Where, wanted: Collection[str]
) -> tuple[Mapping[str, Tags], tuple[Failure, ...]]:
    """The tags of the wanted ARNs in a Region, sorted by name, and the calls that failed."""
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
