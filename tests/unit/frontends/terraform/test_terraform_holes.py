"""Functions of texts with holes keep what is certain, and claim nothing that a hole could change."""

from collections.abc import Callable

import pytest

from checker.values import Absent, Alternative, Assumption, Basis, Cause, List, Shape, Target, Text, Unknown, Value
from checker.values.operations import concat, known, text, unknown

OPEN = unknown(Cause.INPUT_NOT_SET, "var.x")
REGION = unknown(Cause.EXTERNAL_DATA, "region", shape=Shape.REGION)


def render(value: Value) -> list[str]:
    """The alternatives as text."""
    return [one.atom.render() if isinstance(one.atom, Text) else f"unknown {_subject(one.atom)}" for one in value]


def _subject(atom: object) -> str:
    return atom.subject if isinstance(atom, Unknown) else type(atom).__name__


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('lower("A-${x}-B")', "a-⟨var.x⟩-b"),
        ('upper("a")', "A"),
        ('lower("A${region}")', "a⟨region⟩"),
        ('replace("us.model-${region}", "us.", "")', "model-⟨region⟩"),
        ('replace("x:${region}:y", ":", "/")', "x/⟨region⟩/y"),
        # The hole itself may hold the text that is sought, so it is another hole after it.
        ('replace("a/${x}", "q", "")', "a/⟨var.x⟩"),
        # The text that is sought may begin in the hole and end behind it.
        ('replace("${x}s.model", "us.", "")', "unknown var.x"),
        ('replace("model.u${x}", "us.", "")', "unknown var.x"),
        ('trimprefix("us.${x}", "us.")', "⟨var.x⟩"),
        ('trimprefix("eu.${x}", "us.")', "eu.⟨var.x⟩"),
        ('trimprefix("${x}.model", "us.")', "unknown var.x"),
        ('trimprefix("u${x}", "us.")', "unknown var.x"),
        ('trimsuffix("${x}:0", ":0")', "⟨var.x⟩"),
        ('trimsuffix("${region}-x", "/y")', "⟨region⟩-x"),
        ('split(":", "arn:aws:bedrock:${region}::m")[3]', "⟨region⟩"),
        ('split(":", "arn:aws:bedrock:${region}::foundation-model/m")[5]', "foundation-model/m"),
        ('split(":", "arn:${x}:bedrock")[2]', "unknown var.x"),
        ('split("-", region)[0]', "unknown region"),
        (
            'format("arn:aws:bedrock:%s::foundation-model/%s", region, "m")',
            "arn:aws:bedrock:⟨region⟩::foundation-model/m",
        ),
        ('format("%10s", x)', "⟨var.x⟩"),
        ('join("/", ["a", x, "b"])', "a/⟨var.x⟩/b"),
        ('trimspace("  a${region} ")', "a⟨region⟩"),
        ('trimspace("a${x}")', "a⟨var.x⟩"),
        ('substr("us.model${x}", 0, 3)', "us."),
        ('substr("us.model${x}", 3, -1)', "model⟨var.x⟩"),
        ('substr("${x}model", 0, 3)', "unknown var.x"),
        ('regex("^us", "us.${x}")', "unknown var.x"),
        ('jsondecode("{\\"m\\": \\"a-${x}\\"}").m', "a-⟨var.x⟩"),
        ('yamldecode("m: a-${x}").m', "a-⟨var.x⟩"),
        ('yamldecode("m: ${x}").m', "unknown var.x"),
        ('base64encode("a${x}")', "unknown var.x"),
        ('element(["a", "b"], 1)', "b"),
        ('merge({ a = x }, { b = "m" }).b', "m"),
        # Elements of unknown number are around the known ones.
        ('join(",", concat(["m"], x))', "⟨var.x⟩m"),
        ('join(",", concat(["m", "n"], x))', "⟨var.x⟩m,⟨var.x⟩n,⟨var.x⟩"),
        ('yamlencode({ models = concat(["m"], x) })', '"models":\n⟨var.x⟩- "m"\n⟨var.x⟩\n'),
        ('yamlencode(merge(x, { m = "n" }))', '⟨var.x⟩"m": "n"\n⟨var.x⟩\n'),
        ('one(concat(["m"], x))', "m"),
        ('transpose({ for k in x : k => ["m"] })["m"][0]', "unknown transpose(…) at main.tf:1"),
        ('concat([x], ["m"])[1]', "m"),
        ('zipmap(["k"], ["v-${x}"])["k"]', "v-⟨var.x⟩"),
        ('flatten([["a"], [x]])[0]', "a"),
        ('basename("${x}/models/haiku.txt")', "haiku.txt"),
        ('basename("${x}/models/")', "models"),
        ('basename("models/${x}")', "unknown var.x"),
        ('basename("${x}.txt")', "unknown var.x"),
        # An absolute path is not known above the working directory.
        ('abspath("models/../prod/a.txt")', "⟨path.cwd⟩/prod/a.txt"),
        ('basename(abspath("prod/a.txt"))', "a.txt"),
        ('basename(abspath("../a.txt"))', "a.txt"),
        ('basename(dirname(abspath("prod/a.txt")))', "prod"),
        ('dirname(abspath("a.txt"))', "⟨path.cwd⟩"),
        ('abspath("${dirname(abspath("prod/a.txt"))}/./b.txt")', "⟨path.cwd⟩/prod/b.txt"),
        ('basename(abspath("."))', "unknown path.cwd"),
        ('basename(abspath(".."))', "unknown path.cwd"),
        ('basename(dirname(abspath("a.txt")))', "unknown path.cwd"),
        ('basename(dirname(abspath("../a.txt")))', "unknown path.cwd"),
        ('dirname("${x}/a.txt")', "unknown var.x"),
    ],
)
def test_known_parts_stay(evaluated: Callable[..., Value], expression: str, expected: str) -> None:
    found = render(evaluated(expression, x=OPEN, region=REGION))

    assert expected in found


