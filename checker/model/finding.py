"""A rule that a reference breaks."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from checker.model.policy import Severity
from checker.source import Place


class Status(StrEnum):
    """Whether a finding counts. Only open ones do."""

    OPEN = "open"
    WAIVED = "waived"
    BASELINE = "baseline"
    UNCHANGED = "unchanged"
    EXISTING = "existing"


class AppliedWaiver(NamedTuple):
    """Why a finding is waived, and until when."""

    reason: str
    until: date


class Finding(NamedTuple):
    """A rule that a reference breaks, or, where `reference` is None, that the run as a whole breaks.

    `reference` is the id of a `Reference`, `candidate` the index of one of its candidates. `location` is the use;
    the candidate has the place where the model is written. `region` is the one whose dates the finding gives, None if
    they hold for every Region that nothing names. `fails_from` is the first day on which the rule is broken, None if
    every day breaks it. `also_in` are the ids of references of other inputs of which the same is to be said, since they
    share the lines.
    """

    rule: str
    check: str
    severity: Severity
    message: str
    advice: str
    fingerprint: str
    status: Status = Status.OPEN
    reference: str | None = None
    candidate: int | None = None
    certainty: str | None = None
    location: Place | None = None
    model: str | None = None
    region: str | None = None
    stage: str | None = None
    legacy_date: date | None = None
    extended_access_date: date | None = None
    eol_date: date | None = None
    days_to_eol: int | None = None
    subsumes: tuple[str, ...] = ()
    fails_from: date | None = None
    waiver: AppliedWaiver | None = None
    owners: tuple[str, ...] = ()
    fingerprint_anywhere: str = ""
    also_in: tuple[str, ...] = ()
