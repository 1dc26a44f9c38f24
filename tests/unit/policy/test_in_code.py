"""How far a waiver in a comment reaches."""

import pytest

from checker.model.resource import Annotation, Input, InputKind, Loaded
from checker.policy.waivers import InCode, waivers_in_code
from checker.source import Location
from checker.source.yaml import parse_yaml

TEXT = '# bedrock-eol: ignore=r until=2027-01-31 reason="x"'


@pytest.mark.parametrize(
    ("lines", "column", "covered"),
    [
        (["a = 1 " + TEXT, "b = 2"], 7, 1),
        (["  " + TEXT, "b = 2"], 3, 2),
        ([" " + TEXT, "b = 2"], 2, 2),
        (["      a " + TEXT, "b = 2"], 9, 1),
        ([TEXT, "", "# more", "b = 2"], 1, 4),
        ([TEXT, "/* more */", "/* begins", "b = 2"], 1, 4),
        # Code behind a comment is the next line of code.
        ([TEXT, "/* more */ b = 2", "c = 3"], 1, 2),
        ([TEXT, "/* more */ /* and */ // more", "b = 2"], 1, 3),
        # A line that cannot be read says nothing of what stands before the comment.
        ([], 7, 1),
        ([], 1, 1),
    ],
)
def test_it_is_about_its_line_or_the_next_line_of_code(lines: list[str], column: int, covered: int) -> None:
    def read_line(_file: str, number: int) -> str | None:
        return lines[number - 1] if number <= len(lines) else None

    loaded = Loaded(Input(".", InputKind.TERRAFORM, ()), (), comments=((Location("f", 1, column), TEXT),))
    [waiver] = waivers_in_code(loaded, {"r"}, read_line).waivers
    assert waiver.spot is not None
    assert waiver.spot.lines == {("f", covered)}


def spots(lines: list[str], kind: InputKind = InputKind.TERRAFORM) -> set[tuple[str, int]]:
    """The lines that the comment covers with which the lines begin."""

    def read_line(_file: str, number: int) -> str | None:
        return lines[number - 1] if number <= len(lines) else None

    text = "\n".join(lines[: next((i for i, line in enumerate(lines, start=1) if line.endswith("*/")), 1)])
    loaded = Loaded(Input(".", kind, ()), (), comments=((Location("f", 1, 1), text),))
    [waiver] = waivers_in_code(loaded, {"r"}, read_line).waivers
    assert waiver.spot is not None
    return set(waiver.spot.lines)


@pytest.mark.parametrize("breaks", [0, 1, 2, 3])
def test_a_comment_of_several_lines_is_about_the_line_below_it(breaks: int) -> None:
    marker, _, rest = TEXT.partition(": ")
    comment = f"{marker.replace('#', '/*')}: {rest.replace(' ', chr(10), breaks)}\n*/"
    assert spots([*comment.split("\n"), "a = 1", "b = 2"]) == {("f", comment.count("\n") + 2)}


@pytest.mark.parametrize("above", ["/*", "/* Why: OPS-123.", "/**\n * Two lines.\n *"])
def test_it_may_begin_any_line_of_a_comment(above: str) -> None:
    comment = f"{above}\n * {TEXT.removeprefix('# ')}\n */"
    assert spots([*comment.split("\n"), "a = 1"]) == {("f", comment.count("\n") + 2)}
    inside = f"/* No\n waiver: see {TEXT.removeprefix('# ')} */"
    loaded = Loaded(Input(".", InputKind.TERRAFORM, ()), (), comments=((Location("f", 1, 1), inside),))
    assert waivers_in_code(loaded, {"r"}, lambda _file, _line: "") == InCode()


def test_it_reaches_over_empty_lines_and_comments_but_not_without_end() -> None:
    assert spots([TEXT, *["", "  # more"] * 100, "a = 1"]) == {("f", 202)}
    # 201 lines in between: it is about none of the code.
    assert spots([TEXT, *["", "  # more"] * 100, "", "a = 1"]) == {("f", 202)}


@pytest.mark.parametrize(
    ("kind", "covered"),
    [(InputKind.TERRAFORM, 3), (InputKind.TERRAFORM_PLAN, 3), (InputKind.CLOUDFORMATION, 2), (InputKind.CDK, 2)],
)
def test_what_is_a_comment_depends_on_the_language(kind: InputKind, covered: int) -> None:
    assert spots([TEXT, "// in YAML this is a text", "a: 1"], kind) == {("f", covered)}


def test_what_is_not_a_text_is_told_at_its_place() -> None:
    node = parse_yaml("ignore: r\nuntil: 2027-01-31\nreason: 3\n", "f")[0]
    loaded = Loaded(Input(".", InputKind.CLOUDFORMATION, ()), (), annotations=(Annotation("A", node),))
    [problem] = waivers_in_code(loaded, {"r"}, lambda _file, _number: None).problems
    assert "'reason' has to be a text" in problem.message
    assert (problem.file, problem.line, problem.column) == ("f", 3, 9)


@pytest.mark.parametrize(("length", "shown"), [(60, "x" * 60), (61, f"{'x' * 57}...")])
def test_a_long_name_is_shown_shortened(length: int, shown: str) -> None:
    text = TEXT.replace("ignore=r", f"ignore={'x' * length}")
    loaded = Loaded(Input(".", InputKind.TERRAFORM, ()), (), comments=((Location("f", 1, 1), text),))
    [problem] = waivers_in_code(loaded, {"r"}, lambda _file, _number: None).problems
    assert f"the policy has no rule '{shown}'; known" in problem.message


def read_waivers(text: str, rules: set[str] | None, marker: str = "# bedrock-eol: ") -> InCode:
    """What a comment says."""
    loaded = Loaded(Input(".", InputKind.TERRAFORM, ()), (), comments=((Location("f", 1, 1), f"{marker}{text}"),))
    return waivers_in_code(loaded, rules, lambda _file, _number: None)


def test_a_comment_may_name_several_rules_and_an_owner() -> None:
    made = read_waivers(r'reason=" \"so\" \\ " owner=ada ignore=a,,b until=2027-01-31', {"a", "b"})
    assert made.problems == ()
    assert [(each.rule, each.reason, each.owner) for each in made.waivers] == [
        ("a", '"so" \\', "ada"),
        ("b", '"so" \\', "ada"),
    ]
    assert read_waivers('ignore=a until=2027-01-31 reason="x" owner=" "', {"a"}).waivers[0].owner is None


def test_without_known_rules_any_may_be_named() -> None:
    text = 'ignore=some-rule until=2027-01-31 reason="x"'
    assert read_waivers(text, None).problems == ()
    assert len(read_waivers(text, set()).problems) == 1


@pytest.mark.parametrize("day", ["20270131", "2027-W05-1", "2027-1-31", "2027-01-31T00:00"])
def test_a_day_has_one_form(day: str) -> None:
    [problem] = read_waivers(f'ignore=r until={day} reason="x"', {"r"}).problems
    assert f"'{day}' is not a day, such as 2027-01-31" in problem.message


@pytest.mark.parametrize("marker", ["#bedrock-eol:", "## bedrock-eol :  ", "//bedrock-eol:", "/** bedrock-eol:"])
def test_a_comment_need_not_be_spaced_out(marker: str) -> None:
    made = read_waivers('ignore=r until=2027-01-31 reason="x"', {"r"}, marker)
    assert ([each.rule for each in made.waivers], made.problems) == (["r"], ())
