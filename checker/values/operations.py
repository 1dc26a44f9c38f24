"""The operations that every evaluator maps its syntax to.

Each is *sound*: whatever a deployment could produce is described by some alternative of the result. Where the
operands' alternatives are the only things unknown, it is *exact* too: nothing else is described.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from checker.source import Place
from checker.values.atoms import (
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
from checker.values.guards import contradict, join, overridden
from checker.values.json_text import encoded

# More alternatives than this say nothing useful to a reader, and their products cost time.
MOST_ALTERNATIVES = 256
# Overrides of several defaults multiply, and say the less the more of them are needed.
MOST_OVERRIDES = 24
# Numbers that are longer are not written out.
_MOST_DIGITS = 1000
_MOST_BITS = 13_000
# Alternatives on the way to a result: some of them may turn out to be the same, or only overrides.
_MOST_AT_WORK = 4 * MOST_ALTERNATIVES

Thunk = Callable[[], Value]

ABSENT: Value = (Alternative(Null()),)


def known(atom: Atom, place: Place | None = None, step: str = "written here") -> Value:
    """A value with one alternative; with a place, its trail starts there."""
    return (Alternative(atom, (), (Step(place, step),) if place is not None else ()),)


def text(content: str, place: Place | None = None, step: str = "written here") -> Value:
    """A text without holes."""
    return known(Text((Piece(content),) if content else ()), place, step)


def unknown(
    cause: Cause,
    subject: str,
    *,
    identity: str | None = None,
    target: Target | None = None,
    shape: Shape | None = None,
    trail: Trail = (),
) -> Value:
    """A value of which nothing is known but why."""
    return (Alternative(Unknown(cause, subject, identity or subject, target, shape), (), trail),)


def from_python(data: object, place: Place | None = None) -> Value:
    """The value of JSON-like data: dicts, lists, texts, numbers, booleans and None."""
    match data:
        case None:
            return known(Null(), place)
        case bool():
            return known(Bool(data), place)
        case int() | Decimal():
            return known(Number(data), place)
        case float() if not math.isfinite(data):
            return unknown(Cause.INVALID, f"{data} is no number")
        case float():
            return known(Number(Decimal(repr(data))), place)
        case str():
            return text(data, place)
        case Mapping():
            return known(Map({str(key): from_python(item, place) for key, item in data.items()}), place)
        case Sequence():
            return known(List(tuple(from_python(item, place) for item in data)), place)
        case _:
            raise TypeError(f"not JSON-like: {type(data).__name__}")


def after(value: Value, *steps: Step) -> Value:
    """The value, having gone through further steps."""
    return tuple(Alternative(atom, given, (*trail, *steps)) for atom, given, trail in value)


def assume(value: Value, given: Given) -> Value:
    """The value under assumptions; alternatives that contradict them are gone, perhaps all.

    Where the assumptions override a default on which an alternative rests, what is there instead is an unknown.
    """
    return tuple(_under(value, given)) if given else value


def _under(value: Value, given: Given) -> Iterable[Alternative]:
    for alternative in value:
        joined = join(given, alternative.given)
        if joined is not None:
            yield alternative._replace(given=joined)
    yield from _instead(value, given)


def _instead(value: Value, given: Given) -> Iterable[Alternative]:
    """What stands in the place of alternatives that rest on a default which `given` overrides."""
    replaced: dict[Given, Assumption] = {}
    for alternative in value:
        override = _override_of(alternative.given, given)
        if override is None:
            continue
        instead = join(given, tuple(a for a in alternative.given if a.subject != override.subject))
        if instead is None:
            continue
        if _says_what_overriding_brings(value, override):
            # Of a choice that the input decides: another value of the input may choose the same.
            yield alternative._replace(given=instead)
        else:
            replaced.setdefault(instead, override)
    for instead, override in replaced.items():
        identity = f"{override.subject} overridden, not {_digest(value)}"
        yield Alternative(Unknown(Cause.INPUT_NOT_SET, override.subject, identity), instead)


def _completed(operands: Sequence[Value]) -> Sequence[Value]:
    """The operands, each with what it is where another operand has a default overridden on which it rests."""
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
    """The assumption of `other` that overrides a default on which `given` rests."""
    for one in other:
        if _overrides_freely(one):
            for assumption in given:
                if assumption.basis is Basis.DEFAULT and not assumption.bounded and contradict(assumption, one):
                    return one
    return None


def _says_what_overriding_brings(value: Value, override: Assumption) -> bool:
    return any(a == override for alternative in value for a in alternative.given)


def _digest(value: Value) -> str:
    """A short text that differs for different values."""
    written = repr([(identity_of(one.atom), one.given) for one in value])
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def one_of(values: Iterable[Value], subject: str) -> Value:
    """The alternatives of all values, without repeats; past the cap, an unknown."""
    return capped(_without_repeats(alternative for value in values for alternative in value), subject)


def capped(alternatives: list[Alternative], subject: str) -> Value:
    """The alternatives as a value, or, if there are too many, an unknown with that cause.

    Alternatives that only an override reaches are the first to be given up.
    """
    if len(alternatives) <= MOST_OVERRIDES:
        return tuple(alternatives)
    by_default = [one for one in alternatives if not _is_override(one.given)]
    if len(alternatives) <= MOST_ALTERNATIVES and len(alternatives) - len(by_default) <= MOST_OVERRIDES:
        return tuple(alternatives)
    alternatives = _without_repeats(alternatives)
    by_default = [one for one in alternatives if not _is_override(one.given)]
    if len(alternatives) <= MOST_ALTERNATIVES and len(alternatives) - len(by_default) <= MOST_OVERRIDES:
        return tuple(alternatives)
    if len(by_default) < MOST_ALTERNATIVES:
        return (*by_default, _lost_overrides(subject, _digest(tuple(alternatives))))
    return too_many(subject, _digest(tuple(alternatives)))


def too_many(subject: str, identity: str) -> Value:
    """What stands for more alternatives than can be followed; `identity` tells one such value from another."""
    return unknown(Cause.TOO_MANY, subject, identity=f"{subject} #{identity}")


def _lost_overrides(subject: str, identity: str) -> Alternative:
    override = Assumption(subject, "its default", False, Basis.OVERRIDE)
    return Alternative(too_many(subject, identity)[0].atom, (override,))


def _is_override(given: Given) -> bool:
    return any(assumption.basis is Basis.OVERRIDE for assumption in given)


def _without_repeats(alternatives: Iterable[Alternative]) -> list[Alternative]:
    """The alternatives, each once; collections are not compared."""
    seen: set[Alternative] = set()
    kept = []
    for one in alternatives:
        if isinstance(one.atom, List | Map | Json):
            kept.append(one)
        elif one not in seen:
            seen.add(one)
            kept.append(one)
    return kept


def literal(atom: Atom) -> str | None:
    """The atom as a literal in an assumption: equal for equal atoms. None if it is not a plain scalar."""
    match atom:
        case Text():
            plain = atom.plain
            return None if plain is None else json.dumps(plain, ensure_ascii=False)
        case Number(value):
            return format_number(value)
        case Bool(value):
            return "true" if value else "false"
        case Null():
            return "null"
        case _:
            return None


def format_number(value: int | Decimal) -> str:
    """The number as Terraform and JSON write it: no exponent, no trailing zeros."""
    if isinstance(value, int):
        # The digits of a huge one are not written: Python refuses, since that takes quadratic time.
        return str(value) if value.bit_length() < _MOST_BITS else hex(value)
    if not value.is_finite() or abs(value.adjusted()) > _MOST_DIGITS:
        return str(value)
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in {"-0", ""} else plain


def identity_of(atom: Atom) -> str:
    """A text that is equal for equal atoms, for use in identities; nested alternatives are written out."""
    match atom:
        case Unknown():
            return atom.identity
        case Text():
            return json.dumps(atom.identity(), ensure_ascii=False) if atom.plain is not None else f"“{atom.identity()}”"
        case List(items, rest, is_set):
            written = [_identity_of_value(item) for item in items]
            written += [f"…{_identity_of_value(rest)}"] if rest else []
            return ("set[" if is_set else "[") + ", ".join(written) + "]"
        case Map(entries, rest):
            written = [f"{json.dumps(key)}: {_identity_of_value(item)}" for key, item in entries.items()]
            written += [f"…{_identity_of_value(rest)}"] if rest else []
            return "{" + ", ".join(written) + "}"
        case Json(value):
            return f"json({_identity_of_value(value)})"
        case _:
            return literal(atom) or ""


def _identity_of_value(value: Value) -> str:
    if len(value) == 1 and not value[0].given:
        return identity_of(value[0].atom)
    return "(" + " | ".join(f"{identity_of(one.atom)} if {list(map(tuple, one.given))}" for one in value) + ")"


def choose(condition: Value, then: Thunk, otherwise: Thunk, subject: str) -> Value:
    """`then` where the condition is true, `otherwise` where it is false (`?:`, `Fn::If`).

    Branches that no alternative of the condition takes are not evaluated. A condition that rests on a default which
    anything may override leaves the other branch as an override.
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
                taken.extend(assume(unknown(Cause.INVALID, subject, identity=f"{subject} is not a condition"), given))
    return capped(taken, subject)


