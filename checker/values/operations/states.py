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
    """Every way in which the alternatives of several values can come out together, and what each way assumes.

    A state starts as `start`, and `grow` makes of it, with one alternative of each step in turn, what follows; one that
    is final is left as it is. A state of None stands for all the ways that are not followed: past `most` of them the
    overrides are given up first, under an assumption of their own, and if that does not do, all, under none.

    Why this is sound: in a deployment, each value is what some alternative of it describes whose assumptions hold there
    (where a default is overridden on which one rests, `completed` has added what stands instead). The assumptions of
    those alternatives hold together, so that none contradicts another; so the way that takes them is among those that
    `join` lets through, unless it is one that None stands for. And no way that `join` refuses is any deployment's.
    """
    found: list[tuple[State | None, Given]] = [(start, ())]
    for step in completed(steps):
        if len(step) == 1 and not step[0].given:
            # The ordinary case: nothing multiplies.
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
    """Alternatives in a row after the start, which has none before it: what two ways begin with, they share."""

    before: "_Chain | None"
    last: Alternative

    def together(self) -> list[Alternative]:
        """All of them, in order."""
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
    """The `states` of which each is one alternative of every step."""
    start = _Chain(None, NULL[0])
    for state, given in states(steps, start, _Chain, subject, most=most):
        yield None if state is None else state.together(), given
