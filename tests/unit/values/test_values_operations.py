"""Each operation by example."""

from decimal import Decimal

import pytest

from checker.source import Location
from checker.values import (
    HOLE,
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Certainty,
    Json,
    Kind,
    List,
    Map,
    Number,
    Piece,
    Shape,
    Slices,
    Step,
    Target,
    Text,
    Unknown,
    Value,
    certainty,
    join,
    join_all,
)
from checker.values.guards import contradict, overridden
from checker.values.operations import (
    NULL,
    after,
    as_condition,
    assume,
    both,
    choose,
    concat,
    distribute,
    either,
    equal,
    flat_map,
    format_number,
    from_python,
    identity_of,
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

DEV = Assumption("var.env", '"dev"', True, Basis.DEFAULT)
NOT_DEV = Assumption("var.env", '"dev"', False, Basis.OVERRIDE)
ENV: Value = (Alternative(text("dev")[0].atom, (DEV,)),)
MODEL = unknown(Cause.INPUT_NOT_SET, "var.model")
FLAG = unknown(Cause.INPUT_NOT_SET, "var.flag")


def location(line: int) -> Location:
    return Location("main.tf", line, 1)


def shown(value: Value) -> list[str]:
    """Each alternative as `what it is [what it assumes]`."""
    return [" ".join([_shown(one.atom), *(f"[{assumption}]" for assumption in one.given)]) for one in value]


def _shown(atom: Atom) -> str:
    match atom:
        case Text():
            return atom.render()
        case Unknown():
            return f"?{atom.cause}"
        case _:
            return identity_of(atom)


class TestGuards:
    """Assumptions."""

    def test_certainty(self) -> None:
        open_ = Assumption("a", "true", True, Basis.OPEN)
        assert certainty(()) is Certainty.CERTAIN
        assert certainty((DEV,)) is Certainty.DEFAULT
        assert certainty((DEV, open_)) is Certainty.POSSIBLE
        assert certainty((DEV, open_, NOT_DEV)) is Certainty.OVERRIDE

    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            (("x", '"a"', True), ("x", '"b"', True), True),
            (("x", '"a"', True), ("x", '"a"', False), True),
            (("x", '"a"', True), ("x", '"b"', False), False),
            (("x", '"a"', False), ("x", '"b"', False), False),
            (("x", '"a"', True), ("y", '"b"', True), False),
            # An input may be a number in one place, and its digits in another.
            (("x", "1", True), ("x", '"1"', True), False),
            (("x", "true", True), ("x", '"true"', True), False),
            (("x", "true", True), ("x", '"false"', True), True),
        ],
    )
    def test_contradictions(self, one: tuple[str, str, bool], other: tuple[str, str, bool], expected: bool) -> None:
        assert contradict(Assumption(*one, Basis.OPEN), Assumption(*other, Basis.OPEN)) is expected
        assert contradict(Assumption(*other, Basis.OPEN), Assumption(*one, Basis.OPEN)) is expected

    def test_what_is_said_already_is_not_said_again(self) -> None:
        is_a = Assumption("x", '"a"', True, Basis.OPEN)
        not_b = Assumption("x", '"b"', False, Basis.OPEN)

        assert join((is_a,), (not_b,)) == (is_a,)
        assert join((not_b,), (is_a,)) == (is_a,)
        assert join((is_a,), (is_a,)) == (is_a,)
        assert join((is_a,), (Assumption("x", '"c"', True, Basis.OPEN),)) is None

    def test_that_a_default_is_overridden_stays_said(self) -> None:
        is_a = Assumption("var.env", '"a"', True, Basis.OPEN)

        assert join((NOT_DEV,), (is_a,)) == (NOT_DEV, is_a)

    def test_join_all(self) -> None:
        flag = Assumption("c", "true", True, Basis.OPEN)
        assert join_all((DEV,), (), (flag,)) == (DEV, flag)
        assert join_all((DEV,), (flag,), (NOT_DEV,)) is None

    def test_overridden(self) -> None:
        flag = Assumption("c", "true", True, Basis.OPEN)
        assert overridden((DEV, flag)) == ((flag, NOT_DEV),)
        assert overridden((DEV._replace(bounded=True),)) == ()

    def test_assumptions_read_as_sentences(self) -> None:
        assert str(DEV) == 'var.env is left at its default, "dev"'
        assert str(NOT_DEV) == 'var.env ≠ "dev"'