def test_a_changed_hole_is_another_value(evaluated: Callable[..., Value]) -> None:
    same = evaluated("x == x", x=OPEN)
    changed = evaluated("lower(x) == x", x=OPEN)

    assert len(same) == 1
    assert len(changed) == 2


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('startswith("us.${x}", "us.")', ["Bool(value=True)"]),
        ('startswith("eu.${x}", "us.")', ["Bool(value=False)"]),
        ('startswith(x, "us.") ? 1 : 2', ["Number(value=1)", "Number(value=2)"]),
        ('endswith("${region}:x", "/x") ? 1 : 2', ["Number(value=2)"]),
        ('strcontains("${region}", ":") ? 1 : 2', ["Number(value=2)"]),
        ('strcontains("a${x}", "a") ? 1 : 2', ["Number(value=1)"]),
        ('contains(["a", x], "a") ? 1 : 2', ["Number(value=1)"]),
        ('contains(["b"], x) ? 1 : 2', ["Number(value=1)", "Number(value=2)"]),
        ('x == "a" && x == "b" ? 1 : 2', ["Number(value=2)", "Number(value=2)"]),
        ('length([x, "a"])', ["Number(value=2)"]),
        # A list of unknown length may be empty.
        ("alltrue([for e in x : false])", ["Bool(value=False)", "Bool(value=True)"]),
        ("anytrue([for e in x : true])", ["Bool(value=True)", "Bool(value=False)"]),
        ("anytrue(concat([true], [for e in x : false]))", ["Bool(value=True)"]),
        ('length(setintersection(["a"], [x, "a"]))', ["Number(value=1)"]),
        ('length(setintersection(["b"], [x, "a"]))', ["Number(value=1)", "Number(value=0)"]),
        ('length(setsubtract(["a"], [x, "a"]))', ["Number(value=0)"]),
        ('length(setsubtract(["b"], [x, "a"]))', ["Number(value=1)", "Number(value=0)"]),
    ],
)
def test_conditions_on_what_is_open(evaluated: Callable[..., Value], expression: str, expected: list[str]) -> None:
    assert [str(one.atom) for one in evaluated(expression, x=OPEN, region=REGION)] == expected