def _only_by_override(value: Value, given: Given, other: Given) -> Value:
    """What `other`, which overrides a default in `given`, brings to light in a value that is reached either way."""
    return assume(tuple(one for one in value if join(given, one.given) is None), other)


def as_condition(value: Value) -> Value:
    """The value as truth values: an unknown one is both, each under the assumption that it is so."""
    result: list[Alternative] = []
    for alternative in value:
        atom = alternative.atom
        match atom:
            case Unknown() if atom.cause is not Cause.INVALID:
                result.extend(_either(atom.identity, "true", alternative))
            case Text() if atom.plain in {"true", "false"}:
                result.append(alternative._replace(atom=Bool(atom.plain == "true")))
            case Text() if atom.holes and any(_assumed_to_be(atom, word) for word in ("true", "false")):
                found = _assumed_to_be(atom, "true")
                result.extend(_either(*found, alternative) if found else [alternative._replace(atom=Bool(False))])
            case Json():
                result.extend(as_condition(_written(alternative)))
            case _:
                result.append(alternative)
    return tuple(result)


def _either(subject: str, value: str, alternative: Alternative) -> Iterable[Alternative]:
    """True under the assumption that the subject has the value, false under its contrary."""
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


def equal(left: Value, right: Value, subject: str) -> Value:
    """`left == right`, as Terraform compares: no conversion between types, collections by their content."""
    result: list[Alternative] = []
    left, right = _completed([left, right])
    for one in left:
        for other in right:
            given = join(one.given, other.given)
            if given is not None:
                result.extend(assume(_equal_atoms(one.atom, other.atom, subject), given))
        if len(result) > _MOST_AT_WORK:
            result = [one for one in result if not _is_override(one.given)]
            if len(result) > MOST_ALTERNATIVES:
                return too_many(subject, _digest_of_all([left, right]))
            result.append(_lost_overrides(subject, _digest_of_all([left, right])))
    return capped(result, subject)


