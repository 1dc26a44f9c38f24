"""Access to the elements of collections: indexes, attributes, and iteration.

Operators and conditions cannot see into sensitive values, so that no message quotes them. Functions can, and mark their
results; reports may name public model ids in them.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import repeat
from typing import NamedTuple

from checker.frontends.protocol import holding, names_in
from checker.frontends.terraform.configuration.scope import Scope
from checker.values import (
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Given,
    Json,
    Kind,
    List,
    Map,
    Null,
    Number,
    Text,
    Trail,
    Unknown,
    Value,
    join,
)
from checker.values.guards import digest, overridden
from checker.values.operations import (
    MOST_SHAPES,
    absences,
    after,
    assume,
    capped,
    concat,
    counted,
    identity_of,
    index,
    instead,
    is_guarded,
    known,
    literal,
    one_of,
    shapes,
    text_of_key,
    there,
    to_json_text,
)

# The known content of values that are unknown as a whole: sensitive values, and results of functions.


def is_marked(atom: Atom) -> bool:
    """True if an atom is a sensitive value with known content."""
    return isinstance(atom, Unknown) and atom.cause is Cause.SENSITIVE and bool(atom.content)


def marked(value: Value, subject: str, *, is_one: bool = False) -> Value:
    """The value, marked as sensitive. `subject` is what the user has to look at.

    `is_one`: it is the same value wherever it is marked, like a variable.
    """
    return tuple(_marked(one, subject, is_one=is_one) for one in value)


def _marked(one: Alternative, subject: str, *, is_one: bool) -> Alternative:
    if is_marked(one.atom) or (isinstance(one.atom, Unknown) and one.atom.cause is Cause.INVALID):
        return one
    content = (Alternative(one.atom, (), one.trail),)
    names = tuple(dict.fromkeys(names_in(one)))
    identity = subject if is_one else f"{subject} #{digest(content)}"
    sealed = Unknown(Cause.SENSITIVE, subject, identity, content=content, holds=names)
    return one._replace(atom=sealed)


def unmarked(value: Value) -> Value:
    """The value without the marks."""
    return tuple(made for one in value for made in _unmarked(one))


def _unmarked(one: Alternative) -> Value:
    if not isinstance(one.atom, Unknown) or not is_marked(one.atom):
        return (one,)
    return tuple(each._replace(trail=each.trail + one.trail) for each in assume(one.atom.content, one.given))


# The elements of collections, as `for`, `for_each` and functions iterate over them.


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
            found = [Element(_passed(text_of_key(key), trail), _passed(entries[key], trail)) for key in sorted(entries)]
            if rest:
                found.append(Element(_some_key(rest), _passed(rest, trail), repeated=True))
            return found
        case Unknown(Cause.INVALID):
            return None
        case Unknown():
            # An attribute of what stands for a model does, too, in each of its parts.
            each = replace(part_of(atom, "each"), target=atom.target)
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


def with_gaps(parts: Sequence[Value], rest: Value, subject: str, separator: Value | None = None) -> Value:
    """The text of the parts with further parts among them, of unknown number and position.

    They are joined by anything, unless there is a separator. What surrounds a part may go on with it, so that the gaps
    hold the names of models in the parts.
    """
    because = why_open(rest) or Unknown(Cause.DEPLOY_TIME, subject, subject)
    written = "; ".join(identity_of(one.atom) for part in (*parts, rest) for one in part)
    gap = holding((Alternative(because.derived(f"around {written}")),), (*parts, rest))
    after_part = [gap] if separator is None else [separator, gap]
    around = [gap]
    for part in parts:
        around += [part, *after_part]
    more = (Assumption(f"a further element of {subject}", "there", True, Basis.OPEN),)
    texts = [concat(around, subject)]
    if separator is not None and parts:
        # Behind the last part, there may be nothing.
        texts = [concat(around[:-2], subject), assume(texts[0], more)]
    return one_of([*texts, assume(concat([gap, rest, gap], subject), more)], subject)


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
    because = why_open(rest)
    key = because.derived(f"{because.identity}[key]") if because else Unknown(Cause.DEPLOY_TIME, "a key", "a key")
    return (Alternative(key),)


def why_open(value: Value) -> Unknown | None:
    """What is not known in a value, as the reason why more of it is not known; a failure is none."""
    return next((found for one in value for found in unknowns_in(one.atom) if not is_invalid(found)), None)


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
    """A set of values: equal known values occur once, and all are in Terraform's order."""
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
        case List() | Map():
            return 1, 0, _written_to_sort(item)
        case _:
            return 2, 0, ""


def _written_to_sort(item: Value) -> str:
    """The text by which Terraform sorts elements that are collections (`appendSetHashBytes` of its library cty)."""
    atom = (there(item) or item)[0].atom
    match atom:
        case Text() as written:
            return json.dumps(written.render(), ensure_ascii=False)
        case Number(value):
            return format(float(Decimal(value)), ".10g")
        case Bool(value):
            return "T" if value else "F"
        case Null():
            return "~"
        case List(items, _, kind):
            written_items = "".join(f"{_written_to_sort(each)};" for each in items)
            return f"[{written_items}]" if kind is not None and kind.is_of_one_type else f"<{written_items}>"
        case Map(entries, _, kind):
            parts = [(key, _written_to_sort(entries[key])) for key in sorted(entries)]
            if kind is not None and kind.is_of_one_type:
                return "".join(("{", *(f"{json.dumps(key, ensure_ascii=False)}:{part};" for key, part in parts), "}"))
            return "".join(("<", *(f"{part};" for _, part in parts), ">"))
        case _:
            return "?"


