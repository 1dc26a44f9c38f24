"""The collection functions. They move elements without looking at them, so holes, trails and alternatives stay."""

from collections.abc import Iterator, Mapping, Sequence

from checker.frontends.terraform.configuration.elements import unknowns_in, written_out
from checker.frontends.terraform.configuration.numbers import as_number as number_of
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    derived,
    refused,
)
from checker.frontends.terraform.functions.choosing import may_be_left_out
from checker.frontends.terraform.functions.graphemes import width
from checker.frontends.terraform.functions.parameters import anything, integer, listed, strings
from checker.frontends.terraform.functions.structural import as_alternatives, hidden, is_open, passed_on, structural
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
    flat_map,
    identity_of,
    known,
    literal,
    one_of,
    text,
)


def _concat(call: Call, *atoms: Atom) -> Value | Atom:
    if not atoms:
        return refused(call, '"seqs" is missing')
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
            return refused(call, 'each of "seqs" must be a list')
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
                return refused(call, 'each of "maps" must be a map')
    return Map(entries, tuple(rest))


def _instead(part: Alternative, key: str, holder: Atom) -> Value:
    """The part as what replaces the entry of a key, if it does."""
    because = next(iter(unknowns_in(part.atom)), None)
    subject = because.identity if because else identity_of(holder)[:80]
    return assume((part,), (Assumption(f"{subject} at {key!r}", "set", True, Basis.OPEN),))


def _keys(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, Map):
        return refused(call, '"inputMap" must be a map')
    rest: Value = ()
    if atom.rest:
        because = hidden(atom, call)
        rest = (Alternative(because.derived(f"keys({because.identity})")),)
    return List(tuple(text(key) for key in sorted(atom.entries)), rest)


def _values(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, Map):
        return refused(call, '"mapping" must be a map')
    return List(tuple(atom.entries[key] for key in sorted(atom.entries)), atom.rest)


# Known elements, what may stand there besides, and under which assumptions.
_Flat = tuple[list[Value], list[Alternative], tuple[Assumption, ...]]


def _flattened(call: Call, one: Alternative) -> Iterator[tuple[Sequence[Value], Value, tuple[Assumption, ...]]]:
    """What one alternative of an element puts into the list, each way that it may."""
    if isinstance(one.atom, List):
        for inner in as_alternatives(_flatten(call, passed_on(one) if one.trail else one.atom)):
            joined = join(one.given, inner.given)
            if joined is not None and isinstance(inner.atom, List):
                yield inner.atom.items, inner.atom.rest, joined
    elif isinstance(one.atom, Unknown) and one.atom.cause is not Cause.INVALID:
        # It may be a list, of any length.
        yield (), (one._replace(given=()),), one.given
    else:
        yield ((one._replace(given=()),),), (), one.given


def _flatten(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, '"list" must be a list')
    states: list[_Flat] = [([], [], ())]
    for item in atom.items:
        ways = [way for one in item for way in _flattened(call, one)]
        if len(ways) == 1 and not ways[0][2]:
            # The ordinary case: what is known so far grows where it is, since a copy for each item takes for ever.
            for items, rest, _ in states:
                items += ways[0][0]
                rest += ways[0][1]
            continue
        grown: list[_Flat] = []
        for items, rest, given in states:
            for more_items, more_rest, way in ways:
                under = join(given, way)
                if under is not None:
                    grown.append(([*items, *more_items], [*rest, *more_rest], under))
        if len(grown) > 64:
            everything = one_of([value for items, _, _ in grown for value in items], call.subject)
            grown = [([], [*everything, *one_of([tuple(rest) for _, rest, _ in grown if rest], call.subject)], ())]
        states = grown
    hidden = tuple(
        inner for one in atom.rest for inner in (_everything(call, one) if isinstance(one.atom, List) else (one,))
    )
    return tuple(Alternative(List(tuple(items), (*rest, *hidden)), given) for items, rest, given in states)


def _everything(call: Call, holder: Alternative) -> Value:
    """All that a list within a list of unknown length may hold."""
    found: list[Alternative] = []
    for one in as_alternatives(_flatten(call, passed_on(holder))):
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
            return derived(hidden(atom, call), "length", (atom,))
        case Text() if not atom.holes:
            return Number(width(atom.plain or ""))
        case Text():
            return derived(atom.holes[0], "length", (atom,))
        case _:
            return refused(call, '"value" must be a collection or a string')