def _equal_atoms(one: Atom, other: Atom, subject: str) -> Value:
    match one, other:
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
            if entries.keys() != others.keys():
                return known(Bool(False))
            return _all_equal(((entries[key], others[key]) for key in entries), subject)
        case (Json(), _) | (_, Json()):
            return flat_map(
                [(Alternative(one),), (Alternative(other),)],
                lambda atoms: _equal_atoms(atoms[0], atoms[1], subject),
                "==",
                write_json=True,
            )
        case _:
            return known(Bool(type(one) is type(other) and literal(one) == literal(other)))


def _unknown_equals(one: Unknown, other: Atom) -> Value:
    written = literal(other)
    if written is None:
        return as_condition((Alternative(one.derived(f"{one.identity} == {identity_of(other)}")),))
    return tuple(_either(one.identity, written, Alternative(one)))


def _undecided(one: Atom, other: Atom, because: Unknown) -> Value:
    return as_condition((Alternative(because.derived(f"{identity_of(one)} == {identity_of(other)}")),))


def _texts_equal(one: Text, other: Text) -> Value:
    if one.identity() == other.identity() and bool(one.holes) == bool(other.holes):
        return known(Bool(True))
    holed, plain = (one, other.plain) if one.holes else (other, one.plain)
    if plain is None:
        return _undecided(one, other, (*one.holes, *other.holes)[0]) if _may_match(one, other) else known(Bool(False))
    assumed = _assumed_to_be(holed, plain)
    return tuple(_either(*assumed, Alternative(holed))) if assumed else known(Bool(False))


