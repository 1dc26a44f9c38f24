"""The operations that every evaluator maps its syntax to.

Each is *sound*: whatever a deployment could produce is described by some alternative of the result. Where the
operands' alternatives are the only things unknown, it is *exact* too: nothing else is described.
"""

import json
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
from checker.values.guards import join, overridden

# More alternatives than this say nothing useful to a reader, and their products cost time.
MOST_ALTERNATIVES = 256

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
    """The value under assumptions; alternatives that contradict them are gone, perhaps all."""
    if not given:
        return value
    kept = []
    for atom, own, trail in value:
        both = join(given, own)
        if both is not None:
            kept.append(Alternative(atom, both, trail))
    return tuple(kept)


def one_of(values: Iterable[Value], subject: str) -> Value:
    """The alternatives of all values, without repeats; past the cap, an unknown."""
    return capped([alternative for value in values for alternative in value], subject)


def capped(alternatives: list[Alternative], subject: str) -> Value:
    """The alternatives as a value, or, if there are too many, an unknown with that cause.

    Alternatives that only an override reaches are the first to be given up.
    """
    if len(alternatives) > MOST_ALTERNATIVES:
        alternatives = list(dict.fromkeys(alternatives)) if _hashable(alternatives) else alternatives
    if len(alternatives) <= MOST_ALTERNATIVES:
        return tuple(alternatives)
    by_default = [one for one in alternatives if not any(a.basis is Basis.OVERRIDE for a in one.given)]
    if len(by_default) < len(alternatives) and len(by_default) < MOST_ALTERNATIVES:
        override = Assumption(subject, "its default", False, Basis.OVERRIDE)
        return (*by_default, *assume(unknown(Cause.TOO_MANY, subject), (override,)))
    return unknown(Cause.TOO_MANY, subject)


def _hashable(alternatives: list[Alternative]) -> bool:
    return not any(isinstance(one.atom, List | Map | Json) for one in alternatives)


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
        return str(value)
    plain = format(value.normalize(), "f")
    return "0" if plain in {"-0", ""} else plain


def identity_of(atom: Atom) -> str:
    """A text that is equal for equal atoms, for use in identities; nested alternatives are written out."""
    match atom:
        case Unknown():
            return atom.identity
        case Text():
            return json.dumps(atom.identity(), ensure_ascii=False)
        case List(items, rest, _):
            return (
                "["
                + ", ".join(map(_identity_of_value, items))
                + (f", …{_identity_of_value(rest)}" if rest else "")
                + "]"
            )
        case Map(entries, rest):
            inner = ", ".join(f"{key}: {_identity_of_value(item)}" for key, item in entries.items())
            return "{" + inner + (f", …{_identity_of_value(rest)}" if rest else "") + "}"
        case Json(value):
            return f"json({_identity_of_value(value)})"
        case _:
            return literal(atom) or ""


def _identity_of_value(value: Value) -> str:
    return " | ".join(identity_of(alternative.atom) for alternative in value)


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
            case Unknown():
                taken.append(Alternative(atom, given, trail))
            case _:
                taken.extend(assume(unknown(Cause.INVALID, subject, identity=f"{subject} is not a condition"), given))
    return capped(taken, subject)


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
            case Text() if atom.holes:
                result.extend(_either(atom.identity(), "true", alternative))
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
    for one in left:
        for other in right:
            given = join(one.given, other.given)
            if given is not None:
                result.extend(assume(_equal_atoms(one.atom, other.atom, subject), given))
    return capped(result, subject)


def _equal_atoms(one: Atom, other: Atom, subject: str) -> Value:
    match one, other:
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
    if one.identity() == other.identity():
        return known(Bool(True))
    if not _may_match(one, other):
        return known(Bool(False))
    plain = other.plain if one.holes else one.plain
    if plain is None:
        return _undecided(one, other, (*one.holes, *other.holes)[0])
    holed = one if one.holes else other
    return tuple(_either(holed.identity(), json.dumps(plain, ensure_ascii=False), Alternative(holed)))


def _may_match(one: Text, other: Text) -> bool:
    """False only if the known beginnings or ends of two texts with holes exclude each other."""

    def ends(content: Text) -> tuple[str, str]:
        marked = content.marked()
        if not content.holes:
            return marked, marked
        first, last = content.pieces[0], content.pieces[-1]
        return (
            first.text if isinstance(first, Piece) else "",
            last.text if isinstance(last, Piece) else "",
        )

    (start, end), (other_start, other_end) = ends(one), ends(other)
    starts_agree = start.startswith(other_start) or other_start.startswith(start)
    ends_agree = end.endswith(other_end) or other_end.endswith(end)
    for holed, plain in ((one, other.plain), (other, one.plain)):
        if plain is not None and sum(len(p.text) for p in holed.pieces if isinstance(p, Piece)) > len(plain):
            return False
    return starts_agree and ends_agree


