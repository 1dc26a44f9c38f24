"""What a report shows of the line where a model is written."""

import pytest

from checker.report.excerpt import excerpt

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
