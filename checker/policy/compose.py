"""Findings put together from what breaks a rule: their sentences, dates and fingerprints."""

from collections.abc import Mapping
from datetime import date

from checker.model.finding import AppliedWaiver, Finding, Status
from checker.model.policy import Rule, Waiver
from checker.model.reference import Candidate, Reference
from checker.policy.candidates import Hit
from checker.policy.check import CandidateSubject, Description
from checker.policy.fingerprint import fingerprint
from checker.policy.first_break import EVERY_DAY
from checker.policy.template import fill
from checker.policy.where import region_note, where_phrase
from checker.values import Certainty


def candidate_finding(
    hit: Hit,
    subject: CandidateSubject,
    first_day: date | None,
    root: str,
    waiver: Waiver | None,
    subsumed: tuple[str, ...],
) -> Finding:
    """The finding of a candidate. `root` is that of its input, `subject` is in the Region that is named."""
    assessment, rule, stage = hit.assessment, hit.by.rule, hit.stage
    reference, candidate = assessment.reference, assessment.candidate
    where = "" if stage is None or hit.worst is None else where_phrase(assessment, stage, hit.broken, hit.worst)
    if hit.destination_of is not None and stage is not None:
        where = f" in {stage.region}"
    said = hit.by.check.describe(subject, where)
    message = _message(rule, reference, _sentences(hit, said), hit)
    model = assessment.model.id if assessment.model is not None else candidate.model
    stage_name = None if stage is None else stage.stage.value
    # A note on a destination must not stand for the finding that follows when the source is where the destination is.
    identity = stage_name if stage_name is not None and hit.by.check.of_stage else rule.check
    if hit.destination_of is not None:
        identity = f"{identity} in a destination"

    def identified(by_root: str) -> str:
        return fingerprint(
            rule.id,
            root=by_root,
            address=reference.address,
            site=reference.path,
            model=model or candidate.text,
            stage=identity,
        )

    return Finding(
        rule=rule.id,
        check=rule.check,
        severity=hit.severity,
        message=message,
        advice=said.advice,
        fingerprint=identified(root),
        fingerprint_anywhere=identified(""),
        status=Status.OPEN if waiver is None else Status.WAIVED,
        reference=reference.id,
        candidate=assessment.index,
        certainty=candidate.certainty.value,
        location=reference.location,
        model=model,
        region=None if stage is None else stage.region,
        stage="unknown" if stage_name is None and model is not None else stage_name,
        legacy_date=None if stage is None else stage.legacy_date,
        extended_access_date=None if stage is None else stage.extended_access_date,
        eol_date=None if stage is None else stage.eol_date,
        days_to_eol=None if stage is None else stage.days_to_eol,
        subsumes=subsumed,
        fails_from=_shown(first_day),
        waiver=_applied(waiver),
    )


def reference_finding(rule: Rule, reference: Reference, said: Description, root: str, waiver: Waiver | None) -> Finding:
    """The finding of what is not known of a reference."""
    return Finding(
        rule=rule.id,
        check=rule.check,
        severity=rule.severity_for(reference.site.usage),
        message=_message(rule, reference, said.message, None),
        advice=said.advice,
        fingerprint=fingerprint(rule.id, root=root, address=reference.address, site=reference.path, stage=rule.check),
        fingerprint_anywhere=fingerprint(rule.id, address=reference.address, site=reference.path, stage=rule.check),
        status=Status.OPEN if waiver is None else Status.WAIVED,
        reference=reference.id,
        location=reference.location,
        waiver=_applied(waiver),
    )


def run_finding(rule: Rule, said: Description, first_day: date | None, waiver: Waiver | None = None) -> Finding:
    """The finding of the run as a whole, or of a waiver of its policy."""
    identity = "" if waiver is None else f"{waiver.rule} {waiver.match} {waiver.reason}{_file_of(waiver)}"
    message = said.message if rule.message is None else fill(rule.message, {"rule": rule.id, "message": said.message})
    return Finding(
        rule=rule.id,
        check=rule.check,
        severity=rule.severity,
        message=message,
        advice=said.advice,
        fingerprint=fingerprint(rule.id, address=identity, stage=rule.check),
        location=None if waiver is None else waiver.place,
        fails_from=_shown(first_day),
    )


def _file_of(waiver: Waiver) -> str:
    """The file of a waiver that stands in the code."""
    return "" if waiver.spot is None or waiver.place is None else f" {waiver.place.file}"


def order(finding: Finding) -> tuple[object, ...]:
    """The key by which findings are sorted: the grave first, then by place."""
    place = finding.location
    return (
        -finding.severity,
        ("", 0, 0) if place is None else (place.file, place.line, place.column),
        # The id of a reference is unique and stable; what has none comes first.
        finding.reference or "",
        finding.rule,
        -1 if finding.candidate is None else finding.candidate,
        finding.fingerprint,
    )


def _sentences(hit: Hit, said: Description) -> str:
    """The message with what the check cannot know: assumptions, Regions, and where the model is written."""
    sentences = [said.message]
    assessment = hit.assessment
    if hit.destination_of is not None:
        sentences.append(
            f"The inference profile {assessment.candidate.text} may route calls from {hit.destination_of} there."
        )
    elif hit.stage is not None and hit.worst is not None:
        sentences.append(region_note(assessment, hit.stage, hit.broken, hit.worst))
    sentences.append(_assumed(assessment.candidate))
    sentences.append(_written(assessment.reference, assessment.candidate))
    return " ".join(sentence for sentence in sentences if sentence)


def _assumed(candidate: Candidate) -> str:
    if candidate.certainty in (Certainty.CERTAIN, Certainty.DEFAULT) or not candidate.given:
        return ""
    return f"That is so only if {' and '.join(str(assumption) for assumption in candidate.given)}."


def _written(reference: Reference, candidate: Candidate) -> str:
    written, used = candidate.written_at, reference.location
    if written is None or (used is not None and (written.file, written.line) == (used.file, used.line)):
        return ""
    return f"The model is written at {written}."


def _message(rule: Rule, reference: Reference, message: str, hit: Hit | None) -> str:
    if rule.message is None:
        return message
    values: dict[str, object] = {
        "address": reference.address,
        "kind": reference.site.kind.value,
        "message": message,
        "path": reference.path,
        "rule": rule.id,
    }
    if hit is not None:
        values |= _values(hit)
    return fill(rule.message, values)


def _values(hit: Hit) -> Mapping[str, object]:
    candidate, stage = hit.assessment.candidate, hit.stage
    values: dict[str, object] = {
        "model": candidate.model or candidate.text,
        "text": candidate.text,
        "written_at": candidate.written_at,
    }
    if stage is not None:
        values |= {
            "days_to_eol": stage.days_to_eol,
            "eol_date": stage.eol_date,
            "extended_access_date": stage.extended_access_date,
            "legacy_date": stage.legacy_date,
            "region": stage.region,
            "stage": stage.stage.value,
        }
    return values


def _applied(waiver: Waiver | None) -> AppliedWaiver | None:
    return None if waiver is None else AppliedWaiver(waiver.reason, waiver.until)


def _shown(first_day: date | None) -> date | None:
    return None if first_day == EVERY_DAY else first_day
