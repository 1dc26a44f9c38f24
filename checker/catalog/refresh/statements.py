"""The statements of a source on a model, before they are merged."""

from datetime import date
from enum import IntEnum
from typing import NamedTuple

from checker.immutable import immutable
from checker.model.lifecycle import REPORTED, Notice, Origin


class SourceKind(IntEnum):
    """A later kind of source outranks an earlier one; within a kind, the later day wins."""

    SECOND_HAND = 0
    BUNDLED = 1
    LIFECYCLE_PAGE = 2
    MODEL_CARD = 3
    API = 4
    HEALTH = 5


API_SOURCE = "Bedrock API, ListFoundationModels"
HEALTH_SOURCE = "AWS Health"

# What can be done without credentials.
DOCS_NEED_NONE = ", or use `--from docs`, which needs none"

# Models on this endpoint alone are missing in the API's listing.
MANTLE_ONLY = ("bedrock-mantle",)


def kind_of_source(source: str) -> SourceKind:
    """The kind of a source by its name."""
    if source.startswith(REPORTED):
        return SourceKind.SECOND_HAND
    if source.startswith("Bedrock API"):
        return SourceKind.API
    if source.startswith(HEALTH_SOURCE):
        return SourceKind.HEALTH
    if "/model-card-" in source:
        return SourceKind.MODEL_CARD
    return SourceKind.LIFECYCLE_PAGE if "/model-lifecycle" in source else SourceKind.BUNDLED


class StatedRow(NamedTuple):
    """Dates in some Regions; no `regions` means all that no other row of the statement names."""

    regions: tuple[str, ...]
    legacy_date: date | None = None
    extended_access_date: date | None = None
    eol_date: date | None = None


class StatedProfile(NamedTuple):
    """A system inference profile, as listed in one source Region."""

    prefix: str
    source_region: str
    destination_regions: tuple[str, ...]


@immutable
class Statement:
    """One source's statement on one model. None and empty tell nothing.

    `model` is the id as the source writes it. `offered` are Regions where it can be called by its own id. `listed` are
    those where it is said to exist, with its status (`ACTIVE` or `LEGACY`). `refused` are those where the API's entry
    was invalid. `partial_eol` is an EOL date in some Regions that the source does not name.
    """

    kind: SourceKind
    origin: Origin
    model: str
    name: str = ""
    provider: str = ""
    launch_date: date | None = None
    eol_no_sooner_than: date | None = None
    legacy_notice: Notice | None = None
    rows: tuple[StatedRow, ...] = ()
    offered: tuple[str, ...] = ()
    listed: tuple[tuple[str, str], ...] = ()
    refused: tuple[str, ...] = ()
    partial_eol: date | None = None
    profiles: tuple[StatedProfile, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    replacements: tuple[str, ...] = ()
    provisioned_throughput: bool | None = None
    fine_tuning: bool | None = None


class Refusal(NamedTuple):
    """Something that was not adopted: its source, its content, and the reason."""

    source: str
    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.subject}: {self.reason}" if self.subject else f"{self.source}: {self.reason}"


class Reading(NamedTuple):
    """The result of reading a source. `notes` are refusals of one card or one detail, so that nothing else is
    missing.
    """

    statements: tuple[Statement, ...]
    refusals: tuple[Refusal, ...]
    notes: tuple[Refusal, ...] = ()
