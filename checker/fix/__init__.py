"""Proposes edits that mend findings, tries them on unsaved texts, writes them, and judges the files again."""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from checker.fix.hunks import edited
from checker.fix.proposal import Asked, Proposal, propose
from checker.fix.replacements import GOING
from checker.fix.surprises import surprises
from checker.fix.writing import put_back, write_edits
from checker.immutable import immutable
from checker.model.finding import Edit, Mending, Refusal
from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import Survey, survey
from checker.source import Location
from checker.source.files import find_boundary

__all__ = ["Asked", "Mender", "Outcome", "Proposal", "Request", "scan_with_edits"]

OnInput = Callable[[str, int, int], None]


@immutable
class Request:
    """The paths and settings of a run whose findings are to be mended."""

    paths: tuple[str, ...]
    settings: Settings
    standard_input: Callable[[], bytes]
    cwd: Path

    @property
    def roots(self) -> tuple[Path, ...]:
        """The tops of the work trees that hold the paths; without git, the paths themselves."""
        return tuple(dict.fromkeys(find_boundary(self.cwd / path) for path in self.paths if path != "-"))

    def elsewhere(self) -> "Request | None":
        """The run over the whole work trees, without the supplied inputs; None if the paths cover the trees."""
        given = {os.path.realpath(self.cwd / path) for path in self.paths if path != "-"}
        roots = self.roots
        if given.issuperset(map(os.fspath, roots)):
            return None
        settings = replace(
            self.settings,
            options=Options(regions=self.settings.options.regions),
            changed=False,
            diff_base=None,
            baseline=None,
        )
        return replace(self, paths=tuple(map(os.fspath, roots)), settings=settings)

    def survey(self, before: Survey | None = None, on_input: OnInput = lambda *_: None) -> Survey:
        """The survey of the run. It reuses what the run of `before` has read, and calls `on_input` for each input."""
        return survey(
            self.paths,
            self.settings,
            standard_input=self.standard_input,
            cwd=self.cwd,
            on_input=on_input,
            run=None if before is None else before.run,
        )


class Outcome(NamedTuple):
    """The result of writing edits. `surprises` say why all files were put back.

    `left_alone` are pairs of a file that was not written or not put back, and the reason.
    """

    written: tuple[Edit, ...]
    surprises: tuple[str, ...]
    left_alone: tuple[tuple[str, str], ...]


def scan_with_edits(request: Request, on_input: OnInput) -> Scan:
    """The scan of a run, with the edits that mend its findings."""
    found = request.survey(on_input=on_input)
    if not any(finding.check in GOING for finding in found.scan.open_findings):
        return found.scan
    # The run has already written its baseline.
    settings = replace(request.settings, write_baseline=None, prune_baseline=False)
    mending = Mender(replace(request, settings=settings), found).proposal(Asked()).mending
    return replace(found.scan, mending=mending)