def test_an_element_that_is_one_of_several_decides_what_a_set_holds(evaluated: Callable[..., Value]) -> None:
    def chosen(name: str) -> tuple[Assumption, ...]:
        return (Assumption("var.model", name, True, Basis.OPEN),)

    model = tuple(text(name)[0]._replace(given=chosen(name)) for name in ("a", "b"))

    assert render(evaluated('join(",", setintersection(["a", "c"], [model]))', model=model)) == ["a", ""]
    assert render(evaluated('join(",", setsubtract(["a", "c"], [model]))', model=model)) == ["c", "a,c"]
    assert render(evaluated('join(",", setunion(["a", "c"], [model]))', model=model)) == ["a,c", "a,b,c"]


@pytest.mark.parametrize(("expression", "others"), [("list[x]", set()), ('try(list[x], "m")', {"m"})])
def test_a_list_of_more_shapes_than_are_kept_has_elements(
    evaluated: Callable[..., Value], expression: str, others: set[str]
) -> None:
    """Each of several elements is there by a default of its own, so that other values make many lists."""

    def element(number: int) -> Value:
        by_default = Assumption(f"var.f{number}", "true", True, Basis.DEFAULT)
        overridden = Assumption(f"var.f{number}", "true", False, Basis.OVERRIDE)
        (there,) = text(f"m{number}")
        return (there._replace(given=(by_default,)), Alternative(Absent(), (overridden,)))

    found = evaluated(expression, list=known(List(tuple(map(element, range(6))))), x=OPEN)

    assert {f"m{number}" for number in range(6)} | others <= set(render(found))


def test_what_stands_in_for_an_element_of_a_list_of_unknown_length_is_possible(evaluated: Callable[..., Value]) -> None:
    found = evaluated('try(list[x], "m")', list=known(List((), text("a"))), x=OPEN)
    assert render(found) == ["a", "m"]
    assert all(one.given for one in found)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('can(x.key) ? "a" : "m"', ["a", "m"]),
        ('try(x.on ? "a" : "b", "m")', ["a", "b", "m"]),
        ('try(x["k"] == "k" ? "a" : "b", "m")', ["a", "b", "m"]),
        ('try(tobool(x) ? "a" : "b", "m")', ["a", "b", "m"]),
        ('try(max(x...) > 1 ? "a" : "b", "m")', ["a", "b", "m"]),
        ('try(lookup({ k = "a" }, x), "m")', ["a", "m"]),
        ('try([for each in x : tonumber("y")], "m")', ["unknown List", "m"]),
        ('try({ for key, each in x : key => each[0] }, "m")', ["unknown Map", "m"]),
        ('try(one([for each in x : "a"]), "m")', ["a", "unknown Null", "m"]),
        ('try(one(concat(["a"], x)), "m")', ["a", "m"]),
    ],
)
def test_what_may_fail_is_as_possible_as_what_stands_in_for_it(
    evaluated: Callable[..., Value], expression: str, expected: list[str]
) -> None:
    found = evaluated(expression, x=OPEN)
    assert list(dict.fromkeys(render(found))) == expected
    assert all(one.given for one in found)


@pytest.mark.parametrize("function", ["distinct", "sort", "toset", "reverse"])
def test_what_exists_only_where_its_like_does_is_one_element(evaluated: Callable[..., Value], function: str) -> None:
    found = evaluated(f'join(",", {function}(distinct([for each in ["m", "m"] : each if x == "y"])))', x=OPEN)
    assert set(render(found)) == {"m", ""}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('{ k = "a", (x) = "m" }.k', ["a", "m"]),
        ('merge({ k = "a" }, { (x) = "m" }).k', ["a", "m"]),
        ('merge({ k = "a" }, x).k', ["a", "unknown var.x"]),
        ('lookup({ (x) = "a" }, "k", "m")', ["a", "m"]),
        ('coalescelist([for each in x : "a"], ["m"])[0]', ["a", "m"]),
        ('one([for each in x : "a"])', ["a", "unknown Null"]),
    ],
)
def test_what_may_be_replaced_is_as_possible_as_what_replaces_it(
    evaluated: Callable[..., Value], expression: str, expected: list[str]
) -> None:
    found = evaluated(expression, x=OPEN)
    assert render(found) == expected
    assert all(one.given for one in found)


