"""Collections whose elements exist under conditions: whatever is chosen, what an expression then is was described.

Each expression is evaluated with inputs that are one of several, and again for each choice with plain inputs. The
alternatives whose assumptions hold for a choice have to describe what comes out for it, and, where every input is one
of few values, nothing else.
"""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import event, given, reject, settings
from hypothesis import strategies as st

from checker.frontends.terraform.configuration.bodies import rendered
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.scope import Host, NoNames, Scope
from checker.frontends.terraform.hcl.parser import parse_expression
from checker.source.files import Boundary, SourceFiles
from checker.values import Alternative, Assumption, Atom, Basis, Bool, Cause, Json, Piece, Text, Unknown, Value
from checker.values.operations import assume, known, literal, text, to_json_text, unknown

Choice = dict[str, bool | str]
FLAGS = ("a", "b", "c")
TEXTS = {"t": ("x", "y"), "u": ("x", "z", "")}
HIDDEN = {"h": ("x", "y", "w"), "d": (True, False)}


def choices() -> Iterator[Choice]:
    inputs = {**dict.fromkeys(FLAGS, (True, False)), **TEXTS, **HIDDEN}
    for values in itertools.product(*inputs.values()):
        yield dict(zip(inputs, values, strict=True))


def plain(value: bool | str) -> Value:
    return known(Bool(value)) if isinstance(value, bool) else text(value)


def one_of_few(name: str, values: tuple[bool | str, ...]) -> Value:
    return tuple(
        one
        for value in values
        for one in assume(plain(value), (Assumption(name, literal(plain(value)[0].atom) or "", True, Basis.OPEN),))
    )


DESCRIBED = {
    **{name: one_of_few(name, (True, False)) for name in FLAGS},
    **{name: one_of_few(name, values) for name, values in TEXTS.items()},
    **{name: unknown(Cause.INPUT_NOT_SET, name) for name in HIDDEN},
}


def evaluated(expression: str, names: dict[str, Value]) -> Value:
    host = Host(
        SourceFiles(Boundary(None), Path()),
        Path(),
        rendered,
    )
    return evaluate(parse_expression(expression, "main.tf"), Scope(NoNames(host), names))


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


