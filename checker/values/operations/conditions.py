"""Conditional choices, the booleans that decide them, and equality."""

from collections.abc import Iterable, Mapping, Sequence

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
    Map,
    Null,
    Text,
    Unknown,
    Value,
)
from checker.values.guards import assumed_to_be, digest_of_all, identity_of, join, known_ends, literal, overridden
from checker.values.operations.alternatives import (
    ABSENT,
    MOST_ALTERNATIVES,
    MOST_AT_WORK,
    Thunk,
    assume,
    capped,
    completed,
    is_override,
    known,
    lost_overrides,
    too_many,
    unknown,
)
from checker.values.operations.combination import flat_map
from checker.values.operations.guarded import has_guards, is_guarded, shapes
from checker.values.operations.texts import as_text

# Equality of two values.


def equal(left: Value, right: Value, subject: str) -> Value:
    """`left == right` as Terraform compares: types are not converted, collections are compared by content."""
    result: list[Alternative] = []
    left, right = completed([left, right])
    for one in left:
        for other in right:
            given = join(one.given, other.given)
            if given is not None:
                result.extend(assume(_equal_atoms(one.atom, other.atom, subject), given))
        if len(result) > MOST_AT_WORK:
            result = [one for one in result if not is_override(one.given)]
            if len(result) > MOST_ALTERNATIVES:
                return too_many(subject, digest_of_all([left, right]))
            result.append(lost_overrides(subject, digest_of_all([left, right])))
    return capped(result, subject)


def _equal_atoms(one: Atom, other: Atom, subject: str) -> Value:  # noqa: C901 (one case for each pair of kinds)
    match one, other:
        case (Absent(), _) | (_, Absent()):
            return known(Bool(type(one) is type(other)))
        case (Unknown(Cause.INVALID), _):
            return known(one)
        case (_, Unknown(Cause.INVALID)):
            return known(other)
        case (Unknown(), Unknown()):
            if one.identity == other.identity:
                return known(Bool(True))
            return as_condition((Alternative(one.derived(" == ".join(sorted((one.identity, other.identity))))),))
        case (Unknown(), _):
            return _unknown_equals(one, other)
        case (_, Unknown()):
            return _unknown_equals(other, one)
        case (Text(), Text()) if one.holes or other.holes:
            return _texts_equal(one, other)
        case (List() | Map(), List() | Map()) if (decided := _decided_by_kind(one, other, subject)) is not None:
            return decided
        case (List(), List()) if has_guards(one) or has_guards(other):
            return equal(shapes(known(one), subject), shapes(known(other), subject), subject)
        case (List(items, rest), List(others, more)) if not (one.is_set or other.is_set):
            if rest or more:
                return _undecided(one, other, Unknown(Cause.DEPLOY_TIME, subject, subject))
            if len(items) != len(others):
                return known(Bool(False))
            return _all_equal(zip(items, others, strict=True), subject)
        case (List(), List()):
            return _sets_equal(one, other, subject)
        case (Map(entries, rest), Map(others, more)):
            if rest or more:
                return _undecided(one, other, Unknown(Cause.DEPLOY_TIME, subject, subject))
            if any(not is_guarded(e) for e in _only_in(entries, others) + _only_in(others, entries)):
                return known(Bool(False))
            keys = {**entries, **others}
            return _all_equal(((entries.get(key, ABSENT), others.get(key, ABSENT)) for key in keys), subject)
        case (Json(), _) | (_, Json()):
            return flat_map(
                [(Alternative(one),), (Alternative(other),)],
                lambda atoms: _equal_atoms(atoms[0], atoms[1], subject),
                "==",
                write_json=True,
            )
        case _:
            return known(Bool(type(one) is type(other) and literal(one) == literal(other)))


def _decided_by_kind(one: Atom, other: Atom, subject: str) -> Value | None:
    """The result if the types of two collections decide it; None if their content does."""
    assert isinstance(one, List | Map)
    assert isinstance(other, List | Map)
    if one is other:
        return known(Bool(True))
    if one.kind is None or other.kind is None:
        return None
    elements = (one.kind.element, other.kind.element)
    if one.kind.name != other.kind.name or (None not in elements and elements[0] != elements[1]):
        return known(Bool(False))
    if one.kind.is_of_one_type and None in elements and not any(map(_holds_anything, (one, other))):
        # The missing elements may have other types.
        return _undecided(one, other, Unknown(Cause.DEPLOY_TIME, subject, subject))
    return None


def _holds_anything(atom: List | Map) -> bool:
    return bool((atom.items if isinstance(atom, List) else atom.entries) or atom.rest)


def _only_in(entries: Mapping[str, Value], others: Mapping[str, Value]) -> list[Value]:
    return [entry for key, entry in entries.items() if key not in others]


def _unknown_equals(one: Unknown, other: Atom) -> Value:
    written = literal(other)
    if written is None:
        return as_condition((Alternative(one.derived(f"{one.identity} == {identity_of(other)}")),))
    return tuple(true_and_false(one.identity, written, Alternative(one)))


def _undecided(one: Atom, other: Atom, because: Unknown) -> Value:
    return as_condition((Alternative(because.derived(f"{identity_of(one)} == {identity_of(other)}")),))


def _texts_equal(one: Text, other: Text) -> Value:
    if one.identity() == other.identity() and bool(one.holes) == bool(other.holes):
        return known(Bool(True))
    holed, plain = (one, other.plain) if one.holes else (other, one.plain)
    if plain is None:
        return _undecided(one, other, (*one.holes, *other.holes)[0]) if _may_match(one, other) else known(Bool(False))
    assumed = assumed_to_be(holed, plain)
    return tuple(true_and_false(*assumed, Alternative(holed))) if assumed else known(Bool(False))