def _assumed_to_be(holed: Text, plain: str) -> tuple[str, str] | None:
    """The subject, and the value it must have, for a text with holes to be `plain`; None if it cannot be."""
    runs = [""]
    for piece in holed.pieces:
        if isinstance(piece, Unknown):
            runs.append("")
        else:
            runs[-1] += piece.text
    first, *middle, last = runs
    if len(first) + len(last) > len(plain) or not (plain.startswith(first) and plain.endswith(last)):
        return None
    start, end = len(first), len(plain) - len(last)
    if not middle:
        # What the one hole must be follows, so that other texts around the same hole agree.
        content = plain[start:end]
        if holed.holes[0].shape is not None and _NOT_IN_SHAPE.search(content):
            return None
        return holed.holes[0].identity, json.dumps(content, ensure_ascii=False)
    for run in middle:
        found = plain.find(run, start, end)
        if found < 0:
            return None
        start = found + len(run)
    return holed.identity(), json.dumps(plain, ensure_ascii=False)


# What a `Shape` excludes.
_NOT_IN_SHAPE = re.compile(r"[:/.,\s]")


def _may_match(one: Text, other: Text) -> bool:
    """False only if the known beginnings or ends of two texts with holes exclude each other."""
    start, end = _known_ends(one)
    other_start, other_end = _known_ends(other)
    starts_agree = start.startswith(other_start) or other_start.startswith(start)
    return starts_agree and (end.endswith(other_end) or other_end.endswith(end))


def _known_ends(holed: Text) -> tuple[str, str]:
    first, last = holed.pieces[0], holed.pieces[-1]
    return (
        first.text if isinstance(first, Piece) else "",
        last.text if isinstance(last, Piece) else "",
    )


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
    """The holes of the texts in an atom below which each place has one alternative."""
    match atom:
        case Text():
            yield from atom.holes
        case List(items, _):
            for item in items:
                yield from (hole for one in item for hole in _holes_in(one.atom))
        case Map(entries, _):
            for item in entries.values():
                yield from (hole for one in item for hole in _holes_in(one.atom))


def concat(parts: Sequence[Value], subject: str, place: Place | None = None) -> Value:
    """The parts as one text (`${}`, `Fn::Sub`, `Fn::Join`); pieces keep their trails, unknown parts become holes.

    A part that is null or a collection makes the alternative invalid, as it does in Terraform.
    """
    results: list[tuple[tuple[Piece | Unknown, ...], Given]] = [((), ())]
    others: list[Alternative] = []
    for part in _completed(parts):
        grown: list[tuple[tuple[Piece | Unknown, ...], Given]] = []
        for pieces, given in results:
            for alternative in part:
                joined = join(given, alternative.given)
                if joined is None:
                    continue
                for more, under in _pieces(alternative):
                    fully = join(joined, under)
                    if fully is None:
                        continue
                    if more is None:
                        others.append(Alternative(Unknown(Cause.INVALID, subject, f"{subject} is not text"), fully))
                    else:
                        grown.append((pieces + more, fully))
            if len(grown) > _MOST_AT_WORK:
                grown = [one for one in grown if not _is_override(one[1])]
                if len(grown) > MOST_ALTERNATIVES:
                    return too_many(subject, _digest_of_all(parts))
                others.append(_lost_overrides(subject, _digest_of_all(parts)))
        results = grown
        if len(others) > MOST_ALTERNATIVES:
            others = _without_repeats(others)
    steps = (Step(place, "put together here"),) if place is not None else ()
    return capped([*(Alternative(Text(pieces), given, steps) for pieces, given in results), *others], subject)