class TestTexts:
    """Texts with holes."""

    HOLED = Text((Piece("arn:", (Step(location(1), "a"),)), Unknown(Cause.DEPLOY_TIME, "R", "R"), Piece(":x", ())))

    def test_how_it_looks(self) -> None:
        assert self.HOLED.plain is None
        assert self.HOLED.marked() == f"arn:{HOLE}:x"
        assert self.HOLED.render() == "arn:⟨R⟩:x"
        assert [hole.subject for hole in self.HOLED.holes] == ["R"]

    def test_a_slice_keeps_trails_and_holes(self) -> None:
        assert self.HOLED.slice(3, 5) == Text((Piece(":", (Step(location(1), "a"),)), self.HOLED.pieces[1]))
        assert self.HOLED.slice(2, 2) == Text(())
        assert tuple(Slices.of(self.HOLED).pieces(5, 7)) == (Piece(":x"),)

    def test_the_trail_is_that_of_the_piece(self) -> None:
        first, second = (Step(location(1), "one"),), (Step(location(2), "two"),)
        whole = Text((Piece("abc", first), Piece("defgh", second)))

        assert whole.trail_at(0, 2) == first
        assert whole.trail_at(1, 6) == second
        assert whole.trail_at(2, 4) == first

    def test_what_looks_like_a_hole_is_none(self) -> None:
        plain = Text((Piece("a⟨R⟩"),))
        holed = Text((Piece("a"), Unknown(Cause.DEPLOY_TIME, "R", "R")))

        assert plain.identity() != holed.identity()
        assert Text((Piece(HOLE),)).marked() == "\ufffd"


class TestNumbers:
    """Numbers are exact, and huge ones do no harm."""

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            (1, "1"),
            (Decimal("1.50"), "1.5"),
            (Decimal("100"), "100"),
            (Decimal("1E+3"), "1000"),
            (Decimal("-0.0"), "0"),
            (Decimal("0.1234567890123456789012345678901234567890"), "0.123456789012345678901234567890123456789"),
            (Decimal("1E+999999"), "1E+999999"),
        ],
    )
    def test_how_they_are_written(self, value: int | Decimal, written: str) -> None:
        assert format_number(value) == written

    def test_what_is_no_number_is_invalid(self) -> None:
        assert shown(from_python(float("nan"))) == ["?invalid-expression"]
        assert read_json(Text((Piece("1e999"),))) is not None

    def test_a_huge_index_is_none(self) -> None:
        for huge in (10**5000, Decimal("1E+999999"), Decimal("0.5"), -1):
            assert shown(index(known(List((text("a"),))), known(Number(huge)), "x")) == ["?invalid-expression"]


def test_plain_data() -> None:
    value = from_python({"a": [1, 2.5, True, None, "x"]})

    assert identity_of(value[0].atom) == '{"a": [1, 2.5, true, null, "x"]}'
    with pytest.raises(TypeError):
        from_python(object())


def test_literals_are_written_as_terraform_does() -> None:
    values = [text('a"b'), known(Number(1)), known(Bool(False)), NULL]

    assert [literal(value[0].atom) for value in values] == ['"a\\"b"', "1", "false", "null"]
    assert literal(MODEL[0].atom) is None


def test_trails_grow_at_the_end() -> None:
    value = after(text("m", location(3)), Step(location(5), "local.model"))

    assert [str(step.location) + " " + step.text for step in value[0].trail] == [
        "main.tf:3:1 written here",
        "main.tf:5:1 local.model",
    ]


def test_assume_drops_what_contradicts() -> None:
    flag = [Assumption("c", "true", holds, Basis.OPEN) for holds in (True, False)]
    value = one_of([assume(text("a"), (flag[0],)), assume(text("b"), (flag[1],))], "x")

    assert shown(assume(value, (flag[1],))) == ["b [c ≠ true]"]
    assert assume(text("a"), ()) == text("a")


def test_a_default_that_is_overridden_may_be_anything() -> None:
    (instead,) = assume(ENV, (NOT_DEV,))

    assert isinstance(instead.atom, Unknown)
    assert (instead.atom.subject, instead.given) == ("var.env", (NOT_DEV,))


def test_one_of_is_without_repeats() -> None:
    assert one_of([text("a"), text("b"), text("a")], "x") == text("a") + text("b")