def _may_match(one: Text, other: Text) -> bool:
    """False only if the known beginnings or ends of two texts with holes exclude each other."""
    start, end = known_ends(one)
    other_start, other_end = known_ends(other)
    starts_agree = start.startswith(other_start) or other_start.startswith(start)
    return starts_agree and (end.endswith(other_end) or other_end.endswith(end))


def _all_equal(pairs: Iterable[tuple[Value, Value]], subject: str) -> Value:
    result = known(Bool(True))
    for one, other in pairs:
        result = both(result, lambda one=one, other=other: equal(one, other, subject), subject)  # type: ignore[misc]
    return result


def _sets_equal(one: List, other: List, subject: str) -> Value:
    if one.rest or other.rest:
        return _undecided(one, other, Unknown(Cause.DEPLOY_TIME, subject, subject))

    def content(atoms: Sequence[Atom]) -> Value:
        elements = [[item[0].atom for item in atom.items if item] for atom in atoms if isinstance(atom, List)]
        mine, theirs = ({identity_of(element) for element in side} for side in elements)
        if mine == theirs:
            return known(Bool(True))
        holes = [hole for side in elements for element in side for hole in _holes_in(element)]
        return _undecided(one, other, holes[0]) if holes else known(Bool(False))

    return flat_map([(Alternative(one),), (Alternative(other),)], content, "==", deep=True)


def _holes_in(atom: Atom) -> Iterable[Unknown]:
    """The holes of the texts inside an atom whose elements have one alternative each."""
    match atom:
        case Text():
            yield from atom.holes
        case List(items, _):
            for item in items:
                yield from (hole for one in item for hole in _holes_in(one.atom))
        case Map(entries, _):
            for item in entries.values():
                yield from (hole for one in item for hole in _holes_in(one.atom))


# Conditional choices, and the booleans that decide them.


def choose(condition: Value, then: Thunk, otherwise: Thunk, subject: str) -> Value:
    """`then` where the condition is true, `otherwise` where it is false (`?:`, `Fn::If`).

    A branch that no alternative of the condition takes is not evaluated. If the condition rests on a default that
    anything may override, the other branch is kept as an override.
    """
    taken: list[Alternative] = []
    branches: dict[bool, Value] = {}

    def branch(holds: bool) -> Value:
        if holds not in branches:
            branches[holds] = then() if holds else otherwise()
        return branches[holds]

    for atom, given, trail in as_condition(condition):
        match atom:
            case Bool(holds):
                taken.extend(assume(branch(holds), given))
                for other in overridden(given):
                    taken.extend(assume(branch(not holds), other))
                    taken.extend(_only_by_override(branch(holds), given, other))
            case Unknown():
                taken.append(Alternative(atom, given, trail))
            case _:
                what = "null" if isinstance(atom, Null) else "neither true nor false"
                reason = f"{subject} has a condition that is {what}"
                taken.extend(assume(unknown(Cause.INVALID, subject, identity=reason), given))
    return capped(taken, subject)


def _only_by_override(value: Value, given: Given, other: Given) -> Value:
    """The alternatives of `other` that only an override of a default in `given` reaches."""
    return assume(tuple(one for one in value if join(given, one.given) is None), other)


def as_condition(value: Value) -> Value:
    """The value as booleans. An unknown is both, each under its own assumption."""
    result: list[Alternative] = []
    for alternative in value:
        atom = alternative.atom
        match atom:
            case Unknown() if atom.cause is not Cause.INVALID:
                result.extend(true_and_false(atom.identity, "true", alternative))
            case Text() if atom.plain in {"true", "false"}:
                result.append(alternative._replace(atom=Bool(atom.plain == "true")))
            case Text() if atom.holes and any(assumed_to_be(atom, word) for word in ("true", "false")):
                found = assumed_to_be(atom, "true")
                result.extend(
                    true_and_false(*found, alternative) if found else [alternative._replace(atom=Bool(False))]
                )
            case Json():
                result.extend(as_condition(as_text(alternative)))
            case _:
                result.append(alternative)
    return tuple(result)


def true_and_false(subject: str, value: str, alternative: Alternative) -> Iterable[Alternative]:
    """True under the assumption that the subject has the value; false under the opposite one."""
    for holds in (True, False):
        given = join((Assumption(subject, value, holds, Basis.OPEN),), alternative.given)
        if given is not None:
            yield Alternative(Bool(holds), given, alternative.trail)


def negate(value: Value) -> Value:
    """`!value`."""
    return tuple(
        one._replace(atom=Bool(not one.atom.value)) if isinstance(one.atom, Bool) else one
        for one in as_condition(value)
    )


def both(left: Value, right: Thunk, subject: str) -> Value:
    """`left && right`."""
    return _logical(left, right, stop=False, subject=subject)


def either(left: Value, right: Thunk, subject: str) -> Value:
    """`left || right`."""
    return _logical(left, right, stop=True, subject=subject)


def _logical(left: Value, right: Thunk, *, stop: bool, subject: str) -> Value:
    result: list[Alternative] = []
    evaluated: Value | None = None
    for alternative in as_condition(left):
        if isinstance(alternative.atom, Bool) and alternative.atom.value is stop:
            result.append(alternative)
        elif isinstance(alternative.atom, Bool):
            if evaluated is None:
                evaluated = as_condition(right())
            result.extend(assume(evaluated, alternative.given))
        else:
            result.append(alternative)
    return capped(result, subject)
