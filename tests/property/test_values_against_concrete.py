"""Values against a concrete interpreter: the same expression, evaluated in every environment, is what they describe."""

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import cache, partial
from typing import Any, NamedTuple

import pytest
from hypothesis import assume as suppose
from hypothesis import event, given, settings
from hypothesis import strategies as st

from checker.values import (
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Certainty,
    Json,
    List,
    Map,
    Number,
    Piece,
    Text,
    Unknown,
    Value,
    certainty,
)
from checker.values.operations import (
    MOST_ALTERNATIVES,
    assume,
    both,
    choose,
    concat,
    distribute,
    either,
    equal,
    flat_map,
    index,
    known,
    literal,
    negate,
    one_of,
    text,
    to_json_text,
    unknown,
)
from checker.values.operations.texts import read_json

Tree = tuple[Any, ...]


class Input(NamedTuple):
    """An input: its possible concrete values, the first of which is its default if it has one."""

    kind: str
    values: tuple[str | bool, ...]


OPEN, BOUNDED, FREE, UNKNOWN = "open", "bounded default", "free default", "unknown"
INPUTS = {
    "open.text": Input(OPEN, ("a", "b")),
    "open.flag": Input(OPEN, (True, False)),
    "bounded.text": Input(BOUNDED, ("b", "a", "x-1")),
    "bounded.flag": Input(BOUNDED, (False, True)),
    "free.text": Input(FREE, ("a", "b", "zz")),
    "free.flag": Input(FREE, (True, False)),
    "unknown.text": Input(UNKNOWN, ("a", "b", "zz", "")),
    "unknown.flag": Input(UNKNOWN, (True, False)),
}
FINITE = tuple(name for name, declared in INPUTS.items() if declared.kind in (OPEN, BOUNDED))
WITH_FREE = tuple(name for name, declared in INPUTS.items() if declared.kind != UNKNOWN)

Environment = dict[str, str | bool]


class FailureError(Exception):
    """The concrete evaluation fails, as a deployment would."""


class Concrete(NamedTuple):
    """A concrete value; `flows` names the overridden inputs whose own text went into it."""

    value: Any
    flows: frozenset[str] = frozenset()


# --- the concrete interpreter


def concretely(tree: Tree, env: Environment) -> Concrete:  # noqa: C901 (one case for each operation)
    match tree:
        case ("const", value):
            return Concrete(value)
        case ("input", name):
            declared = INPUTS[name]
            overridden = declared.kind == FREE and env[name] != declared.values[0]
            return Concrete(env[name], frozenset({name}) if overridden else frozenset())
        case ("concat", *parts):
            done = [concretely(part, env) for part in parts]
            return Concrete("".join(_as_text(one.value) for one in done), _flows(done))
        case ("choose", condition, then, otherwise):
            return concretely(then if _truth(condition, env) else otherwise, env)
        case ("pick", name, first, second):
            return concretely(first if env[name] == INPUTS[name].values[0] else second, env)
        case ("index", container, key):
            holder, chosen = concretely(container, env), concretely(key, env)
            try:
                return holder.value[chosen.value]  # type: ignore[no-any-return]
            except (KeyError, IndexError):
                raise FailureError from None
        case ("upper", inner):
            done = [concretely(inner, env)]
            return Concrete(done[0].value.upper(), _flows(done))
        case ("join", separator, inner):
            items = concretely(inner, env).value
            return Concrete(separator.join(one.value for one in items), _flows(items))
        case ("length", inner):
            return Concrete(len(concretely(inner, env).value))
        case ("encode" | "written", inner):
            done = [concretely(inner, env)]
            return Concrete(_encoded(done[0]), _flows(done))
        case ("decode", inner):
            done = [concretely(inner, env)]
            return _decoded(json.loads(done[0].value), done[0].flows)
        case ("equal", left, right):
            pair = [concretely(left, env), concretely(right, env)]
            return Concrete(_plain(pair[0]) == _plain(pair[1]), _flows(pair))
        case ("not", inner):
            return Concrete(not _truth(inner, env), concretely(inner, env).flows)
        case ("and" | "or" as name, left, right):
            first = concretely(left, env)
            if first.value is (name == "or"):
                return first
            second = concretely(right, env)
            return Concrete(second.value, _flows([first, second]))
        case ("list", *items):
            return Concrete([concretely(item, env) for item in items])
        case ("map", entries):
            return Concrete({key: concretely(item, env) for key, item in entries})
        case ("map with a key", entries, key, item):
            made = {name: concretely(value, env) for name, value in entries}
            name = concretely(key, env).value
            if name in made:
                raise FailureError
            return Concrete({**made, name: concretely(item, env)})
    raise AssertionError(tree)