def _all_equal(pairs: Iterable[tuple[Value, Value]], subject: str) -> Value:
    result = known(Bool(True))
    for one, other in pairs:
        result = both(result, lambda one=one, other=other: equal(one, other, subject), subject)  # type: ignore[misc]
    return result


def _sets_equal(one: List, other: List, subject: str) -> Value:
    if one.rest or other.rest:
        return _undecided(one, other, Unknown(Cause.DEPLOY_TIME, subject, subject))

    def content(atoms: Sequence[Atom]) -> Value:
        written = [
            {identity_of(item[0].atom) for item in atom.items if item} for atom in atoms if isinstance(atom, List)
        ]
        return known(Bool(written[0] == written[1]))

    return flat_map([(Alternative(one),), (Alternative(other),)], content, "==", deep=True)


def concat(parts: Sequence[Value], subject: str, place: Place | None = None) -> Value:
    """The parts as one text (`${}`, `Fn::Sub`, `Fn::Join`); pieces keep their trails, unknown parts become holes.

    A part that is null or a collection makes the alternative invalid, as it does in Terraform.
    """
    results: list[tuple[tuple[Piece | Unknown, ...], Given]] = [((), ())]
    broken: list[Alternative] = []
    for part in parts:
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
                        broken.append(Alternative(Unknown(Cause.INVALID, subject, f"{subject} is not text"), fully))
                    else:
                        grown.append((pieces + more, fully))
        if len(grown) > MOST_ALTERNATIVES * 4:
            return unknown(Cause.TOO_MANY, subject)
        results = grown
    steps = (Step(place, "put together here"),) if place is not None else ()
    return capped([*(Alternative(Text(pieces), given, steps) for pieces, given in results), *broken], subject)


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
        case Json(value):
            for written in to_json_text(value):
                for content, _ in _pieces(written):
                    yield content, written.given
        case _:
            yield None, ()


def to_json_text(value: Value) -> Value:
    """The JSON of a value as text with holes, as Terraform's `jsonencode` writes it."""
    quote = text('"')

    def write(item: Value) -> Value:
        written: list[Alternative] = []
        for alternative in item:
            atom, given, trail = alternative
            match atom:
                case Text(pieces):
                    escaped = tuple(p if isinstance(p, Unknown) else Piece(_escape(p.text), p.trail) for p in pieces)
                    inner: Value = (Alternative(Text(escaped), given, trail),)
                    written.extend(concat([quote, inner, quote], "jsonencode"))
                case Number() | Bool() | Null():
                    written.append(Alternative(Text((Piece(literal(atom) or "null", trail),)), given))
                case List(items):
                    parts = [text("[")]
                    for number, element in enumerate(items):
                        parts += [text(",")] if number else []
                        parts.append(write(element))
                    written.extend(assume(concat([*parts, text("]")], "jsonencode"), given))
                case Map(entries):
                    parts = [text("{")]
                    for number, key in enumerate(sorted(entries)):
                        parts.append(text(("," if number else "") + f'"{_escape(key)}":'))
                        parts.append(write(entries[key]))
                    written.extend(assume(concat([*parts, text("}")], "jsonencode"), given))
                case Json(inner_value):
                    for nested in to_json_text(inner_value):
                        written.extend(assume(write((nested._replace(given=()),)), join(given, nested.given) or ()))
                case Unknown():
                    written.append(alternative)
        return capped(written, "jsonencode")

    return write(value)


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
    for holder in container:
        for chosen in key:
            given = join(holder.given, chosen.given)
            if given is not None:
                result.extend(_entries(holder._replace(given=given), holder.given, chosen, subject))
    return capped(result, subject)


