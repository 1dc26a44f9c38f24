"""Builds findings: their sentences, dates and fingerprints."""

import hashlib
import re
from collections.abc import Container, Mapping, Sequence
from datetime import date
from json.encoder import encode_basestring_ascii
from string import Formatter

from checker.model.finding import AppliedWaiver, Finding, Identity, Root, Statement, Status
from checker.model.policy import Rule, Waiver
from checker.model.reference import Reference
from checker.model.resource import Move
from checker.policy.check import EVERY_DAY, CandidateSubject, Description
from checker.policy.judge import Hit
from checker.wording import assumed, called, in_regions, other_regions, where, written

# Fingerprints: they identify the same finding in another run, commit or framework.

# Terraform itself moves `x` to `x[0]` when a resource or a module gets a `count`, and back.
# A quote behind a backslash begins no text: else a name of many would be searched once for each.
_TEXT_OR_FIRST = re.compile(r'((?<!\\)"(?:[^"\\]|\\.)*")|\[0\]')
_KEY = r'(?:\[(?:[^"\]]|"(?:[^"\\]|\\.)*")*\])?'
_MOST_MOVES = 100


def identity_of(rule: str, reference: Reference, root: Root, *, model: str = "", stage: str = "") -> Identity:
    """The fingerprints of a finding about a reference."""

    def under(address: str, path: str, property_: str = reference.path) -> str:
        return _hash(rule, path, address, property_, model, stage)

    addresses = tuple(map(_without_first_keys, (*reference.moved_from, reference.address)))
    # An element of a list may have another index in another run. Its name comes last, since it tells more.
    properties = (reference.path, reference.named_path) if reference.named_path else (reference.path,)
    first, *others = dict.fromkeys(under(each, root.path, one) for each in addresses for one in properties)
    by_index = [under(each, root.path) for each in addresses] if reference.named_path else []
    anywhere = under(addresses[0], "", properties[-1])
    return Identity(first, tuple(others), anywhere, under(reference.address, root.before), tuple(by_index))


def addresses_before(address: str, moves: Sequence[Move], present: Container[str] = ()) -> tuple[str, ...]:
    """The earlier addresses of a resource by the moves in the code, the first one first.

    What is still `present` has not moved: Terraform refuses such a move.
    """
    found = [address]
    while len(found) <= _MOST_MOVES:
        before = next((each for move in moves if (each := _before(found[-1], move)) and each not in found), None)
        if before is None or before in present:
            break
        found.append(before)
    return tuple(reversed(found[1:]))


def _before(address: str, move: Move) -> str | None:
    # The move applies to all instances of its module.
    module = "".join(rf"module\.{re.escape(name)}{_KEY}\." for name in move.calls)
    found = re.match(rf"({module}){re.escape(move.after)}(?=$|[.\[])", address)
    return None if found is None else f"{found[1]}{move.before}{address[found.end() :]}"


def identity_of_run(rule: str, subject: str, stage: str) -> Identity:
    """The fingerprints of a finding about the run as a whole."""
    found = _hash(rule, "", subject, "", "", stage)
    return Identity(found, before=found)


def _without_first_keys(address: str) -> str:
    return _TEXT_OR_FIRST.sub(lambda match: match[1] or "", address)


def _hash(*parts: str) -> str:
    # As a list in JSON, the parts stay apart, whatever their content.
    return hashlib.sha256(f"[{', '.join(map(encode_basestring_ascii, parts))}]".encode()).hexdigest()[:32]


# The `message` of a rule: text with placeholders in braces.

PLACEHOLDERS = (
    "address",
    "days_to_eol",
    "eol_date",
    "extended_access_date",
    "kind",
    "legacy_date",
    "message",
    "model",
    "path",
    "region",
    "rule",
    "stage",
    "text",
    "written_at",
)


def placeholders_of(template: str) -> tuple[str, ...]:
    """The placeholders of a message, in order. Raises ValueError for a brace that belongs to none."""
    names = []
    for _, name, spec, conversion in Formatter().parse(template):
        if name is None:
            continue
        if spec or conversion:
            raise ValueError(f"a placeholder is a name in braces, not {{{name}…}}")
        names.append(name)
    return tuple(names)


def fill(template: str, values: Mapping[str, object]) -> str:
    """The message with the values in place of the placeholders; None is written as `not known`."""
    parts = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            value = values.get(name)
            parts.append("not known" if value is None else str(value))
    return "".join(parts)


# Builds findings: their sentences, dates and fingerprints.


