"""Hover, definitions and references: from a model to its uses and back."""

import pytest
from lsprotocol import types

from checker.lsp.hover import hover_at
from checker.lsp.navigation import definitions, uses
from tests.unit.fix.conftest import NEW, OLD
from tests.unit.lsp.conftest import CURSOR, Editor

CODE = f"""\
provider "aws" {{
  region = "eu-west-1"
}}
variable "m" {{
  default = "{OLD}"
}}
resource "aws_bedrockagent_agent" "a" {{
  foundation_model = var.m
}}
resource "aws_bedrockagent_agent" "b" {{
  foundation_model = "eu.{OLD}"
}}
# Was {NEW} before.
"""


def with_cursor(after: str) -> str:
    """The code, with the cursor behind a text."""
    return CODE.replace(after, after + CURSOR, 1)


def hovered(editor: Editor, text: str) -> str | None:
    location = editor.at_cursor("main.tf", text)
    answer = editor.answer("main.tf")
    found = hover_at(location, editor.session().references(answer), answer.survey, editor.texts())
    if found is None:
        return None
    assert isinstance(found.contents, types.MarkupContent)
    return found.contents.value


def shown(locations: list[types.Location]) -> list[tuple[int, int, int]]:
    return [(each.range.start.line, each.range.start.character, each.range.end.character) for each in locations]


def test_a_model_is_shown_with_its_dates_where_it_is_used(editor: Editor):
    told = hovered(editor, with_cursor('default = "anthropic.claude'))
    assert told is not None
    lines = told.splitlines()
    assert lines[0].startswith(f"`{OLD}` ")
    eu, *others = [line for line in lines if line.startswith("| ") and "2026-12-15" in line]
    assert (
        eu == "| → eu-west-1, eu-central-1, us-east-1, us-east-2 and us-west-2 | Legacy | 2026-06-15 |  | 2026-12-15 |"
    )
    assert others == []
    assert "- `aws_bedrockagent_agent.b foundation_model` at `main.tf:11`" in lines
    assert "Used in 2 places:" in lines
    assert "| 2026-11-24" in told


def test_the_property_shows_the_models_that_it_may_name(editor: Editor):
    told = hovered(editor, with_cursor("foundation_model = var"))
    assert told is not None
    assert told.startswith(f"`{OLD}`")


def test_an_id_in_a_comment_is_shown_too_and_nothing_elsewhere(editor: Editor):
    told = hovered(editor, with_cursor("# Was anthropic."))
    assert told is not None
    assert told.startswith(f"`{NEW}`")
    assert "Used in" not in told
    assert hovered(editor, with_cursor("provider")) is None


@pytest.mark.parametrize(("after", "written"), [("foundation_model = var", (4, 13, 13 + len(OLD)))])
def test_a_property_leads_to_where_the_model_is_written(editor: Editor, after: str, written: tuple[int, int, int]):
    location = editor.at_cursor("main.tf", with_cursor(after))
    references = editor.session().references(editor.answer("main.tf"))
    assert shown(definitions(references, location, editor.texts())) == [written]


def test_what_is_written_leads_to_its_uses(editor: Editor):
    location = editor.at_cursor("main.tf", with_cursor('default = "anthr'))
    references = editor.session().references(editor.answer("main.tf"))
    assert [line for line, *_ in shown(uses(references, location, editor.texts(), with_definition=False))] == [7]
    assert [line for line, *_ in shown(uses(references, location, editor.texts(), with_definition=True))] == [4, 7]
    # A property leads to all that name its model.
    location = editor.at_cursor("main.tf", with_cursor("foundation_model = var"))
    assert [line for line, *_ in shown(uses(references, location, editor.texts(), with_definition=False))] == [7, 10]


def test_uses_in_other_roots_of_the_folder_are_found_too(editor: Editor):
    editor.write({"other/main.tf": CODE})
    location = editor.at_cursor("main.tf", with_cursor("foundation_model = var"))
    editor.type("main.tf", CODE + "\n")
    references = editor.session().references(editor.answer("main.tf"))
    found = uses(references, location, editor.texts(), with_definition=False)
    assert [each.uri.rpartition("tree/")[2] for each in found] == ["main.tf"] * 2 + ["other/main.tf"] * 2


def test_positions_are_counted_as_the_editor_counts_them(editor: Editor):
    """UTF-16 has two units for characters beyond the first plane."""
    line = f'/* 😀 */ resource "aws_bedrockagent_agent" "a" {{ foundation_model = "{OLD}" }}\n'
    (diagnostic,) = editor.type("main.tf", line)
    start = line.index(OLD) + 1
    assert (diagnostic.range.start.character, diagnostic.range.end.character) == (start, start + len(OLD))
    location = editor.texts().location("main.tf", types.Position(0, start))
    assert location.column == line.index(OLD) + 1
