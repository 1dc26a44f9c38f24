"""What a report shows of the line where a model is written."""

from dataclasses import replace

import pytest

from checker.report.excerpt import excerpt, shown_line
from checker.source import Location

MODEL = "anthropic.test-active-v1:0"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f'value = "{MODEL}"', f'value = "{MODEL}"'),
        (f'value = "{MODEL} hunter2"', f'value = "{MODEL} ..."'),
        (f'value = "hunter2 {MODEL}, and more"', f'value = "... {MODEL}, ..."'),
        (f'value = "key hunter2 us.{MODEL}"', f'value = "... us.{MODEL}"'),
        (f'value = "${{var.geography}}.{MODEL}"', f'value = "${{var.geography}}.{MODEL}"'),
    ],
)
def test_other_words_of_the_string_are_left_out(line: str, shown: str) -> None:
    found = excerpt(line, line.index('"') + 1, (MODEL,), 120)

    assert found is not None
    assert found.text == shown
    assert found.text[found.start : found.end] == MODEL


def test_of_a_plan_the_code_is_shown_and_the_plan_is_not(make_scenario) -> None:
    scenario = make_scenario("plan")
    plan = scenario.scan.inputs[0]._replace(files=("plan.json", "main.tf"))
    scan = replace(scenario.scan, inputs=(plan,))

    def line(file: str, number: int) -> str:
        return f"line {number} of {file}"

    assert shown_line(scan, Location("plan.json", 2, 5), line) is None
    assert shown_line(scan, Location("main.tf", 2, 5), line) == "line 2 of main.tf"
