"""The collection functions. They move elements without reading them, so holes, trails and alternatives stay."""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence

from checker.frontends.terraform.configuration.elements import unknowns_in, written_out
from checker.frontends.terraform.configuration.types import as_number as number_of
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    anything,
    as_alternatives,
    derived,
    hidden,
    integer,
    is_open,
    listed,
    passed_on,
    refused,
    strings,
    structural,
)
from checker.frontends.terraform.functions.choosing import where_left_out
from checker.frontends.terraform.functions.formatting import width
from checker.values import (
    Absent,
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
    Piece,
    Text,
    Unknown,
    Value,
    join,
)
from checker.values.operations import (
    ABSENT,
    assume,
    capped,
    counted,
    existence,
    flat_map,
    identity_of,
    instead,
    is_guarded,
    kept,
    known,
    literal,
    located_key,
    shapes,
    text_of_key,
    there,
    together,
    unless,
    within,
)


def concat(call: Call) -> Value:
    """`concat(lists...)`."""
    if not call.args:
        return refused(call, '"seqs" is missing')
    return _one_after_the_other(call, call.args, lambda one: _as_list(call, one))


def _as_list(call: Call, one: Alternative) -> Alternative:
    match one.atom:
        case Unknown(Cause.INVALID):
            return one
        case Unknown():
            # It may be a list of any length.
            return one._replace(atom=List((), known(one.atom.derived(f"{one.atom.identity}[each]"))))
        case List() if not one.atom.is_set:
            return one
        case _:
            return one._replace(atom=refused(call, 'each of "seqs" must be a list')[0].atom)


def _one_after_the_other(call: Call, parts: Sequence[Value], as_list: Callable[[Alternative], Alternative]) -> Value:
    """The parts as one list. Where a part may be something other than a list, so may the whole."""
    items: list[Value] = []
    rest: list[Alternative] = []
    kinds: set[Kind | None] = set()
    given: Given = ()
    failing: list[Alternative] = []
    for part in parts:
        alternatives = list(map(as_list, part))
        lists = [one for one in alternatives if isinstance(one.atom, List)]
        failing += (one for one in alternatives if not isinstance(one.atom, List))
        if not lists:
            return tuple(failing)
        made = together(lists, call.subject)
        joined = join(given, made.given)
        if joined is None:
            return tuple(failing)
        given = joined
        assert isinstance(made.atom, List)
        kinds.add(made.atom.kind)
        items += (tuple(kept(made, item)) if made.trail else item for item in made.atom.items)
        rest += kept(made, made.atom.rest)
    kind = _whole_kind(kinds, Kind.LIST, Kind.TUPLE)
    return capped([Alternative(List(tuple(items), tuple(rest), kind), given), *failing], call.subject)


def _whole_kind(parts: set[Kind | None], of_one_type: Kind, of_many: Kind) -> Kind | None:
    """The type of a concatenation: of one element type only if each part is."""
    if len(parts) == 1 and of_many not in parts:
        return parts.pop()
    if of_many in parts or not parts:
        return of_many
    return of_one_type if None not in parts else None


def merge(call: Call) -> Value:
    """`merge(maps...)`: of a duplicate key, the last entry counts."""
    entries: dict[str, Value] = {}
    rest: list[Alternative] = []
    kinds: set[Kind | None] = set()
    given: Given = ()
    failing: list[Alternative] = []
    for argument in call.args:
        alternatives = [_as_map(call, one) for one in argument]
        maps = [one for one in alternatives if isinstance(one.atom, Map)]
        failing += (one for one in alternatives if not isinstance(one.atom, Map))
        if not maps:
            return tuple(failing)
        made = together(maps, call.subject)
        joined = join(given, made.given)
        if joined is None:
            return tuple(failing)
        given = joined
        assert isinstance(made.atom, Map)
        kinds.add(made.atom.kind)
        further = tuple(kept(made, made.atom.rest))
        if further:
            # It may have any of the keys so far, and others.
            entries = {key: _replaced(entry, key, further, made.atom) for key, entry in entries.items()}
            rest += further
        for key, entry in made.atom.entries.items():
            own = tuple(kept(made, entry)) if made.trail else entry
            entries[key] = instead(own, entries.get(key, ABSENT), call.subject)
    kind = _whole_kind(kinds, Kind.MAP, Kind.OBJECT)
    return capped([Alternative(Map(entries, tuple(rest), kind), given), *failing], call.subject)


