"""A finding with what it is about, and how reports name that."""

import re

from checker.immutable import immutable
from checker.model.finding import Finding
from checker.model.reference import Candidate, Reference, Usage
from checker.model.scan import Scan
from checker.source import Place

USED = {
    Usage.USE: "used by",
    Usage.INDIRECT: "set in",
    Usage.GRANT: "granted in",
    Usage.MENTION: "mentioned in",
    Usage.SELECTABLE: "selectable in",
}


@immutable
class Use:
    """A finding with what it is about; without a reference it is about the run."""

    finding: Finding
    reference: Reference | None
    candidate: Candidate | None

    @property
    def written_at(self) -> Place | None:
        """Where the model is written; for want of that, where it is used."""
        written = None if self.candidate is None else self.candidate.written_at
        return written or self.finding.location

    @property
    def message(self) -> str:
        """The message without a last sentence that only says where the model is written: the report does."""
        written = self.written_at
        if written is None:
            return self.finding.message
        return re.sub(rf"(?<=\.) [^.]* {re.escape(str(written))}\.$", "", self.finding.message)


def use_of(scan: Scan, finding: Finding) -> Use:
    """The finding with its reference and candidate."""
    reference = None if finding.reference is None else scan.reference_by_id.get(finding.reference)
    candidate = None if reference is None or finding.candidate is None else reference.candidates[finding.candidate]
    return Use(finding, reference, candidate)
