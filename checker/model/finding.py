"""A finding: a reference breaks a rule."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from checker.model.lifecycle import Stage
from checker.model.policy import Severity
from checker.model.reference import Candidate, Reference
from checker.model.stages import StageOn
from checker.source import Location


class Status(StrEnum):
    """Whether a finding counts. Only open ones do."""

    OPEN = "open"
    WAIVED = "waived"
    BASELINE = "baseline"
    UNCHANGED = "unchanged"
    EXISTING = "existing"
    OTHER_OWNER = "other-owner"


class AppliedWaiver(NamedTuple):
    """Why a finding is waived, and until when."""

    reason: str
    until: date


class Root(NamedTuple):
    """Where an input is: relative to the top of the work tree, or to the given path; and the form of version 1."""

    path: str = ""
    before: str = ""


class Identity(NamedTuple):
    """The fingerprints of a finding, 32 hexadecimal digits each.

    They depend on neither lines nor frameworks, so that code and its plan agree. `fingerprint` uses the first address
    that the resource had; `others` use its later addresses, and the names of elements of lists in place of their
    indices; the one that tells most is the last. `by_index` are those that use the index of an element which has a
    name. `anywhere` omits the root. `before` is the fingerprint of version 1, which did not know moves.
    """

    fingerprint: str
    others: tuple[str, ...] = ()
    anywhere: str = ""
    before: str = ""
    by_index: tuple[str, ...] = ()


class Statement(NamedTuple):
    """The statement of a finding in parts, so that a report can omit what it shows elsewhere.

    The first sentence is `subject` (the model; empty if the sentence begins otherwise), `predicate`, `where` (the
    Regions) and `rest`. The others are whole sentences, or empty: `remarks` on Regions and assumptions, `written` on
    the location where the model is written, `shared` on other inputs that use the same line.
    """

    predicate: str
    subject: str = ""
    where: str = ""
    rest: str = ""
    remarks: str = ""
    written: str = ""
    shared: str = ""

    def text(self, *, subject: bool = True, location: bool = True, uses: bool = True) -> str:
        """The sentences. A report that shows the model, its location or its other uses itself leaves them out."""
        begin = self.predicate
        if self.subject:
            begin = f"{self.subject} {begin}" if subject else begin[:1].upper() + begin[1:]
        sentences = (
            f"{begin}{self.where}{self.rest}",
            self.remarks,
            self.written if location else "",
            self.shared if uses else "",
        )
        return " ".join(sentence for sentence in sentences if sentence)


class Use(NamedTuple):
    """A reference and the candidate in question; None if the finding is about the unresolved part."""

    reference: Reference
    candidate: Candidate | None = None


class Finding(NamedTuple):
    """A rule that a reference breaks. If `reference` is None, the run as a whole breaks it.

    `candidate` breaks the rule; None if the rule is about the unresolved part of the reference. `location` is the
    location of use; the candidate has the location where the model is written. `model` is the catalog's id, or what the
    code names instead. `stage_on` is the stage that breaks the rule, in the Region that the finding names; None if the
    catalog does not know the model. `fails_from` is the first day on which the rule is broken, None if it is broken on
    every day. `also_in` are uses in other inputs that share the line, so that the same finding holds for them. `action`
    is what to do, and `effect` what that does to the resource, in sentences.
    """

    rule: str
    check: str
    severity: Severity
    statement: Statement
    action: str
    identity: Identity
    status: Status = Status.OPEN
    reference: Reference | None = None
    candidate: Candidate | None = None
    location: Location | None = None
    model: str | None = None
    stage_on: StageOn | None = None
    subsumes: tuple[str, ...] = ()
    fails_from: date | None = None
    waiver: AppliedWaiver | None = None
    owners: tuple[str, ...] = ()
    also_in: tuple[Use, ...] = ()
    effect: str = ""

    @property
    def fingerprint(self) -> str:
        """Identifies the same finding in another run."""
        return self.identity.fingerprint

    @property
    def message(self) -> str:
        """The whole finding in sentences."""
        return self.statement.text()

    @property
    def advice(self) -> str:
        """What to do, and what that does to the resource."""
        return f"{self.action} {self.effect}".strip()

    @property
    def uses(self) -> tuple[Use, ...]:
        """The reference and those that share its line; empty if the finding is about the run."""
        return () if self.reference is None else (Use(self.reference, self.candidate), *self.also_in)

    @property
    def is_about_resolution(self) -> bool:
        """True if the finding is about the unresolved part of a reference."""
        return self.reference is not None and self.candidate is None

    @property
    def written_at(self) -> Location | None:
        """The location where the model is written; if unknown, the location of use."""
        written = None if self.candidate is None else self.candidate.written_at
        return written or self.location

    @property
    def calls(self) -> int:
        """The calls of the model in the account; 0 if they are unknown."""
        traffic = None if self.reference is None else self.reference.traffic
        return 0 if traffic is None else traffic.calls

    @property
    def certainty(self) -> str | None:
        """How certain it is that a deployment uses the candidate."""
        return None if self.candidate is None else self.candidate.certainty.value

    @property
    def region(self) -> str | None:
        """The Region of the dates in the finding; None if they hold for every Region that no lifecycle row names."""
        return None if self.stage_on is None else self.stage_on.region

    @property
    def stage(self) -> str | None:
        """The stage of the model; None if the finding names no model."""
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
        """Days until the end of life; negative after it."""
        return None if self.stage_on is None else self.stage_on.days_to_eol