def anywhere(atom: Atom) -> Atom:
    """A collection as elements of unknown number and position; anything else as it is."""
    match atom:
        case List(items, rest, kind):
            return List((), tuple(one for value in (*items, rest) for one in there(value)), kind)
        case Map(entries, rest, kind):
            return Map({}, tuple(one for value in (*entries.values(), rest) for one in there(value)), kind)
        case _:
            return atom


# Indexes and attributes, also of resources and modules that are one unknown.

# Set where `try` or `can` tests whether an expression fails.
ATTEMPTED = "try"


def get(container: Value, key: Value, scope: Scope, subject: str) -> Value:
    """`container[key]`, also of resources and modules that are one unknown."""
    result: list[Alternative] = []
    ordinary: list[Alternative] = []
    for holder in container:
        made = None
        if isinstance(holder.atom, Unknown) and holder.atom.target is not None and not holder.atom.target.attribute:
            names = [one.atom.plain if isinstance(one.atom, Text) else None for one in key]
            if len(names) == 1 and names[0] is not None:
                made = scope.module.attribute(holder.atom, names[0])
        if is_marked(holder.atom):
            result.extend(marked(get(unmarked((holder,)), key, scope, subject), subject))
        elif isinstance(holder.atom, List) and holder.atom.is_set:
            result.append(broken(holder, f"{subject} is a set, which has no indices"))
        elif made is None:
            ordinary.append(holder)
        else:
            for atom, given, trail in made:
                joined = join(holder.given, given)
                if joined is not None:
                    result.append(Alternative(atom, joined, trail + holder.trail))
    if ordinary:
        result.extend(index(tuple(ordinary), key, subject))
    if ATTEMPTED in scope.names:
        result.extend(misses(tuple(ordinary), key, subject))
    return capped(result, subject)


def open_failures(atom: Atom) -> list[Given]:
    """The assumption that an unknown value turns out to be an error. An attribute of a resource never does."""
    if not isinstance(atom, Unknown) or (atom.target is not None and atom.target.attribute.isidentifier()):
        return []
    return [(Assumption(atom.identity, "an error", True, Basis.OPEN),)]


def or_failures(value: Value, scope: Scope) -> Value:
    """The value; where an expression may fail that `try` or `can` tests, with its failures.

    A condition or a comparison that it is part of must not lose them.
    """
    if ATTEMPTED not in scope.names:
        return value
    failures = (
        Alternative(invalid(f"{one.atom.subject} is an error"), given, one.trail)
        for one in value
        if isinstance(one.atom, Unknown) and not is_invalid(one.atom)
        for failure in open_failures(one.atom)
        if (given := join(one.given, failure)) is not None
    )
    return (*value, *failures)


def broken(alternative: Alternative, subject: str) -> Alternative:
    """The alternative as a failure."""
    return Alternative(invalid(subject), alternative.given, alternative.trail)


def misses(holders: Value, key: Value, subject: str) -> Iterable[Alternative]:
    """The failures of an index: the key may be missing. They count where `try` or `can` tests for them."""
    lists = tuple(one for one in holders if isinstance(one.atom, List))
    for holder in (*shapes(lists, subject), *(one for one in holders if isinstance(one.atom, Map))):
        if not isinstance(holder.atom, Map | List):
            # One unknown stands for more shapes than are kept; in some of them, any key may be missing.
            missed = join(holder.given, (Assumption(f"the key of {subject}", "there", False, Basis.OPEN),))
            if missed is not None:
                yield Alternative(invalid(f"{subject} has no such key"), missed)
            continue
        pairs = holder.atom.entries.items() if isinstance(holder.atom, Map) else enumerate(holder.atom.items)
        elements: dict[object, Value] = dict(pairs)
        for chosen in key:
            given = join(holder.given, chosen.given)
            if given is None or is_invalid(chosen.atom):
                continue
            for missing in _missing(holder.atom, elements, chosen.atom, subject):
                missed = join(given, missing)
                if missed is not None:
                    yield Alternative(invalid(f"{subject} has no such key"), missed)


def _missing(whole: Map | List, elements: Mapping[object, Value], key: Atom, subject: str) -> Iterable[Given]:
    """The assumptions under which a key is missing, in addition to those that `index` returns."""
    identity = _open_identity(key)
    # None of the elements whose keys are not known has it either.
    gone = [Assumption(f"{subject}[{identity or literal(key)}]", "there", False, Basis.OPEN)] if whole.rest else []
    if identity is None:
        if gone:
            element = elements.get(_plain(key))
            yield from ((*gone, *absent) for absent in ([()] if element is None else absences(element)))
        return
    named = {name: json.dumps(name, ensure_ascii=False) for name in elements}
    yield (*gone, *(Assumption(identity, written, False, Basis.OPEN) for written in named.values()))
    for name, element in elements.items():
        for absent in absences(element):
            yield (Assumption(identity, named[name], True, Basis.OPEN), *absent)


def _plain(key: Atom) -> object:
    return key.plain if isinstance(key, Text) else key.value if isinstance(key, Number) else None


def _open_identity(atom: Atom) -> str | None:
    match atom:
        case Unknown():
            return atom.identity
        case Text():
            return atom.identity() if atom.holes else None
        case _:
            return None


def unfolded(value: Value, scope: Scope) -> Value:
    """The value with resources and modules that are one unknown expanded to maps."""
    if not any(isinstance(one.atom, Unknown) and one.atom.target and not one.atom.target.attribute for one in value):
        return value
    result: list[Alternative] = []
    for alternative in value:
        whole = scope.module.whole(alternative.atom) if isinstance(alternative.atom, Unknown) else None
        if whole is None:
            result.append(alternative)
        else:
            result.extend(one._replace(trail=one.trail + alternative.trail) for one in assume(whole, alternative.given))
    return tuple(result)
