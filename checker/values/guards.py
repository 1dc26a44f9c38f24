"""Assumptions: which can hold together, and what certainty they leave."""

from enum import StrEnum

from checker.values.atoms import Assumption, Basis, Given


class Certainty(StrEnum):
    """How sure it is that a deployment uses a candidate."""

    CERTAIN = "certain"
    DEFAULT = "default"
    POSSIBLE = "possible"
    OVERRIDE = "override"


def certainty(given: Given) -> Certainty:
    """The certainty that assumptions leave."""
    bases = {assumption.basis for assumption in given}
    if Basis.OVERRIDE in bases:
        return Certainty.OVERRIDE
    if Basis.OPEN in bases:
        return Certainty.POSSIBLE
    return Certainty.DEFAULT if Basis.DEFAULT in bases else Certainty.CERTAIN


def contradict(one: Assumption, other: Assumption) -> bool:
    """Whether two assumptions cannot hold together."""
    if one.subject != other.subject:
        return False
    if one.holds and other.holds:
        return one.value != other.value
    return one.holds != other.holds and one.value == other.value


def join(one: Given, other: Given) -> Given | None:
    """The assumptions of both, or None if they contradict each other."""
    if not one or one is other:
        return other
    if not other:
        return one
    joined = list(one)
    for assumption in other:
        if assumption in joined:
            continue
        if any(contradict(assumption, known) for known in one):
            return None
        # What says which value the subject has makes "it has not that other value" redundant.
        joined.append(assumption)
    return tuple(joined)


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
    """For each default that may be overridden with anything, the assumptions that hold when that one is."""
    return tuple(
        (
            *(kept for kept in given if kept is not assumption),
            Assumption(assumption.subject, assumption.value, False, Basis.OVERRIDE),
        )
        for assumption in given
        if assumption.basis is Basis.DEFAULT and not assumption.bounded
    )
