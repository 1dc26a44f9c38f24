"""The product of guarded alternatives."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from checker.values.atoms import Alternative, Given, Value
from checker.values.guards import join
from checker.values.operations.alternatives import (
    MOST_ALTERNATIVES,
    MOST_AT_WORK,
    NULL,
    completed,
    is_override,
    lost_overrides,
)
from checker.values.operations.identity import digest_of_all

State = TypeVar("State")


def _never(_state: object) -> bool:
    return False


def states(
    steps: Sequence[Value],
    start: State,
    grow: Callable[[State, Alternative], State],
    subject: str,
    *,
    most: int = MOST_AT_WORK,
    is_final: Callable[[State], bool] = _never,
) -> list[tuple[State | None, Given]]:
    """Every combination of the alternatives of several values, with the assumptions of each combination.

    A state begins as `start`. `grow` makes the next state from it and one alternative of each step in turn; a final
    state is not changed. The state None stands for all combinations that are not followed. With more than `most`
    combinations, those with overrides are given up first, under an assumption of their own; if that is not enough, all
    are, under no assumption.

    Why this is sound. In a deployment, some alternative of each value describes what it is, and the assumptions of that
    alternative hold. (`completed` has added an alternative for each default that may be overridden.) Those assumptions
    hold together, so none contradicts another, and `join` accepts that combination. Either it is followed or None
    stands for it. Conversely, no deployment has a combination that `join` refuses.
    """
    found: list[tuple[State | None, Given]] = [(start, ())]
    for step in completed(steps):
        if len(step) == 1 and not step[0].given:
            # The common case: nothing multiplies.
            only = step[0]
            found = [(s if s is None or is_final(s) else grow(s, only), given) for s, given in found]
            continue
        grown: list[tuple[State | None, Given]] = []
        for state, given in found:
            if state is None or is_final(state):
                grown.append((state, given))
                continue
            for one in step:
                joined = join(given, one.given)
                if joined is not None:
                    grown.append((grow(state, one), joined))
        if len(grown) > most:
            lost = lost_overrides(subject, digest_of_all(steps)).given
            grown = [(state, given) for state, given in grown if not is_override(given)]
            if len(grown) >= min(most, MOST_ALTERNATIVES):
                return [(None, ())]
            grown.append((None, lost))
        found = grown
    return found


class _Chain(NamedTuple):
    """A chain of alternatives; combinations share their common beginning. The start has no predecessor."""

    before: "_Chain | None"
    last: Alternative

    def together(self) -> list[Alternative]:
        """All alternatives, in order."""
        found = []
        one = self
        while one.before is not None:
            found.append(one.last)
            one = one.before
        found.reverse()
        return found


def ways(
    steps: Sequence[Value], subject: str, *, most: int = MOST_AT_WORK
) -> Iterable[tuple[list[Alternative] | None, Given]]:
    """The `states` that each hold one alternative of every step."""
    start = _Chain(None, NULL[0])
    for state, given in states(steps, start, _Chain, subject, most=most):
        yield None if state is None else state.together(), given
