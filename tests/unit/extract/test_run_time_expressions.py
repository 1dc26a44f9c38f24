"""What is known of texts that Step Functions puts together at run time."""

from collections.abc import Callable

import pytest

from checker.extract.calls import arms, chosen_among, put_together, texts_in
from checker.values import Cause, Piece, Step, Text, Unknown
from tests.growth import takes_linear_time


def written(content: str) -> Text:
    return Text((Piece(content, (Step(None, "written here"),)),))


@pytest.mark.parametrize(
    ("expression", "made"),
    [
        ("{% 'a' %}", "a"),
        ('{% "a" & "b" %}', "ab"),
        ("{%$states.input.geo&'.id'%}", "⟨$states.input.geo⟩.id"),
        ("{% 'us.' & list[0].name & '-v1' %}", "us.⟨list[0].name⟩-v1"),
        ("States.Format('a/{}/b{}', $.x, $.y)", "a/⟨argument 1 of States.Format⟩/b⟨argument 2 of States.Format⟩"),
        ("States.Format('a.{}-{}:{}', 'b, c', $.x[?(@.y == 1, 2)], 'd')", "a.b, c-⟨argument 2 of States.Format⟩:d"),
        ("States.Format('{}', States.Format('a{}', 'b'))", "⟨argument 1 of States.Format⟩"),
        ("States.Format('{}{}', 'a')", "a⟨argument 2 of States.Format⟩"),
        ("States.Format('{}', 'a\\'b')", "⟨argument 1 of States.Format⟩"),
        ("States.Format('a')", "a"),
        ("{% $x ? 'a' : 'b' %}", None),
        ("{% 'a' & %}", None),
        ("{% %}", None),
        ("{% 'a\\'b' %}", None),
        ("{% 'a", None),
        ("{% $f('a') %}", None),
        ("States.Format('a\\'{}', $.x)", None),
        ("States.Format($.x)", None),
        ("$.model", None),
        ("", None),
    ],
)
def test_what_an_expression_puts_together(expression: str, made: str | None) -> None:
    found = put_together(written(expression))
    assert (None if found is None else found.render()) == made


def test_what_is_not_known_before_stays_a_hole_of_its_own() -> None:
    geography = Unknown(Cause.INPUT_NOT_SET, "var.geo", "var.geo")
    found = put_together(Text((Piece("{% '"), geography, Piece("' & '.id' & $x %}"))))
    assert found is not None
    assert found.pieces == (geography, Piece(".id"), Unknown(Cause.RUN_TIME, "$x", "$x"))


def test_the_texts_of_any_expression() -> None:
    assert [one.render() for one in texts_in(written("{% $x ? 'a' : $f(\"b\", 'c') %}"))] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{% $x ? 'a' : 'b' %}", ["{% 'a' %} if $x", "{% 'b' %} if not $x"]),
        ("{%($x ? ('a') : $y)%}", ["{%'a'%} if $x", "{% $y%} if not $x"]),
        (
            "{% $x = 'a?b:c' ? 'a' : $f($y ? 1 : 2) ? 'b' & $z : 'c' %}",
            [
                "{% 'a' %} if $x = 'a?b:c'",
                "{% 'b' & $z %} if not $x = 'a?b:c', $f($y ? 1 : 2)",
                "{% 'c' %} if not $x = 'a?b:c', not $f($y ? 1 : 2)",
            ],
        ),
        ("{% $a ? $b ? 'x' : 'y' : 'z' %}", ["{% 'x' %} if $a, $b", "{% 'y' %} if $a, not $b", "{% 'z' %} if not $a"]),
        ("{% {'m': $x ? 'a' : 'b'} %}", ["{% {'m': $x ? 'a' : 'b'} %} if "]),
        ("{% ($a) ? 'x' : ('y') %}", ["{% 'x' %} if ($a)", "{%'y'%} if not ($a)"]),
        ("{% $x ? 'a' %}", ["{% $x ? 'a' %} if "]),
        ("$.x ? 'a' : 'b'", ["$.x ? 'a' : 'b' if "]),
    ],
)
def test_the_arms_of_a_conditional(expression: str, expected: list[str]) -> None:
    found = [
        f"{arm.expression.render()} if {', '.join(each if holds else f'not {each}' for each, holds in arm.conditions)}"
        for arm in arms(written(expression))
    ]
    assert found == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{% {'m': $x ? 'a' : 'b'} %}", ["m", "a", "b"]),
        ("{% $lookup({'k': 'a'}, $x) %}", ["k", "a"]),
        ("States.ArrayGetItem(States.Array('a', 'b'), $.i)", ["a", "b"]),
        ("{% {'m': 'what?'} %}", []),
        ("{% 'a' & $x %}", []),
        ("Is it $x ? 'a' : 'b'", []),
    ],
)
def test_the_texts_among_which_an_expression_chooses(expression: str, expected: list[str]) -> None:
    assert [one.render() for one in chosen_among(written(expression))] == expected


@pytest.mark.parametrize("part", ["'a' & ", "$a&", "'", "{}", "a.", "States.Format('"])
def test_time_is_linear(part: str) -> None:
    def read(size: int) -> None:
        long = part * (size // len(part))
        put_together(written(f"{{% {long}' %}}"))
        put_together(written(f"States.Format('{long}', 1"))
        list(texts_in(written(long)))
        arms(written(f"{{% {long}' %}}"))

    assert takes_linear_time(read, 100_000)


@pytest.mark.parametrize(
    "nested", [lambda n: "$a ? 1 : " * (n // 2) + "2", lambda n: "(" * n + ")" * n], ids=["arms", "brackets"]
)
def test_time_is_linear_in_the_depth(nested: Callable[[int], str]) -> None:
    assert takes_linear_time(lambda size: arms(written("{% " + nested(size) + " %}")), 40_000)
