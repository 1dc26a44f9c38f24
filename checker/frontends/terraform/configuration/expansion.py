"""`count` and `for_each`: the instances of a block, and the assumptions under which they exist."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from checker.frontends.terraform.configuration.elements import Element, elements, is_invalid, overriding, part_of
from checker.frontends.terraform.configuration.types import as_number
from checker.model.problem import Problem, ProblemKind
from checker.source import Location
from checker.source.urls import without_credentials
from checker.values import (
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Given,
    Kind,
    List,
    Map,
    Number,
    Step,
    Text,
    Unknown,
    Value,
    join_all,
)
from checker.values.operations import (
    ABSENT,
    after,
    as_condition,
    assume,
    capped,
    choose,
    existence,
    gathered,
    known,
    one_of,
    presences,
)

# More instances of one block are combined into one, `[*]`.
MOST_INSTANCES = 1000
_MOST_WAYS = 64

ANY_KEY = "[*]"


class Instance(NamedTuple):
    """One instance: its key as in an address, the names that it binds, and its assumptions."""

    key: str
    names: dict[str, Value]
    presence: tuple[Given, ...]


class Expansion(NamedTuple):
    """The instances of a block, and a function that makes the collection of their values for the block's address."""

    instances: tuple[Instance, ...]
    collect: Callable[[Callable[[str], Value]], Value]


def key_of(written: str) -> str:
    """The key of an instance as in an address: `["name"]`."""
    return f"[{json.dumps(written, ensure_ascii=False)}]"


SINGLE = Expansion((Instance("", {}, ((),)),), lambda value_of: value_of(""))


class Source(NamedTuple):
    """The value of `count` or `for_each` and where it is written."""

    value: Value
    address: str
    location: Location


def by_count(source: Source, report: Callable[[Problem], None]) -> Expansion:
    """The instances of a block with `count`."""
    presences: dict[int, list[Given]] = {}
    unknown: list[Alternative] = []
    shapes: list[tuple[int | None, Given]] = []
    for alternative in source.value:
        atom, given, _ = alternative
        number = as_number(atom)
        if number is not None and 0 <= number <= MOST_INSTANCES and number == int(number):
            shapes.append((int(number), given))
            for index in range(int(number)):
                presences.setdefault(index, []).append(given)
            if number == 0:
                unknown.extend(Alternative(part, other) for part, other in overriding(given))
            continue
        is_open = isinstance(atom, Unknown | Text) and not is_invalid(atom)
        if not is_open and number is None and _by_override(alternative):
            # Terraform refuses the value of that override: there is no such deployment.
            continue
        shapes.append((None, given))
        if isinstance(atom, Unknown) and atom.cause is not Cause.INVALID:
            unknown.append(alternative)
        elif isinstance(atom, Text) and atom.holes:
            unknown.append(alternative._replace(atom=atom.holes[0]))
        elif number is not None and number > MOST_INSTANCES:
            unknown.append(alternative._replace(atom=_left_open(source, Cause.TOO_MANY)))
        else:
            report(_refused(source, "count", "a whole number that is not negative", atom, incomplete=True))
            unknown.append(alternative._replace(atom=_left_open(source, Cause.INVALID)))
    always = min((number or 0 for number, given in shapes if not _rests_on_override(given)), default=0)
    instances = [
        Instance(
            f"[{index}]",
            {"count": known(Map({"index": known(Number(index))}))},
            ways(presences[index], always=index < always),
        )
        for index in sorted(presences)
    ]
    if any(not _by_override(one) for one in unknown) or (unknown and not instances):
        any_index = _some(unknown, "count.index")
        instances.append(Instance(ANY_KEY, {"count": known(Map({"index": any_index}))}, _open(unknown)))

    def collect(value_of: Callable[[str], Value]) -> Value:
        made: list[Alternative] = []
        for number, given in shapes:
            if number is None:
                made.append(Alternative(List((), value_of(ANY_KEY)), given))
            else:
                made.append(
                    Alternative(List(tuple(value_of(f"[{index}]") for index in range(number)), (), Kind.TUPLE), given)
                )
        return gathered(capped(made, source.address), source.address)

    return Expansion(tuple(instances), collect)


def by_condition(source: Source, report: Callable[[Problem], None]) -> Expansion:
    """The instance of a block whose `lifecycle` has `enabled` (OpenTofu 1.11)."""
    presence: list[Given] = []
    for atom, given, _ in as_condition(source.value):
        match atom:
            case Bool(True):
                presence.append(given)
            case Bool(False):
                presence.extend(other for _, other in overriding(given))
            case _:
                report(_refused(source, "enabled", "true or false", atom, incomplete=True))
                presence.append(given)
    instances = (Instance("", {}, ways(presence)),) if presence else ()
    return Expansion(instances, lambda value_of: value_of(""))


