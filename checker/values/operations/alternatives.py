"""Makes values, limits the number of their alternatives, and counts the work."""

import math
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal

from checker.source import Location
from checker.values.atoms import (
    Absent,
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Given,
    Json,
    List,
    LocatedKey,
    Map,
    Null,
    Number,
    Piece,
    Shape,
    Step,
    Target,
    Text,
    Trail,
    Unknown,
    Value,
)
from checker.values.guards import contradict, digest, join, literal

# Makes values and limits the number of their alternatives.

# More alternatives tell a reader nothing useful, and their products are slow.
MOST_ALTERNATIVES = 256
# Overrides of several defaults multiply. The more of them an alternative needs, the less it tells.
MOST_OVERRIDES = 24
# The limit for intermediate results: some alternatives may turn out to be equal, or to be only overrides.
MOST_AT_WORK = 4 * MOST_ALTERNATIVES
Thunk = Callable[[], Value]
NULL: Value = (Alternative(Null()),)
ABSENT: Value = (Alternative(Absent()),)


def known(atom: Atom, location: Location | None = None, step: str = "written here") -> Value:
    """A value with one alternative. If a location is given, its trail starts there."""
    return (Alternative(atom, (), (Step(location, step),) if location is not None else ()),)


def text(content: str, location: Location | None = None, step: str = "written here") -> Value:
    """A text without holes."""
    return known(Text((Piece(content),) if content else ()), location, step)


def located_key(written: str, trail: Trail | Location) -> str:
    """A key of a map, with its trail if it may be the id or the ARN of a model, which then may become a value."""
    if not trail or ("." not in written and ":" not in written):
        return written
    return LocatedKey(written, (Step(trail, "written here"),) if isinstance(trail, Location) else trail)


def text_of_key(written: str) -> Value:
    """The key of a map as a text, with its trail."""
    (alternative,) = text(str(written))
    return (alternative._replace(trail=written.trail) if isinstance(written, LocatedKey) else alternative,)


def each_of(contents: Iterable[str], subject: str) -> Value:
    """Texts, each of which `subject` is in a deployment of its own."""
    return tuple(
        one._replace(given=(Assumption(subject, literal(one.atom) or "", True, Basis.EACH, bounded=True),))
        for content in contents
        for one in text(content)
    )


def unknown(
    cause: Cause,
    subject: str,
    *,
    identity: str | None = None,
    target: Target | None = None,
    shape: Shape | None = None,
    trail: Trail = (),
) -> Value:
    """A value of which only the cause is known."""
    return (Alternative(Unknown(cause, subject, identity or subject, target, shape), (), trail),)


def from_python(data: object, location: Location | None = None) -> Value:
    """The value of JSON-like data: dicts, lists, strings, numbers, booleans and None."""
    match data:
        case None:
            return known(Null(), location)
        case bool():
            return known(Bool(data), location)
        case int() | Decimal():
            return known(Number(data), location)
        case float() if not math.isfinite(data):
            return unknown(Cause.INVALID, f"{data} is no number")
        case float():
            return known(Number(Decimal(repr(data))), location)
        case str():
            return text(data, location)
        case Mapping():
            return known(Map({str(key): from_python(item, location) for key, item in data.items()}), location)
        case Sequence():
            return known(List(tuple(from_python(item, location) for item in data)), location)
        case _:
            raise TypeError(f"not JSON-like: {type(data).__name__}")


def after(value: Value, *steps: Step) -> Value:
    """The value after further steps."""
    return tuple(Alternative(atom, given, (*trail, *steps)) for atom, given, trail in value)


def assume(value: Value, given: Given) -> Value:
    """The value under further assumptions. Alternatives that contradict them are dropped; perhaps none is left.

    If the assumptions override a default on which an alternative rests, an unknown takes its place.
    """
    return tuple(under_assumptions(value, given)) if given else value


def under_assumptions(value: Value, given: Given) -> Iterable[Alternative]:
    for alternative in value:
        joined = join(given, alternative.given)
        if joined is alternative.given:
            yield alternative
        elif joined is not None:
            yield Alternative(alternative.atom, joined, alternative.trail)
    if any(map(_overrides_freely, given)):
        yield from _instead(value, given)


def kept(holder: Alternative, element: Value, given: Given = ()) -> Iterable[Alternative]:
    """The alternatives of an element, with the assumptions and the trail of its collection."""
    under = join(holder.given, given)
    if under is None:
        return ()
    found = under_assumptions(element, under) if under else element
    if not holder.trail:
        return found
    return (Alternative(atom, joined, trail + holder.trail) for atom, joined, trail in found)


def reached(holder: Alternative, element: Value, given: Given = ()) -> Iterable[Alternative]:
    """The element where it exists, with the assumptions and the trail of its collection."""
    return (one for one in kept(holder, element, given) if not isinstance(one.atom, Absent))