def grown(flags: st.SearchStrategy[str], words: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions of JSON, made of collections that the flags and words decide."""

    def lists(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        def form(pattern: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
            return st.tuples(*parts).map(lambda made: pattern.format(*made))

        maps = st.one_of(
            form("{{ for v in {} : v => upper(v)... if {} }}", inner, flags).map(
                lambda grouped: f"{{ for k, v in {grouped} : k => v[0] }}"
            ),
            form("merge({{ x = {}, ({}) = {} }}, {} ? {{ y = {} }} : {{}})", words, words, words, flags, words),
            form("merge({{ x = {} }}, {} ? {{ x = {}, z = {} }} : null)", words, flags, words, words),
            form(
                "{{ for k, v in {{ x = {}, y = {}, z = {} }} : k => v if {} || k == {} }}", *[words] * 3, flags, words
            ),
            form("{{ for k in distinct({}) : k => {} }}", inner, words).map(
                lambda m: f"zipmap(keys({m}), values({m}))"
            ),
        )
        return st.one_of(
            form("[for v in {} : v if v != {}]", inner, words),
            form("[for v in {} : lower(v) if {}]", inner, flags),
            form('[for i, v in {} : "${{i}}${{v}}"]', inner),
            form("({} ? {} : [])", flags, inner),
            form("({} ? {} : {})", flags, inner, inner),
            form("concat({}, {})", inner, inner),
            form("flatten([{}, {}, [{}]])", inner, words, inner),
            form("compact({})", inner),
            form("distinct({})", inner),
            form("reverse({})", inner),
            form("sort({})", inner),
            form("tolist(setunion(toset({}), toset({})))", inner, inner),
            form("tolist(setintersection(toset({}), toset({})))", inner, inner),
            form("tolist(setsubtract(toset({}), toset({})))", inner, inner),
            form("keys({})", maps),
            form("values({})", maps),
            form('[for k, v in {} : "${{k}}=${{v}}"]', maps),
            form("[lookup({}, {}, {})]", maps, words, words),
            form("[try({}[{}], {})]", maps, words, words),
            form("try(slice({}, 1, 2), [{}])", inner, words),
            form('[join("+", {})]', inner),
            form("[try({}[0], {}), try({}[1], {})]", inner, words, inner, words),
            form("[tostring(length({}))]", inner),
            form("[tostring(contains({}, {}))]", inner, words),
            form("[coalesce(one(slice(concat({}, [{}]), 0, 1)), {})]", inner, words, words),
            form("coalescelist({}, [{}])", inner, words),
            form("[element(concat({}, [{}]), 3)]", inner, words),
            form('["%{{ for v in {} }}<${{v}}>%{{ endfor }}"]', inner),
            form("({} == {} ? [{}] : [])", inner, inner, words),
        )

    seeds = st.lists(words, min_size=1, max_size=3).map(lambda items: f"[{', '.join(items)}]")
    return st.recursive(seeds, lists, max_leaves=5).map(lambda made: f"jsonencode({made})")


finite_flags = st.sampled_from([*FLAGS, "!a", "true", 't == "x"', "(a && b)"])
finite_words = st.sampled_from([*TEXTS, '"x"', '"y"', '"q"'])


def holds(one: Alternative, choice: Choice) -> bool:
    """Whether nothing that the alternative assumes of the inputs is otherwise in the choice."""
    return all(
        (assumed.value == literal(plain(choice[assumed.subject])[0].atom)) is assumed.holds
        for assumed in one.given
        if assumed.subject in choice
    )


def as_text(value: Value) -> Value:
    return tuple(
        made
        for one in value
        for made in (assume(to_json_text(one.atom.value), one.given) if isinstance(one.atom, Json) else (one,))
    )


def describes(atom: Atom, written: str) -> bool:
    match atom:
        case Unknown(cause):
            return cause is not Cause.INVALID
        case Text(pieces):
            pattern = "".join(re.escape(piece.text) if isinstance(piece, Piece) else ".*" for piece in pieces)
            return re.fullmatch(pattern, written, re.DOTALL) is not None
        case _:
            return False


def result_for(expression: str, choice: Choice) -> str | None:
    """What the expression is for a choice; None if it fails."""
    found = as_text(evaluated(expression, {name: plain(value) for name, value in choice.items()}))
    return found[0].atom.plain if len(found) == 1 and isinstance(found[0].atom, Text) else None


def is_open(one: Alternative) -> bool:
    return isinstance(one.atom, Unknown) or (isinstance(one.atom, Text) and bool(one.atom.holes))


_COMPARES_A_CHOICE = re.compile(r"== \([^()]*\?|\?[^()]*(?:\([^()]*\)[^()]*)*\) ==")


@settings(max_examples=120, deadline=None)
@given(grown(finite_flags, finite_words))
def test_what_comes_out_was_described_and_nothing_else(expression: str) -> None:
    # With a condition that is known, the arm that is not taken is not evaluated, so it does not decide the type.
    if _COMPARES_A_CHOICE.search(expression) is not None:
        reject()
    described = as_text(evaluated(expression, DESCRIBED))
    seen = {name: value for name, value in next(choices()).items() if name in HIDDEN}
    # Which elements of a set are the same, and their order, is not followed where they are one of several.
    exact = re.search("set|sort|distinct", expression) is None
    exact = exact and not any(isinstance(one.atom, Unknown) and one.atom.cause is Cause.TOO_MANY for one in described)
    event("exact" if exact else "given up")
    for choice in choices():
        if any(choice[name] != value for name, value in seen.items()):
            continue
        written = result_for(expression, choice)
        if written is None:
            continue
        here = [one for one in described if holds(one, choice)]
        assert any(describes(one.atom, written) for one in here), (expression, choice, written, described)
        for one in here:
            if exact and all(assumed.subject in choice for assumed in one.given):
                assert is_open(one) or describes(one.atom, written), (expression, choice, written, one)


@settings(max_examples=120, deadline=None)
@given(
    grown(st.one_of(finite_flags, st.sampled_from(["d", 'h == "x"'])), st.one_of(finite_words, st.just("h"))),
    st.sampled_from(sorted(TEXTS["t"])),
    st.sampled_from(sorted(TEXTS["u"])),
)
def test_what_comes_out_of_unknown_inputs_was_described(expression: str, t: str, u: str) -> None:
    described = as_text(evaluated(expression, {**DESCRIBED, "t": text(t), "u": text(u)}))
    for choice in choices():
        if choice["t"] != t or choice["u"] != u:
            continue
        written = result_for(expression, choice)
        if written is not None:
            here = [one for one in described if holds(one, choice)]
            assert any(describes(one.atom, written) for one in here), (expression, choice, written, described)


@pytest.mark.parametrize(
    "made",
    [
        '{ for k, v in { (h) = "a", x = "b" } : k => v if a || k != "x" }',
        'merge({ (h) = "a" }, a ? { x = "b" } : {})',
        '{ (h) = "a", (a ? "x" : "y") = "b" }',
    ],
)
def test_a_key_may_be_missing_beside_one_that_is_not_known(made: str) -> None:
    found = as_text(evaluated(f'try({made}["x"], "fallback")', DESCRIBED))
    assert {one.atom.plain for one in found if isinstance(one.atom, Text)} == {"a", "b", "fallback"}


@pytest.mark.parametrize("count", [10, 40, 160])
def test_a_collection_is_as_large_as_what_is_written(count: int) -> None:
    """One for each way in which twenty conditions can come out would be a million."""
    flags = {f"f{number}": unknown(Cause.INPUT_NOT_SET, f"var.f{number}") for number in range(count)}
    filtered = " ".join(f"k{number} = f{number}," for number in range(count))

    (made,) = evaluated(f"{{ for k, on in {{ {filtered} }} : k => upper(k) if on }}", flags)
    (merged,) = evaluated(f"merge({', '.join(f'{name} ? {{ {name} = 1 }} : {{}}' for name in flags)})", flags)
    (flat,) = evaluated(f"flatten([{', '.join(f'{name} ? [{name}] : []' for name in flags)}])", flags)

    assert made.given == merged.given == flat.given == ()
    assert [made.atom.weight, merged.atom.weight, flat.atom.weight] <= [2 * count + 1, 2 * count + 1, 4 * count + 1]