def _as_map(call: Call, one: Alternative) -> Alternative:
    match one.atom:
        case Map() | Unknown(Cause.INVALID):
            return one
        case Null():
            return one._replace(atom=Map({}))
        case Unknown():
            return one._replace(atom=Map({}, known(one.atom.derived(f"{one.atom.identity}[each]"))))
        case _:
            return one._replace(atom=refused(call, 'each of "maps" must be a map')[0].atom)


def _replaced(entry: Value, key: str, further: Value, holder: Atom) -> Value:
    """The entry of a key, or what has an unknown key in its place, if that is the same key."""
    replacing: list[Alternative] = []
    for part in further:
        because = next(iter(unknowns_in(part.atom)), None)
        subject = because.identity if because else identity_of(holder)[:80]
        named = f"{subject.removesuffix('[each]')}[{json.dumps(key, ensure_ascii=False)}]"
        is_set = Assumption(named, "set", True, Basis.OPEN)
        made = assume((part,), (is_set,))
        replacing += made
        if made:
            entry = assume(entry, (is_set._replace(holds=False),))
    return (*entry, *replacing)


def _keys(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, Map):
        return refused(call, '"inputMap" must be a map')
    rest: Value = ()
    if atom.rest:
        because = hidden(atom, call)
        rest = (Alternative(because.derived(f"keys({because.identity})")),)
    keys = tuple(within(text_of_key(key), atom.entries[key], call.subject) for key in sorted(atom.entries))
    return List(keys, rest, _kind_of(_OF_PARTS, atom))


# The keys and the values of a map or object, and a map made of values.
_OF_PARTS = {"map": Kind.LIST, "object": Kind.TUPLE}
_OF_VALUES = {"list": Kind.MAP, "tuple": Kind.OBJECT}


def _kind_of(table: Mapping[str, Kind], atom: List | Map) -> Kind | None:
    return None if atom.kind is None else table.get(atom.kind.name)


def _values(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, Map):
        return refused(call, '"mapping" must be a map')
    return List(tuple(atom.entries[key] for key in sorted(atom.entries)), atom.rest, _kind_of(_OF_PARTS, atom))


def _flatten(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, '"list" must be a list')
    parts = [_flattened(call, item) for item in atom.items]
    hidden = tuple(
        inner for one in atom.rest for inner in (_everything(call, one) if isinstance(one.atom, List) else (one,))
    )
    made = _one_after_the_other(call, [*parts, known(List((), hidden))], lambda one: one)
    return tuple(
        one._replace(atom=dataclasses.replace(one.atom, kind=Kind.TUPLE)) if isinstance(one.atom, List) else one
        for one in made
    )


def _flattened(call: Call, item: Value) -> Value:
    """The elements, or nested lists, with which an element is flattened."""
    if not any(isinstance(one.atom, List | Unknown) for one in item):
        return known(List((item,)))
    result: list[Alternative] = []
    for one in item:
        match one.atom:
            case List():
                result += assume(as_alternatives(_flatten(call, passed_on(one) if one.trail else one.atom)), one.given)
            case Absent():
                result.append(Alternative(List(()), one.given))
            case Unknown() if one.atom.cause is not Cause.INVALID:
                # It may be a list of any length.
                result.append(Alternative(List((), (one._replace(given=()),)), one.given))
            case _:
                result.append(Alternative(List(((one._replace(given=()),),)), one.given))
    return tuple(result)


def _everything(call: Call, holder: Alternative) -> Value:
    """Everything that a list in a list of unknown length may contain."""
    found: list[Alternative] = []
    for one in as_alternatives(_flatten(call, passed_on(holder))):
        if isinstance(one.atom, List):
            found.extend(assume(tuple(a for v in (*one.atom.items, one.atom.rest) for a in there(v)), one.given))
    return assume(tuple(found), holder.given)


def _length(call: Call, atom: Atom) -> Value | Atom:
    match atom:
        case List(items, ()):
            return counted(items, call.subject)
        case Map(entries, ()):
            return counted(tuple(entries.values()), call.subject)
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
        # Unknown elements may be equal.
        return derived(hidden(atom, call), "length", (atom,))
    return _length(call, atom)


def _zipmap(call: Call, keys: Atom, values: Atom) -> Value | Atom:
    if not isinstance(keys, List) or not isinstance(values, List) or values.is_set:
        return refused(call, '"keys" and "values" must be lists')
    if [existence(key) for key in keys.items] != [existence(value) for value in values.items]:
        # The value of a key depends on which of the keys and values exist.
        pair = [shapes((Alternative(atom),), call.subject) for atom in (keys, values)]
        return flat_map(pair, lambda atoms: _zipped(call, *atoms), "zipmap")
    return _zipped(call, keys, values)