def test_an_unknown_index_of_element_wraps_around(evaluated: Callable[..., Value]) -> None:
    assert render(evaluated('element(["m"], x)', x=OPEN)) == ["m"]
    found = evaluated('element(split(",", ["a", "m"][x]), x)', x=OPEN)
    assert render(found) == ["a", "m"]
    assert render(evaluated('element(["a", "m"], x)', x=OPEN)) == ["a", "m"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("merge([for each in x : { (each) = m }]...)[x]", ["m"]),
        ("merge([for each in x : { k = m }]...).k", ["m"]),
        ("merge({ k = other }, [for each in x : { k = m }]...).k", ["other", "m"]),
        ("concat([for each in x : [m]]...)[0]", ["m"]),
        ("concat([other], [for each in x : [m]]...)[0]", ["other", "m"]),
    ],
)
def test_what_a_list_of_unknown_length_is_expanded_to_is_known(
    evaluated: Callable[..., Value], expression: str, expected: list[str]
) -> None:
    assert render(evaluated(expression, x=OPEN, m=text("m"), other=text("other"))) == expected


def test_a_model_among_arguments_of_unknown_number_is_kept(evaluated: Callable[..., Value]) -> None:
    model = "anthropic.claude-3-haiku-20240307-v1:0"
    (found,) = evaluated('format("%s %s", [for each in x : m]...)', x=OPEN, m=text(model))
    assert isinstance(found.atom, Unknown)
    assert [held.render() for held in found.atom.holds] == [model]


def test_a_failure_of_some_elements_is_no_reason_for_what_is_not_known(evaluated: Callable[..., Value]) -> None:
    found = evaluated('try(merge([for each in x : { (each.key) = "m" }]...).k, "other")', x=OPEN)
    assert set(render(found)) == {"m", "other"}


def test_of_several_failures_one_value_stands_in(evaluated: Callable[..., Value]) -> None:
    found = evaluated('try(flatten(values(x)), ["m"])', x=OPEN)
    assert [type(one.atom) for one in found] == [Unknown, List]
    each = evaluated('join(",", [for k in [x, y] : try(values(k)[0] == "a" ? "a" : "a", "m")])', x=OPEN, y=REGION)
    assert set(render(each)) == {"a,a", "a,m", "m,a", "m,m"}


@pytest.mark.parametrize(
    "expression",
    ['flatten([for each in x : ["a", "m"]])[y]', 'merge({ for k in x : k => "a" }, { for k in x : k => "m" })[y]'],
)
def test_of_further_elements_an_unknown_key_chooses_one(evaluated: Callable[..., Value], expression: str) -> None:
    found = evaluated(expression, x=OPEN, y=REGION)
    assert render(found) == ["a", "m"]
    assert all(one.given for one in found)
    pairs = evaluated(f'"${{{expression}}}${{{expression.replace("[y]", "[x]")}}}"', x=OPEN, y=REGION)
    assert set(render(pairs)) == {"aa", "am", "ma", "mm"}


def test_further_elements_that_exclude_each_other_need_no_other_assumption(evaluated: Callable[..., Value]) -> None:
    found = evaluated('[for each in x : y == "k" ? "a" : "m"][x]', x=OPEN, y=REGION)
    assert [[each.subject for each in one.given] for one in found] == [["region"], ["region"]]


