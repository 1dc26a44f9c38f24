"""The collection functions that look up or select elements."""

from collections.abc import Callable, Mapping, Sequence

from checker.frontends.terraform.configuration.elements import ATTEMPTED, invalid, misses
from checker.frontends.terraform.configuration.types import as_number as number_of
from checker.frontends.terraform.configuration.types import unified
from checker.frontends.terraform.functions.calling import (
    Call,
    Function,
    anything,
    derived,
    hidden,
    integer,
    pushed,
    refused,
    string,
    structural,
)
from checker.values import (
    Absent,
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
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
    ABSENT,
    assume,
    both,
    capped,
    equal,
    flat_map,
    identity_of,
    index,
    instead,
    is_guarded,
    kept,
    known,
    negate,
    none_there,
    where_any,
)


def lookup(call: Call) -> Value:
    """`lookup(map, key, default)`: the default if the map lacks the key."""
    container, key = pushed(call.args[0]), call.args[1]
    if not all(isinstance(one.atom, Map | Unknown) for one in container):
        return refused(call, '"inputMap" must be a map')
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
            entry = holder.atom.entries.get(name, ()) if isinstance(holder.atom, Map) and name is not None else ()
            if default is not None and is_guarded(entry):
                result.extend(kept(holder._replace(given=given), instead(entry, default, call.subject)))
                result.extend(_overridden_entries(holder, chosen, call))
                continue
            if default is None or not (missing or open_ended):
                result.extend(assume(found, given))
                if ATTEMPTED in call.scope.names:
                    result.extend(misses((holder._replace(given=given),), (chosen._replace(given=()),), call.subject))
                continue
            if not missing or open_ended:
                because = Assumption(call.subject, "the default", True, Basis.OPEN)
                entries = [one for one in found if not _is_invalid(one)]
                result.extend(assume(tuple(one if one.given else _unless(because, one) for one in entries), given))
                result.extend(assume(default, (*given, because)))
            else:
                result.extend(assume(default, given))
            result.extend(_overridden_entries(holder, chosen, call))
    return capped(result, call.subject)


def _unless(other: Assumption, one: Alternative) -> Alternative:
    return one._replace(given=(other._replace(holds=False),))


def _is_invalid(one: Alternative) -> bool:
    return isinstance(one.atom, Unknown) and one.atom.cause is Cause.INVALID


def _overridden_entries(holder: Alternative, chosen: Alternative, call: Call) -> Value:
    """The entries that an overridden default of the key selects."""
    if not isinstance(chosen.atom, Text) or not isinstance(holder.atom, Map):
        return ()
    found = index((holder,), (chosen,), call.subject)
    return tuple(one for one in found if any(each.basis is Basis.OVERRIDE for each in one.given))


def element(call: Call) -> Value:
    """`element(list, index)`; the index wraps around."""

    def pick(atoms: Sequence[Atom]) -> Value | Atom:
        container, location = atoms
        if isinstance(container, Unknown | Map):
            if isinstance(container, Unknown):
                return index((Alternative(container),), (Alternative(location),), call.subject)
            return refused(call, '"list" must be a list')
        if not isinstance(container, List) or container.is_set or (not container.items and not container.rest):
            return refused(call, '"list" must be a list that is not empty')
        if isinstance(location, Unknown) and not container.rest:
            return _any_of(container.items, location)
        number = number_of(location)
        if container.rest:
            return index((Alternative(container),), (Alternative(location),), call.subject)
        if number is None:
            return refused(call, '"index" must be a number')
        return container.items[int(number) % len(container.items)]

    return flat_map([pushed(call.args[0]), call.args[1]], pick, "element", unknowns=True)


def _any_of(items: Sequence[Value], location: Unknown) -> Value:
    """Each item, given an index that is not known; which one it is depends on how many there are."""
    if len(items) == 1:
        return items[0]
    chosen = f"{location.identity} % {len(items)}"
    given = ((Assumption(chosen, str(number), True, Basis.OPEN),) for number in range(len(items)))
    return tuple(one for item, because in zip(items, given, strict=True) for one in assume(item, because))


def coalesce(call: Call) -> Value:
    """`coalesce(values...)`: the first that is neither null nor an empty string."""
    values: Sequence[Value] | None = unified(call.args)
    if values is None:
        if not any(isinstance(one.atom, Null) for argument in call.args for one in argument):
            return refused(call, 'each of "vals" must have the same type')
        # A literal null has no type, so with it the others need no common type.
        values = call.args
    return _first(
        call._replace(args=tuple(values)),
        lambda atom: isinstance(atom, Null) or (isinstance(atom, Text) and not atom.pieces),
        'null or ""',
    )


def coalescelist(call: Call) -> Value:
    """`coalescelist(lists...)`: the first that is not empty."""
    if any(not _may_be_chosen(one.atom) for argument in call.args for one in argument):
        return refused(call, 'each of "vals" must be a list')
    return _first(call, _is_empty, "empty")


def _may_be_chosen(atom: Atom) -> bool:
    return isinstance(atom, Unknown) or (isinstance(atom, List) and not atom.is_set)