def _truth(tree: Tree, env: Environment) -> bool:
    return bool(concretely(tree, env).value)


def _as_text(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _flows(parts: Sequence[Concrete]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for part in parts:
        found |= part.flows
        if isinstance(part.value, list):
            found |= _flows(part.value)
        elif isinstance(part.value, dict):
            found |= _flows(list(part.value.values()))
    return found


def _plain(done: Concrete) -> Any:
    match done.value:
        case list(items):
            return [_plain(item) for item in items]
        case dict(entries):
            return {key: _plain(item) for key, item in entries.items()}
        case value:
            return value


def _encoded(done: Concrete) -> str:
    written = json.dumps(_plain(done), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _decoded(data: object, flows: frozenset[str]) -> Concrete:
    match data:
        case list():
            return Concrete([_decoded(item, flows) for item in data], flows)
        case dict():
            return Concrete({key: _decoded(item, flows) for key, item in data.items()}, flows)
        case _:
            return Concrete(data, flows)


# --- the abstract interpreter, which only maps the tree to operations

Meaning = Callable[[Environment], Any]


class Abstract:
    """Evaluates a tree to a value; remembers what the identities that it meets stand for."""

    def __init__(self) -> None:
        self.meanings: dict[str, Meaning] = {name: _lookup(name) for name in INPUTS}

    def value(self, tree: Tree) -> Value:
        made = self._value(tree)
        assert made, f"no alternative for {tree}"
        assert len(made) <= MOST_ALTERNATIVES
        for one in made:
            if isinstance(one.atom, Text) and one.atom.holes:
                self._learn(one.atom)
        return made

    def _learn(self, written: Text) -> None:
        if all(hole.identity in self.meanings for hole in written.holes):
            meanings = dict(self.meanings)

            def meaning(env: Environment) -> str:
                return "".join(
                    _as_text(meanings[p.identity](env)) if isinstance(p, Unknown) else p.text for p in written.pieces
                )

            self.meanings.setdefault(written.identity(), meaning)

    def _value(self, tree: Tree) -> Value:  # noqa: C901 (one case for each kind)
        match tree:
            case ("const", bool() as flag):
                return known(Bool(flag))
            case ("const", int() as number):
                return known(Number(number))
            case ("const", content):
                return text(content)
            case ("input", name):
                return _input(name)
            case ("concat", *parts):
                return concat([self.value(part) for part in parts], "concat")
            case ("choose", condition, then, otherwise):
                return choose(
                    self.value(condition), lambda: self.value(then), lambda: self.value(otherwise), str(condition)
                )
            case ("pick", name, first, second):
                ways = [
                    assume(self.value(branch), (Assumption(name, _literal(choice), True, Basis.OPEN),))
                    for branch, choice in zip((first, second), INPUTS[name].values, strict=True)
                ]
                return one_of([way for way in ways if way], "pick")
            case ("index", container, key):
                return index(self.value(container), self.value(key), str(tree))
            case ("upper", inner):
                return flat_map([self.value(inner)], self._upper, "upper", write_json=True)
            case ("join", separator, inner):
                return flat_map([self.value(inner)], partial(_join, separator), f"join {separator}", deep=True)
            case ("length", inner):
                return flat_map([self.value(inner)], _length, "length")
            case ("encode", inner):
                return known(Json(self.value(inner)))
            case ("written", inner):
                return to_json_text(self.value(inner))
            case ("decode", inner):
                return flat_map([self.value(inner)], _decode, "decode", write_json=True)
            case ("equal", left, right):
                return equal(self.value(left), self.value(right), str(tree))
            case ("not", inner):
                return negate(self.value(inner))
            case ("and", left, right):
                return both(self.value(left), lambda: self.value(right), str(tree))
            case ("or", left, right):
                return either(self.value(left), lambda: self.value(right), str(tree))
            case ("list", *items):
                return known(List(tuple(self.value(item) for item in items)))
            case ("map", entries):
                return known(Map({key: self.value(item) for key, item in entries}))
            case ("map with a key", entries, _, item):
                return known(Map({name: self.value(value) for name, value in entries}, self.value(item)))
        raise AssertionError(tree)

    def _upper(self, atoms: Sequence[Atom]) -> Atom:
        (atom,) = atoms
        assert isinstance(atom, Text)
        pieces: list[Piece | Unknown] = []
        for piece in atom.pieces:
            if isinstance(piece, Unknown):
                raised = piece.derived(f"upper({piece.identity})")
                if piece.identity in self.meanings:
                    self.meanings[raised.identity] = _raised(self.meanings[piece.identity])
                pieces.append(raised)
            else:
                pieces.append(Piece(piece.text.upper(), piece.trail))
        return Text(tuple(pieces))


def _lookup(name: str) -> Meaning:
    return lambda env: env[name]


def _raised(meaning: Meaning) -> Meaning:
    return lambda env: _as_text(meaning(env)).upper()


def _join(separator: str, atoms: Sequence[Atom]) -> Value | Atom:
    (atom,) = atoms
    assert isinstance(atom, List)
    parts: list[Value] = []
    for number, item in enumerate(atom.items):
        parts += [text(separator), item] if number else [item]
    return concat(parts, "join")


def _length(atoms: Sequence[Atom]) -> Atom:
    (atom,) = atoms
    assert isinstance(atom, List)
    return Number(len(atom.items))


def _decode(atoms: Sequence[Atom]) -> Value | Atom:
    (atom,) = atoms
    assert isinstance(atom, Text), atom
    made = read_json(atom)
    assert made is not None, atom.render()
    return made


def _literal(value: str | bool) -> str:
    written = literal(Bool(value) if isinstance(value, bool) else text(value)[0].atom)
    assert written is not None
    return written


def _atom(value: str | bool) -> Atom:
    return Bool(value) if isinstance(value, bool) else text(value)[0].atom


def _input(name: str) -> Value:
    kind, values = INPUTS[name]
    match kind:
        case "open":
            return tuple(
                Alternative(_atom(one), (Assumption(name, _literal(one), True, Basis.OPEN),)) for one in values
            )
        case "bounded default":
            bases = [Basis.DEFAULT] + [Basis.OVERRIDE] * (len(values) - 1)
            return tuple(
                Alternative(_atom(one), (Assumption(name, _literal(one), True, basis, bounded=True),))
                for one, basis in zip(values, bases, strict=True)
            )
        case "free default":
            return (Alternative(_atom(values[0]), (Assumption(name, _literal(values[0]), True, Basis.DEFAULT),)),)
        case _:
            return unknown(Cause.INPUT_NOT_SET, name)


# --- what an alternative says of a concrete value


class Judge:
    """Judges alternatives in one environment.

    With `whatever_is_overridden`, that a default is left says only how sure an alternative is.
    """

    def __init__(
        self,
        meanings: dict[str, Meaning],
        env: Environment,
        *,
        whatever_is_overridden: bool = False,
        at_default: bool = False,
    ) -> None:
        self.meanings = meanings
        self.whatever_is_overridden = whatever_is_overridden
        self.at_default = at_default
        self.env = env

    def holds(self, one: Alternative) -> bool:
        """Whether nothing speaks against the assumptions; of subjects without a known meaning anything may hold."""
        return all(self._holds(assumption) for assumption in one.given)

    def _holds(self, assumption: Assumption) -> bool:
        if self.whatever_is_overridden and assumption.basis is Basis.DEFAULT and not assumption.bounded:
            return True
        meaning = self.meanings.get(assumption.subject)
        if assumption.value == "its default" and not assumption.holds:
            # Overrides that were given up.
            return not self.at_default
        if meaning is None:
            return True
        is_so = _as_text(meaning(self.env)) == assumption.value.removeprefix('"').removesuffix('"').replace('\\"', '"')
        return is_so is assumption.holds

    def describes(self, atom: Atom, concrete: Any, *, exactly: bool = False) -> bool:
        match atom:
            case Unknown():
                return not exactly
            case Text():
                if exactly:
                    return bool(atom.plain == concrete)
                return isinstance(concrete, str) and _matches(atom, concrete)
            case Number(value):
                return not isinstance(concrete, bool) and isinstance(concrete, int) and Decimal(value) == concrete
            case Bool(value):
                return concrete is value
            case List(items, rest):
                if (
                    not isinstance(concrete, list)
                    or len(items) > len(concrete)
                    or (not rest and len(items) < len(concrete))
                ):
                    return False
                return bool(rest) or all(self.some(i, c, exactly=exactly) for i, c in zip(items, concrete, strict=True))
            case Map(entries, rest):
                if not isinstance(concrete, dict) or not entries.keys() <= concrete.keys():
                    return False
                return all(self.some(entries.get(key, rest), item, exactly=exactly) for key, item in concrete.items())
            case Json(value):
                try:
                    return self.some(value, json.loads(concrete), exactly=exactly)
                except (TypeError, ValueError):
                    return False
        raise AssertionError(atom)

    def some(self, value: Value, concrete: Any, *, exactly: bool) -> bool:
        """Whether an alternative that holds describes it; exactly: whether all that hold do, and there is one."""
        held = [self.describes(one.atom, concrete, exactly=exactly) for one in value if self.holds(one)]
        return bool(held) and all(held) if exactly else any(held)


def _matches(written: Text, concrete: str) -> bool:
    runs = [""]
    for piece in written.pieces:
        if isinstance(piece, Unknown):
            runs.append("")
        else:
            runs[-1] += piece.text
    if len(runs) == 1:
        return runs[0] == concrete
    first, *middle, last = runs
    if not concrete.startswith(first) or not concrete.endswith(last) or len(concrete) < len(first) + len(last):
        return False
    position, end = len(first), len(concrete) - len(last)
    for run in middle:
        position = concrete.find(run, position, end)
        if position < 0:
            return False
        position += len(run)
    return True


# --- trees; to make a strategy takes longer than to draw from it


@cache
def texts(names: tuple[str, ...], depth: int) -> st.SearchStrategy[Tree]:
    leaves = st.one_of(
        st.tuples(st.just("const"), st.sampled_from(["a", "b", "x-1", 'say "<a>"\\n', ""])),
        st.tuples(st.just("input"), st.sampled_from([name for name in names if name.endswith(".text")])),
    )
    if depth == 0:
        return leaves
    inner = st.deferred(lambda: texts(names, depth - 1))
    flags = st.deferred(lambda: conditions(names, depth - 1))
    containers = st.deferred(lambda: maps(names, depth - 1))
    sequences = st.deferred(lambda: lists(names, depth - 1))
    return st.one_of(
        leaves,
        st.tuples(st.just("choose"), flags, inner, inner),
        st.tuples(st.just("concat"), inner, st.one_of(inner, flags)),
        st.tuples(st.just("concat"), inner, st.tuples(st.just("length"), sequences)),
        st.tuples(st.just("index"), containers, inner),
        st.tuples(st.just("index"), sequences, st.tuples(st.just("const"), st.integers(0, 2))),
        st.tuples(st.just("upper"), inner),
        st.tuples(st.just("join"), st.just(","), sequences),
        st.tuples(st.just("pick"), st.sampled_from(["open.text", "open.flag"]), inner, inner),
        st.tuples(st.sampled_from(["encode", "written"]), st.one_of(inner, containers, sequences)),
    )


@cache
def conditions(names: tuple[str, ...], depth: int) -> st.SearchStrategy[Tree]:
    leaves = st.tuples(st.just("input"), st.sampled_from([name for name in names if name.endswith(".flag")]))
    if depth == 0:
        return leaves
    inner = st.deferred(lambda: conditions(names, depth - 1))
    words = st.deferred(lambda: texts(names, depth - 1))
    sequences = st.deferred(lambda: lists(names, depth - 1))
    containers = st.deferred(lambda: maps(names, depth - 1))
    return st.one_of(
        leaves,
        st.tuples(st.just("equal"), words, words),
        st.tuples(st.just("equal"), inner, inner),
        st.tuples(st.just("equal"), sequences, sequences),
        st.tuples(st.just("equal"), containers, containers),
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), inner, inner),
        st.tuples(st.just("choose"), inner, inner, inner),
    )


@cache
def lists(names: tuple[str, ...], depth: int) -> st.SearchStrategy[Tree]:
    words = texts(names, max(depth - 1, 0))
    plain = st.lists(words, max_size=3).map(lambda items: ("list", *items))
    if depth == 0:
        return plain
    inner = st.deferred(lambda: lists(names, depth - 1))
    flags = st.deferred(lambda: conditions(names, depth - 1))
    return st.one_of(
        plain,
        st.tuples(st.just("choose"), flags, inner, inner),
        st.tuples(st.just("decode"), st.tuples(st.sampled_from(["encode", "written"]), inner)),
    )


@cache
def maps(names: tuple[str, ...], depth: int) -> st.SearchStrategy[Tree]:
    words = texts(names, max(depth - 1, 0))
    entries = st.dictionaries(st.sampled_from(["a", "b", "zz"]), words, min_size=1).map(
        lambda made: tuple(made.items())
    )
    plain = st.tuples(st.just("map"), entries)
    if depth == 0:
        return plain
    inner = st.deferred(lambda: maps(names, depth - 1))
    flags = st.deferred(lambda: conditions(names, depth - 1))
    made = [
        plain,
        st.tuples(st.just("choose"), flags, inner, inner),
        st.tuples(st.just("decode"), st.tuples(st.sampled_from(["encode", "written"]), plain)),
    ]
    if "unknown.text" in names:
        made.append(st.tuples(st.just("map with a key"), entries, st.just(("input", "unknown.text")), words))
    return st.one_of(*made)


def trees(names: tuple[str, ...]) -> st.SearchStrategy[Tree]:
    return st.one_of(texts(names, 4), conditions(names, 4), maps(names, 3), lists(names, 3))


def environments(tree: Tree, overridden: Callable[[str], bool]) -> Iterator[Environment]:
    """Every assignment to the inputs that the tree reads; the others have one value."""
    used = set(_names(tree))
    choices = []
    for name, declared in INPUTS.items():
        at_default = declared.kind in (FREE, BOUNDED) and not overridden(declared.kind)
        choices.append(declared.values[:1] if name not in used or at_default else declared.values)
    for picked in itertools.product(*choices):
        yield dict(zip(INPUTS, picked, strict=True))


def _names(tree: object) -> Iterator[str]:
    if isinstance(tree, tuple):
        for part in tree:
            yield from _names(part)
    elif tree in INPUTS:
        yield str(tree)


def evaluated(tree: Tree) -> tuple[Value, dict[str, Meaning]]:
    abstract = Abstract()
    value = abstract.value(tree)
    return value, abstract.meanings


def outcomes(tree: Tree, overridden: Callable[[str], bool]) -> Iterator[tuple[Environment, Concrete]]:
    """The environments in which the evaluation does not fail, with what it gives."""
    for env in environments(tree, overridden):
        try:
            yield env, concretely(tree, env)
        except FailureError:
            event("an environment fails")


@settings(deadline=None)
@given(tree=trees(tuple(INPUTS)))
def test_every_concrete_value_is_described(tree: Tree) -> None:
    value, meanings = evaluated(tree)

    for env, concrete in outcomes(tree, lambda kind: kind == BOUNDED):
        assert Judge(meanings, env).some(value, _plain(concrete), exactly=False), (env, concrete, value)


@settings(deadline=None)
@given(tree=trees(tuple(INPUTS)))
def test_what_overriding_a_default_leads_to_is_described(tree: Tree) -> None:
    """Unless it is made of the overriding text itself, of which nothing can be known."""
    value, meanings = evaluated(tree)

    for env, concrete in outcomes(tree, lambda _: True):
        if not _flows([concrete]):
            judge = Judge(meanings, env, whatever_is_overridden=True)
            assert judge.some(value, _plain(concrete), exactly=False), (env, concrete, value)


@settings(deadline=None)
@given(tree=trees(FINITE))
def test_nothing_else_is_described_where_everything_is_finite(tree: Tree) -> None:
    value, meanings = evaluated(tree)
    suppose(not _has_given_up(value))

    reached: set[int] = set()
    for env in environments(tree, lambda _: True):
        judge = Judge(meanings, env)
        reached |= {number for number, one in enumerate(value) if judge.holds(one)}
        try:
            concrete = concretely(tree, env)
        except FailureError:
            continue
        assert judge.some(value, _plain(concrete), exactly=True), (env, concrete, value)
    assert reached == set(range(len(value))), "an alternative whose assumptions never hold"


@settings(deadline=None)
@given(tree=trees(WITH_FREE))
def test_what_is_left_at_its_default_is_exact_and_no_override(tree: Tree) -> None:
    value, meanings = evaluated(tree)
    suppose(not _has_given_up(value))

    for env, concrete in outcomes(tree, lambda _: False):
        judge = Judge(meanings, env, at_default=True)
        held = [one for one in value if judge.holds(one)]
        assert judge.some(value, _plain(concrete), exactly=True), (env, concrete, value)
        assert all(certainty(one.given) is not Certainty.OVERRIDE for one in held)


def _has_given_up(value: Value) -> bool:
    """Whether there were more alternatives, or more overrides, than are followed."""
    return any(
        (isinstance(one.atom, Unknown) and one.atom.cause is Cause.TOO_MANY)
        or any(assumption.value == "its default" for assumption in one.given)
        for one in value
    )


@settings(deadline=None)
@given(tree=st.one_of(lists(FINITE, 3), maps(FINITE, 3)))
def test_drawing_alternatives_to_the_top_changes_nothing(tree: Tree) -> None:
    value, meanings = evaluated(tree)
    drawn = distribute(value, "distribute")
    suppose(not _has_given_up(drawn))

    assert all(_is_single(one.atom) for one in drawn)
    for env, concrete in outcomes(tree, lambda _: True):
        assert Judge(meanings, env).some(drawn, _plain(concrete), exactly=True)


def _is_single(atom: Atom) -> bool:
    match atom:
        case List(items):
            return all(len(item) == 1 and not item[0].given and _is_single(item[0].atom) for item in items)
        case Map(entries):
            return all(len(item) == 1 and not item[0].given and _is_single(item[0].atom) for item in entries.values())
        case _:
            return True


@pytest.mark.parametrize("name", list(INPUTS))
def test_the_interpreters_agree_on_the_inputs(name: str) -> None:
    value, meanings = evaluated(("input", name))

    for env in environments(("input", name), lambda kind: kind == BOUNDED):
        assert Judge(meanings, env).some(value, env[name], exactly=False)
