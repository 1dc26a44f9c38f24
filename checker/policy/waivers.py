"""Finds the waiver that covers a hit, and records which waivers are used."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from checker.model.policy import Waiver
from checker.model.reference import Candidate, Reference
from checker.policy.judge import Hit
from checker.policy.scope import covers_candidate, covers_unresolved, surely_covers_regions


class Waivers:
    """The waivers of a policy on a day. It records which of them were used, including expired ones."""

    def __init__(self, waivers: Iterable[Waiver], day: date) -> None:
        self._day = day
        self._by_rule: dict[str, list[tuple[int, Waiver]]] = defaultdict(list)
        for index, waiver in enumerate(waivers):
            self._by_rule[waiver.rule].append((index, waiver))
        self._used: set[int] = set()

    def is_used(self, index: int) -> bool:
        """True if the waiver with this index covered anything."""
        return index in self._used

    def for_candidate(self, hit: Hit) -> Waiver | None:
        """The waiver that covers a candidate in every Region in which it breaks the rule."""
        return self._covering(
            (index, waiver)
            for index, waiver in self._by_rule.get(hit.by.rule.id, ())
            if covers_candidate(waiver.match, hit.assessment, sure=True)
            and covers_regions_of(waiver, hit)
            and _is_about(waiver, hit.assessment.reference, hit.assessment.candidate)
        )

    def for_reference(self, rule: str, reference: Reference) -> Waiver | None:
        """The waiver that covers the unknown part of a reference."""
        return self._covering(
            (index, waiver)
            for index, waiver in self._by_rule.get(rule, ())
            if covers_unresolved(waiver.match, reference, sure=True)
            and surely_covers_regions(waiver.match, (None,))
            and _is_about(waiver, reference, None)
        )

    def _covering(self, covering: Iterable[tuple[int, Waiver]]) -> Waiver | None:
        """The waiver among them with the latest end. All of them are recorded as used."""
        longest: Waiver | None = None
        for index, waiver in covering:
            self._used.add(index)
            if not waiver.has_expired(self._day) and (longest is None or waiver.until > longest.until):
                longest = waiver
        return longest


def _is_about(waiver: Waiver, reference: Reference, candidate: Candidate | None) -> bool:
    """True for a waiver of the policy, and for one in the code at a location of the reference or the candidate."""
    if waiver.spot is None:
        return True
    locations = [reference.location]
    if candidate is not None:
        locations += [candidate.written_at, *(step.location for step in candidate.trail)]
    return (reference.input, reference.address) in waiver.spot.resources or any(
        (location.file, location.line) in waiver.spot.lines for location in locations if location is not None
    )


def covers_regions_of(waiver: Waiver, hit: Hit) -> bool:
    """True if a waiver holds in every Region in which a candidate breaks a rule."""
    if hit.stage is None:
        return surely_covers_regions(waiver.match, hit.assessment.regions or (None,))
    return surely_covers_regions(waiver.match, (stage.region for stage in hit.breach.broken))
