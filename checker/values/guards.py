"""Assumptions: which of them can hold together, and which certainty they leave."""

from collections.abc import Sequence
from enum import StrEnum

from checker.values.atoms import Assumption, Basis, Given


class Certainty(StrEnum):
    """How certain it is that a deployment uses a candidate."""

    CERTAIN = "certain"
    ACCOUNT = "account"
    DEFAULT = "default"
    POSSIBLE = "possible"
    OVERRIDE = "override"


def certainty(given: Given) -> Certainty:
    """The certainty under the given assumptions."""
    bases = {assumption.basis for assumption in given}
    if Basis.OVERRIDE in bases:
        return Certainty.OVERRIDE
    if Basis.OPEN in bases:
        return Certainty.POSSIBLE
    if Basis.DEFAULT in bases:
        return Certainty.DEFAULT
    return Certainty.ACCOUNT if Basis.ACCOUNT in bases else Certainty.CERTAIN


def contradict(one: Assumption, other: Assumption) -> bool:
    """True if the two assumptions cannot hold together."""
    if one.subject != other.subject:
        return False
    if one.holds and other.holds:
        return one.value != other.value and _as_text(one.value) != _as_text(other.value)
    return one.holds != other.holds and one.value == other.value


def _as_text(written: str) -> str:
    """The literal converted to a string: a number and the string of its digits may be the same input."""
    return written[1:-1] if written.startswith('"') else written


def join(one: Given, other: Given) -> Given | None:
    """The assumptions of both, or None if they contradict each other."""
    if not one or one is other:
        return other
    if not other:
        return one
    by_subject: dict[str, list[Assumption]] | None = None
    if len(one) > _MOST_TO_LOOK_THROUGH:
        by_subject = {}
        for known in one:
            by_subject.setdefault(known.subject, []).append(known)
    added: list[Assumption] = []
    redundant: set[Assumption] = set()
    for assumption in other:
        if by_subject is None:
            same: Sequence[Assumption] = [known for known in one if known.subject == assumption.subject]
        else:
            same = by_subject.get(assumption.subject, ())
        if not same:
            added.append(assumption)
            continue
        if assumption in same:
            continue
        if any(contradict(assumption, known) for known in same):
            return None
        if any(_implies(known, assumption) for known in same):
            continue
        redundant.update(known for known in same if _implies(assumption, known))
        added.append(assumption)
    kept = tuple(known for known in one if known not in redundant) if redundant else one
    return (*kept, *added) if added else kept


# A linear search through a few assumptions is faster than sorting them.
_MOST_TO_LOOK_THROUGH = 8


def _implies(one: Assumption, other: Assumption) -> bool:
    """True if the value of a subject already excludes the other value. An override stays visible."""
    return one.holds and not other.holds and other.basis is Basis.OPEN and _as_text(one.value) != _as_text(other.value)


def join_all(*givens: Given) -> Given | None:
    """The assumptions of all, or None if they contradict each other."""
    joined: Given = ()
    for given in givens:
        both = join(joined, given)
        if both is None:
            return None
        joined = both
    return joined


def overridden(given: Given) -> tuple[Given, ...]:
    """For each default that anything may override: the assumptions under which it is overridden."""
    return tuple(
        (
            *(kept for kept in given if kept is not assumption),
            Assumption(assumption.subject, assumption.value, False, Basis.OVERRIDE),
        )
        for assumption in given
        if assumption.basis is Basis.DEFAULT and not assumption.bounded
    )
