"""The elements of collections, as `for`, `for_each` and functions go through them."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from checker.values import (
    Alternative,
    Atom,
    Bool,
    Cause,
    Given,
    Json,
    List,
    Map,
    Number,
    Text,
    Trail,
    Unknown,
    Value,
    join,
)
from checker.values.guards import overridden
from checker.values.operations import after, assume, concat, identity_of, known, literal, one_of, text, to_json_text

# Past this many ways in which conditions can come out, which elements there are is given up.
_MOST_STATES = 64


class Element(NamedTuple):
    """An element with its key or index. `repeated`: it stands for any number of elements, at unknown places."""

    key: Value
    value: Value
    repeated: bool = False


def invalid(subject: str) -> Unknown:
    """What an expression is that Terraform refuses."""
    return Unknown(Cause.INVALID, subject, subject)


def elements(holder: Alternative) -> list[Element] | None:
    """The elements in Terraform's order, having gone through what the holder went through; None if it has none."""
    atom, _, trail = holder
    match atom:
        case List(items, rest, is_set):
            # With elements of unknown number and place among them, the known ones have no certain place either.
            keys = (_some_key(rest) if rest else known(Number(number)) for number in range(len(items)))
            pairs = [(_passed(item, trail), key) for item, key in zip(items, keys, strict=True)]
            found = [Element(value if is_set else key, value) for value, key in pairs]
            if rest:
                value = _passed(rest, trail)
                found.append(Element(value if is_set else _some_key(rest), value, repeated=True))
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
    """The key of a map that an atom is, None if it cannot be one or is not known."""
    match atom:
        case Text():
            return atom.plain
        case Number() | Bool():
            return literal(atom)
        case _:
            return None


def written_out(value: Value) -> Value:
    """The value with JSON that is kept unwritten as text."""
    if not any(isinstance(one.atom, Json) for one in value):
        return value
    return tuple(
        made
        for one in value
        for made in (assume(to_json_text(one.atom.value), one.given) if isinstance(one.atom, Json) else (one,))
    )


def with_gaps(parts: Sequence[Value], rest: Value, subject: str) -> Value:
    """The text of parts among which further ones stand, of unknown number and place, with anything in between."""
    because = next((found for one in rest for found in unknowns_in(one.atom)), None)
    because = because or Unknown(Cause.DEPLOY_TIME, subject, subject)
    written = "; ".join(identity_of(one.atom) for part in (*parts, rest) for one in part)
    gap: Value = (Alternative(because.derived(f"around {written}")),)
    around = [gap]
    for part in parts:
        around += [part, gap]
    return one_of([concat(around, subject), concat([gap, rest, gap], subject)], subject)


def overriding(given: Given) -> list[tuple[Unknown, Given]]:
    """For each default that anything may override: the input, of which then nothing is known, and what that assumes."""
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
    """A key of which only is known what its value may be."""
    for one in rest:
        for unknown in unknowns_in(one.atom):
            return (Alternative(unknown.derived(f"{unknown.identity}[key]")),)
    return (Alternative(Unknown(Cause.DEPLOY_TIME, "a key", "a key")),)


def unknowns_in(atom: Atom) -> Iterable[Unknown]:
    """The unknown values and the holes in an atom, nested ones too."""
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


def selected(
    picked: Sequence[tuple[Value, Value, bool]], subject: str
) -> Iterable[tuple[tuple[Value, ...], Value, Given]]:
    """For each way in which the conditions can come out: the elements that are in, the rest, and the assumptions.

    `picked` holds (condition, value, repeated) for each element; conditions that are not truth values are left out.
    """
    states: list[tuple[tuple[Value, ...], Value, Given]] = [((), (), ())]
    for condition, value, repeated in picked:
        if repeated:
            states = [(items, (*rest, *value), given) for items, rest, given in states]
            continue
        grown = []
        for items, rest, given in states:
            for one in condition:
                under = join(given, one.given)
                if under is not None and isinstance(one.atom, Bool):
                    grown.append(((*items, value) if one.atom.value else items, rest, under))
        if len(grown) > _MOST_STATES:
            return [((), tuple(one for _, value, _ in picked for one in value), ())]
        states = grown
    return states


def set_of(items: Sequence[Value], rest: Value = ()) -> List:
    """A set of values: what is known to be the same occurs once, texts and numbers are in order."""
    unique: dict[str, Value] = {}
    for item in map(written_out, items):
        unique.setdefault("|".join(f"{identity_of(one.atom)}{one.given}" for one in item), item)
    return List(tuple(sorted(unique.values(), key=_rank)), rest, is_set=True)


def _rank(item: Value) -> tuple[int, int | Decimal, str]:
    match item[0].atom:
        case Number(value):
            return 0, value, ""
        case Text() as written:
            return 1, 0, written.render()
        case Bool() as truth:
            return 1, 0, literal(truth) or ""
        case _:
            return 2, 0, ""