def _length_of_set(call: Call, atom: Atom) -> Value | Atom:
    if isinstance(atom, Json):
        return flat_map([written_out((Alternative(atom),))], lambda atoms: _length(call, *atoms), "length")
    if isinstance(atom, List) and atom.is_set and len(atom.items) > 1 and any(is_open(item) for item in atom.items):
        # Elements that are not known may be the same one.
        return derived(hidden(atom, call), "length", (atom,))
    return _length(call, atom)


def _zipmap(call: Call, keys: Atom, values: Atom) -> Value | Atom:
    if not isinstance(keys, List) or not isinstance(values, List) or values.is_set:
        return refused(call, '"keys" and "values" must be lists')
    if keys.rest or values.rest:
        return Map({}, tuple(one for value in (*values.items, values.rest) for one in value))
    if len(keys.items) != len(values.items):
        return refused(call, '"values" must have as many elements as "keys"')
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
        return refused(call, '"list" must be a list')
    if any(is_open(item) for item in atom.items):
        # Which of them are the same is open, not what they are.
        return List((), tuple(one for value in (*atom.items, atom.rest) for one in value))
    unique: dict[str, Value] = {}
    for item in map(written_out, atom.items):
        unique.setdefault(identity_of(item[0].atom), item)
    return List(tuple(unique.values()), atom.rest)


def _compact(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, '"list" must be a list')
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
                elif may_be_left_out(one.atom, "") is not None:
                    grown.append((items, (*rest, alone), under))
                else:
                    grown.append(((*items, (alone,)), rest, under))
        if len(grown) > 64:
            return List((), tuple(one for value in (*atom.items, atom.rest) for one in value))
        states = grown
    return tuple(Alternative(List(items, rest), given) for items, rest, given in states)


def _reverse(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, '"list" must be a list')
    return List(tuple(reversed(atom.items)), atom.rest)


def _slice(call: Call, container: Atom, start: Atom, end: Atom) -> Value | Atom:
    if not isinstance(container, List):
        return refused(call, '"list" must be a list')
    first, last = number_of(start), number_of(end)
    if first is None or last is None:
        return refused(call, '"start_index" and "end_index" must be numbers')
    if container.rest:
        return List((), tuple(one for value in (*container.items, container.rest) for one in value))
    if not 0 <= first <= last <= len(container.items):
        return refused(call, '"start_index" and "end_index" must lie within "list", in this order')
    return List(container.items[int(first) : int(last)])


def _chunklist(call: Call, container: Atom, size: Atom) -> Value | Atom:
    number = number_of(size)
    if not isinstance(container, List) or number is None or number < 0:
        return refused(call, '"size" must not be negative')
    if container.rest:
        every = tuple(one for value in (*container.items, container.rest) for one in value)
        return List((), known(List((), every)))
    whole = max(len(container.items), 1)
    step = int(min(number, whole)) or whole
    chunks = [container.items[start : start + step] for start in range(0, len(container.items), step)]
    return List(tuple(known(List(chunk)) for chunk in chunks))


def _sort(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, '"list" must be a list')
    if atom.rest or any(is_open(item) for item in atom.items):
        return List((), tuple(one for value in (*atom.items, atom.rest) for one in value))
    items = [written_out(item) for item in atom.items]
    written = [item if isinstance(item[0].atom, Text) else _as_written(item) for item in items]
    if any(not isinstance(item[0].atom, Text) for item in written):
        return refused(call, '"list" must be a list of strings')
    return List(tuple(sorted(written, key=lambda item: plain_of(item[0].atom))))


def _as_written(item: Value) -> Value:
    atom = item[0].atom
    return text(literal(atom) or "") if isinstance(atom, Number | Bool) else item


def plain_of(atom: Atom) -> str:
    """What a scalar is written as; empty for anything else."""
    return (atom.plain or "") if isinstance(atom, Text) else ""


FUNCTIONS: Mapping[str, Function] = {
    "chunklist": structural(_chunklist, listed("list"), integer("size")),
    "compact": structural(_compact, strings("list")),
    "concat": structural(_concat, variadic=anything("seqs"), unknowns=True, forgets=True),
    "distinct": structural(_distinct, listed("list")),
    "flatten": structural(_flatten, anything("list")),
    "keys": structural(_keys, anything("inputMap")),
    "length": structural(_length_of_set, anything("value"), forgets=True),
    "merge": structural(_merge, variadic=anything("maps", nullable=True), unknowns=True, forgets=True),
    "reverse": structural(_reverse, anything("list")),
    "slice": structural(_slice, anything("list"), integer("start_index"), integer("end_index")),
    "sort": structural(_sort, strings("list")),
    "values": structural(_values, anything("mapping")),
    "zipmap": structural(_zipmap, strings("keys"), anything("values")),
}