def _digest_of_all(values: Sequence[Value]) -> str:
    return hashlib.sha256(" ".join(map(_digest, values)).encode()).hexdigest()[:12]


def _pieces(alternative: Alternative) -> Iterable[tuple[tuple[Piece | Unknown, ...] | None, Given]]:
    """The alternative as pieces of a text, under further assumptions; None where it has no text."""
    atom = alternative.atom
    match atom:
        case Text(pieces):
            yield (
                tuple(
                    piece if isinstance(piece, Unknown) else Piece(piece.text, piece.trail + alternative.trail)
                    for piece in pieces
                ),
                (),
            )
        case Unknown(Cause.INVALID):
            yield None, ()
        case Unknown():
            yield (atom,), ()
        case Number() | Bool():
            yield (Piece(literal(atom) or "", alternative.trail),), ()
        case Json():
            for written in _written(alternative._replace(given=())):
                for content, _ in _pieces(written):
                    yield content, written.given
        case _:
            yield None, ()


def _written(alternative: Alternative) -> Value:
    """An alternative that is JSON, as text; what it went through belongs to each piece of it."""
    assert isinstance(alternative.atom, Json)
    made: list[Alternative] = []
    for atom, given, trail in assume(to_json_text(alternative.atom.value), alternative.given):
        if isinstance(atom, Text):
            pieces = (p if isinstance(p, Unknown) else Piece(p.text, p.trail + alternative.trail) for p in atom.pieces)
            made.append(Alternative(Text(tuple(pieces)), given, trail))
        else:
            made.append(Alternative(atom, given, trail + alternative.trail))
    return tuple(made)


def to_json_text(value: Value) -> Value:
    """The JSON of a value as text with holes, as Terraform's `jsonencode` writes it.

    Where a collection has elements or keys that are not known, there is a hole.
    """
    written: list[Alternative] = []
    for alternative in value:
        atom, given, trail = alternative
        match atom:
            case Text(pieces):
                escaped = tuple(
                    p if isinstance(p, Unknown) else Piece(_escape(p.text), p.trail + trail) for p in pieces
                )
                written.append(Alternative(Text((Piece('"', trail), *escaped, Piece('"', trail))), given))
            case Number() | Bool() | Null():
                written.append(Alternative(Text((Piece(literal(atom) or "null", trail),)), given))
            case List(items, rest):
                parts = [("", to_json_text(item)) for item in items]
                written.extend(assume(_written_collection("[", parts, rest, "]", trail), given))
            case Map(entries, rest):
                named = [(f'"{_escape(key)}":', to_json_text(entries[key])) for key in sorted(entries)]
                written.extend(assume(_written_collection("{", named, rest, "}", trail), given))
            case Json():
                written.extend(to_json_text(_written(alternative)))
            case Unknown(Cause.INVALID):
                written.append(alternative)
            case Unknown():
                written.append(Alternative(Text((encoded(atom),)), given))
    return capped(written, "jsonencode")


def _written_collection(
    opening: str, parts: Sequence[tuple[str, Value]], rest: Value, closing: str, trail: Trail
) -> Value:
    """A list or object. With a `rest`, what stands around the known parts is unknown, separators too."""

    def fixed(content: str) -> Value:
        return (Alternative(Text((Piece(content, trail),))),)

    if not rest:
        joined = [fixed(opening)]
        for number, (name, part) in enumerate(parts):
            joined += [fixed(("," if number else "") + name), part]
        return concat([*joined, fixed(closing)], "jsonencode")
    because = next((one.atom for one in rest if isinstance(one.atom, Unknown)), None)
    because = because or Unknown(Cause.DEPLOY_TIME, "jsonencode", "jsonencode")
    gap: Value = (
        Alternative(because.derived(f"around {_digest((*(one for _, part in parts for one in part), *rest))}")),
    )
    joined = [fixed(opening), gap]
    for name, part in parts:
        joined += [fixed(name), part, gap]
    known_parts = concat([*joined, fixed(closing)], "jsonencode")
    further = concat([fixed(opening), gap, to_json_text(rest), gap, fixed(closing)], "jsonencode")
    return capped([*known_parts, *further], "jsonencode")