def by_each(source: Source, report: Callable[[Problem], None]) -> Expansion:
    """The instances of a block with `for_each`."""
    keys = _Keys(source, report)
    for alternative in gathered(source.value, source.address):
        keys.add(alternative)
    return Expansion(tuple(keys.instances()), keys.collect)


class _Shape(NamedTuple):
    """One collection that `for_each` may have: whether each known key is there, and whether it has unknown ones."""

    keys: Mapping[str, Sequence[Value]]
    open_ended: bool
    given: Given


class _Keys:
    """The keys that a block with `for_each` may have."""

    def __init__(self, source: Source, report: Callable[[Problem], None]) -> None:
        self._source = source
        self._report = report
        self._found: dict[str, list[tuple[Given, Value]]] = {}
        # Each key as it is written first.
        self._written: dict[str, Alternative] = {}
        # Unknown keys, and their values.
        self._unknown: list[tuple[Alternative, Value]] = []
        self._shapes: list[_Shape] = []

    def add(self, alternative: Alternative) -> None:
        """Adds the keys of a collection."""
        items = elements(alternative)
        if items is None and _by_override(alternative):
            # Terraform refuses the value of that override: there is no such deployment.
            return
        is_map = isinstance(alternative.atom, Map)
        if items is None or (isinstance(alternative.atom, List) and not alternative.atom.is_set):
            wanted = "a map, or a set of strings"
            problem = _refused(self._source, "for_each", wanted, alternative.atom, incomplete=items is None)
            self._report(problem)
        if items is None:
            part = _left_open(self._source, Cause.INVALID)
            self._unknown.append((alternative._replace(atom=part), (alternative._replace(atom=part),)))
            self._shapes.append(_Shape({}, True, alternative.given))
            return
        keys: dict[str, list[Value]] = {}
        open_ended = False
        for item in items:
            for name, there in _existence_by_key(item, is_map=is_map):
                keys.setdefault(name, []).append(there)
            open_ended |= self._add_element(item, alternative, is_map=is_map)
        if not items:
            for open_part, other in overriding(alternative.given):
                self._unknown.append((Alternative(open_part, other), (Alternative(open_part, other),)))
        self._shapes.append(_Shape(keys, open_ended, alternative.given))

    def _add_element(self, item: Element, holder: Alternative, *, is_map: bool) -> bool:
        """Adds the keys of an element; returns whether one of them is not known."""
        is_unknown = False
        for chosen, way in product(item.key if is_map else item.here, presences(item.value)):
            given = join_all(holder.given, chosen.given, way)
            if given is None:
                continue
            written = _plain(chosen.atom)
            value = item.here if is_map else (chosen._replace(given=()),)
            if written is None or item.repeated:
                is_unknown = True
                because = _because(chosen, holder, self._source)
                self._unknown.append((Alternative(because, given, chosen.trail), assume(value, given)))
            else:
                self._found.setdefault(written, []).append((given, value))
                self._written.setdefault(written, chosen._replace(given=()))
        return is_unknown

    def instances(self) -> Iterator[Instance]:
        """The instances: of each known key, and one for all that are not known."""
        source = self._source
        if len(self._found) > MOST_INSTANCES:
            everything = one_of([value for pairs in self._found.values() for _, value in pairs], source.address)
            self._unknown.append((Alternative(_left_open(source, Cause.TOO_MANY)), everything))
            self._found = {}
        always = _always(shape.keys for shape in self._shapes if not _rests_on_override(shape.given))
        for written, pairs in sorted(self._found.items()):
            value = one_of([assume(item, given) for given, item in pairs], source.address)
            key = after((self._written[written],), Step(source.location, "a key of for_each"))
            pair = Map({"key": key, "value": value})
            presence = ways([given for given, _ in pairs], always=written in always)
            yield Instance(key_of(written), {"each": known(pair)}, presence)
        unknown = [one for one, _ in self._unknown]
        if not all(map(_by_override, unknown)) or (unknown and not self._found):
            value = one_of([item for _, item in self._unknown], source.address)
            pair = Map({"key": _some(unknown, "each.key"), "value": value})
            yield Instance(ANY_KEY, {"each": known(pair)}, _open(unknown))

    def collect(self, value_of: Callable[[str], Value]) -> Value:
        """The block as a whole: the map of its instances, whose values `value_of` gives by their keys."""
        address = self._source.address
        made: list[Alternative] = []
        for shape in self._shapes:
            entries: dict[str, Value] = {}
            for written, there in shape.keys.items():
                value = value_of(key_of(written))
                entries[written] = ABSENT
                for each in there:
                    other = entries[written]
                    entries[written] = choose(each, lambda v=value: v, lambda o=other: o, address)  # type: ignore[misc]
            rest = value_of(ANY_KEY) if shape.open_ended else ()
            made.append(Alternative(Map(entries, rest, Kind.OBJECT), shape.given))
        return gathered(capped(made, address), address)


