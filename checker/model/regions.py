"""The Regions and partitions of AWS from botocore's data. `tools/regions/build.py` makes the table."""

import json
import re
from collections.abc import Mapping
from importlib import resources

from checker.source.validation import did_you_mean

_TABLE: Mapping[str, Mapping[str, str | list[str]]] = json.loads(
    resources.files(__package__).joinpath("data", "regions.json").read_text(encoding="utf-8")
)["partitions"]

PARTITIONS = tuple(_TABLE)
_PARTITION_OF = {region: partition for partition, each in _TABLE.items() for region in each["regions"]}

# A refresh refuses, and reports, data with a Region that is missing here. That is safer than to take a typing error in
# a page for a Region.
REGIONS = frozenset(_PARTITION_OF)


def unknown_region(code: str) -> str | None:
    """The error for a Region code that no partition has; None if one has it."""
    if code in REGIONS:
        return None
    alike = did_you_mean(code, REGIONS)
    return f"{code!r} is not a Region of AWS{alike or ', like us-east-1'}"


def partition_of(region: str) -> str:
    """The partition of a Region code: `aws-us-gov` for `us-gov-west-1`.

    A Region newer than the table belongs to the partition with that prefix; without one, to `aws`.
    """
    known = _PARTITION_OF.get(region)
    if known is not None:
        return known
    return next((partition for partition in PARTITIONS if re.match(str(_TABLE[partition]["pattern"]), region)), "aws")


# Where the profiles of a geography can be called if the catalog does not list the profile: Regions, or prefixes of
# their codes. `global` is missing: it sets no bounds.
_GEOGRAPHIES: Mapping[str, tuple[str, ...]] = {
    "us-gov": ("us-gov-",),
    "us": ("us-",),
    "eu": ("eu-",),
    "apac": ("ap-",),
    "jp": ("ap-northeast-1", "ap-northeast-3"),
    "au": ("ap-southeast-2", "ap-southeast-4", "ap-southeast-6"),
    "ca": ("ca-",),
    "in": ("ap-south-",),
}


def regions_of_geography(prefix: str) -> tuple[str, ...]:
    """The Regions of the geography with this profile prefix, sorted; empty for `global`."""
    starts = _GEOGRAPHIES.get(prefix, ())
    return tuple(sorted(region for region in REGIONS if starts and region.startswith(starts)))
