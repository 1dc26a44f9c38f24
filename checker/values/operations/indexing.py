"""Access to elements of collections."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations

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
    Target,
    Text,
    Unknown,
    Value,
)
from checker.values.guards import assumed_to_be, digest, identity_of, join, literal, overridden
from checker.values.operations.alternatives import MOST_AT_WORK, add_work, capped, completed, reached
from checker.values.operations.guarded import absences, has_guards, is_guarded, placed, shapes, there


def index(container: Value, key: Value, subject: str) -> Value:
    """`container[key]`, a map lookup, `Fn::FindInMap`, `Fn::Select`.

    With an unknown key the result is every entry, each under its assumption. The same holds for a key that rests on a
    default which anything may override. A missing key makes the alternative invalid.
    """
    result: list[Alternative] = []
    container, key = completed([container, key])
    for holder in container:
        for chosen in key:
            given = join(holder.given, chosen.given)
            if given is not None:
                result.extend(_entries(holder._replace(given=given), holder.given, chosen, subject))
                if len(result) > MOST_AT_WORK:
                    found, result = result, list(capped(result, subject))
                    if not result[0].given and all(one is not result[0] for one in found):
                        # One unknown stands for all, and for whatever the other keys select.
                        return tuple(result)
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
        what = {Json: "is text", Null: "takes a part of null"}.get(type(atom), "has no elements")
        yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} {what}"), holder.given)
        return
    if isinstance(key, Unknown) or (isinstance(key, Text) and key.holes):
        for shape in shapes((holder,), subject) if isinstance(atom, List) else (holder,):
            if isinstance(shape.atom, Map | List):
                yield from _unknown_entry(shape, shape.atom, key, subject)
            else:
                # One unknown stands for more shapes than are kept.
                yield shape
        return
    wanted = _key(atom, key)
    found = None
    if isinstance(atom, List) and isinstance(wanted, int) and not atom.rest and has_guards(atom):
        yield from _placed_item(holder, atom, wanted, subject)
    else:
        found = _entry(atom, wanted)
        if found is not None:
            yield from reached(holder, found)
        for without in ((),) if found is None else absences(found):
            under = join(holder.given, without)
            if under is not None:
                yield from _missing_entry(holder._replace(given=under), atom, wanted, key, subject)
    for other_given in overridden(key_given):
        under = join(container_given, other_given)
        if under is None:
            continue
        elsewhere = holder._replace(given=under)
        for _, other in _all_entries(atom):
            if other is found:
                # An override of the key is covered elsewhere; here the key keeps its value and only other overrides
                # count.
                yield from reached(elsewhere, tuple(one for one in other if join(key_given, one.given) is None))
            else:
                yield from reached(elsewhere, other)
        yield from reached(elsewhere, atom.rest)


def _missing_entry(
    holder: Alternative, atom: Map | List, wanted: str | int | None, key: Atom, subject: str
) -> Iterable[Alternative]:
    """The result of a known key that none of the known entries has."""
    if atom.rest and wanted is not None:
        yield from _further_entry(holder, atom, literal(key) or "", subject)
    else:
        yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} has no such key"), holder.given)


def _placed_item(holder: Alternative, atom: List, number: int, subject: str) -> Iterable[Alternative]:
    """The item at a position in a list whose items may be absent."""
    for position, given in placed(atom.items, number, subject):
        under = join(holder.given, given)
        if under is None:
            continue
        here = holder._replace(given=under)
        if position is None:
            anything = List((), tuple(one for item in atom.items for one in there(item)))
            yield from _further_entry(here, anything, str(number), subject)
        elif position < 0:
            yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} has no such key"), under)
        else:
            yield from reached(here, atom.items[position])


def _unknown_entry(holder: Alternative, atom: Map | List, key: Unknown | Text, subject: str) -> Iterable[Alternative]:
    """The entries that an unknown, or partly unknown, key may select."""
    possible = False
    excluded: list[Assumption] = []
    for written, entry in _all_entries(atom):
        assumed = key_assumed_to_be(key, written)
        if assumed is not None:
            possible = True
            yield from reached(holder, entry, (Assumption(*assumed, True, Basis.OPEN),))
            if not is_guarded(entry):
                excluded.append(Assumption(*assumed, False, Basis.OPEN))
    if atom.rest:
        of = (Alternative(atom), Alternative(key))
        yield from _one_of(_further(atom), holder, f"{subject}[…]", of, tuple(excluded[:_MOST_EXCLUDED]))
    elif not possible:
        yield Alternative(Unknown(Cause.INVALID, subject, f"{subject} has no such key"), holder.given)


# The most entries that are named as what the key is not; more would only be long.
_MOST_EXCLUDED = 16


def key_assumed_to_be(key: Unknown | Text, written: str) -> tuple[str, str] | None:
    """The subject, and the value it must have for an unknown key to be the given one; None if it cannot be."""
    if isinstance(key, Unknown):
        return key.identity, written
    plain = json.loads(written) if written.startswith('"') else written
    return assumed_to_be(key, plain)


def _further_entry(holder: Alternative, atom: Map | List, written: str, subject: str) -> Iterable[Alternative]:
    """The result of a known key that can be an unknown element or key of the container."""
    choices: list[tuple[str, Value]] = []
    if isinstance(atom, List):
        # The known elements may stand anywhere among those of unknown number.
        choices += [(f"element {number}", entry) for number, entry in _all_entries(atom)]
    choices += _further(atom)
    yield from _one_of(choices, holder, f"{subject}[{written}]", (Alternative(atom),))


def _further(atom: Map | List) -> list[tuple[str, Value]]:
    """The possible further elements of a container by name; as one, if they exclude each other anyway."""
    few = atom.rest if len(atom.rest) <= _MOST_EXCLUDED else ()
    if len(atom.rest) == 1 or (few and all(join(one.given, more.given) is None for one, more in combinations(few, 2))):
        return [("another", atom.rest)]
    return [(f"another ({number})", (one,)) for number, one in enumerate(atom.rest, 1)]


def _one_of(
    choices: Sequence[tuple[str, Value]], holder: Alternative, chosen: str, of: Value, given: Given = ()
) -> Iterable[Alternative]:
    """Each choice under its assumption. `of` is what else decides whether two choices are the same one."""
    if len(choices) == 1:
        yield from reached(holder, choices[0][1], given)
        return
    # To write it out; whether somebody has done so before must not matter.
    add_work(sum(one.atom.weight for one in of))
    location = f"{chosen} #{digest(of)}"
    for name, entry in choices:
        yield from reached(holder, entry, (*given, Assumption(location, name, True, Basis.OPEN)))


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
