"""Items and entries that are there under some assumptions only."""

import pytest

from checker.values import (
    Absent,
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
    Null,
    Number,
    Unknown,
)
from checker.values import Value as AnyValue
from checker.values.operations import (
    ABSENT,
    MOST_SHAPES,
    assume,
    choose,
    counted,
    distribute,
    equal,
    existence,
    gathered,
    index,
    instead,
    known,
    none_there,
    presences,
    reached,
    shapes,
    text,
    to_json_text,
    together,
    unknown,
    unless,
    where_any,
    within,
    without_nulls,
)
from checker.values.operations.guarded import states


def says(name: str, value: str = "true", *, holds: bool = True) -> Given:
    return (Assumption(name, value, holds, Basis.OPEN),)


def where(name: str, value: AnyValue) -> AnyValue:
    """The value where an input is true, absent where it is not."""
    return choose(unknown(Cause.INPUT_NOT_SET, name), lambda: value, lambda: ABSENT, "where")


def listed(*items: AnyValue) -> AnyValue:
    return known(List(items))


def written(value: AnyValue) -> dict[Given, str | None]:
    """The JSON of a value under each of its assumptions."""
    return {one.given: one.atom.plain for one in to_json_text(value) if not isinstance(one.atom, Unknown)}  # type: ignore[union-attr]


A, B = where("a", text("x")), where("b", text("y"))
ON_A, OFF_A = says("a"), says("a", holds=False)
ON_B, OFF_B = says("b"), says("b", holds=False)


class TestExistence:
    def test_is_certain_without_guards(self) -> None:
        assert existence(text("x")) == known(Bool(True))
        assert presences(text("x")) == ((),)

    def test_is_what_the_guard_says(self) -> None:
        assert existence(A) == (Alternative(Bool(True), ON_A), Alternative(Bool(False), OFF_A))

    def test_leaves_out_what_only_says_what_it_is(self) -> None:
        chosen = (*assume(text("x"), says("c", '"1"')), *assume(text("y"), says("c", '"2"')))

        assert presences(where("a", chosen)) == (ON_A,)

    def test_is_there_in_several_ways(self) -> None:
        element = (
            *assume(text("x"), says("env", '"a"')),
            *assume(text("x"), says("env", '"b"')),
            *assume(ABSENT, says("env", '"c"')),
        )

        assert presences(element) == (says("env", '"a"'), says("env", '"b"'))


class TestElements:
    def test_what_is_made_of_one_is_there_where_it_is(self) -> None:
        made = within(text("made"), A, "x")

        assert made == (Alternative(text("made")[0].atom, ON_A), Alternative(Absent(), OFF_A))

    def test_another_in_its_place(self) -> None:
        assert instead(A, text("z"), "x") == (
            Alternative(text("x")[0].atom, ON_A),
            Alternative(text("z")[0].atom, OFF_A),
        )
        assert instead(text("x"), text("z"), "x") == text("x")

    def test_one_that_is_there_where_another_is_not(self) -> None:
        assert unless(text("z"), A, "x") == (Alternative(Absent(), ON_A), Alternative(text("z")[0].atom, OFF_A))

    def test_whoever_reaches_into_a_collection_finds_what_is_there(self) -> None:
        (holder,) = listed(A)

        assert list(reached(holder, A)) == [Alternative(text("x")[0].atom, ON_A)]


