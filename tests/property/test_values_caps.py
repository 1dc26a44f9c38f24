"""Past the cap a value says that it has too many alternatives, and overrides are given up first.

To make all combinations instead would not end.
"""

from collections.abc import Callable

import pytest

from checker.values import (
    Alternative,
    Assumption,
    Atom,
    Basis,
    Cause,
    Certainty,
    List,
    Map,
    Piece,
    Text,
    Unknown,
    Value,
    certainty,
)
from checker.values.operations import (
    MOST_ALTERNATIVES,
    assume,
    choose,
    concat,
    distribute,
    equal,
    flat_map,
    index,
    known,
    one_of,
    text,
    to_json_text,
    unknown,
)
from checker.values.operations.texts import read_json
from tests.growth import takes_linear_time


def choice(name: str, count: int, basis: Basis = Basis.OPEN) -> Value:
    """An input with so many values; its first is the default if the others override one."""
    return tuple(
        Alternative(
            Text((Piece(f"{name}{number}"),)),
            (
                Assumption(
                    name,
                    f'"{name}{number}"',
                    True,
                    Basis.DEFAULT if basis is Basis.OVERRIDE and not number else basis,
                    bounded=True,
                ),
            ),
        )
        for number in range(count)
    )


def too_many(value: Value) -> list[Alternative]:
    return [one for one in value if isinstance(one.atom, Unknown) and one.atom.cause is Cause.TOO_MANY]


def first(atoms: object) -> Atom:
    return known(Text((Piece(repr(atoms)),)))[0].atom


GROWING: dict[str, Callable[[list[Value]], Value]] = {
    "concat": lambda inputs: concat(inputs, "x"),
    "flat_map": lambda inputs: flat_map(inputs, first, "f"),
    "distribute": lambda inputs: distribute(known(List(tuple(inputs))), "x"),
    "distribute a map": lambda inputs: distribute(known(Map({str(n): one for n, one in enumerate(inputs)})), "x"),
    "json": lambda inputs: to_json_text(known(List(tuple(inputs)))),
    "nested": lambda inputs: distribute(known(List((known(List(tuple(inputs))),))), "x"),
}


@pytest.mark.parametrize("name", GROWING)
def test_products_of_open_choices_are_too_many(name: str) -> None:
    made = GROWING[name]([choice(f"v{number}-", 20) for number in range(20)])

    assert len(made) <= MOST_ALTERNATIVES
    assert len(made) == 1
    hole = made[0].atom.items[0][0].atom if isinstance(made[0].atom, List) else made[0].atom
    if isinstance(hole, List):
        hole = hole.items[0][0].atom
    if isinstance(hole, Map):
        hole = hole.entries["0"][0].atom
    if isinstance(hole, Text):
        (hole,) = hole.holes
    assert isinstance(hole, Unknown)
    assert hole.cause is Cause.TOO_MANY
    assert made[0].given == ()


@pytest.mark.parametrize("name", GROWING)
def test_the_default_survives_too_many_overrides(name: str) -> None:
    made = GROWING[name]([choice(f"v{number}-", 4, Basis.OVERRIDE) for number in range(20)])

    by_default = [one for one in made if certainty(one.given) is Certainty.DEFAULT]
    lost = [one for one in made if certainty(one.given) is Certainty.OVERRIDE]
    assert len(by_default) == 1
    assert len(by_default[0].given) == 20
    assert lost, "that overrides were given up is said"
    assert len(made) <= MOST_ALTERNATIVES


def test_the_cap_itself_is_allowed() -> None:
    assert len(one_of([choice("v", MOST_ALTERNATIVES)], "x")) == MOST_ALTERNATIVES
    (one,) = one_of([choice("v", MOST_ALTERNATIVES + 1)], "x")
    assert too_many((one,))


def test_repeats_do_not_count() -> None:
    assert len(one_of([choice("v", 200), choice("v", 200), choice("v", 200)], "x")) == 200


def test_two_values_that_are_too_many_are_not_the_same() -> None:
    one, other = (one_of([choice(name, 300)], "join") for name in "ab")

    compared = equal(one, other, "x")

    assert len(compared) == 2
    assert equal(one, one, "x") == known(compared[0].atom)


def test_thirty_choices_in_a_row_are_followed() -> None:
    value = text("none")
    for number in range(30):
        condition = unknown(Cause.INPUT_NOT_SET, f"var.c{number}")
        before = value
        value = choose(condition, lambda number=number: text(str(number)), lambda before=before: before, "x")  # type: ignore[misc]

    assert len(value) == 31
    assert not too_many(value)


def test_thirty_doublings_are_too_many() -> None:
    value = text("x")
    for number in range(30):
        condition = unknown(Cause.INPUT_NOT_SET, f"var.c{number}")
        longer = concat([value, text("+")], "x")
        before = value
        value = choose(condition, lambda longer=longer: longer, lambda before=before: before, f"step {number}")  # type: ignore[misc]
        assert value
        assert len(value) <= MOST_ALTERNATIVES


def test_maps_in_maps_looked_up_by_what_is_not_known() -> None:
    value: Value = text("leaf")
    for level in range(6):
        value = known(Map({f"{level}{letter}": value for letter in "abcdefgh"}))
    for level in range(6):
        value = index(value, unknown(Cause.INPUT_NOT_SET, f"var.k{level}"), f"level {level}")

    assert too_many(value)


def test_comparing_many_with_many_takes_bounded_time() -> None:
    one, other = choice("a", MOST_ALTERNATIVES), choice("b", MOST_ALTERNATIVES)
    assert equal(one, other, "x")


def test_a_thousand_assumptions_take_bounded_time() -> None:
    value: Value = text("")
    for number in range(1000):
        default = (Assumption(f"var.v{number}", '"x"', True, Basis.DEFAULT),)
        value = concat([value, assume(text("x"), default)], "x")

    assert len(value) == 1
    assert len(value[0].given) == 1000


def test_reading_json_of_many_pieces_takes_linear_time() -> None:
    def read(count: int) -> None:
        lines = [Piece("[\n")]
        lines += [Piece(f'{{"name": "n{number}", "value": "\\u0041{number}"}},\n') for number in range(count)]
        lines.append(Piece("0]"))
        value = read_json(Text(tuple(lines)))
        assert value is not None
        assert isinstance(value[0].atom, List)
        assert len(value[0].atom.items) == count + 1

    assert takes_linear_time(read, 10_000)