def _escape(content: str) -> str:
    written = json.dumps(content, ensure_ascii=False)[1:-1]
    # As Go's encoder does, and so `jsonencode`.
    for character, escape in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026")):
        written = written.replace(character, escape)
    return written


def index(container: Value, key: Value, subject: str) -> Value:
    """`container[key]`, a map lookup, `Fn::FindInMap`, `Fn::Select`.

    An unknown key is every entry, each under its assumption; so is a key that rests on a default which anything may
    override. A key that is not there makes the alternative invalid.
    """
    result: list[Alternative] = []
    container, key = _completed([container, key])
    for holder in container:
        for chosen in key:
            given = join(holder.given, chosen.given)
            if given is not None:
                result.extend(_entries(holder._replace(given=given), holder.given, chosen, subject))
    return capped(result, subject)


def _entries(holder: Alternative, container_given: Given, chosen: Alternative, subject: str) -> Iterable[Alternative]:
    atom = holder.atom
    key, key_given, _ = chosen
    if isinstance(key, Unknown) and key.cause is Cause.INVALID:
        yield holder._replace(atom=key)
        return
    if isinstance(atom, Unknown):
        yield holder._replace(atom=_part_of(atom, key))
        return
    if not isinstance(atom, Map | List):
        what = "is text" if isinstance(atom, Json) else "has no elements"
        yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} {what}"), holder.given)
        return
    if isinstance(key, Unknown) or (isinstance(key, Text) and key.holes):
        yield from _unknown_entry(holder, atom, key, subject)
        return
    wanted = _key(atom, key)
    found = _entry(atom, wanted)
    if found is not None:
        yield from reached(holder, found, ())
    elif atom.rest and wanted is not None:
        yield from _further_entry(holder, atom, literal(key) or "", subject)
    else:
        yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} has no such key"), holder.given)
    for other_given in overridden(key_given):
        under = join(container_given, other_given)
        if under is None:
            continue
        elsewhere = holder._replace(given=under)
        for _, other in _all_entries(atom):
            if other is found:
                # Whatever the key is overridden with, here it is what it was: only what else the override changes.
                yield from reached(elsewhere, tuple(one for one in other if join(key_given, one.given) is None))
            else:
                yield from reached(elsewhere, other)
        yield from reached(elsewhere, atom.rest)


def _unknown_entry(holder: Alternative, atom: Map | List, key: Unknown | Text, subject: str) -> Iterable[Alternative]:
    """The entries that a key which is not, or not wholly, known may reach."""
    excluded: list[Assumption] = []
    for written, entry in _all_entries(atom):
        assumed = _key_assumed_to_be(key, written)
        if assumed is not None:
            yield from reached(holder, entry, (Assumption(*assumed, True, Basis.OPEN),))
            excluded.append(Assumption(*assumed, False, Basis.OPEN))
    if atom.rest:
        yield from reached(holder, atom.rest, tuple(excluded[:_MOST_EXCLUDED]))
    elif not excluded:
        yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} has no such key"), holder.given)


# So many entries of a map name what a key is not; more would only be long.
_MOST_EXCLUDED = 16


def _key_assumed_to_be(key: Unknown | Text, written: str) -> tuple[str, str] | None:
    if isinstance(key, Unknown):
        return key.identity, written
    plain = json.loads(written) if written.startswith('"') else written
    return _assumed_to_be(key, plain)


def _further_entry(holder: Alternative, atom: Map | List, written: str, subject: str) -> Iterable[Alternative]:
    """What a known key reaches where it can be an element or a key that is not known."""
    choices: list[tuple[str, Value]] = []
    if isinstance(atom, List):
        # The known elements may stand anywhere among those of unknown number.
        choices += [(f"element {number}", entry) for number, entry in _all_entries(atom)]
    choices += [("another" if len(atom.rest) == 1 else f"another ({n})", (one,)) for n, one in enumerate(atom.rest, 1)]
    if len(choices) == 1:
        yield from reached(holder, choices[0][1])
        return
    place = f"{subject}[{written}]" + f" #{_digest((Alternative(atom),))}"
    for name, entry in choices:
        yield from reached(holder, entry, (Assumption(place, name, True, Basis.OPEN),))


