"""Elements that exist under conditions, and the product of guarded alternatives.

A list item or map entry that may be missing has `Absent` among its alternatives, and the assumptions of its
alternatives exclude each other. So a collection with many conditional elements stays one collection, as large as what
is written; one collection per combination of the conditions would be 2^n. Only where the number or the position of
elements matters (the length of a list, its third item) are the combinations enumerated, up to a cap.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from typing import NamedTuple, TypeVar

from checker.values.atoms import Absent, Alternative, Assumption, Atom, Bool, Given, List, Map, Null, Number, Value
from checker.values.guards import contradict, digest_of_all, join
from checker.values.operations.alternatives import (
    ABSENT,
    MOST_ALTERNATIVES,
    MOST_AT_WORK,
    NULL,
    assume,
    capped,
    completed,
    is_override,
    kept,
    known,
    lost_overrides,
    too_many,
)

# The product of guarded alternatives.

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


# Elements that exist under conditions.

# The most combinations of a collection that are enumerated. Each is as large as the collection.
MOST_SHAPES = 64


def is_guarded(element: Value) -> bool:
    """True if an item or entry may be absent."""
    return any(isinstance(one.atom, Absent) for one in element)


def there(element: Value) -> Value:
    """The alternatives of an item or entry where it exists."""
    return tuple(one for one in element if not isinstance(one.atom, Absent)) if is_guarded(element) else element


def absences(element: Value) -> tuple[Given, ...]:
    """The assumptions under which an item or entry is absent, one set per alternative."""
    return tuple(dict.fromkeys(one.given for one in element if isinstance(one.atom, Absent)))


def existence(element: Value) -> Value:
    """A boolean: whether an item or entry exists.

    Of the assumptions under which it exists, only those count that exclude its absence. The others tell which value it
    has.
    """
    if not is_guarded(element):
        return _THERE
    absent: dict[str, list[Assumption]] = {}
    for one in element:
        if isinstance(one.atom, Absent):
            for other in one.given:
                absent.setdefault(other.subject, []).append(other)
    decided: dict[Alternative, None] = {}
    for one in element:
        if isinstance(one.atom, Absent):
            decided[Alternative(_FALSE, one.given)] = None
        else:
            given = tuple(a for a in one.given if any(contradict(a, other) for other in absent.get(a.subject, ())))
            decided[Alternative(_TRUE, given)] = None
    return tuple(decided)


_TRUE = Bool(True)
_FALSE = Bool(False)
_THERE = known(_TRUE)


def presences(element: Value) -> tuple[Given, ...]:
    """The assumptions under which an item or entry exists, one set per alternative."""
    found = tuple(one.given for one in existence(element) if one.atom == _TRUE)
    return ((),) if () in found else found


def within(made: Value, element: Value, subject: str) -> Value:
    """The result of mapping an element, where the element exists."""
    if not is_guarded(element):
        return made
    return capped(
        [each for one in existence(element) for each in assume(made if one.atom == _TRUE else ABSENT, one.given)],
        subject,
    )


def instead(element: Value, other: Value, subject: str) -> Value:
    """The element; where it is absent, another one."""
    if not is_guarded(element):
        return element
    found: list[Alternative] = []
    for one in element:
        found += assume(other, one.given) if isinstance(one.atom, Absent) else (one,)
    return capped(found, subject)


def unless(element: Value, other: Value, subject: str) -> Value:
    """The element, but absent where another one exists."""
    found = (assume(ABSENT if one.atom == _TRUE else element, one.given) for one in existence(other))
    return capped([one for each in found for one in each], subject)


def without_nulls(value: Value) -> Value:
    """The value with the null elements of its collections absent, at any depth."""

    def element(inner: Value) -> Value:
        return tuple(one._replace(atom=Absent()) if isinstance(one.atom, Null) else one for one in without_nulls(inner))

    def atom(whole: Atom) -> Atom:
        match whole:
            case List(items, rest, kind):
                return List(tuple(map(element, items)), rest, kind)
            case Map(entries, rest, kind):
                return Map({key: element(entry) for key, entry in entries.items()}, rest, kind)
            case _:
                return whole

    return tuple(one._replace(atom=atom(one.atom)) for one in value)


def gathered(value: Value, subject: str) -> Value:
    """Merges the maps among the alternatives into one map, and the lists into one list; their elements carry the
    guards.

    Sets stay apart from lists, and so do lists of unknown length. Alternatives that can hold together also stay apart:
    one collection would mix them.
    """
    if len(value) < 2:
        return value
    groups: dict[object, list[Alternative]] = {}
    for number, one in enumerate(value):
        match one.atom:
            case Map():
                groups.setdefault(Map, []).append(one)
            case List(_, rest):
                groups.setdefault((one.atom.is_set, bool(rest)), []).append(one)
            case _:
                groups[number] = [one]
    if len(groups) == len(value):
        return value
    result: list[Alternative] = []
    for holders in groups.values():
        result += [together(holders, subject)] if _exclude_each_other(holders) else holders
    return tuple(result)


def _exclude_each_other(holders: Sequence[Alternative]) -> bool:
    """True if no two alternatives hold together, as far as can be told without comparing every pair."""
    givens = {one.given for one in holders}
    return len(givens) == len(holders) and (() not in givens or len(holders) == 1)


def together(holders: Sequence[Alternative], subject: str) -> Alternative:
    """Merges alternative lists, or maps, into one whose elements carry the guards.

    Each element gets the assumptions of its collection; the result gets those that all have in common. Items are merged
    by position; if a list has unknown length, the lists are appended instead.
    """
    if len(holders) == 1:
        return holders[0]
    by_index = not any(isinstance(holder.atom, List) and holder.atom.rest for holder in holders)
    rest: list[Alternative] = []
    columns: list[tuple[Alternative, dict[object, Value]]] = []
    for number, holder in enumerate(holders):
        pairs: Iterable[tuple[object, Value]] = ()
        match holder.atom:
            case Map(entries, more):
                pairs = entries.items()
                rest += kept(holder, more)
            case List(items, more):
                pairs = ((index if by_index else (number, index), item) for index, item in enumerate(items))
                rest += kept(holder, more)
        columns.append((holder, dict(pairs)))
    elements: dict[object, Value] = {}
    for key in dict.fromkeys(key for _, column in columns for key in column):
        # An element that a collection lacks is absent under the assumptions of that collection.
        found = (kept(holder, column.get(key, ABSENT)) for holder, column in columns)
        elements[key] = capped([one for each in found for one in each], subject)
    shared = tuple(a for a in holders[0].given if all(a in one.given for one in holders))
    kinds = {holder.atom.kind for holder in holders if isinstance(holder.atom, Map | List)}
    kind = kinds.pop() if len(kinds) == 1 else None
    if isinstance(holders[0].atom, List):
        return Alternative(List(tuple(elements.values()), tuple(rest), kind), shared)
    return Alternative(Map({str(key): element for key, element in elements.items()}, tuple(rest), kind), shared)


def shapes(value: Value, subject: str) -> Value:
    """One collection without absent elements for each combination of the guards.

    Past the cap: a collection of elements of unknown number and position.
    """
    if not any(has_guards(one.atom) for one in value):
        return value
    result: list[Alternative] = []
    for holder in value:
        elements = _elements(holder.atom)
        if not any(map(is_guarded, elements)):
            result.append(holder)
            continue
        for way, given in ways([existence(each) for each in elements], subject, most=MOST_SHAPES):
            under = join(holder.given, given)
            if under is not None:
                is_there = None if way is None else [one.atom == _TRUE for one in way]
                atom = _of_any_shape(holder.atom) if is_there is None else _of_shape(holder.atom, is_there)
                result.append(Alternative(atom, under, holder.trail))
    return capped(result, subject)


def _of_shape(atom: Atom, is_there: Sequence[bool]) -> Atom:
    match atom:
        case List(items, rest, kind):
            return List(tuple(map(there, compress(items, is_there))), rest, kind)
        case Map(entries, rest, kind):
            return Map({key: there(entry) for key, entry in compress(entries.items(), is_there)}, rest, kind)
        case _:
            return atom


def _of_any_shape(atom: Atom) -> Atom:
    match atom:
        case List(items, rest, kind):
            return List((), tuple(one for item in (*items, rest) for one in there(item)), kind)
        case Map(entries, rest, kind):
            return Map({}, tuple(one for entry in (*entries.values(), rest) for one in there(entry)), kind)
        case _:
            return atom


def has_guards(atom: Atom) -> bool:
    """True if an atom is a collection in which an element may be absent."""
    return any(map(is_guarded, _elements(atom)))


def _elements(atom: Atom) -> Sequence[Value]:
    match atom:
        case List(items):
            return items
        case Map(entries):
            return tuple(entries.values())
        case _:
            return ()


def counted(elements: Sequence[Value], subject: str, *, most: int = MOST_ALTERNATIVES) -> Value:
    """The number of elements that exist; past the cap an unknown."""
    sure = sum(not is_guarded(each) for each in elements)
    steps = [existence(each) for each in elements if is_guarded(each)]
    result: list[Alternative] = []
    for number, given in states(steps, sure, lambda count, one: count + (one.atom == _TRUE), subject, most=most):
        if number is None:
            result += assume(too_many(subject, digest_of_all(elements)), given)
        else:
            result.append(Alternative(Number(number), given))
    return capped(result, subject)


def none_there(elements: Sequence[Value]) -> tuple[Given, ...]:
    """The assumptions under which no element exists, one set per combination. Past the cap: that this is possible."""
    found: dict[Given, None] = {(): None}
    for each in elements:
        if not is_guarded(each):
            return ()
        found = dict.fromkeys(
            joined for given in found for absent in absences(each) if (joined := join(given, absent)) is not None
        )
        if len(found) > MOST_SHAPES:
            return ((),)
    return tuple(found)


def where_any(whole: Alternative, elements: Sequence[Value], subject: str) -> Value:
    """The collection where any of its elements exists; absent where none does."""
    absent = none_there(elements)
    if not absent:
        return (whole,)
    ways_here = dict.fromkeys(given for element in elements for given in presences(element))
    found = [one for given in ways_here for one in assume((whole,), given)]
    return capped([*found, *(one for given in absent for one in kept(whole, ABSENT, given))], subject)


def placed(items: Sequence[Value], number: int, subject: str) -> list[tuple[int | None, Given]]:
    """The index in `items` of the element at a position, counted from 0 among those that exist; -1 if there are too
    few.

    None stands for any of them, past the cap.
    """

    def grow(state: tuple[int, int, int], one: Alternative) -> tuple[int, int, int]:
        position, count, found = state
        if one.atom == _TRUE:
            return position + 1, count + 1, position if count == number else found
        return position + 1, count, found

    def is_decided(state: tuple[int, int, int]) -> bool:
        position, count, found = state
        return found >= 0 or count + len(items) - position <= number

    found = states([existence(item) for item in items], (0, 0, -1), grow, subject, is_final=is_decided)
    return [(None if state is None else state[2], given) for state, given in found]