def candidate_finding(
    hit: Hit,
    subject: CandidateSubject,
    first_day: date | None,
    root: Root,
    waiver: Waiver | None,
    subsumed: tuple[str, ...],
) -> Finding:
    """The finding of a candidate. `root` is that of its input; `subject` is in the Region that the finding names."""
    assessment, rule, stage = hit.assessment, hit.by.rule, hit.stage
    reference, candidate = assessment.reference, assessment.candidate
    said = hit.by.check.describe(subject._replace(where=_on_regions(hit)[0]))
    model = assessment.model.id if assessment.model is not None else candidate.model
    stage_name = None if stage is None else stage.stage.value
    # A note on a destination must not be taken for the finding on the same Region as a source.
    identity = stage_name if stage_name is not None and hit.by.check.of_stage else rule.check
    if hit.destination_of is not None:
        identity = f"{identity} in a destination"
    identified = identity_of(rule.id, reference, root, model=model or candidate.text, stage=identity)
    return Finding(
        rule=rule.id,
        check=rule.check,
        severity=hit.severity,
        statement=_own_words(rule, _with_remarks(hit, said.statement), reference, hit),
        action=said.action,
        effect=said.effect,
        identity=identified,
        status=Status.OPEN if waiver is None else Status.WAIVED,
        reference=reference,
        candidate=candidate,
        location=reference.location,
        model=model,
        stage_on=stage,
        subsumes=subsumed,
        fails_from=_shown(first_day),
        waiver=_applied(waiver),
    )


def reference_finding(
    rule: Rule, reference: Reference, said: Description, root: Root, waiver: Waiver | None
) -> Finding:
    """The finding on the unknown part of a reference."""
    return Finding(
        rule=rule.id,
        check=rule.check,
        severity=rule.severity_for(reference.site.usage),
        statement=_own_words(rule, said.statement, reference),
        action=said.action,
        effect=said.effect,
        identity=identity_of(rule.id, reference, root, stage=rule.check),
        status=Status.OPEN if waiver is None else Status.WAIVED,
        reference=reference,
        location=reference.location,
        waiver=_applied(waiver),
    )


def run_finding(rule: Rule, said: Description, first_day: date | None, waiver: Waiver | None = None) -> Finding:
    """A finding on the run as a whole, or on a waiver of its policy."""
    identity = "" if waiver is None else f"{waiver.rule} {waiver.match} {waiver.reason}{_file_of(waiver)}"
    return Finding(
        rule=rule.id,
        check=rule.check,
        severity=rule.severity,
        statement=_own_words(rule, said.statement),
        action=said.action,
        effect=said.effect,
        identity=identity_of_run(rule.id, identity, rule.check),
        location=None if waiver is None else waiver.location,
        fails_from=_shown(first_day),
    )


def _file_of(waiver: Waiver) -> str:
    """The file of a waiver in the code."""
    return "" if waiver.spot is None or waiver.location is None else f" {waiver.location.file}"


def order(finding: Finding) -> tuple[object, ...]:
    """The sort key of findings: the most severe first, then by the calls of the model, then by location."""
    location = finding.location
    return (
        -finding.severity,
        -finding.calls,
        ("", 0, 0) if location is None else (location.file, location.line, location.column),
        # The id of a reference is unique and stable. Findings without a reference come first.
        "" if finding.reference is None else finding.reference.id,
        finding.rule,
        # The candidates of a reference are already sorted.
        finding.candidate is not None,
        finding.fingerprint if finding.reference is None else "",
    )


def _on_regions(hit: Hit) -> tuple[str, str]:
    """How a finding says its Regions, and sentences on the others. Candidates that break a rule alike share them."""
    breach, judged, candidate = hit.breach, hit.assessment.regions, hit.assessment.candidate
    stage, broken, worst = breach.stage, breach.broken, breach.worst
    if stage is None:
        return "", ""
    if worst is None:
        return in_regions([stage.region] if stage.region else []), ""
    is_set, open_region = bool(candidate.regions), candidate.open_region
    key = judged, is_set, open_region
    if key not in breach.said:
        others = other_regions(judged, stage, broken, worst, is_set=is_set, open_region=open_region)
        breach.said[key] = where(judged, stage, broken, worst), others
    return breach.said[key]


def _with_remarks(hit: Hit, statement: Statement) -> Statement:
    """The statement with what the check cannot know: assumptions, Regions, and where the model is written."""
    assessment, candidate = hit.assessment, hit.assessment.candidate
    if hit.destination_of is not None:
        regions = f"The inference profile {candidate.text} may route calls from {hit.destination_of} there."
    else:
        _, regions = _on_regions(hit)
    return statement._replace(
        remarks=" ".join(
            sentence for sentence in (regions, called(assessment.reference), assumed(candidate)) if sentence
        ),
        written=written(assessment.reference, candidate),
    )


def _own_words(
    rule: Rule, statement: Statement, reference: Reference | None = None, hit: Hit | None = None
) -> Statement:
    """The statement, or the author's own message in its place, which is never shortened."""
    if rule.message is None:
        return statement
    values: dict[str, object] = {"message": statement.text(), "rule": rule.id}
    if reference is not None:
        values |= {"address": reference.address, "kind": reference.site.kind.value, "path": reference.path}
    if hit is not None:
        values |= _values(hit)
    return Statement(fill(rule.message, values), is_own=True)


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