def _part_of(whole: Unknown, key: Atom) -> Unknown:
    written = key.plain if isinstance(key, Text) else None
    name = written if written is not None and written.isidentifier() else None
    suffix = f".{name}" if name else f"[{identity_of(key)}]"
    part = whole.derived(whole.identity + suffix)
    if whole.target is not None:
        attribute = f"{whole.target.attribute}{suffix}" if whole.target.attribute else suffix.lstrip(".")
        return replace(part, subject=whole.subject + suffix, target=Target(whole.target.address, attribute))
    return part


def _all_entries(atom: Map | List) -> Iterable[tuple[str, Value]]:
    if isinstance(atom, Map):
        return ((json.dumps(key, ensure_ascii=False), entry) for key, entry in atom.entries.items())
    return ((str(number), entry) for number, entry in enumerate(atom.items))


def _key(atom: Map | List, key: Atom) -> str | int | None:
    match atom, key:
        case Map(), Text():
            return key.plain
        case Map(), Number() | Bool():
            return literal(key)
        case List(), Number(value):
            whole = isinstance(value, int) or (value.is_finite() and value.adjusted() < 18 and value == int(value))
            return int(value) if whole else None
        case List(), Text():
            plain = key.plain or ""
            return int(plain) if plain.isascii() and plain.isdecimal() else None
        case _:
            return None


def _entry(atom: Map | List, key: str | int | None) -> Value | None:
    if isinstance(atom, Map):
        return atom.entries.get(key) if isinstance(key, str) else None
    if not isinstance(key, int) or not 0 <= key < len(atom.items) or atom.rest:
        return None
    return atom.items[key]


def reached(holder: Alternative, entry: Value, given: Given = ()) -> Iterable[Alternative]:
    """The entry's alternatives as part of their holder: what the holder assumes holds, what it went through too."""
    under = join(holder.given, given)
    if under is not None:
        for atom, joined, trail in _under(entry, under):
            yield Alternative(atom, joined, trail + holder.trail)


def flat_map(
    operands: Sequence[Value],
    function: Callable[[Sequence[Atom]], Value | Atom],
    name: str,
    *,
    deep: bool = False,
    write_json: bool = False,
    unknowns: bool = False,
) -> Value:
    """A function of atoms, applied to every combination of the operands' alternatives that can hold together.

    An unknown operand makes the result unknown, with its cause and subject, unless `unknowns` lets the function see
    them. With `deep`, collections come with one alternative in each place. With `write_json`, JSON comes as text.
    The result has the trail of the first operand, unless the function gives its own.
    """
    prepared = [_prepare(operand, name, deep=deep, write_json=write_json) for operand in operands]
    result: list[Alternative] = []
    for atoms, given, trail in _combinations(prepared, name):
        missing = () if unknowns else tuple(_unknowns(atoms, deep=deep))
        if missing:
            identity = f"{name}({', '.join(identity_of(atom) for atom in atoms)})"
            result.append(Alternative(missing[0].derived(identity), given, trail))
        else:
            made = function(atoms)
            if isinstance(made, tuple):
                for alternative in made:
                    joined = join(given, alternative.given)
                    if joined is not None:
                        result.append(Alternative(alternative.atom, joined, alternative.trail or trail))
            else:
                result.append(Alternative(made, given, trail))
        if len(result) > _MOST_AT_WORK:
            result = [one for one in _without_repeats(result) if not _is_override(one.given)]
            if len(result) > MOST_ALTERNATIVES:
                return too_many(name, _digest_of_all(operands))
            result.append(_lost_overrides(name, _digest_of_all(operands)))
    return capped(result, name)


