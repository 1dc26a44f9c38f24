"""A rule that a reference breaks."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from checker.model.lifecycle import Stage, StageOn
from checker.model.policy import Severity
from checker.model.reference import Candidate, Reference
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


class Root(NamedTuple):
    """Where an input is: relative to the top of the work tree, or to what was given; and as version 1 had it."""

    path: str = ""
    before: str = ""


class Identity(NamedTuple):
    """The fingerprints of a finding, 32 hexadecimal digits each.

    They know no line and no framework, so that the code and its plan agree. `others` are those under the addresses
    that the resource has had since the first one, of which `fingerprint` is. `anywhere` is without the root. `before`
    is that of version 1, which knew no moves.
    """

    fingerprint: str
    others: tuple[str, ...] = ()
    anywhere: str = ""
    before: str = ""


class Statement(NamedTuple):
    """What a finding says, in parts, so that a report can leave out what it shows beside the statement.

    The first sentence is `subject` (the model; empty if the sentence begins otherwise), `predicate`, `where` (the
    Regions) and `rest`. The others are whole sentences, or empty: `remarks` on Regions and assumptions, `written` on
    the place where the model is written, `shared` on other inputs that use the same line.
    """

    predicate: str
    subject: str = ""
    where: str = ""
    rest: str = ""
    remarks: str = ""
    written: str = ""
    shared: str = ""

    def text(self, *, subject: bool = True, place: bool = True, uses: bool = True) -> str:
        """The sentences; without the model, its place or its other uses where the report shows them itself."""
        begin = self.predicate
        if self.subject:
            begin = f"{self.subject} {begin}" if subject else begin[:1].upper() + begin[1:]
        sentences = (
            f"{begin}{self.where}{self.rest}",
            self.remarks,
            self.written if place else "",
            self.shared if uses else "",
        )
        return " ".join(sentence for sentence in sentences if sentence)


class Use(NamedTuple):
    """A reference with the one of its candidates that is meant; None if what is not known of it is meant."""

    reference: Reference
    candidate: Candidate | None = None


class Finding(NamedTuple):
    """A rule that a reference breaks, or, where `reference` is None, that the run as a whole breaks.

    `candidate` is the one that breaks it; None if the rule is about what is not known of the reference. `location` is
    the use; the candidate has the place where the model is written. `model` is the catalog's id, or what the code names
    instead. `stage_on` is the stage that breaks the rule, in the Region that the finding names; None if the catalog
    does not know the model. `fails_from` is the first day on which the rule is broken, None if every day breaks it.
    `also_in` are uses in other inputs of which the same is to be said, since they share the lines.
    """

    rule: str
    check: str
    severity: Severity
    statement: Statement
    advice: str
    identity: Identity
    status: Status = Status.OPEN
    reference: Reference | None = None
    candidate: Candidate | None = None
    location: Place | None = None
    model: str | None = None
    stage_on: StageOn | None = None
    subsumes: tuple[str, ...] = ()
    fails_from: date | None = None
    waiver: AppliedWaiver | None = None
    owners: tuple[str, ...] = ()
    also_in: tuple[Use, ...] = ()

    @property
    def fingerprint(self) -> str:
        """What makes it the same finding in another run."""
        return self.identity.fingerprint

    @property
    def message(self) -> str:
        """Everything that the finding says, as sentences."""
        return self.statement.text()

    @property
    def uses(self) -> tuple[Use, ...]:
        """The reference and those that share its line; none if the finding is about the run."""
        return () if self.reference is None else (Use(self.reference, self.candidate), *self.also_in)

    @property
    def is_about_resolution(self) -> bool:
        """Whether it is about what is not known of a reference, and about none of its candidates."""
        return self.reference is not None and self.candidate is None

    @property
    def written_at(self) -> Place | None:
        """Where the model is written; if that is not known, where it is used."""
        written = None if self.candidate is None else self.candidate.written_at
        return written or self.location

    @property
    def certainty(self) -> str | None:
        """How sure it is that a deployment uses the candidate."""
        return None if self.candidate is None else self.candidate.certainty.value

    @property
    def region(self) -> str | None:
        """The Region whose dates the finding gives; None if they hold for every Region that nothing names."""
        return None if self.stage_on is None else self.stage_on.region

    @property
    def stage(self) -> str | None:
        """The stage of the model; None if no model is named."""
        if self.stage_on is None:
            return None if self.candidate is None or self.model is None else Stage.UNKNOWN.value
        return self.stage_on.stage.value

    @property
    def legacy_date(self) -> date | None:
        """The first day as Legacy."""
        return None if self.stage_on is None else self.stage_on.legacy_date

    @property
    def extended_access_date(self) -> date | None:
        """The first day of extended access."""
        return None if self.stage_on is None else self.stage_on.extended_access_date

    @property
    def eol_date(self) -> date | None:
        """The first day of the end of life."""
        return None if self.stage_on is None else self.stage_on.eol_date

    @property
    def days_to_eol(self) -> int | None:
        """How many days are left until the end of life; negative after it."""
        return None if self.stage_on is None else self.stage_on.days_to_eol