def _entries(holder: Alternative, container_given: Given, chosen: Alternative, subject: str) -> Iterable[Alternative]:
    atom = holder.atom
    key, key_given, _ = chosen
    if isinstance(atom, Unknown):
        yield holder._replace(atom=_part_of(atom, key))
        return
    if isinstance(atom, Json):
        yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} is text"), holder.given)
        return
    if not isinstance(atom, Map | List):
        yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} has no elements"), holder.given)
        return
    if isinstance(key, Unknown) or (isinstance(key, Text) and key.holes):
        identity = key.identity if isinstance(key, Unknown) else key.identity()
        for written, entry in _all_entries(atom):
            assumption = Assumption(identity, written, True, Basis.OPEN)
            yield from reached(holder, entry, (assumption,))
        yield from reached(holder, atom.rest, ())
        if not any(True for _ in _all_entries(atom)) and not atom.rest:
            yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} is empty"), holder.given)
        return
    wanted = _key(atom, key)
    found = _entry(atom, wanted)
    if found is not None:
        yield from reached(holder, found, ())
    elif atom.rest:
        if isinstance(atom, List):
            # The known elements may stand anywhere among those of unknown number.
            for written, entry in _all_entries(atom):
                assumption = Assumption(f"{subject}[{literal(key)}]", f"element {written}", True, Basis.OPEN)
                yield from reached(holder, entry, (assumption,))
        yield from reached(holder, atom.rest, ())
    else:
        yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} has no such key"), holder.given)
    for other_given in overridden(key_given):
        under = join(container_given, other_given)
        if under is not None:
            for written, other in _all_entries(atom):
                if other is not found and written != (literal(key) or ""):
                    yield from reached(holder._replace(given=under), other, ())


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
            return int(value) if value == int(value) else None
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
    if under is None:
        return
    for atom, own, trail in entry:
        joined = join(under, own)
        if joined is not None:
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
    for atoms, given, trail in _combinations(prepared):
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
        if len(result) > MOST_ALTERNATIVES * 4:
            return unknown(Cause.TOO_MANY, name)
    return capped(result, name)


def _prepare(operand: Value, name: str, *, deep: bool, write_json: bool) -> Value:
    if write_json and any(isinstance(one.atom, Json) for one in operand):
        written: list[Alternative] = []
        for one in operand:
            if isinstance(one.atom, Json):
                written.extend(assume(to_json_text(one.atom.value), one.given))
            else:
                written.append(one)
        operand = capped(written, name)
    return distribute(operand, name) if deep else operand


def _combinations(operands: Sequence[Value]) -> Iterable[tuple[tuple[Atom, ...], Given, Trail]]:
    if len(operands) == 1:
        for atom, given, trail in operands[0]:
            yield (atom,), given, trail
        return

    def extend(
        number: int, atoms: tuple[Atom, ...], given: Given, trail: Trail
    ) -> Iterable[tuple[tuple[Atom, ...], Given, Trail]]:
        if number == len(operands):
            yield atoms, given, trail
            return
        for atom, own, own_trail in operands[number]:
            joined = join(given, own)
            if joined is not None:
                yield from extend(number + 1, (*atoms, atom), joined, trail or own_trail)

    yield from extend(0, (), (), ())


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
    """The value with the alternatives inside collections drawn to the top: below, each place has exactly one."""
    result: list[Alternative] = []
    for alternative in value:
        match alternative.atom:
            case List(items, rest, is_set):
                for elements, given in _products([*items, *([rest] if rest else [])], subject):
                    kept = elements[:-1] if rest else elements
                    atom: Atom = List(kept, elements[-1] if rest else (), is_set)
                    joined = join(alternative.given, given)
                    if joined is not None:
                        result.append(Alternative(atom, joined, alternative.trail))
            case Map(entries, rest):
                keys = list(entries)
                for elements, given in _products([*entries.values(), *([rest] if rest else [])], subject):
                    joined = join(alternative.given, given)
                    if joined is not None:
                        made = Map(dict(zip(keys, elements, strict=False)), elements[-1] if rest else ())
                        result.append(Alternative(made, joined, alternative.trail))
            case _:
                result.append(alternative)
        if len(result) > MOST_ALTERNATIVES * 4:
            return unknown(Cause.TOO_MANY, subject)
    return capped(result, subject)


def _products(items: Sequence[Value], subject: str) -> list[tuple[tuple[Value, ...], Given]]:
    products: list[tuple[tuple[Value, ...], Given]] = [((), ())]
    for item in items:
        grown: list[tuple[tuple[Value, ...], Given]] = []
        for elements, given in products:
            for one in distribute(item, subject):
                joined = join(given, one.given)
                if joined is not None:
                    grown.append(((*elements, (one._replace(given=()),)), joined))
        if len(grown) > MOST_ALTERNATIVES:
            return [(((*unknown(Cause.TOO_MANY, subject),),) * len(items), ())]
        products = grown
    return products
