"""How far a waiver in a comment reaches."""

import pytest

from checker.model.resource import Input, InputKind, Loaded
from checker.policy.in_code import waivers_in_code
from checker.source import Location

TEXT = '# bedrock-eol: ignore=r until=2027-01-31 reason="x"'


@pytest.mark.parametrize(
    ("lines", "column", "covered"),
    [
        (["a = 1 " + TEXT, "b = 2"], 7, 1),
        (["  " + TEXT, "b = 2"], 3, 2),
        ([TEXT, "", "# more", "b = 2"], 1, 4),
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
