"""What a source says of a model, before it is merged with what others say."""

from datetime import date
from enum import IntEnum
from typing import NamedTuple

from checker.immutable import immutable
from checker.model.lifecycle import Notice, Origin


class SourceKind(IntEnum):
    """Whose word counts more: the later kind's over the earlier's, and of one kind the later day's."""

    BUNDLED = 0
    LIFECYCLE_PAGE = 1
    MODEL_CARD = 2
    API = 3


class StatedRow(NamedTuple):
    """Dates in some Regions; no `regions` means all that no other row of the statement names."""

    regions: tuple[str, ...]
    legacy_date: date | None = None
    extended_access_date: date | None = None
    eol_date: date | None = None


class StatedProfile(NamedTuple):
    """A system inference profile, as it is listed in one source Region."""

    prefix: str
    source_region: str
    destination_regions: tuple[str, ...]


@immutable
class Statement:
    """What one source says of one model; None and empty say nothing.

    `model` is the id that the source writes. `offered` are Regions where it can be called by its own id, `listed` those
    where the API lists it, with its status there (`ACTIVE` or `LEGACY`).
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
    profiles: tuple[StatedProfile, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    replacements: tuple[str, ...] = ()


class Refusal(NamedTuple):
    """What was not taken over: from where, what it is, and why."""

    source: str
    subject: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.subject}: {self.reason}" if self.subject else f"{self.source}: {self.reason}"


class Reading(NamedTuple):
    """What came of a source."""

    statements: tuple[Statement, ...]
    refusals: tuple[Refusal, ...]
