"""The elements of collections, as `for`, `for_each` and functions iterate over them."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import repeat
from typing import NamedTuple

from checker.values import (
    Alternative,
    Atom,
    Bool,
    Cause,
    Given,
    Json,
    Kind,
    List,
    Map,
    Number,
    Text,
    Trail,
    Unknown,
    Value,
)
from checker.values.guards import overridden
from checker.values.operations import (
    MOST_SHAPES,
    after,
    assume,
    concat,
    counted,
    identity_of,
    instead,
    is_guarded,
    known,
    literal,
    one_of,
    text,
    there,
    to_json_text,
)


class Element(NamedTuple):
    """An element with its key or index. `repeated`: it stands for any number of elements, at unknown positions.

    The value may be absent under some assumptions; `here` is its value where it exists.
    """

    key: Value
    value: Value
    repeated: bool = False

    @property
    def here(self) -> Value:
        """The element's value where it exists."""
        return there(self.value)


def invalid(subject: str) -> Unknown:
    """The result of an expression that Terraform refuses."""
    return Unknown(Cause.INVALID, subject, subject)


def is_invalid(atom: Atom) -> bool:
    """True for the result of an expression that Terraform refuses."""
    return isinstance(atom, Unknown) and atom.cause is Cause.INVALID


def elements(holder: Alternative, *, indexed: bool = True) -> list[Element] | None:
    """The elements in Terraform's order, with the trail of their collection; None for what has no elements.

    The keys of list elements are only meaningful with `indexed`.
    """
    atom, _, trail = holder
    match atom:
        case List(items, rest):
            values = [_passed(item, trail) for item in items]
            keys = values if atom.is_set else _indices(atom) if indexed else repeat(())
            found = list(map(Element, keys, values))
            if rest:
                value = _passed(rest, trail)
                found.append(Element(value if atom.is_set else _some_key(rest), value, repeated=True))
            return found
        case Map(entries, rest):
            found = [Element(text(key), _passed(entries[key], trail)) for key in sorted(entries)]
            if rest:
                found.append(Element(_some_key(rest), _passed(rest, trail), repeated=True))
            return found
        case Unknown(Cause.INVALID):
            return None
        case Unknown():
            each = part_of(atom, "each")
            return [Element((Alternative(part_of(atom, "key")),), (Alternative(each, (), trail),), repeated=True)]
        case _:
            return None


def key_of(atom: Atom) -> str | None:
    """The key of a map that an atom is; None if it cannot be one or is unknown."""
    match atom:
        case Text():
            return atom.plain
        case Number() | Bool():
            return literal(atom)
        case _:
            return None


def _indices(atom: List) -> Iterator[Value]:
    """The index of each item. After items that may be absent it depends on how many of them exist."""
    if atom.rest:
        # Elements of unknown number and position make the positions of known ones uncertain too.
        yield from repeat(_some_key(atom.rest), len(atom.items))
        return
    sure = next((number for number, item in enumerate(atom.items) if is_guarded(item)), len(atom.items))
    yield from (known(Number(number)) for number in range(sure))
    for number in range(sure, len(atom.items)):
        yield counted(atom.items[:number], "the index of an element", most=MOST_SHAPES)


def written_out(value: Value) -> Value:
    """The value with lazy JSON written as text."""
    if not any(isinstance(one.atom, Json) for one in value):
        return value
    return tuple(
        made
        for one in value
        for made in (assume(to_json_text(one.atom.value), one.given) if isinstance(one.atom, Json) else (one,))
    )


def with_gaps(parts: Sequence[Value], rest: Value, subject: str) -> Value:
    """The text of the parts with further parts among them, of unknown number and position, joined by anything."""
    because = next((found for one in rest for found in unknowns_in(one.atom)), None)
    because = because or Unknown(Cause.DEPLOY_TIME, subject, subject)
    written = "; ".join(identity_of(one.atom) for part in (*parts, rest) for one in part)
    gap: Value = (Alternative(because.derived(f"around {written}")),)
    around = [gap]
    for part in parts:
        around += [part, gap]
    return one_of([concat(around, subject), concat([gap, rest, gap], subject)], subject)


def overriding(given: Given) -> list[tuple[Unknown, Given]]:
    """For each default that may be overridden: the input, which is then unknown, and the assumption."""
    return [
        (Unknown(Cause.INPUT_NOT_SET, other[-1].subject, f"{other[-1].subject} overridden"), other)
        for other in overridden(given)
    ]


def part_of(whole: Unknown, what: str) -> Unknown:
    """Some element, or some key, of an unknown collection."""
    return whole.derived(f"{whole.identity}[{what}]")


def _passed(value: Value, trail: Trail) -> Value:
    return after(value, *trail) if trail else value


def _some_key(rest: Value) -> Value:
    """An unknown key of which only the possible values are known."""
    for one in rest:
        for unknown in unknowns_in(one.atom):
            return (Alternative(unknown.derived(f"{unknown.identity}[key]")),)
    return (Alternative(Unknown(Cause.DEPLOY_TIME, "a key", "a key")),)


def unknowns_in(atom: Atom) -> Iterable[Unknown]:
    """The unknown values and the holes in an atom, including nested ones."""
    match atom:
        case Unknown():
            yield atom
        case Text():
            yield from atom.holes
        case List(items, rest):
            for value in (*items, rest):
                for one in value:
                    yield from unknowns_in(one.atom)
        case Map(entries, rest):
            for value in (*entries.values(), rest):
                for one in value:
                    yield from unknowns_in(one.atom)
        case Json(value):
            for one in value:
                yield from unknowns_in(one.atom)


def set_of(items: Sequence[Value], rest: Value = ()) -> List:
    """A set of values: equal known values occur once; strings and numbers are sorted."""
    unique: dict[str, Value] = {}
    for item in filter(there, map(written_out, items)):
        key = same_where_there(item)
        unique[key] = instead(unique[key], item, "a set") if key in unique else item
    return List(tuple(sorted(unique.values(), key=_rank)), rest, Kind.SET)


def same_where_there(item: Value) -> str:
    """A string that is equal for elements that are equal if both exist."""
    here = there(item)
    if len({identity_of(one.atom) for one in here}) == 1:
        return identity_of(here[0].atom)
    return "|".join(f"{identity_of(one.atom)}{one.given}" for one in item)


def _rank(item: Value) -> tuple[int, int | Decimal, str]:
    match (there(item) or item)[0].atom:
        case Number(value):
            return 0, value, ""
        case Text() as written:
            return 1, 0, written.render()
        case Bool() as truth:
            return 1, 0, literal(truth) or ""
        case _:
            return 2, 0, ""