class Mender:
    """Mends what a run found."""

    def __init__(self, request: Request, found: Survey) -> None:
        self._request = request
        self._found = found
        self._elsewhere = request.elsewhere()

    @cached_property
    def _everywhere(self) -> Survey | None:
        return None if self._elsewhere is None else self._elsewhere.survey(self._found)

    def proposal(self, asked: Asked) -> Proposal:
        """The edits that mend the findings. A run over the edited texts has shown that they change nothing else."""
        left: dict[Location, str] = {}
        while True:
            proposal = propose(
                self._found, lambda: self._everywhere, asked, left, self._request.roots, self._request.cwd
            )
            edits = proposal.mending.edits
            told = self._tried(proposal, edits) if edits else ()
            if not told:
                return proposal
            culprits = self._culprits(proposal)
            if not culprits:
                return self._with_grants_that_hold(proposal)
            left |= culprits

    def _culprits(self, proposal: Proposal) -> dict[Location, str]:
        """The locations whose edits break their promises, each with its first surprise.

        All locations if the edits do so only together; none if the edits are fine without the grants.
        """
        edits = [edit for edit in proposal.mending.edits if not edit.is_grant]
        together = self._tried(proposal, edits) if edits else ()
        if not together:
            return {}
        found: dict[Location, str] = {}
        for file in dict.fromkeys(edit.location.file for edit in edits):
            of_file = [edit for edit in edits if edit.location.file == file]
            if self._tried(proposal, of_file):
                found |= self._culprits_in(proposal, of_file)
        return found or {edit.location: together[0] for edit in edits}

    def _culprits_in(self, proposal: Proposal, edits: Sequence[Edit]) -> dict[Location, str]:
        """The locations in one file whose edits break their promises, each with its first surprise.

        A default and the list of the values that are allowed for it hold only together: edits to the same model are
        tried together, too, all of them and each with the next one.
        """
        found: dict[Location, str] = {}
        alike: dict[tuple[str, str], list[Sequence[Edit]]] = {}
        for spot in _of_spots(edits):
            if told := self._tried(proposal, spot):
                found |= {edit.location: told[0] for edit in spot}
                alike.setdefault((spot[0].before, spot[0].after), []).append(spot)
        for spots in alike.values():
            for several in (spots, *pairwise(spots)):
                together = [edit for spot in several for edit in spot if edit.location in found]
                if len(several) > 1 and together and not self._tried(proposal, together):
                    for edit in together:
                        found.pop(edit.location, None)
        return found

    def _with_grants_that_hold(self, proposal: Proposal) -> Proposal:
        """The proposal without the grants that break a promise: refusals ask people to add these by hand."""
        edits, refusals = proposal.mending
        kept = [edit for edit in edits if not edit.is_grant]
        by_line: dict[tuple[str, int], list[Edit]] = {}
        for edit in edits:
            if edit.is_grant:
                by_line.setdefault((edit.location.file, edit.location.line), []).append(edit)
        for grants in by_line.values():
            told = self._tried(proposal, [*kept, *grants])
            if told:
                refusals += tuple(_by_hand(edit, told[0]) for edit in grants)
            else:
                kept += grants
        ordered = sorted(kept, key=lambda edit: (edit.location, edit.is_grant))
        return proposal._replace(mending=Mending(tuple(ordered), refusals))

    def write(self, proposal: Proposal, edits: Sequence[Edit]) -> Outcome:
        """Writes edits of a proposal and judges the files again; puts the files back if an edit breaks its promise."""
        written = write_edits(proposal.contents, edits, self._request.cwd)
        done = tuple(edit for edit in edits if edit.location.file in written.after)
        left_alone = tuple(sorted(written.left_alone.items()))
        try:
            told = self._surprises(proposal, done, fresh=True) if done else ()
        except BaseException:
            # After an interruption, no file keeps an edit that was not judged.
            put_back(written, self._request.cwd)
            raise
        if told:
            left_alone += tuple(sorted(put_back(written, self._request.cwd).items()))
            done = ()
        return Outcome(done, told, left_alone)

    def _tried(self, proposal: Proposal, edits: Sequence[Edit]) -> tuple[str, ...]:
        """The surprises that a run over the edited, unsaved texts finds."""
        run, cwd = self._found.run, self._request.cwd
        assert run is not None
        of_files: dict[str, list[Edit]] = {}
        for edit in edits:
            of_files.setdefault(edit.location.file, []).append(edit)
        texts = {cwd / file: edited(proposal.contents[file], own).decode() for file, own in of_files.items()}
        with run.overlaid(texts):
            return self._surprises(proposal, edits, fresh=False)

    def _surprises(self, proposal: Proposal, edits: Sequence[Edit], *, fresh: bool) -> tuple[str, ...]:
        """The differences from the promises that new runs find. `fresh` runs read all files again."""
        told: tuple[str, ...] = ()
        for request, before in ((self._request, self._found), (self._elsewhere, self._everywhere)):
            if request is not None and before is not None:
                after = request.survey(None if fresh else before).scan
                told += surprises(before.scan, after, proposal.promises, edits)
        return told


def _of_spots(edits: Iterable[Edit]) -> Iterable[Sequence[Edit]]:
    """The edits in groups, each of one spot: the same id may stand on its line several times."""
    found: dict[tuple[object, ...], list[Edit]] = {}
    for edit in edits:
        found.setdefault((edit.location.line, edit.before, edit.after, edit.findings), []).append(edit)
    return found.values()


def _by_hand(grant: Edit, why: str) -> Refusal:
    reason = f"{grant.replacement} has to be granted here, too. {why}"
    return Refusal(grant.location, grant.model, reason, "Add it by hand.")