def _existence_by_key(item: Element, *, is_map: bool) -> Iterator[tuple[str, Value]]:
    """The known keys that an element may have, each with whether the element then exists."""
    names = [_plain(chosen.atom) for chosen in (item.key if is_map else item.value)]
    for name in dict.fromkeys(names):
        if name is None or item.repeated:
            continue
        if is_map:
            yield name, existence(item.value)
        else:
            pairs = zip(item.value, names, strict=True)
            yield name, tuple(one._replace(atom=Bool(written == name)) for one, written in pairs)


def _plain(atom: Atom) -> str | None:
    return atom.plain if isinstance(atom, Text) else None


def _by_override(alternative: Alternative) -> bool:
    return _rests_on_override(alternative.given)


def _rests_on_override(given: Given) -> bool:
    return any(assumption.basis is Basis.OVERRIDE for assumption in given)


def _always(shapes: Iterable[Mapping[str, Sequence[Value]]]) -> frozenset[str]:
    """The keys that all of the collections have, whatever decides about their elements."""

    def is_there(way: Value) -> bool:
        return all(one.atom == Bool(True) for one in way)

    found = [frozenset(name for name, ways in keys.items() if any(map(is_there, ways))) for keys in shapes]
    return frozenset.intersection(*found) if found else frozenset()


def _because(chosen: Alternative, holder: Alternative, source: Source) -> Unknown:
    for atom in (chosen.atom, holder.atom):
        if isinstance(atom, Unknown):
            return atom
        if isinstance(atom, Text) and atom.holes:
            return atom.holes[0]
    return _left_open(source, Cause.DEPLOY_TIME)


def _left_open(source: Source, cause: Cause) -> Unknown:
    return Unknown(cause, f"the instances of {source.address}", f"instances({source.address})")


def _some(unknown: Sequence[Alternative], name: str) -> Value:
    """The key or index of some instance."""
    return tuple(
        one._replace(atom=part_of(one.atom, name) if isinstance(one.atom, Unknown) else one.atom)
        for one in unknown[:_MOST_WAYS]
    )


def _open(unknown: Sequence[Alternative]) -> tuple[Given, ...]:
    """An instance that may or may not exist."""
    found = []
    for atom, given, _ in unknown:
        if isinstance(atom, Unknown):
            some = Assumption(f"the number of {atom.subject}", "1 or more", True, Basis.OPEN)
            joined = join_all(given, (some,))
            if joined is not None:
                found.append(joined)
    return ways(found)


def ways(found: Sequence[Given], *, always: bool = False) -> tuple[Given, ...]:
    """The ways without duplicates; past some number, one that only says that there is a dependency.

    An instance that exists `always`, under every choice, does not depend on the choice.
    """
    if always:
        found = [tuple(each for each in given if each.basis is not Basis.OPEN) for given in found]
    unique = tuple(dict.fromkeys(found))
    if () in unique:
        return ((),)
    if len(unique) <= _MOST_WAYS:
        return unique
    return ((Assumption("the instance", "created", True, Basis.OPEN),),)


_ALWAYS: tuple[Given, ...] = ((),)


def joined_ways(outer: tuple[Given, ...], own: tuple[Given, ...], given: Given) -> tuple[Given, ...]:
    """The ways in which something exists that has its own ways, within something else, in a file of its own."""
    if outer == own == _ALWAYS and not given:
        return own
    joined = (join_all(one, other, given) for one in outer for other in own)
    return tuple(dict.fromkeys(way for way in joined if way is not None))


def _refused(source: Source, argument: str, wanted: str, atom: Atom, *, incomplete: bool) -> Problem:
    # An expression that fails gives no value of any type.
    told = f"is not {wanted}"
    if isinstance(atom, Unknown) and atom.cause is Cause.INVALID:
        reason = atom.identity if atom.identity.startswith(f"{atom.subject} ") else atom.subject
        told = f"could not be evaluated: {without_credentials(reason)}"
    return Problem.at(
        source.location,
        ProblemKind.INVALID_VALUE,
        f"{argument} of {source.address} {told}",
        "Correct the expression; its instances are checked as one whose key is not known.",
        incomplete=incomplete,
    )
