"""A finding: a candidate, joined with the catalog's data, breaks a rule; and what mends it."""

from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from checker.immutable import immutable
from checker.model.lifecycle import Model, Stage
from checker.model.policy import Severity
from checker.model.reference import Candidate, Reference
from checker.model.stages import StageOn, WorstStage, worst_stage
from checker.source import Location

# A candidate with the catalog's data on its model.


@immutable
class Assessment:
    """One candidate of a reference, ready to be judged.

    `index` is the position of the candidate in the reference. `model` is None if the catalog does not know the model,
    or if the candidate names no base model. `regions` decide the dates: those of the candidate, else those that the
    user gave for the run; empty means any Region of the candidate's partition. `similar` are catalog ids that resemble
    an unknown id.
    """

    reference: Reference
    index: int
    candidate: Candidate
    model: Model | None
    regions: tuple[str, ...]
    similar: tuple[str, ...] = ()

    def of(self, candidate: Candidate) -> "Assessment":
        """The assessment of another candidate for the same model in the same Regions."""
        return replace(self, candidate=candidate)

    def stages(self, day: date) -> WorstStage | None:
        """The worst stage of the model on a day, over the possible Regions; None without a model."""
        if self.model is None:
            return None
        return worst_stage(self.model, day, self.regions, self.candidate.partition)


# What mends findings: edits of the locations where models are written, and what is left to people.


class Edit(NamedTuple):
    """A change of one location in a file: `before`, which stands there and has no line break, becomes `after`.

    `offset` is that of the location in the bytes of the file. `model` is the base model that is written there, and
    `replacement` the one that takes its place. `findings` are the fingerprints of what the edit mends. `others` are the
    ids that would do as well. `remarks` are sentences on what has to be known or done besides. An edit that
    `is_grant` adds to an IAM statement; it mends nothing by itself.
    """

    location: Location
    offset: int
    before: str
    after: str
    model: str
    replacement: str
    findings: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    is_grant: bool = False


class Refusal(NamedTuple):
    """A location that is not edited, and why; the location is None where the model is written in no file.

    `reason` is a sentence, and `advice` another, on what can be done. `is_text` is set for an id that stands in a text
    for people, where nothing has to be mended.
    """

    location: Location | None
    model: str
    reason: str
    advice: str
    findings: tuple[str, ...] = ()
    is_text: bool = False


class Mending(NamedTuple):
    """What a run would change, by file and offset, and what it leaves."""

    edits: tuple[Edit, ...] = ()
    refusals: tuple[Refusal, ...] = ()


# A finding: a reference breaks a rule.


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
    the location where the model is written, `shared` on other inputs that use the same line. `is_own`: the author of
    the policy wrote it, so that a report must not say it in other words.
    """

    predicate: str
    subject: str = ""
    where: str = ""
    rest: str = ""
    remarks: str = ""
    written: str = ""
    shared: str = ""
    is_own: bool = False

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