def _is_empty(atom: Atom) -> bool:
    return isinstance(atom, List) and not atom.items and not atom.rest


def _first(call: Call, is_left_out: Callable[[Atom], bool], name: str) -> Value:
    if not call.args:
        return refused(call, '"vals" is missing')
    nothing = invalid(f'{call.subject}: each of "vals" is {name}')
    found: Value = known(nothing)
    for argument in reversed(call.args):
        chosen: list[Alternative] = []
        for one in argument:
            if is_left_out(one.atom):
                chosen.append(Alternative(Absent(), one.given))
            elif isinstance(one.atom, List) and not one.atom.rest:
                chosen += where_any(one, one.atom.items, call.subject)
            else:
                left_out = where_left_out(one, name)
                reasons = [each for absent in left_out for each in absent.given if each.value == name]
                chosen += (*assume((one,), tuple(each._replace(holds=False) for each in reasons)), *left_out)
        found = instead(tuple(chosen), found, call.subject)
    # A result that is empty because of unknown values is not certain.
    return tuple(one for one in found if one.atom != nothing or not any(a.value == name for a in one.given))


def where_left_out(one: Alternative, name: str) -> Value:
    """An unknown or possibly empty element may be null or empty, and so be left out: it may be absent."""
    absent: Value
    match one.atom:
        case Unknown() if one.atom.cause is not Cause.INVALID:
            absent = assume(ABSENT, (Assumption(one.atom.identity, name, True, Basis.OPEN),))
        case Text() if one.atom.holes and all(isinstance(piece, Unknown) for piece in one.atom.pieces):
            absent = assume(ABSENT, (Assumption(one.atom.identity(), name, True, Basis.OPEN),))
        case List(items) if all(map(is_guarded, items)):
            absent = tuple(Alternative(Absent(), given) for given in none_there(items))
            absent = assume(absent, (Assumption(identity_of(one.atom)[:80], name, True, Basis.OPEN),))
        case _:
            absent = ()
    return assume(absent, one.given)


_AT_MOST_ONE = '"list" must have at most one element'


def _one(call: Call, atom: Atom) -> Value | Atom:
    match atom:
        case List(items, ()) if len(items) < 2:
            return items[0] if items else Null()
        case List(items, rest) if len(items) < 2:
            # With any further element, the call fails.
            subject = f"one({hidden(atom, call).identity})"
            none, several = (Assumption(subject, name, True, Basis.OPEN) for name in ("null", "an error"))
            is_one = (none._replace(holds=False),)
            found = items[0] if items else (*assume(rest, is_one), Alternative(Null(), (none,)))
            fails = assume(refused(call, _AT_MOST_ONE), (several,)) if ATTEMPTED in call.scope.names else ()
            return (*found, *fails)
        case _:
            return refused(call, _AT_MOST_ONE)


def contains(call: Call) -> Value:
    """`contains(list, value)`."""

    def decide(atoms: Sequence[Atom]) -> Value | Atom:
        container, wanted = atoms
        if isinstance(container, Unknown):
            return derived(container, "contains", atoms)
        if not isinstance(container, List):
            return refused(call, '"list" must be a list')
        result = known(Bool(False))
        for item in container.items:
            alike = _alike(item, wanted, call)
            if all(one.atom == Bool(False) for one in alike):
                # Whether it exists or not, it is none of them.
                continue
            result = negate(both(negate(result), lambda alike=alike: negate(alike), call.subject))  # type: ignore[misc]
        if container.rest:
            more = (Alternative(derived(hidden(container, call), "contains", atoms)),)
            result = tuple(
                found
                for one in result
                for found in ((one,) if isinstance(one.atom, Bool) and one.atom.value else assume(more, one.given))
            )
        return result

    return flat_map([pushed(call.args[0]), call.args[1]], decide, "contains", unknowns=True)


def _alike(item: Value, wanted: Atom, call: Call) -> Value:
    return equal(item, (Alternative(wanted),), call.subject)


def _index_of(call: Call, container: Atom, wanted: Atom) -> Value | Atom:
    if not isinstance(container, List) or container.is_set:
        return refused(call, '"list" must be a list or tuple')
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
        return (*result, Alternative(derived(hidden(container, call), "index", (container, wanted))))
    return (
        *result,
        *(
            Alternative(invalid(f'{call.subject}: "value" is none of the elements of "list"'), one.given)
            for one in open_
        ),
    )


FUNCTIONS: Mapping[str, Function] = {
    "coalesce": Function(coalesce, variadic=anything("vals", nullable=True), forgets=True),
    "coalescelist": Function(coalescelist, variadic=anything("vals", nullable=True), forgets=True),
    "contains": Function(contains, (anything("list"), anything("value")), forgets=True),
    "element": Function(element, (anything("list"), integer("index")), forgets=True),
    "index": structural(_index_of, anything("list"), anything("value"), forgets=True),
    "lookup": Function(
        lookup, (anything("inputMap"), string("key")), anything("default", nullable=True), most=3, forgets=True
    ),
    "one": structural(_one, anything("list"), forgets=True),
}