class TestChoose:
    """`?:` and `Fn::If`."""

    @staticmethod
    def chosen(condition: Value) -> list[str]:
        return shown(choose(condition, lambda: text("then"), lambda: text("else"), "x"))

    def test_a_known_condition_takes_one_branch_only(self) -> None:
        def never() -> Value:
            raise AssertionError("evaluated")

        assert shown(choose(known(Bool(True)), lambda: text("a"), never, "x")) == ["a"]
        assert shown(choose(text("false"), never, lambda: text("b"), "x")) == ["b"]

    def test_an_unknown_condition_takes_both(self) -> None:
        assert self.chosen(FLAG) == ["then [var.flag = true]", "else [var.flag ≠ true]"]

    def test_one_choice_used_twice_invents_nothing(self) -> None:
        choices = [choose(FLAG, lambda: text("a"), lambda: text("b"), "x") for _ in range(2)]

        assert shown(concat(choices, "x")) == ["aa [var.flag = true]", "bb [var.flag ≠ true]"]

    def test_a_default_leaves_the_other_branch_as_an_override(self) -> None:
        assert self.chosen(equal(ENV, text("prod"), "x")) == [
            'else [var.env is left at its default, "dev"]',
            'then [var.env ≠ "dev"]',
        ]

    def test_a_choice_inside_a_choice_stays_reachable(self) -> None:
        is_prod, is_test = equal(ENV, text("prod"), "x"), equal(ENV, text("test"), "x")

        value = choose(
            is_prod, lambda: text("p"), lambda: choose(is_test, lambda: text("t"), lambda: text("d"), "x"), "x"
        )

        assert {line.partition(" ")[0] for line in shown(value)} == {"p", "t", "d"}

    @pytest.mark.parametrize("condition", [text("maybe"), known(Number(1)), NULL, known(List(()))])
    def test_what_is_no_condition_is_invalid(self, condition: Value) -> None:
        assert self.chosen(condition) == ["?invalid-expression"]

    def test_json_of_a_truth_value_is_one(self) -> None:
        assert self.chosen(known(Json(known(Bool(True))))) == ["then"]

    def test_a_text_that_cannot_be_a_truth_value_is_invalid(self) -> None:
        assert self.chosen(concat([text("is "), MODEL], "x")) == ["?invalid-expression"]


class TestLogic:
    """`!`, `&&`, `||`."""

    TRUE, FALSE = known(Bool(True)), known(Bool(False))

    def test_of_what_is_known(self) -> None:
        assert negate(self.TRUE) == self.FALSE
        assert both(self.TRUE, lambda: self.FALSE, "x") == self.FALSE
        assert either(self.FALSE, lambda: self.TRUE, "x") == self.TRUE

    def test_of_what_is_not(self) -> None:
        assert shown(negate(FLAG)) == ["false [var.flag = true]", "true [var.flag ≠ true]"]
        assert shown(both(FLAG, lambda: FLAG, "x")) == ["true [var.flag = true]", "false [var.flag ≠ true]"]
        assert shown(either(FLAG, lambda: self.TRUE, "x")) == ["true [var.flag = true]", "true [var.flag ≠ true]"]

    def test_a_thing_and_its_contrary(self) -> None:
        assert {line.split()[0] for line in shown(both(FLAG, lambda: negate(FLAG), "x"))} == {"false"}
        assert {line.split()[0] for line in shown(either(FLAG, lambda: negate(FLAG), "x"))} == {"true"}

    def test_as_condition(self) -> None:
        assert as_condition(text("true")) == self.TRUE
        assert shown(as_condition(FLAG)) == ["true [var.flag = true]", "false [var.flag ≠ true]"]


