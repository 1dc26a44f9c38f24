"""Makes the edits that mend the findings of a run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from checker.errors import UsageError
from checker.fix.applications import Applications
from checker.fix.documents import Documents
from checker.fix.grants import Grants, Mended
from checker.fix.keys import Keys
from checker.fix.refusals import is_text, obstacle_at
from checker.fix.replacements import GOING, Choice, Chooser, Wanted, is_by_price, others
from checker.fix.spots import Spot, find_spots
from checker.fix.ways import denies, is_grant
from checker.fix.written import Use
from checker.model.finding import Assessment, Edit, Finding, Mending, Refusal
from checker.model.lifecycle import Model
from checker.model.reference import Candidate, Reference
from checker.pipeline import Survey
from checker.policy.scope import matches
from checker.source import Location
from checker.source.validation import did_you_mean
from checker.wording import first_listed


class Asked(NamedTuple):
    """The wishes of the user. `only` are globs for rules, addresses and models."""

    wanted: Wanted = Wanted()
    only: tuple[str, ...] = ()
    grants: bool = True
    allow_replacement: bool = False


class Promise(NamedTuple):
    """The text and the model of a candidate after the edit at a location. A misfit may break rules then."""

    location: Location
    reference_id: str
    candidate: Candidate
    text: str
    model: str
    is_misfit: bool = False


class Proposal(NamedTuple):
    """A mending, its promises about candidates, and the content of the files before its edits, by their shown names."""

    mending: Mending = Mending()
    promises: tuple[Promise, ...] = ()
    contents: Mapping[str, bytes] = MappingProxyType({})


def propose(
    survey: Survey,
    elsewhere: Callable[[], Survey | None],
    asked: Asked,
    left: Mapping[Location, str],
    roots: Sequence[Path],
    cwd: Path,
) -> Proposal:
    """The edits that mend the open findings of a survey.

    Locations in `left` are not edited, for the reason given there. `elsewhere` returns a survey of the whole work
    trees, which shows every use of a line; it is called only if there is something to mend. Only files below `roots`,
    the tops of the work trees, are edited. Raises UsageError if `asked.only` has a glob that matches nothing.
    """
    _require_names(asked.only, survey)
    wanted = _findings(survey, asked)
    if not wanted:
        return Proposal()
    return _Maker(survey, elsewhere(), asked, left, roots, cwd, wanted).proposal()


def _findings(survey: Survey, asked: Asked) -> dict[tuple[str, Candidate], list[Finding]]:
    """The findings to mend, by reference id and candidate. A finding with several uses stands under each of them."""
    found: dict[tuple[str, Candidate], list[Finding]] = {}
    is_told = asked.wanted.to is not None or asked.wanted.by_id
    for finding in survey.scan.open_findings:
        if finding.candidate is None or finding.stage_on is None:
            continue
        if (finding.check in GOING or is_told) and _is_asked(finding, asked.only):
            for use in finding.uses:
                if use.candidate is not None:
                    found.setdefault((use.reference.id, use.candidate), []).append(finding)
    return found


def _require_names(only: Sequence[str], survey: Survey) -> None:
    """Raises UsageError for a glob that matches no rule, no known model, and no address in the code."""
    names = (
        *(rule.id for rule in survey.scan.rules),
        *survey.index.ids(),
        *(reference.address for reference in survey.scan.references),
    )
    for glob in only:
        if not _matches_any((glob,), names):
            raise UsageError(f"--only: no rule, model or address is named {glob!r}{did_you_mean(glob, names)}")


def _is_asked(finding: Finding, only: Sequence[str]) -> bool:
    names = [finding.rule, finding.model or "", *(use.reference.address for use in finding.uses)]
    return not only or _matches_any(only, names)


def _matches_any(globs: Sequence[str], names: Iterable[str]) -> bool:
    return any(matches(glob, name) or glob == name for name in names for glob in globs)


class _Maker:
    def __init__(
        self,
        survey: Survey,
        everywhere: Survey | None,
        asked: Asked,
        left: Mapping[Location, str],
        roots: Sequence[Path],
        cwd: Path,
        wanted: Mapping[tuple[str, Candidate], Sequence[Finding]],
    ) -> None:
        self._survey = survey
        self._asked = asked
        self._left = left
        self._documents = Documents(roots, cwd, None if survey.run is None else survey.run.overlays)
        self._wanted = wanted
        self._chooser = Chooser(survey, asked.wanted, any_family=asked.allow_replacement)
        self._applications = Applications(roots, cwd, self._chooser)
        models = {candidate.model for _, candidate in wanted}
        self._uses = tuple(each for each in _assessments(survey, everywhere) if each.candidate.model in models)
        self._found = find_spots(self._uses, self._documents)
        inputs = (*survey.scan.inputs, *(() if everywhere is None else everywhere.scan.inputs))
        self._keys = Keys(inputs, self._documents, self._found.spots)
        self._edits: list[Edit] = []
        self._refusals: list[Refusal] = []
        self._mended: list[Mended] = []
        # The location of the list entry that becomes a model, by the file, the first line of the list and the new id.
        self._taken: dict[tuple[str, int, str], Location] = {}
        self._promises: list[Promise] = []
        # The choice for an id, by its input or file; None if it stays. Values that may be chosen follow it.
        self._chosen: dict[tuple[str, str], Choice | None] = {}

    def proposal(self) -> Proposal:
        """The whole proposal, sorted by file and location."""
        for assessment, refusal in self._found.nowhere:
            findings = self._of(assessment.reference, assessment.candidate)
            if findings:
                self._refuse(refusal, assessment, findings)
        granting: list[tuple[Spot, list[Finding]]] = []
        for spot in sorted(self._found.spots, key=lambda spot: spot.is_choice):
            findings = [finding for use in spot.uses for finding in self._of(use.assessment.reference, use.written)]
            if all(map(is_grant, spot.uses)):
                granting.append((spot, findings))
            elif findings or (spot.is_choice and any(self._decided(spot))):
                self._decide(spot, findings)
        grants = Grants(self._survey, self._found.spots, self._mended)
        if self._asked.grants:
            changes = grants.changes()
            self._edits += changes.edits
            self._refusals += changes.refusals
        for spot, findings in granting:
            if findings:
                self._leave_granted(spot, findings, grants)
        edits = {(edit.location, edit.before, edit.after): edit for edit in self._edits}
        mending = Mending(
            tuple(sorted(edits.values(), key=lambda edit: (edit.location, edit.is_grant))),
            _merged(self._refusals),
        )
        files = dict.fromkeys(edit.location.file for edit in mending.edits)
        contents = {file: self._documents.document(file).content for file in files}
        return Proposal(mending, tuple(self._promises), contents)

    def _leave_granted(self, spot: Spot, findings: Sequence[Finding], grants: Grants) -> None:
        """Leaves a grant, which something may still use; a refusal tells if no replacement is granted beside it."""
        reference, old = spot.uses[0].assessment.reference, spot.uses[0].assessment.model
        if old is not None and not grants.is_granted_beside(reference, old):
            reason = "The model is only granted here, and no use of it changes."
            advice = "Grant the next model too, and remove this one when nothing calls it any more."
            location = spot.document.location(spot.starts[0])
            self._refusals.append(Refusal(location, old.id, reason, advice, _fingerprints(findings)))

    def _of(self, reference: Reference, candidate: Candidate) -> Sequence[Finding]:
        return self._wanted.get((reference.id, candidate), ())

    def _refuse(self, refusal: Refusal, assessment: Assessment, findings: Sequence[Finding]) -> None:
        in_app = self._applications.advice_for(assessment)
        self._refusals.append((in_app or refusal)._replace(findings=_fingerprints(findings)))

    def _decide(self, spot: Spot, findings: Sequence[Finding]) -> None:
        old = spot.uses[0].assessment.model
        if old is None:
            return
        decided = self._edit_or_refusal(spot, old, findings)
        if isinstance(decided, Refusal):
            self._refusals.append(decided._replace(findings=_fingerprints(findings)))
        chosen = decided if isinstance(decided, Choice) else None
        for use in spot.uses:
            for where in (use.assessment.reference.input, spot.document.file):
                self._chosen.setdefault((where, use.named.id), chosen)

    def _edit_or_refusal(self, spot: Spot, old: Model, findings: Sequence[Finding]) -> Choice | Refusal:
        location = spot.document.location(spot.starts[0])
        refusal = self._refusal(spot, old, location)
        if refusal is not None:
            return refusal
        remarks: list[str] = []
        hindrance = obstacle_at(spot, old)
        if hindrance is not None:
            if not self._asked.allow_replacement:
                return Refusal(location, old.id, hindrance.reason, hindrance.advice)
            remarks.append(hindrance.advice)
        decided = next(self._decided(spot), None) if spot.is_choice else None
        choices = [decided] if decided is not None else self._chooser.choices(spot.slot, old)
        if not choices:
            effort = self._chooser.best_effort(spot.slot, old) if self._asked.allow_replacement else None
            if effort is None or len(effort.misfits) == len(spot.uses):
                return self._nothing_fits(spot, old)
            choices = [effort]
            remarks.append(f"It does not fit {_addresses(effort.misfits)}: give these a model of their own.")
        best = choices[0]
        key = self._keys.missed(spot, best.identifier)
        if key is not None:
            lookup = f"The id is also a key at {key}, by which something may be looked up."
            advice = f"Give the map an entry for {best.identifier}."
            if not self._asked.allow_replacement:
                return Refusal(location, old.id, lookup, advice)
            remarks.append(f"{lookup} {advice}")
        if spot.is_choice and (reason := self._is_in_list(spot, best)):
            return Refusal(location, old.id, reason, "Take the old model off the list.")
        if best.notes:
            remarks.append(f"The policy has notes on it: {', '.join(best.notes)}.")
        if is_by_price(choices):
            remarks.append("Where several models fit equally, the cheaper one by litellm, second-hand, comes first.")
        self._write(spot, old, best, others(choices), tuple(remarks), _fingerprints(findings))
        return best

    def _refusal(self, spot: Spot, old: Model, location: Location) -> Refusal | None:
        """The reason why a spot stays as it is, whatever model could replace it; None if there is no such reason."""
        if location in self._left:
            reason = f"The edit would do more, or less, than it should: {self._left[location]}"
            return Refusal(location, old.id, reason, "Change it by hand.")
        if spot.is_choice and None in self._decided(spot):
            return Refusal(location, old.id, "The use of this value does not change.", "Change both together.")
        if is_text(spot, is_followed=spot.is_choice and any(self._decided(spot))):
            reason = "Nothing uses it there, and no key says that it is the model of something."
            return Refusal(location, old.id, reason, "Change it if it has to follow.", is_text=True)
        if any(map(denies, spot.uses)):
            reason = "It stands in a statement that denies or excepts the model."
            return Refusal(location, old.id, reason, "Decide whether the next model is to be denied, too.")
        return None

    def _write(
        self,
        spot: Spot,
        old: Model,
        best: Choice,
        also: tuple[str, ...],
        remarks: tuple[str, ...],
        mends: tuple[str, ...],
    ) -> None:
        """Notes the edits of a spot, and their promises."""
        for start in spot.starts:
            edit = Edit(
                location=spot.document.location(start),
                offset=spot.document.bytes_before(start),
                before=spot.text,
                after=best.text,
                model=old.id,
                replacement=best.model.id,
                findings=mends,
                others=also,
                remarks=remarks,
            )
            self._edits.append(edit)
        location = spot.document.location(spot.starts[0])
        for use in spot.uses:
            identifier = f"{use.before}{best.text}{use.after}"
            self._mended.append(Mended(use, best, identifier))
            self._promises.append(
                Promise(
                    location,
                    use.assessment.reference.id,
                    use.written,
                    use.named.text(identifier),
                    best.model.id,
                    is_misfit=use in best.misfits,
                )
            )

    def _decided(self, spot: Spot) -> Iterator[Choice | None]:
        """The choices for the same id in the same file or input; None where the id stays."""
        for use in spot.uses:
            for where in (spot.document.file, use.assessment.reference.input):
                if (where, use.named.id) in self._chosen and not (use.before or use.after):
                    yield self._chosen[where, use.named.id]

    def _is_in_list(self, spot: Spot, choice: Choice) -> str:
        """The reason why a list must not get the new model, which it has already; empty if it may."""
        references = [use.assessment.reference for use in spot.uses]
        if any(candidate.text == choice.identifier for each in references for candidate in each.candidates):
            return f"{choice.identifier} can be chosen there already."
        location = spot.document.location(spot.starts[0])
        if self._taken.setdefault((location.file, spot.list_line, choice.identifier), location) != location:
            return f"{choice.identifier} takes the place of another value of the list already."
        return ""

    def _nothing_fits(self, spot: Spot, old: Model) -> Refusal:
        location = spot.document.location(spot.starts[0])
        alone = self._chooser.fitting_alone(spot.slot, old)
        if len(alone) > 1 and all(alone.values()):
            needs = [f"{use} could have {identifier}" for use, identifier in alone.items()]
            reason = f"Uses with different needs share the line: {first_listed(needs)}."
            return Refusal(location, old.id, reason, "Give each its own line, or choose with --to MODEL.")
        profile = self._chooser.only_by_profile(spot.slot, old)
        if profile is not None:
            reason = f"{profile} could be called here, but its ARN needs an account, which is not known."
            return Refusal(
                location, old.id, reason, "Write the id of the profile, or its ARN, in the place of this ARN."
            )
        hopeless = [use for use, identifier in alone.items() if identifier is None] or list(alone)
        wanted = self._asked.wanted.instead_of(spot.uses[0].named.id, old)
        what = "No model that is named for it, or is of its family," if wanted is None else wanted
        verb = "is" if wanted is None else "is not"
        reason = (
            f"{what} {verb} known to be alive and offered, in the form written there, for {first_listed(hopeless)}."
        )
        advice = "Choose a model, and change the line by hand, or with --to MODEL."
        if any(not use.assessment.regions for use in spot.uses):
            advice = "Name the Region with --region, or change the line by hand."
        return Refusal(location, old.id, reason, advice)


def _assessments(survey: Survey, everywhere: Survey | None) -> Iterator[Assessment]:
    """All candidates in the given paths, then those in other inputs of the work tree."""
    yield from survey.assessments
    if everywhere is None:
        return
    inputs = {each.path for each in survey.scan.inputs}
    mentions = {mention.id for mention in survey.scan.mentions}
    named = {candidate.written_at for each in survey.scan.references for candidate in each.candidates}
    for assessment in everywhere.assessments:
        reference = assessment.reference
        if reference.mention is not None:
            is_known = reference.id in mentions or reference.location in named
        else:
            is_known = reference.input in inputs
        if not is_known:
            yield assessment


def _merged(refusals: Iterable[Refusal]) -> tuple[Refusal, ...]:
    """The refusals, sorted by location; refusals that differ only in their findings become one."""
    found: dict[Refusal, list[str]] = {}
    for each in refusals:
        found.setdefault(each._replace(findings=()), []).extend(each.findings)
    merged = (each._replace(findings=tuple(sorted(set(findings)))) for each, findings in found.items())
    return tuple(sorted(merged, key=lambda each: (each.location or Location("", 0, 0), each.model, each.reason)))


def _fingerprints(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.fingerprint for finding in findings}))


def _addresses(uses: Sequence[Use]) -> str:
    return first_listed(list(dict.fromkeys(use.assessment.reference.address for use in uses)))
