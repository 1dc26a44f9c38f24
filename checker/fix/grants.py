"""Grants the new models in IAM statements: adds entries beside those that grant the old models."""

import fnmatch
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from checker.fix.insertion import insertions
from checker.fix.replacements import Choice
from checker.fix.spots import Spot
from checker.fix.ways import is_grant, regions_for
from checker.fix.written import Use
from checker.model.finding import Edit, Mending, Refusal
from checker.model.lifecycle import Model
from checker.model.reference import Form, Reference, Role, Usage
from checker.pipeline import Survey

_FIELD = r"(?:\$\{[^}]*\}|⟨[^⟩]*⟩|[^:/${}⟨⟩])*"
_ARN = re.compile(
    rf"arn:(?P<partition>{_FIELD}):bedrock:(?P<region>{_FIELD}):(?P<account>{_FIELD}):"
    r"(?P<kind>foundation-model|inference-profile)/\Z"
)
_LONGEST_HEAD = 300
_CALLER = re.compile(r'^\s*data\s+"aws_caller_identity"\s+"(\w+)"', re.MULTILINE)
_GRANTABLE = (Usage.USE, Usage.INDIRECT)
_RESOURCES = re.compile(r"\.(?:Resource|Condition)\b.*")


class Mended(NamedTuple):
    """A use with its new model, and the id by which it calls that model."""

    use: Use
    choice: Choice
    identifier: str


class _Granted(NamedTuple):
    """A grant to add: the model, the profile by which it is called, and the Regions of the calls."""

    model: Model
    profile: str | None
    regions: tuple[str, ...]


class _Arn(NamedTuple):
    """An ARN as it is written in the file, and as it is shown to people."""

    written: str
    rendered: str


class Grants:
    """The grants of the old models in the inputs of a survey."""

    def __init__(self, survey: Survey, spots: Sequence[Spot], mended: Sequence[Mended]) -> None:
        self._survey = survey
        self._mended = [each for each in mended if each.use.assessment.reference.site.usage in _GRANTABLE]
        own = {each.path for each in survey.scan.inputs}
        self._spots = [spot for spot in spots if _is_written_grant(spot) and _inputs(spot) & own]

    def changes(self) -> Mending:
        """The edits that add entries, and refusals for the statements that people have to change by hand."""
        statements: dict[tuple[str, str, str], list[Spot]] = {}
        for spot in self._spots:
            reference = spot.uses[0].assessment.reference
            statements.setdefault((spot.document.file, reference.address, _statement(reference)), []).append(spot)
        found = [change for spots in statements.values() for change in self._of_statement(spots)]
        return Mending(
            tuple(each for each in found if isinstance(each, Edit)),
            tuple(each for each in found if isinstance(each, Refusal)),
        )

    def is_granted_beside(self, reference: Reference, model: Model) -> bool:
        """Whether the statement of a grant already grants a replacement of its model, or an edit changes that model."""
        new = {each.id for each in model.replacements}
        return any(
            candidate.model in new for each in self._in_statement(reference) for candidate in each.candidates
        ) or any(each.use.assessment.model == model for each in self._mended)

    def _of_statement(self, spots: Sequence[Spot]) -> Iterator[Edit | Refusal]:
        reference = spots[0].uses[0].assessment.reference
        texts = [candidate.text for each in self._in_statement(reference) for candidate in each.candidates]
        for spot in spots:
            needed = self._needed(spot)
            arns = {arn.rendered: arn for granted in needed for arn in self._arns(spot, granted)}
            missing = [arn for rendered, arn in arns.items() if not _covers(texts, rendered)]
            if missing:
                texts += [arn.rendered for arn in missing]
                yield from _added(spot, needed[0].model, [arn.written for arn in missing])

    def _in_statement(self, reference: Reference) -> Iterator[Reference]:
        where = (reference.input, reference.address, _statement(reference))
        for each in self._survey.scan.references:
            if each.site.role is Role.GRANT and (each.input, each.address, _statement(each)) == where:
                yield each

    def _needed(self, spot: Spot) -> list[_Granted]:
        """The grants for the edited uses of the model of a spot.

        The uses in the same input count; if there are none, those in inputs that do not grant the model themselves.
        """
        old = spot.uses[0].assessment.model
        of_model = [each for each in self._mended if each.use.assessment.model == old]
        inputs = _inputs(spot)
        near = [each for each in of_model if each.use.assessment.reference.input in inputs]
        granting = {name for other in self._spots if other.uses[0].assessment.model == old for name in _inputs(other)}
        far = [each for each in of_model if each.use.assessment.reference.input not in granting]
        merged: dict[tuple[str, str | None], _Granted] = {}
        for each in near or far:
            model, identifier = each.choice.model, each.identifier
            profile = next((profile.id for profile in model.profiles if profile.id == identifier), None)
            regions = regions_for(each.use, model, self._survey.scan.as_of)
            known = merged.get((model.id, profile))
            before = () if known is None else known.regions
            merged[model.id, profile] = _Granted(model, profile, tuple(dict.fromkeys((*before, *regions))))
        return list(merged.values())

    def _arns(self, spot: Spot, granted: _Granted) -> Iterator[_Arn]:
        """The ARNs that a statement needs instead of the one at a spot."""
        shown = _ARN.search(spot.uses[0].named.head)
        if shown is None:
            return
        # The file may build the ARN from parts; people are shown its value.
        head = _head(spot) or shown

        def arn(region: str | None, account: str, kind: str, name: str) -> _Arn:
            end = f"{account}:{kind}/{name}"
            return _Arn(*(f"{_begin(each, region)}:{end}" for each in (head, shown)))

        model, is_model = granted.model, head["kind"] == "foundation-model"
        profile = next((each for each in model.profiles if each.id == granted.profile), None)
        if is_model or profile is None:
            yield arn(None, "", "foundation-model", model.id)
        if profile is not None:
            account = head["account"] if not is_model else _account(spot, head[0])
            yield arn(None, account, "inference-profile", profile.id)
            if is_model and head["region"] != "*":
                yield from (
                    arn(each, "", "foundation-model", model.id) for each in _destinations(granted, profile.prefix)
                )