class TestEqual:
    """`==`."""

    @pytest.mark.parametrize(
        ("one", "other", "expected"),
        [
            ("a", "a", True),
            ("a", "b", False),
            (1, 1.0, True),
            (1, "1", False),
            (None, None, True),
            (True, "true", False),
            ([1, "a"], [1, "a"], True),
            ([1], [1, 1], False),
            ({"a": 1}, {"a": 1}, True),
            ({"a": 1}, {"b": 1}, False),
        ],
    )
    def test_of_what_is_known(self, one: object, other: object, expected: bool) -> None:
        assert equal(from_python(one), from_python(other), "x") == known(Bool(expected))

    def test_an_unknown_is_itself(self) -> None:
        assert equal(MODEL, MODEL, "x") == known(Bool(True))

    def test_an_unknown_may_be_what_it_is_compared_with(self) -> None:
        assert shown(equal(MODEL, text("a"), "x")) == ['true [var.model = "a"]', 'false [var.model ≠ "a"]']

    def test_two_unknowns_may_be_the_same(self) -> None:
        assert [line.split()[0] for line in shown(equal(MODEL, FLAG, "x"))] == ["true", "false"]

    def test_a_text_around_a_hole_says_what_the_hole_is(self) -> None:
        holed = concat([text("a-"), MODEL, text("-z")], "x")

        assert shown(equal(holed, text("a-b-z"), "x")) == ['true [var.model = "b"]', 'false [var.model ≠ "b"]']
        assert shown(equal(holed, text("a-z"), "x")) == ["false"]
        assert shown(equal(holed, text("b-c-z"), "x")) == ["false"]

    def test_a_text_with_several_holes(self) -> None:
        holed = concat([MODEL, text("-x-"), FLAG], "x")

        assert [line.split()[0] for line in shown(equal(holed, text("a-x-b"), "x"))] == ["true", "false"]
        assert shown(equal(holed, text("a-y-b"), "x")) == ["false"]

    def test_a_region_holds_no_colon(self) -> None:
        region = unknown(Cause.DEPLOY_TIME, "AWS::Region", shape=Shape.REGION)

        assert shown(equal(concat([text("x:"), region], "x"), text("x:a:b"), "x")) == ["false"]

    def test_sets_are_compared_by_content(self) -> None:
        def a_set(*items: Value) -> Value:
            return known(List(items, kind=Kind.SET))

        assert equal(a_set(text("a"), text("b")), a_set(text("b"), text("a")), "x") == known(Bool(True))
        holed = concat([text("a"), MODEL], "x")
        assert [line.split()[0] for line in shown(equal(a_set(holed), a_set(text("ab")), "x"))] == ["true", "false"]

    def test_collections_of_unknown_length_are_undecided(self) -> None:
        long = known(List((text("a"),), rest=text("b")))

        assert [line.split()[0] for line in shown(equal(long, from_python(["a"]), "x"))] == ["true", "false"]

    def test_json_is_compared_as_text(self) -> None:
        assert equal(known(Json(from_python({"a": 1}))), text('{"a":1}'), "x") == known(Bool(True))
        assert shown(equal(to_json_text(MODEL), MODEL, "x")) != ["true"]


class TestConcat:
    """`${}`, `Fn::Sub`, `Fn::Join`."""

    def test_pieces_keep_their_trails(self) -> None:
        (made,) = concat([text("a", location(1)), text("b", location(2))], "x", location(3))

        assert isinstance(made.atom, Text)
        assert made.atom.trail_at(0, 1) == (Step(location(1), "written here"),)
        assert made.atom.trail_at(1, 2) == (Step(location(2), "written here"),)
        assert made.trail == (Step(location(3), "put together here"),)

    def test_the_id_in_a_text_has_the_trail_of_its_piece(self) -> None:
        local = after(text("anthropic.claude-v2", location(9)), Step(location(4), "local.model"))

        (made,) = concat([text("arn:x/", location(1)), local], "x", location(1))

        assert isinstance(made.atom, Text)
        assert [step.text for step in made.atom.trail_at(6, 25)] == ["written here", "local.model"]

    def test_scalars_are_written(self) -> None:
        assert shown(concat([known(Number(1)), known(Bool(True)), MODEL], "x")) == ["1true⟨var.model⟩"]

    @pytest.mark.parametrize("part", [NULL, known(List(())), known(Map({}))])
    def test_what_is_no_text_is_invalid(self, part: Value) -> None:
        assert shown(concat([text("a"), part], "x")) == ["?invalid-expression"]

    def test_json_is_written(self) -> None:
        content = from_python({"b": [1, None], "a": 'x"<'})
        assert shown(concat([text("="), known(Json(content))], "x")) == ['={"a":"x\\"\\u003c","b":[1,null]}']

    def test_nothing_is_the_empty_text(self) -> None:
        assert concat([], "x") == text("")