def _zipped(call: Call, keys: Atom, values: Atom) -> Value | Atom:
    assert isinstance(keys, List)
    assert isinstance(values, List)
    if keys.rest or values.rest:
        return Map(
            {},
            tuple(one for value in (*values.items, values.rest) for one in there(value)),
            _kind_of(_OF_VALUES, values),
        )
    if len(keys.items) != len(values.items):
        return refused(call, '"values" must have as many elements as "keys"')
    entries: dict[str, Value] = {}
    rest: list[Alternative] = []
    for key, value in zip(map(written_out, keys.items), values.items, strict=True):
        atom, _, trail = there(key)[0]
        written = literal(atom) if isinstance(atom, Number | Bool) else atom.plain if isinstance(atom, Text) else None
        if written is not None and not is_open(key):
            entries[located_key(written, trail)] = instead(value, entries.get(written, ABSENT), call.subject)
        else:
            rest.extend(there(value))
    return Map(entries, tuple(rest), _kind_of(_OF_VALUES, values))


def _distinct(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, '"list" must be a list')
    if any(is_open(item) for item in atom.items):
        # It is unknown which of them are equal, but not what they are.
        return List((), tuple(one for value in (*atom.items, atom.rest) for one in there(value)), Kind.LIST)
    seen: dict[str, Value] = {}
    unique: list[Value] = []
    for item in map(written_out, atom.items):
        key = identity_of(there(item)[0].atom)
        before = seen.get(key, ABSENT)
        if is_guarded(before):
            # It is the first of its kind where no earlier one exists, if that can be.
            first = unless(item, before, call.subject)
            unique += [first] if there(first) else []
            seen[key] = instead(before, item, call.subject)
    return List(tuple(unique), atom.rest, Kind.LIST)


def _compact(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, '"list" must be a list')
    items = map(_where_not_empty, atom.items)
    return List(tuple(item for item in items if there(item)), atom.rest, Kind.LIST)


def _where_not_empty(item: Value) -> Value:
    result: list[Alternative] = []
    for one in item:
        if isinstance(one.atom, Null) or (isinstance(one.atom, Text) and not one.atom.pieces):
            result.append(Alternative(Absent(), one.given))
            continue
        result.append(one)
        result += where_left_out(one, "")
    return tuple(result)


def _reverse(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, '"list" must be a list')
    return List(tuple(reversed(atom.items)), atom.rest, Kind.LIST if atom.is_set else atom.kind)


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
    return List(container.items[int(first) : int(last)], (), container.kind)


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
    return List(tuple(known(List(chunk, (), Kind.LIST)) for chunk in chunks), (), Kind.LIST)


def _sort(call: Call, atom: Atom) -> Value | Atom:
    if not isinstance(atom, List):
        return refused(call, '"list" must be a list')
    if atom.rest or any(is_open(item) for item in atom.items):
        return List((), tuple(one for value in (*atom.items, atom.rest) for one in there(value)))
    items = [tuple(map(_as_written, written_out(item))) for item in atom.items]
    if any(not isinstance(there(item)[0].atom, Text) for item in items):
        return refused(call, '"list" must be a list of strings')
    return List(tuple(sorted(items, key=lambda item: plain_of(there(item)[0].atom))), (), Kind.LIST)


def _as_written(one: Alternative) -> Alternative:
    if not isinstance(one.atom, Number | Bool):
        return one
    return Alternative(Text((Piece(literal(one.atom) or ""),)), one.given)


def plain_of(atom: Atom) -> str:
    """A scalar as a string; empty for anything else."""
    return (atom.plain or "") if isinstance(atom, Text) else ""


FUNCTIONS: Mapping[str, Function] = {
    "chunklist": structural(_chunklist, listed("list"), integer("size")),
    "compact": structural(_compact, strings("list")),
    "concat": Function(concat, variadic=anything("seqs"), forgets=True),
    "distinct": structural(_distinct, listed("list")),
    "flatten": structural(_flatten, anything("list")),
    "keys": structural(_keys, anything("inputMap")),
    "length": structural(_length_of_set, anything("value"), forgets=True),
    "merge": Function(merge, variadic=anything("maps", nullable=True), forgets=True),
    "reverse": structural(_reverse, anything("list")),
    "slice": structural(_slice, anything("list"), integer("start_index"), integer("end_index")),
    "sort": structural(_sort, strings("list")),
    "values": structural(_values, anything("mapping")),
    "zipmap": structural(_zipmap, strings("keys"), anything("values")),
}
