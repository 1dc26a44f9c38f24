"""The collection functions. They move elements without looking at them, so holes, trails and alternatives stay."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from checker.frontends.terraform.elements import elements, invalid, set_of, unknowns_in, written_out
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    InvalidCallError,
    anything,
    as_list,
    as_number,
    derived,
    plain,
    refused,
)
from checker.frontends.terraform.numbers import as_number as number_of
from checker.frontends.terraform.numbers import calculate
from checker.frontends.terraform.types import unified
from checker.values import (
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Json,
    List,
    Map,
    Null,
    Number,
    Text,
    Unknown,
    Value,
    join,
)
from checker.values.operations import (
    assume,
    both,
    capped,
    equal,
    flat_map,
    identity_of,
    index,
    known,
    literal,
    negate,
    one_of,
    text,
)


def structural(
    compute: Callable[..., Value | Atom], *, least: int, most: int | None = None, unknowns: bool = False
) -> Function:
    """A function of collections whose elements are left as they are; it gets the call and one atom an argument."""

    def function(call: Call) -> Value:
        if len(call.args) < least or (most is not None and len(call.args) > most):
            return refused(call, "wrong number of arguments")
        return flat_map(
            [pushed(argument) for argument in call.args],
            lambda atoms: compute(call, *atoms),
            call.name,
            unknowns=unknowns,
        )

    return function


def pushed(value: Value) -> Value:
    """Collections whose elements have gone through what the collection has gone through."""
    result = []
    for one in value:
        if one.trail and isinstance(one.atom, List | Map):
            one = Alternative(_passed_on(one), one.given)
        result.append(one)
    return tuple(result)


def _passed_on(holder: Alternative) -> Atom:
    found = elements(holder) or []
    known_ = [item for item in found if not item.repeated]
    rest = tuple(one for item in found if item.repeated for one in item.value)
    match holder.atom:
        case Map(entries):
            passed = dict(zip(sorted(entries), (item.value for item in known_), strict=True))
            return Map({key: passed[key] for key in entries}, rest)
        case List(_, _, is_set):
            return List(tuple(item.value for item in known_), rest, is_set)
        case atom:
            return atom


def _listed(call: Call, atom: Atom) -> List | Value:
    return atom if isinstance(atom, List) else refused(call, "a list is needed")


def _hidden(atom: Atom, call: Call) -> Unknown:
    """Why a collection is not known in full."""
    return next(iter(unknowns_in(atom)), Unknown(Cause.DEPLOY_TIME, call.subject, call.subject))


def _concat(call: Call, *atoms: Atom) -> Value | Atom:
    items: list[Value] = []
    rest: list[Alternative] = []
    for atom in atoms:
        if isinstance(atom, Unknown):
            if atom.cause is Cause.INVALID:
                return atom
            rest.append(Alternative(atom.derived(f"{atom.identity}[each]")))
        elif isinstance(atom, List) and not atom.is_set:
            items += atom.items
            rest += atom.rest
        else:
            return refused(call, "a list is needed")
    return List(tuple(items), tuple(rest))


def _merge(call: Call, *atoms: Atom) -> Value | Atom:
    entries: dict[str, Value] = {}
    rest: list[Alternative] = []
    for atom in atoms:
        match atom:
            case Null():
                continue
            case Unknown(Cause.INVALID):
                return atom
            case Unknown():
                # It may hold any of the keys so far, and others.
                part = Alternative(atom.derived(f"{atom.identity}[each]"))
                entries = {key: (*value, *_instead(part, key, atom)) for key, value in entries.items()}
                rest.append(part)
            case Map(more, more_rest):
                if more_rest:
                    entries = {
                        key: (*value, *(found for one in more_rest for found in _instead(one, key, atom)))
                        for key, value in entries.items()
                    }
                    rest += more_rest
                entries |= more
            case _:
                return refused(call, "a map is needed")
    return Map(entries, tuple(rest))


def _instead(part: Alternative, key: str, holder: Atom) -> Value:
    """The part as what replaces the entry of a key, if it does."""
    because = next(iter(unknowns_in(part.atom)), None)
    subject = because.identity if because else identity_of(holder)[:80]
    return assume((part,), (Assumption(f"{subject} at {key!r}", "set", True, Basis.OPEN),))


def _keys(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, Map):
        return refused(call, "a map is needed")
    rest: Value = ()
    if atom.rest:
        because = _hidden(atom, call)
        rest = (Alternative(because.derived(f"keys({because.identity})")),)
    return List(tuple(text(key) for key in sorted(atom.entries)), rest)


def _values(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, Map):
        return refused(call, "a map is needed")
    return List(tuple(atom.entries[key] for key in sorted(atom.entries)), atom.rest)


def _flatten(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, "a list is needed")
    states: list[tuple[tuple[Value, ...], Value, tuple[Assumption, ...]]] = [((), (), ())]
    for item in atom.items:
        grown = []
        for items, rest, given in states:
            for one in item:
                under = join(given, one.given)
                if under is None:
                    continue
                if isinstance(one.atom, List):
                    for inner in _as_alternatives(_flatten(call, _passed_on(one) if one.trail else one.atom)):
                        joined = join(under, inner.given)
                        if joined is not None and isinstance(inner.atom, List):
                            grown.append((items + inner.atom.items, (*rest, *inner.atom.rest), joined))
                elif isinstance(one.atom, Unknown) and one.atom.cause is not Cause.INVALID:
                    # It may be a list, of any length.
                    grown.append((items, (*rest, one._replace(given=())), under))
                else:
                    grown.append(((*items, (one._replace(given=()),)), rest, under))
        if len(grown) > 64:
            everything = one_of([value for items, _, _ in grown for value in items], call.subject)
            grown = [((), (*everything, *one_of([rest for _, rest, _ in grown if rest], call.subject)), ())]
        states = grown
    hidden = tuple(
        inner for one in atom.rest for inner in (_everything(call, one) if isinstance(one.atom, List) else (one,))
    )
    return tuple(Alternative(List(items, (*rest, *hidden)), given) for items, rest, given in states)


def _as_alternatives(made: Value | Atom) -> Value:
    return made if isinstance(made, tuple) else (Alternative(made),)


def _everything(call: Call, holder: Alternative) -> Value:
    """All that a list within a list of unknown length may hold."""
    found: list[Alternative] = []
    for one in _as_alternatives(_flatten(call, _passed_on(holder))):
        if isinstance(one.atom, List):
            found.extend(assume(tuple(a for v in (*one.atom.items, one.atom.rest) for a in v), one.given))
    return assume(tuple(found), holder.given)


def _length(call: Call, atom: Atom) -> Value | Atom:
    match atom:
        case List(items, ()):
            return Number(len(items))
        case Map(entries, ()):
            return Number(len(entries))
        case List() | Map():
            return derived(_hidden(atom, call), "length", (atom,))
        case Text() if not atom.holes:
            return Number(len(atom.plain or ""))
        case Text():
            return derived(atom.holes[0], "length", (atom,))
        case _:
            return refused(call, "a collection or text is needed")


def _length_of_set(call: Call, atom: Atom) -> Value | Atom:
    if isinstance(atom, Json):
        return flat_map([written_out((Alternative(atom),))], lambda atoms: _length(call, *atoms), "length")
    if isinstance(atom, List) and atom.is_set and len(atom.items) > 1 and any(_is_open(item) for item in atom.items):
        # Elements that are not known may be the same one.
        return derived(_hidden(atom, call), "length", (atom,))
    return _length(call, atom)


def _is_open(item: Value) -> bool:
    return len(item) != 1 or next(iter(unknowns_in(item[0].atom)), None) is not None


def lookup(call: Call) -> Value:
    """`lookup(map, key, default)`: the default where the map has not the key."""
    if not 2 <= len(call.args) <= 3:
        return refused(call, "wrong number of arguments")
    container, key = pushed(call.args[0]), call.args[1]
    default = call.args[2] if len(call.args) == 3 else None
    result: list[Alternative] = []
    for holder in container:
        for chosen in key:
            given = join(holder.given, chosen.given)
            if given is None:
                continue
            found = index((holder._replace(given=()),), (chosen._replace(given=()),), call.subject)
            name = chosen.atom.plain if isinstance(chosen.atom, Text) else None
            open_ended = (
                isinstance(holder.atom, Unknown)
                or (isinstance(holder.atom, Map) and bool(holder.atom.rest) and name not in holder.atom.entries)
                or name is None
            )
            missing = isinstance(holder.atom, Map) and name is not None and name not in holder.atom.entries
            if default is None or not (missing or open_ended):
                result.extend(assume(found, given))
                continue
            if not missing or open_ended:
                result.extend(assume(tuple(o for o in found if not _is_invalid(o)), given))
                because = Assumption(f"{call.subject}", "the default", True, Basis.OPEN)
                result.extend(assume(default, (*given, because)))
            else:
                result.extend(assume(default, given))
            result.extend(_overridden_entries(holder, chosen, call))
    return capped(result, call.subject)


def _is_invalid(one: Alternative) -> bool:
    return isinstance(one.atom, Unknown) and one.atom.cause is Cause.INVALID


def _overridden_entries(holder: Alternative, chosen: Alternative, call: Call) -> Value:
    """The entries that an overridden default of the key reaches."""
    if not isinstance(chosen.atom, Text) or not isinstance(holder.atom, Map):
        return ()
    return tuple(one for one in index((holder,), (chosen,), call.subject) if not _is_invalid(one))


def element(call: Call) -> Value:
    """`element(list, index)`, going round at the end."""

    def pick(atoms: Sequence[Atom]) -> Value | Atom:
        container, place = atoms
        if isinstance(container, Unknown | Map):
            if isinstance(container, Unknown):
                return index((Alternative(container),), (Alternative(place),), call.subject)
            return refused(call, "a list is needed")
        if not isinstance(container, List) or container.is_set or (not container.items and not container.rest):
            return refused(call, "a list that is not empty is needed")
        number = number_of(place)
        if isinstance(place, Unknown) or container.rest:
            return index((Alternative(container),), (Alternative(place),), call.subject)
        if number is None or number != int(number) or number < 0:
            return refused(call, "an index that is not negative is needed")
        return container.items[int(number) % len(container.items)]

    if len(call.args) != 2:
        return refused(call, "wrong number of arguments")
    return flat_map([pushed(call.args[0]), call.args[1]], pick, "element", unknowns=True)


def coalesce(call: Call) -> Value:
    """`coalesce(values...)`: the first that is neither null nor empty text."""
    return _first(
        call, lambda atom: isinstance(atom, Null) or (isinstance(atom, Text) and not atom.pieces), 'null or ""'
    )


def coalescelist(call: Call) -> Value:
    """`coalescelist(lists...)`: the first that is not empty."""
    return _first(call, lambda atom: isinstance(atom, Null) or atom == List(()) or _is_empty(atom), "empty")


def _is_empty(atom: Atom) -> bool:
    return isinstance(atom, List) and not atom.items and not atom.rest


def _first(call: Call, is_left_out: Callable[[Atom], bool], name: str) -> Value:
    if not call.args:
        return refused(call, "wrong number of arguments")
    result: list[Alternative] = []
    open_: list[tuple[Assumption, ...]] = [()]
    for argument in call.args:
        further: list[tuple[Assumption, ...]] = []
        for given in open_:
            for one in argument:
                under = join(given, one.given)
                if under is None:
                    continue
                if is_left_out(one.atom):
                    further.append(under)
                    continue
                result.append(one._replace(given=under))
                maybe = _may_be_left_out(one.atom, name)
                if maybe is not None:
                    empty = join(under, (maybe,))
                    if empty is not None:
                        further.append(empty)
        open_ = list(dict.fromkeys(further))
        if len(open_) > 64:
            return (Alternative(Unknown(Cause.TOO_MANY, call.subject, call.subject)),)
        if not open_:
            break
    nothing = invalid(f"{call.subject}: nothing is left")
    result.extend(Alternative(nothing, given) for given in open_ if not any(a.value == name for a in given))
    return capped(result, call.subject)


def _may_be_left_out(atom: Atom, name: str) -> Assumption | None:
    match atom:
        case Unknown(Cause.INVALID):
            return None
        case Unknown():
            return Assumption(atom.identity, name, True, Basis.OPEN)
        case Text() if atom.holes and all(isinstance(piece, Unknown) for piece in atom.pieces):
            return Assumption(atom.identity(), name, True, Basis.OPEN)
        case List((), rest) if rest:
            return Assumption(identity_of(atom)[:80], name, True, Basis.OPEN)
        case _:
            return None


def _one(call: Call, atom: Atom) -> Value | Atom:
    match atom:
        case List(items, ()) if len(items) < 2:
            return items[0] if items else Null()
        case List((), rest):
            because = _hidden(atom, call)
            none = Assumption(f"one({because.identity})", "null", True, Basis.OPEN)
            return (*rest, Alternative(Null(), (none,)))
        case List(_, rest) if rest:
            return derived(_hidden(atom, call), "one", (atom,))
        case _:
            return refused(call, "a list with at most one element is needed")


def contains(call: Call) -> Value:
    """`contains(list, value)`."""

    def decide(atoms: Sequence[Atom]) -> Value | Atom:
        container, wanted = atoms
        if isinstance(container, Unknown):
            return derived(container, "contains", atoms)
        if not isinstance(container, List):
            return refused(call, "a list is needed")
        result = known(Bool(False))
        for item in container.items:
            result = negate(both(negate(result), lambda item=item: negate(_alike(item, wanted, call)), call.subject))  # type: ignore[misc]
        if container.rest:
            more = (Alternative(derived(_hidden(container, call), "contains", atoms)),)
            result = tuple(
                found
                for one in result
                for found in ((one,) if isinstance(one.atom, Bool) and one.atom.value else assume(more, one.given))
            )
        return result

    if len(call.args) != 2:
        return refused(call, "wrong number of arguments")
    return flat_map([pushed(call.args[0]), call.args[1]], decide, "contains", unknowns=True)


def _alike(item: Value, wanted: Atom, call: Call) -> Value:
    return equal(item, (Alternative(wanted),), call.subject)


def _index_of(call: Call, container: Atom, wanted: Atom) -> Value | Atom:
    if not isinstance(container, List):
        return refused(call, "a list is needed")
    result: list[Alternative] = []
    open_: Value = known(Bool(True))
    for number, item in enumerate(container.items):
        alike = both(open_, lambda item=item: _alike(item, wanted, call), call.subject)  # type: ignore[misc]
        here = [one.given for one in alike if isinstance(one.atom, Bool) and one.atom.value]
        result.extend(Alternative(Number(number), given) for given in here)
        open_ = both(open_, lambda item=item: negate(_alike(item, wanted, call)), call.subject)  # type: ignore[misc]
        open_ = tuple(one for one in open_ if not (isinstance(one.atom, Bool) and not one.atom.value))
        if not open_:
            return tuple(result)
    if container.rest:
        return (*result, Alternative(derived(_hidden(container, call), "index", (container, wanted))))
    return (*result, *(Alternative(invalid(f"{call.subject}: the list does not hold it"), one.given) for one in open_))


def _zipmap(call: Call, keys: Atom, values: Atom) -> Value | Atom:
    if not isinstance(keys, List) or not isinstance(values, List):
        return refused(call, "two lists are needed")
    if keys.rest or values.rest:
        return Map({}, tuple(one for value in (*values.items, values.rest) for one in value))
    if len(keys.items) != len(values.items):
        return refused(call, "the lists have different lengths")
    entries: dict[str, Value] = {}
    rest: list[Alternative] = []
    for key, value in zip(map(written_out, keys.items), values.items, strict=True):
        atom = key[0].atom
        written = literal(atom) if isinstance(atom, Number | Bool) else atom.plain if isinstance(atom, Text) else None
        if len(key) == 1 and written is not None:
            entries[written] = value
        else:
            rest.extend(value)
    return Map(entries, tuple(rest))


def _distinct(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, "a list is needed")
    if any(_is_open(item) for item in atom.items):
        # Which of them are the same is open, not what they are.
        return List((), tuple(one for value in (*atom.items, atom.rest) for one in value))
    unique: dict[str, Value] = {}
    for item in unified([written_out(item) for item in atom.items]):
        unique.setdefault(identity_of(item[0].atom), item)
    return List(tuple(unique.values()), atom.rest)


def _compact(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, "a list is needed")
    states: list[tuple[tuple[Value, ...], Value, tuple[Assumption, ...]]] = [((), atom.rest, ())]
    for item in atom.items:
        grown = []
        for items, rest, given in states:
            for one in item:
                under = join(given, one.given)
                if under is None:
                    continue
                alone = one._replace(given=())
                if isinstance(one.atom, Null) or (isinstance(one.atom, Text) and not one.atom.pieces):
                    grown.append((items, rest, under))
                elif _may_be_left_out(one.atom, "") is not None:
                    grown.append((items, (*rest, alone), under))
                else:
                    grown.append(((*items, (alone,)), rest, under))
        if len(grown) > 64:
            return List((), tuple(one for value in (*atom.items, atom.rest) for one in value))
        states = grown
    return tuple(Alternative(List(items, rest), given) for items, rest, given in states)


def _reverse(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, "a list is needed")
    return List(tuple(reversed(atom.items)), atom.rest)


def _slice(call: Call, container: Atom, start: Atom, end: Atom) -> Value | Atom:
    if not isinstance(container, List):
        return refused(call, "a list is needed")
    first, last = number_of(start), number_of(end)
    if first is None or last is None:
        return refused(call, "whole numbers are needed")
    if container.rest:
        return List((), tuple(one for value in (*container.items, container.rest) for one in value))
    if not 0 <= first <= last <= len(container.items):
        return refused(call, "the bounds lie outside of the list")
    return List(container.items[int(first) : int(last)])


def _chunklist(call: Call, container: Atom, size: Atom) -> Value | Atom:
    number = number_of(size)
    if not isinstance(container, List) or number is None or number < 0:
        return refused(call, "a list and a size are needed")
    if container.rest:
        every = tuple(one for value in (*container.items, container.rest) for one in value)
        return List((), known(List((), every)))
    step = int(number) or max(len(container.items), 1)
    chunks = [container.items[start : start + step] for start in range(0, len(container.items), step)]
    return List(tuple(known(List(chunk)) for chunk in chunks))


def _sort(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, "a list is needed")
    if atom.rest or any(_is_open(item) for item in atom.items):
        return List((), tuple(one for value in (*atom.items, atom.rest) for one in value))
    items = [written_out(item) for item in atom.items]
    written = [item if isinstance(item[0].atom, Text) else _as_written(item) for item in items]
    if any(not isinstance(item[0].atom, Text) for item in written):
        return refused(call, "a list of texts is needed")
    return List(tuple(sorted(written, key=lambda item: _plain(item[0].atom))))


def _as_written(item: Value) -> Value:
    atom = item[0].atom
    return text(literal(atom) or "") if isinstance(atom, Number | Bool) else item


def _plain(atom: Atom) -> str:
    return (atom.plain or "") if isinstance(atom, Text) else ""


def _setproduct(call: Call, *atoms: Atom) -> Value | Atom:
    columns: list[Sequence[Value]] = []
    rest = False
    sets = True
    for atom in atoms:
        if not isinstance(atom, List):
            return refused(call, "lists are needed")
        sets = sets and atom.is_set
        rest = rest or bool(atom.rest)
        columns.append(atom.items)
    if rest:
        rows = [tuple(one for value in (*a.items, a.rest) for one in value) for a in atoms if isinstance(a, List)]
        return List((), known(List(tuple(rows))))
    count = 1
    for column in columns:
        count *= len(column)
    if count > 20_000:
        return Unknown(Cause.TOO_MANY, call.subject, call.subject)
    return List(tuple(known(List(row)) for row in itertools.product(*columns)), (), sets)


def _matchkeys(call: Call, values: Atom, keys: Atom, wanted: Atom) -> Value | Atom:
    if not (isinstance(values, List) and isinstance(keys, List) and isinstance(wanted, List)):
        return refused(call, "lists are needed")
    every = tuple(one for value in (*values.items, values.rest) for one in value)
    if values.rest or keys.rest or wanted.rest or any(_is_open(item) for item in (*keys.items, *wanted.items)):
        return List((), every)
    if len(values.items) != len(keys.items):
        return refused(call, "the lists have different lengths")
    sought = {identity_of(item[0].atom) for item in wanted.items}
    pairs = zip(values.items, keys.items, strict=True)
    return List(tuple(value for value, key in pairs if identity_of(key[0].atom) in sought))


def _transpose(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, Map):
        return refused(call, "a map is needed")
    made: dict[str, list[str]] = {}
    for key in sorted(atom.entries):
        for one in atom.entries[key]:
            found = next(iter(unknowns_in(one.atom)), None)
            if found is not None or len(atom.entries[key]) != 1 or not isinstance(one.atom, List):
                because = found or Unknown(Cause.DEPLOY_TIME, call.subject, call.subject)
                return derived(because, "transpose", (atom,)) if found else refused(call, "a map of lists is needed")
            for item in one.atom.items:
                made.setdefault(_plain(item[0].atom), []).append(key)
    return Map({key: known(List(tuple(text(name) for name in made[key]))) for key in sorted(made)})


def _sets(combine: Callable[[list[dict[str, Value]]], dict[str, Value]], *, keeps: bool) -> Callable[..., Value | Atom]:
    def compute(call: Call, *atoms: Atom) -> Value | Atom:
        lists = [atom for atom in atoms if isinstance(atom, List)]
        if len(lists) != len(atoms):
            return refused(call, "sets are needed")
        unified_ = iter(unified([item for atom in lists for item in atom.items]))
        lists = [List(tuple(next(unified_) for _ in atom.items), atom.rest) for atom in lists]
        if any(atom.rest or any(_is_open(item) for item in atom.items) for atom in lists):
            relevant = lists if keeps else lists[:1]
            every = tuple(one for atom in relevant for value in (*atom.items, atom.rest) for one in value)
            return List((), every, is_set=True)
        contents = [{identity_of(item[0].atom): item for item in atom.items} for atom in lists]
        return set_of(list(combine(contents).values()))

    return compute


def _union(contents: list[dict[str, Value]]) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for content in contents:
        made |= content
    return made


def _intersection(contents: list[dict[str, Value]]) -> dict[str, Value]:
    first, *others = contents
    return {key: item for key, item in first.items() if all(key in other for other in others)}


def _subtract(contents: list[dict[str, Value]]) -> dict[str, Value]:
    first, *others = contents
    return {key: item for key, item in first.items() if not any(key in other for other in others)}


def _truths(stop: bool) -> Callable[..., Value | Atom]:
    def compute(call: Call, atom: Atom) -> Value | Atom:
        if not isinstance(atom, List):
            return refused(call, "a list is needed")
        result = known(Bool(not stop))
        for item in (*atom.items, *([atom.rest] if atom.rest else [])):
            if stop:
                result = negate(both(negate(result), lambda item=item: negate(item), call.subject))  # type: ignore[misc]
            else:
                result = both(result, lambda item=item: item, call.subject)  # type: ignore[misc]
        return tuple(one._replace(atom=Bool(False)) if isinstance(one.atom, Null) else one for one in result)

    return compute


def _range(*bounds: Any) -> list[Any]:
    start, end, step = 0, 0, None
    if len(bounds) == 1:
        end = bounds[0]
    elif len(bounds) == 2:
        start, end = bounds
    else:
        start, end, step = bounds
    if step is None:
        step = 1 if end >= start else -1
    if step == 0 or (end > start and step < 0) or (end < start and step > 0):
        raise InvalidCallError("the step must lead from the start to the end")
    made = []
    current = start if isinstance(start, int) and isinstance(step, int) else Decimal(start)
    while (current < end) if step > 0 else (current > end):
        made.append(current)
        if len(made) > 1024:
            raise InvalidCallError("a range has at most 1024 elements")
        current += step
    return made


def _sum(items: Any) -> Any:
    numbers = [as_number(item) for item in as_list(items)]
    if not numbers:
        raise InvalidCallError("the sum of nothing is not defined")
    total = numbers[0]
    for number in numbers[1:]:
        total = calculate("+", total, number)
    return total


FUNCTIONS: Mapping[str, Function] = {
    "alltrue": structural(_truths(stop=False), least=1, most=1),
    "anytrue": structural(_truths(stop=True), least=1, most=1),
    "chunklist": structural(_chunklist, least=2, most=2),
    "coalesce": coalesce,
    "coalescelist": coalescelist,
    "compact": structural(_compact, least=1, most=1),
    "concat": structural(_concat, least=1, unknowns=True),
    "contains": contains,
    "distinct": structural(_distinct, least=1, most=1),
    "element": element,
    "flatten": structural(_flatten, least=1, most=1),
    "index": structural(_index_of, least=2, most=2),
    "keys": structural(_keys, least=1, most=1),
    "length": structural(_length_of_set, least=1, most=1),
    "lookup": lookup,
    "matchkeys": structural(_matchkeys, least=3, most=3),
    "merge": structural(_merge, least=0, unknowns=True),
    "one": structural(_one, least=1, most=1),
    "range": plain(_range, as_number, as_number, as_number, optional=2),
    "reverse": structural(_reverse, least=1, most=1),
    "setintersection": structural(_sets(_intersection, keeps=True), least=1),
    "setproduct": structural(_setproduct, least=1),
    "setsubtract": structural(_sets(_subtract, keeps=False), least=2, most=2),
    "setunion": structural(_sets(_union, keeps=True), least=1),
    "slice": structural(_slice, least=3, most=3),
    "sort": structural(_sort, least=1, most=1),
    "sum": plain(_sum, anything),
    "transpose": structural(_transpose, least=1, most=1),
    "values": structural(_values, least=1, most=1),
    "zipmap": structural(_zipmap, least=2, most=2),
}