class TestIndex:
    """`container[key]`."""

    MODELS = known(Map({"dev": text("small", location(2)), "prod": text("large", location(3))}))

    def test_the_entry_has_its_trail_then_its_holders(self) -> None:
        (made,) = index(after(self.MODELS, Step(location(7), "local.models")), text("dev"), "x")

        assert [str(step.location) + " " + step.text for step in made.trail] == [
            "main.tf:2:1 written here",
            "main.tf:7:1 local.models",
        ]

    def test_an_unknown_key_is_every_entry(self) -> None:
        assert shown(index(self.MODELS, MODEL, "x")) == [
            'small [var.model = "dev"]',
            'large [var.model = "prod"]',
        ]

    def test_a_key_of_which_a_part_is_known_reaches_what_it_can_be(self) -> None:
        assert shown(index(self.MODELS, concat([text("d"), MODEL], "x"), "x")) == ['small [var.model = "ev"]']
        assert shown(index(self.MODELS, concat([text("z"), MODEL], "x"), "x")) == ["?invalid-expression"]

    def test_a_key_that_is_a_default(self) -> None:
        assert shown(index(self.MODELS, ENV, "x")) == [
            'small [var.env is left at its default, "dev"]',
            'large [var.env ≠ "dev"]',
        ]

    @pytest.mark.parametrize("key", [text("other"), NULL, known(List(()))])
    def test_a_key_that_is_not_there_is_invalid(self, key: Value) -> None:
        assert shown(index(self.MODELS, key, "x")) == ["?invalid-expression"]

    def test_an_unknown_container(self) -> None:
        whole = unknown(Cause.DEPLOY_TIME, "aws_x.y", target=Target("aws_x.y", ""))
        (made,) = index(index(whole, text("arns"), "x"), known(Number(0)), "x")

        assert isinstance(made.atom, Unknown)
        assert made.atom.subject == "aws_x.y.arns[0]"
        assert made.atom.target == Target("aws_x.y", "arns[0]")

    def test_a_list_takes_numbers_and_their_digits(self) -> None:
        items = from_python(["a", "b"])

        assert shown(index(items, known(Number(1)), "x")) == shown(index(items, text("1"), "x")) == ["b"]
        assert shown(index(items, known(Number(2)), "x")) == ["?invalid-expression"]
        assert shown(index(items, MODEL, "x")) == ["a [var.model = 0]", "b [var.model = 1]"]

    def test_a_key_that_is_not_known_of_a_map_with_others(self) -> None:
        some = known(Map({"a": text("1")}, rest=text("2")))

        assert shown(index(some, text("a"), "x")) == ["1"]
        assert shown(index(some, text("b"), "x")) == ["2"]
        assert shown(index(some, MODEL, "x")) == ['1 [var.model = "a"]', '2 [var.model ≠ "a"]']

    def test_one_of_several_others_is_possible(self) -> None:
        some = known(Map({}, rest=text("1") + text("2")))

        assert {certainty(one.given) for one in index(some, text("b"), "x")} == {Certainty.POSSIBLE}

    def test_a_text_has_no_elements(self) -> None:
        assert shown(index(text("a"), text("b"), "x")) == ["?invalid-expression"]
        assert shown(index(known(Json(self.MODELS)), text("dev"), "x")) == ["?invalid-expression"]


class TestFlatMap:
    """Functions of atoms."""

    @staticmethod
    def upper(atoms: object) -> Atom:
        assert isinstance(atoms, tuple)
        (atom,) = atoms
        assert isinstance(atom, Text)
        return text((atom.plain or "").upper())[0].atom

    def test_each_alternative_by_itself(self) -> None:
        value = choose(FLAG, lambda: text("a", location(1)), lambda: text("b"), "x")

        made = flat_map([value], self.upper, "upper")

        assert shown(made) == ["A [var.flag = true]", "B [var.flag ≠ true]"]
        assert made[0].trail == (Step(location(1), "written here"),)

    def test_of_an_unknown(self) -> None:
        (made,) = flat_map([MODEL], self.upper, "upper")

        assert made.atom == Unknown(Cause.INPUT_NOT_SET, "var.model", "upper(var.model)")

    def test_combinations_that_cannot_be_are_left_out(self) -> None:
        value = choose(FLAG, lambda: text("a"), lambda: text("b"), "x")

        made = flat_map([value, value], lambda atoms: concat([(Alternative(a),) for a in atoms], "x"), "pair")

        assert shown(made) == ["aa [var.flag = true]", "bb [var.flag ≠ true]"]

    def test_deep_has_one_alternative_in_each_place(self) -> None:
        items = known(List((choose(FLAG, lambda: text("a"), lambda: text("b"), "x"),)))

        made = flat_map([items], lambda atoms: atoms[0], "f", deep=True)

        assert [identity_of(one.atom) for one in made] == ['["a"]', '["b"]']

    def test_json_comes_as_text(self) -> None:
        made = flat_map([known(Json(from_python(["a"])))], self.upper, "upper", write_json=True)

        assert shown(made) == ['["A"]']

    def test_long_identities_are_shortened(self) -> None:
        value: Value = MODEL
        for _ in range(100):
            value = flat_map([value], self.upper, "upper")

        assert isinstance(value[0].atom, Unknown)
        assert len(value[0].atom.identity) < 250