def _instead(value: Value, given: Given) -> Iterable[Alternative]:
    """Replaces alternatives that rest on a default which `given` overrides."""
    replaced: dict[Given, Assumption] = {}
    for alternative in value:
        override = _override_of(alternative.given, given)
        if override is None:
            continue
        instead = join(given, tuple(a for a in alternative.given if a.subject != override.subject))
        if instead is None:
            continue
        if _says_what_overriding_brings(value, override):
            # The input decides a choice; another value of the input may make the same choice.
            yield alternative._replace(given=instead)
        else:
            replaced.setdefault(instead, override)
    for instead, override in replaced.items():
        identity = f"{override.subject} overridden, not {digest(value)}"
        yield Alternative(Unknown(Cause.INPUT_NOT_SET, override.subject, identity), instead)


def completed(operands: Sequence[Value]) -> Sequence[Value]:
    """The operands. Each also covers the case that a default of another operand, on which it rests, is overridden."""
    if len(operands) == 1:
        return operands
    overrides = [{(a,) for one in operand for a in one.given if _overrides_freely(a)} for operand in operands]
    if not any(overrides):
        return operands
    completed: list[Value] = []
    for number, operand in enumerate(operands):
        others = {given for position, mine in enumerate(overrides) if position != number for given in mine}
        completed.append((*operand, *(one for given in sorted(others) for one in _instead(operand, given))))
    return completed


def _overrides_freely(assumption: Assumption) -> bool:
    return assumption.basis is Basis.OVERRIDE and not assumption.holds


def _override_of(given: Given, other: Given) -> Assumption | None:
    """The assumption in `other` that overrides a default on which `given` rests."""
    for one in other:
        if _overrides_freely(one):
            for assumption in given:
                if assumption.basis is Basis.DEFAULT and not assumption.bounded and contradict(assumption, one):
                    return one
    return None


def _says_what_overriding_brings(value: Value, override: Assumption) -> bool:
    return any(a == override for alternative in value for a in alternative.given)


def one_of(values: Iterable[Value], subject: str) -> Value:
    """The alternatives of all values without duplicates. Too many become an unknown."""
    return capped(without_repeats(alternative for value in values for alternative in value), subject)


def capped(alternatives: list[Alternative], subject: str) -> Value:
    """The alternatives as a value. If there are too many: an unknown with that cause.

    Alternatives that need an override are dropped first. An element that may be absent still may be.
    """
    if len(alternatives) <= MOST_OVERRIDES:
        return tuple(alternatives)
    by_default = [one for one in alternatives if not is_override(one.given)]
    if len(alternatives) <= MOST_ALTERNATIVES and len(alternatives) - len(by_default) <= MOST_OVERRIDES:
        return tuple(alternatives)
    # To make, compare and write out an alternative.
    add_work(4 * len(alternatives))
    alternatives = without_repeats(alternatives)
    by_default = [one for one in alternatives if not is_override(one.given)]
    if len(alternatives) <= MOST_ALTERNATIVES and len(alternatives) - len(by_default) <= MOST_OVERRIDES:
        return tuple(alternatives)
    lost = digest(tuple(alternatives))
    if len(by_default) < MOST_ALTERNATIVES:
        override = lost_overrides(subject, lost)
        absent = any(isinstance(one.atom, Absent) and is_override(one.given) for one in alternatives)
        return (*by_default, override, *(assume(ABSENT, override.given) if absent else ()))
    absent = any(isinstance(one.atom, Absent) for one in alternatives)
    return (*too_many(subject, lost), *(ABSENT if absent else ()))


def too_many(subject: str, identity: str) -> Value:
    """Stands for more alternatives than can be followed; `identity` distinguishes such values."""
    return unknown(Cause.TOO_MANY, subject, identity=f"{subject} #{identity}")


def lost_overrides(subject: str, identity: str) -> Alternative:
    override = Assumption(subject, "its default", False, Basis.OVERRIDE)
    return Alternative(too_many(subject, identity)[0].atom, (override,))


def is_override(given: Given) -> bool:
    return any(assumption.basis is Basis.OVERRIDE for assumption in given)


def without_repeats(alternatives: Iterable[Alternative]) -> list[Alternative]:
    """The alternatives without duplicates. Collections are not compared."""
    seen: set[Alternative] = set()
    kept = []
    for one in alternatives:
        if isinstance(one.atom, List | Map | Json):
            kept.append(one)
        elif one not in seen:
            seen.add(one)
            kept.append(one)
    return kept


# Counts the work of operations on values, for whoever bounds it.


class _Work(threading.local):
    steps = 0


_work = _Work()


def add_work(steps: int) -> None:
    """Counts steps, each about as long as the evaluation of a literal."""
    _work.steps += steps


@contextmanager
def uncounted() -> Iterator[None]:
    """Work for a result that is kept for others too: whoever asks first must not pay for it."""
    steps = _work.steps
    try:
        yield
    finally:
        _work.steps = steps


def take_work() -> int:
    """The steps since the last call in this thread."""
    steps, _work.steps = _work.steps, 0
    return steps