def _prepare(operand: Value, name: str, *, deep: bool, write_json: bool) -> Value:
    if write_json and any(isinstance(one.atom, Json) for one in operand):
        written: list[Alternative] = []
        for one in operand:
            if isinstance(one.atom, Json):
                written.extend(_written(one))
            else:
                written.append(one)
        operand = capped(written, name)
    return distribute(operand, name) if deep else operand


def _combinations(operands: Sequence[Value], name: str) -> list[tuple[tuple[Atom, ...], Given, Trail]]:
    """What the operands can be together."""
    combinations: list[tuple[tuple[Atom, ...], Given, Trail]] = [((), (), ())]
    for operand in _completed(operands):
        grown: list[tuple[tuple[Atom, ...], Given, Trail]] = []
        for atoms, given, trail in combinations:
            for atom, own, own_trail in operand:
                joined = join(given, own)
                if joined is not None:
                    grown.append(((*atoms, atom), joined, trail or own_trail))
            if len(grown) > _MOST_AT_WORK:
                grown = [one for one in grown if not _is_override(one[1])]
                digest = _digest_of_all(operands)
                if len(grown) > MOST_ALTERNATIVES:
                    hole = too_many(name, digest)[0]
                    return [(tuple(hole.atom for _ in operands), (), ())]
                lost = _lost_overrides(name, digest)
                grown.append(((*atoms, lost.atom), lost.given, ()))
        combinations = grown
    return combinations


def _unknowns(atoms: Iterable[Atom], *, deep: bool) -> Iterable[Unknown]:
    for atom in atoms:
        match atom:
            case Unknown():
                yield atom
            case List(items, rest) if deep:
                yield from _unknowns((one.atom for item in (*items, rest) for one in item), deep=True)
            case Map(entries, rest) if deep:
                yield from _unknowns((one.atom for item in (*entries.values(), rest) for one in item), deep=True)


def distribute(value: Value, subject: str) -> Value:
    """The value with the alternatives inside collections drawn to the top: below, each place has exactly one.

    A `rest` stays as it is, since each of the elements that it stands for may be another of its alternatives.
    """
    result: list[Alternative] = []
    for alternative in value:
        match alternative.atom:
            case List(items, rest, is_set):
                for elements, given in _products(items, subject):
                    result.extend(_drawn_up(alternative, List(elements, rest, is_set), given))
            case Map(entries, rest):
                for elements, given in _products(tuple(entries.values()), subject):
                    result.extend(_drawn_up(alternative, Map(dict(zip(entries, elements, strict=True)), rest), given))
            case _:
                result.append(alternative)
        if len(result) > _MOST_AT_WORK:
            result = [one for one in result if not _is_override(one.given)]
            if len(result) > MOST_ALTERNATIVES:
                return too_many(subject, _digest(value))
            result.append(_lost_overrides(subject, _digest(value)))
    return capped(result, subject)


def _drawn_up(whole: Alternative, atom: Atom, given: Given) -> Value:
    joined = join(whole.given, given)
    return (Alternative(atom, joined, whole.trail),) if joined is not None else ()


def _products(items: Sequence[Value], subject: str) -> list[tuple[tuple[Value, ...], Given]]:
    products: list[tuple[tuple[Value, ...], Given]] = [((), ())]
    for number, choices in enumerate(_completed([distribute(item, subject) for item in items])):
        grown: list[tuple[tuple[Value, ...], Given]] = []
        for elements, given in products:
            for one in choices:
                joined = join(given, one.given)
                if joined is not None:
                    grown.append(((*elements, (one._replace(given=()),)), joined))
            if len(grown) > MOST_ALTERNATIVES:
                grown = [product for product in grown if not _is_override(product[1])]
                digest = _digest_of_all(items)
                if len(grown) >= MOST_ALTERNATIVES:
                    return [(tuple(too_many(f"{subject}[{n}]", digest) for n in range(len(items))), ())]
                lost = _lost_overrides(subject, digest)
                unknowns = tuple(too_many(f"{subject}[{n}]", digest) for n in range(number + 1))
                grown.append((unknowns, lost.given))
        products = grown
    return products