def test_transpose_of_one_of_several_lists_is_not_known(evaluated: Callable[..., Value]) -> None:
    (found,) = evaluated('transpose({ k = x == "y" ? ["a"] : ["m"] })', x=OPEN)
    assert isinstance(found.atom, Unknown)
    assert found.atom.cause is Cause.DEPLOY_TIME


def test_what_cannot_fail_needs_no_stand_in(evaluated: Callable[..., Value]) -> None:
    profile = Unknown(Cause.DEPLOY_TIME, "arn", "arn", target=Target("aws_bedrock_inference_profile.p", "arn"))
    assert evaluated('try(x, "m")', x=known(profile)) == known(profile)


@pytest.mark.parametrize(
    "expression",
    [
        'join(",", concat(["m"], x)) == "m" ? "a" : "b"',
        'join(",", [for each in x : "m"]) == "" ? "a" : "b"',
        '"%{ for each in x }m%{ endfor }" == "" ? "a" : "b"',
    ],
)
def test_what_a_text_of_unknown_length_decides_is_possible(evaluated: Callable[..., Value], expression: str) -> None:
    found = evaluated(expression, x=OPEN)
    assert set(render(found)) == {"a", "b"}
    assert all(one.given for one in found)


def test_a_list_built_from_an_unknown_one_shows_what_its_elements_are(evaluated: Callable[..., Value]) -> None:
    (built,) = evaluated('[for r in x : "arn:${r}:amazon.nova-lite-v1:0"]', x=OPEN)
    (formatted,) = evaluated('formatlist("arn:%s:amazon.nova-lite-v1:0", x)', x=OPEN)

    for one in (built, formatted):
        assert isinstance(one.atom, List)
        assert one.atom.items == ()
        assert render(one.atom.rest) == ["arn:⟨var.x⟩:amazon.nova-lite-v1:0"]


@pytest.mark.parametrize(
    "expression",
    ['try(x.model, "m")', 'coalesce(x, "m")', 'lookup(x, "model", "m")', 'try(tonumber("x"), x, "m")'],
)
def test_a_fallback_of_what_is_open_is_possible(evaluated: Callable[..., Value], expression: str) -> None:
    found = evaluated(expression, x=OPEN)

    assert render(found) == ["unknown var.x", "m"]
    assert [assumption.basis for assumption in found[1].given] == [Basis.OPEN]


def test_alternatives_that_contradict_each_other_do_not_meet(evaluated: Callable[..., Value]) -> None:
    def of(env: str) -> tuple[Assumption, ...]:
        return (Assumption("var.env", env, True, Basis.OPEN),)

    prefix = tuple(text(name)[0]._replace(given=of(name)) for name in ("dev", "prod"))
    model = tuple(text(f"{name}-model")[0]._replace(given=of(name)) for name in ("dev", "prod"))

    assert render(evaluated('"${p}/${m}"', p=prefix, m=model)) == ["dev/dev-model", "prod/prod-model"]


@pytest.mark.parametrize("name", ["timestamp()", "uuid()", 'bcrypt("x")', 'provider::vendor::parse("x")', "future(1)"])
def test_what_cannot_be_evaluated_says_so(evaluated: Callable[..., Value], name: str) -> None:
    (one,) = evaluated(name)

    assert isinstance(one.atom, Unknown)
    assert one.atom.cause is Cause.UNSUPPORTED_FUNCTION


def test_a_pattern_that_could_take_for_ever_is_refused(evaluated: Callable[..., Value]) -> None:
    (one,) = evaluated('regex("^(a+)+$", x)', x=text("a" * 200 + "b"))

    assert isinstance(one.atom, Unknown)
    assert one.atom.cause is Cause.UNSUPPORTED_FUNCTION


def test_pieces_keep_their_trails(evaluated: Callable[..., Value]) -> None:
    written = concat([text("us.", None), text("amazon.nova-lite-v1:0", None)], "x")
    (one,) = evaluated('replace("us.amazon.nova-lite-v1:0", "us.", "")', x=written)

    assert [str(step.location) for step in one.trail] == ["main.tf:1:9"]