def test_distribute_leaves_what_is_repeated() -> None:
    rest = text("r1") + text("r2")

    (one, other) = distribute(known(List((choose(FLAG, lambda: text("a"), lambda: text("b"), "x"),), rest)), "x")

    assert one.atom == List((text("a"),), rest)
    assert other.given[0].holds is False


class TestJson:
    """JSON in texts."""

    @staticmethod
    def read(*pieces: Piece | Unknown) -> Value:
        made = read_json(Text(pieces))
        assert made is not None
        return made

    def test_what_is_written_is_read(self) -> None:
        value = from_python({"a": [1, 2.5, True, None, 'x"\n<é'], "b": {}})

        (written,) = to_json_text(value)

        assert isinstance(written.atom, Text)
        assert identity_of(self.read(*written.atom.pieces)[0].atom) == identity_of(value[0].atom)

    def test_strings_keep_their_trails(self) -> None:
        trail = (Step(location(4), "written here"),)

        value = self.read(Piece('{"a": "', ()), Piece("model", trail), Piece('"}', ()))

        assert index(value, text("a"), "x")[0].atom == Text((Piece("model", trail),))

    def test_holes_in_strings_and_as_values(self) -> None:
        hole = Unknown(Cause.INPUT_NOT_SET, "var.x", "var.x", Target("aws_x.y", "arn"))

        value = self.read(Piece('{"a": "m-'), hole, Piece('", "b": '), hole, Piece("}"))

        assert shown(index(value, text("a"), "x")) == ["m-⟨var.x⟩"]
        assert index(value, text("b"), "x")[0].atom == hole

    def test_an_unknown_value_comes_back_with_its_target(self) -> None:
        hole = unknown(Cause.DEPLOY_TIME, "aws_x.y.arn", target=Target("aws_x.y", "arn"))
        (written,) = to_json_text(known(Map({"a": hole})))

        assert isinstance(written.atom, Text)
        assert index(self.read(*written.atom.pieces), text("a"), "x")[0].atom == hole[0].atom

    def test_a_number_of_which_some_digits_are_known_is_not_known(self) -> None:
        hole = Unknown(Cause.INPUT_NOT_SET, "var.x", "var.x")

        (made,) = self.read(Piece("1"), hole)

        assert isinstance(made.atom, Unknown)
        assert made.atom.identity != "var.x"

    def test_a_name_that_is_not_known_goes_into_the_rest(self) -> None:
        value = self.read(Piece('{"a": 1, "'), Unknown(Cause.INPUT_NOT_SET, "k", "k"), Piece('": "m"}'))

        assert isinstance(value[0].atom, Map)
        assert shown(value[0].atom.rest) == ["m"]

    @pytest.mark.parametrize(
        "pieces",
        [("\\u00", "41"), ("\\", "u0041"), ("\\u", "00", "41"), ("\\u0041", "")],
    )
    def test_an_escape_that_goes_over_pieces(self, pieces: tuple[str, ...]) -> None:
        assert shown(self.read(Piece('"x'), *map(Piece, pieces), Piece('y"'))) == ["xAy"]

    def test_a_pair_of_surrogates_that_goes_over_pieces(self) -> None:
        assert shown(self.read(Piece('"\\ud83d'), Piece('\\ude00"'))) == ["😀"]

    def test_an_escaped_backslash_at_the_end_of_a_piece_escapes_nothing(self) -> None:
        assert shown(self.read(Piece('"\\\\'), Piece('n"'))) == ["\\n"]

    @pytest.mark.parametrize("content", ["{", "plain", "{'a': 1}", "[1,]", ""])
    def test_what_is_no_json(self, content: str) -> None:
        assert read_json(Text((Piece(content),))) is None

    def test_a_private_character_is_no_hole(self) -> None:
        value = self.read(Piece(f'["{HOLE}", '), Unknown(Cause.DEPLOY_TIME, "r", "r"), Piece("]"))

        assert [_shown(item[0].atom) for item in value[0].atom.items] == [HOLE, "?deploy-time"]  # type: ignore[union-attr]

    def test_elements_of_unknown_number_are_a_hole(self) -> None:
        values = to_json_text(known(List((text("a"),), rest=text("b"))))

        assert all(isinstance(one.atom, Text) and one.atom.holes for one in values)
        assert any('"a"' in line for line in shown(values))
        assert any('"b"' in line for line in shown(values))