class TestCollections:
    def test_alternatives_come_together_by_place_and_by_key(self) -> None:
        lists = (*assume(listed(text("x"), text("y")), ON_A), *assume(listed(text("z")), OFF_A))
        maps = (*assume(known(Map({"k": text("x")})), ON_A), *assume(known(Map({"l": text("z")})), OFF_A))

        (one,) = gathered(lists, "x")
        (other,) = gathered(maps, "x")

        assert one.given == other.given == ()
        assert one.atom == List(
            (
                (Alternative(text("x")[0].atom, ON_A), Alternative(text("z")[0].atom, OFF_A)),
                (Alternative(text("y")[0].atom, ON_A), Alternative(Absent(), OFF_A)),
            )
        )
        assert isinstance(other.atom, Map)
        assert [presences(entry) for entry in other.atom.entries.values()] == [(ON_A,), (OFF_A,)]

    def test_what_all_of_them_assume_the_one_does(self) -> None:
        lists = (*assume(listed(text("x")), (*ON_B, *ON_A)), *assume(listed(), (*ON_B, *OFF_A)))

        assert [one.given for one in gathered(lists, "x")] == [ON_B]

    def test_those_that_can_hold_together_stay_apart(self) -> None:
        lists = (*listed(text("x")), *listed(text("y"), text("z")))

        assert gathered(lists, "x") == lists

    def test_sets_and_lists_stay_apart(self) -> None:
        value = (*assume(listed(text("x")), ON_A), Alternative(List((text("x"),), (), Kind.SET), OFF_A))

        assert gathered(value, "x") == value

    def test_lists_of_unknown_length_follow_each_other(self) -> None:
        open_ = Alternative(List((text("x"),), text("rest")), ON_A)
        closed = Alternative(List((text("y"),)), OFF_A)

        made = together([open_, closed], "x").atom

        assert isinstance(made, List)
        assert [presences(item) for item in made.items] == [(ON_A,), (OFF_A,)]
        assert made.rest == assume(text("rest"), ON_A)

    def test_shapes_have_one_collection_for_each_way(self) -> None:
        assert written(shapes(listed(A, text("m"), B), "x")) == {
            (*ON_A, *ON_B): '["x","m","y"]',
            (*ON_A, *OFF_B): '["x","m"]',
            (*OFF_A, *ON_B): '["m","y"]',
            (*OFF_A, *OFF_B): '["m"]',
        }

    def test_past_the_cap_any_element_may_be_there(self) -> None:
        many = listed(*(where(f"v{number}", text(str(number))) for number in range(7)))

        (one,) = shapes(many, "x")

        assert MOST_SHAPES < 2**7
        assert one.given == ()
        assert isinstance(one.atom, List)
        assert one.atom.items == ()
        assert len(one.atom.rest) == 7

    def test_alternatives_are_drawn_to_the_top(self) -> None:
        assert [
            (len(one.atom.items), one.given) for one in distribute(listed(A), "x") if isinstance(one.atom, List)
        ] == [
            (1, ON_A),
            (0, OFF_A),
        ]

    def test_null_elements_may_be_meant_to_be_absent(self) -> None:
        nothing: Atom = known(Map({"k": listed(text("x"), known(Null()))}))[0].atom

        (one,) = without_nulls((Alternative(nothing),))

        assert written((one,)) == {(): '{"k":["x"]}'}


class TestQuestions:
    def test_how_many(self) -> None:
        assert counted([A, text("m"), B], "x") == (
            Alternative(Number(3), (*ON_A, *ON_B)),
            Alternative(Number(2), (*ON_A, *OFF_B)),
            Alternative(Number(2), (*OFF_A, *ON_B)),
            Alternative(Number(1), (*OFF_A, *OFF_B)),
        )

    def test_too_many_ways_to_count(self) -> None:
        (one,) = counted([where(f"v{number}", text("x")) for number in range(20)], "x")

        assert isinstance(one.atom, Unknown)
        assert one.atom.cause is Cause.TOO_MANY

    def test_none(self) -> None:
        assert none_there([A, B]) == ((*OFF_A, *OFF_B),)
        assert none_there([A, text("m")]) == ()
        assert none_there([]) == ((),)

    def test_the_collection_where_any_is_there(self) -> None:
        (whole,) = listed(A, B)

        assert [(type(one.atom), one.given) for one in where_any(whole, [A, B], "x")] == [
            (List, ON_A),
            (List, ON_B),
            (Absent, (*OFF_A, *OFF_B)),
        ]

    @pytest.mark.parametrize(
        ("number", "found"),
        [
            (0, {ON_A: "x", OFF_A: "m"}),
            (1, {ON_A: "m", (*OFF_A, *ON_B): "y", (*OFF_A, *OFF_B): None}),
            (2, {(*ON_A, *ON_B): "y", (*ON_A, *OFF_B): None, OFF_A: None}),
        ],
    )
    def test_which_item_has_an_index(self, number: int, found: dict[Given, str | None]) -> None:
        made = index(listed(A, text("m"), B), known(Number(number)), "x")

        assert {one.given: one.atom.plain if not isinstance(one.atom, Unknown) else None for one in made} == found  # type: ignore[union-attr]

    def test_a_key_that_may_be_absent(self) -> None:
        made = index(known(Map({"k": A})), text("k"), "x")

        assert [type(one.atom).__name__ for one in made] == ["Text", "Unknown"]
        assert made[1].given == OFF_A

    def test_equality_counts_what_is_there(self) -> None:
        assert {one.given: one.atom for one in equal(listed(A), listed(), "x")} == {
            ON_A: Bool(False),
            OFF_A: Bool(True),
        }
        assert {one.given: one.atom for one in equal(known(Map({"k": A})), known(Map({})), "x")} == {
            ON_A: Bool(False),
            OFF_A: Bool(True),
        }


class TestStates:
    def test_contradictory_assumptions_never_combine(self) -> None:
        assert [state for state, _ in states([A, A, A], 0, lambda count, one: count + 1, "x")] == [3, 3]

    def test_a_final_state_grows_no_further(self) -> None:
        def grow(state: int, one: Alternative) -> int:
            return state + (not isinstance(one.atom, Absent))

        steps = [where(f"v{number}", text("x")) for number in range(20)]

        assert len(states(steps, 0, grow, "x", is_final=lambda state: state > 0)) == 21

    def test_past_the_cap_a_state_stands_for_all(self) -> None:
        steps = [where(f"v{number}", text("x")) for number in range(20)]

        assert states(steps, 0, lambda state, one: state, "x") == [(None, ())]