def _head(spot: Spot) -> re.Match[str] | None:
    """The part of an ARN before its id, in the file; None if it is written elsewhere."""
    start = spot.starts[0]
    return _ARN.search(spot.document.text[max(start - _LONGEST_HEAD, 0) : start])


def _begin(arn: re.Match[str], region: str | None) -> str:
    """An ARN up to its Region; `region` replaces its own."""
    return f"arn:{arn['partition']}:bedrock:{arn['region'] if region is None else region}"


def _added(spot: Spot, model: Model, arns: Sequence[str]) -> Iterator[Edit | Refusal]:
    use, document, start = spot.uses[0], spot.document, spot.starts[0]
    old = use.candidate.model or ""
    head = _head(spot)
    found = None
    if head is not None:
        found = insertions(document, start - len(head[0]), start + len(spot.text), arns)
    if found is None:
        reason = f"{model.id} has to be granted here, too, but a statement of this form is not edited."
        yield Refusal(document.location(start), old, reason, f"Add {' and '.join(arns)}.")
        return
    remark = f"{old} stays granted: remove it when nothing calls it any more."
    for each in found:
        yield Edit(
            location=document.location(each.offset),
            offset=document.bytes_before(each.offset),
            before="",
            after=each.text,
            model=old,
            replacement=model.id,
            remarks=(remark,),
            is_grant=True,
        )


def _is_written_grant(spot: Spot) -> bool:
    """Whether a spot is the ARN of a grant and holds the whole id; the parts before the id may be unknown."""
    return all(
        is_grant(use)
        and not (use.before or use.after)
        and use.named.reference.form in (Form.FOUNDATION_MODEL_ARN, Form.INFERENCE_PROFILE_ARN)
        for use in spot.uses
    )


def _inputs(spot: Spot) -> set[str]:
    return {use.assessment.reference.input for use in spot.uses}


def _statement(reference: Reference) -> str:
    return _RESOURCES.sub("", f".{reference.path}")


def _covers(texts: Sequence[str], arn: str) -> bool:
    """Whether one of the resources of a statement, which may have wildcards, covers an ARN."""
    return any(fnmatch.fnmatchcase(arn, text.replace("[", "[[]")) for text in texts)


def _account(spot: Spot, head: str) -> str:
    """The account in a profile's ARN: an expression that the file already uses for it, else `*`."""
    if "${AWS::" in head:
        return "${AWS::AccountId}"
    caller = _CALLER.search(spot.document.text) if spot.document.file.endswith(".tf") else None
    return "*" if caller is None else f"${{data.aws_caller_identity.{caller[1]}.account_id}}"


def _destinations(granted: _Granted, prefix: str) -> Sequence[str]:
    """The Regions to which a profile routes the calls.

    A profile that lists no Regions may use any. Its only entry is empty, for an ARN without a Region:
    docs.aws.amazon.com, "Global cross-Region inference", IAM policy requirements.
    """
    profile = granted.model.profile(prefix)
    if profile is None or not profile.destination_regions:
        return ("",)
    sources = [region for region in granted.regions if region in profile.source_regions] or profile.source_regions
    return sorted({each for source in sources for each in profile.destinations_from(source)})
