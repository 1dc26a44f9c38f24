"""The edits of `fix` as code actions, on texts that are not saved."""

from lsprotocol import types

from checker.fix import Asked
from checker.lsp.actions import FIX_ALL, Lines, chosen_of, code_actions, edit_of
from tests.unit.fix.conftest import EMBEDDING, NEW, OLD, OLD_LONELY
from tests.unit.lsp.conftest import OTHER, Editor

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
AGENT = PROVIDER + f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = "{OLD}"\n}}\n'
GRANT = (
    'resource "aws_iam_policy" "p" {\n  policy = jsonencode({\n    Statement = [{\n      Effect = "Allow"\n'
    f'      Action = "bedrock:InvokeModel"\n      Resource = ["arn:aws:bedrock:us-east-1::foundation-model/{OLD}"]\n'
    "    }]\n  })\n}\n"
)
LINE = 5


def actions(editor: Editor, line: int = LINE, only: list[str] | None = None) -> list[types.CodeAction]:
    context = types.CodeActionContext(editor.diagnostics("main.tf"), only)
    lines = Lines("main.tf", line, line)
    return code_actions(editor.session(), editor.answer("main.tf"), lines, context, editor.texts())


def applied(edit: types.WorkspaceEdit | None, text: str) -> str:
    """The text after the edit of its file, whose characters are all of one unit."""
    assert edit is not None
    (changes,) = (edit.changes or {}).values()
    lines = text.split("\n")
    for each in sorted(changes, key=lambda each: each.range.start, reverse=True):
        start, end = each.range.start, each.range.end
        assert start.line == end.line
        line = lines[start.line]
        lines[start.line] = line[: start.character] + each.new_text + line[end.character :]
    return "\n".join(lines)


def test_the_model_on_a_line_is_replaced(editor: Editor):
    editor.write({"main.tf": PROVIDER})
    # What is typed counts, not what is saved.
    editor.type("main.tf", AGENT)
    first, *_ = actions(editor)
    assert first.title == f"Replace with {NEW}"
    assert first.is_preferred
    assert [each.code for each in first.diagnostics or ()] == ["eol-within-90-days"]
    assert applied(first.edit, AGENT) == AGENT.replace(OLD, NEW)
    assert editor.type("main.tf", applied(first.edit, AGENT)) == []
    assert actions(editor, line=1) == []


def test_what_mends_is_found_out_once_for_each_change(editor: Editor):
    editor.write({"main.tf": PROVIDER})
    editor.type("main.tf", AGENT)
    session, asked = editor.session(), Asked()
    mending = session.mending(editor.answer("main.tf"), asked)
    assert session.mending(editor.answer("main.tf"), asked) is mending
    editor.type("main.tf", "\n" + AGENT)
    (edit,) = session.mending(editor.answer("main.tf"), asked).edits
    assert edit.location.line == LINE + 1


def test_unsaved_texts_are_as_before_once_edits_were_tried(editor: Editor):
    editor.write({"main.tf": PROVIDER})
    editor.type("main.tf", AGENT)
    actions(editor)
    assert editor.session().text(editor.folder / "main.tf") == AGENT
    assert [each.code for each in editor.type("other.tf", "\n")] == []
    assert [each.code for each in editor.diagnostics("main.tf")] == ["eol-within-90-days"]


def test_a_grant_goes_with_the_model(editor: Editor):
    editor.type("main.tf", AGENT + GRANT)
    first, *_ = actions(editor)
    assert first.title == f"Replace with {NEW}, and grant it"
    text = applied(first.edit, AGENT + GRANT)
    assert f"foundation-model/{OLD}" in text
    assert f"foundation-model/{NEW}" in text


def test_another_model_is_written_when_it_is_chosen(editor: Editor):
    editor.type("main.tf", AGENT)
    _, *others = actions(editor)
    (other,) = (each for each in others if each.data is not None)
    assert other.edit is None
    chosen = chosen_of(other)
    assert chosen is not None
    assert chosen.to == OTHER
    edit = edit_of(chosen, editor.session(), editor.answer("main.tf"), editor.texts())
    assert applied(edit, AGENT) == AGENT.replace(OLD, OTHER)


def test_what_is_not_replaced_says_why(editor: Editor):
    editor.type("main.tf", PROVIDER + f'resource "aws_ssm_parameter" "a" {{\n  value = "{EMBEDDING}"\n}}\n')
    (action,) = actions(editor)
    assert action.edit is None
    assert action.disabled is not None
    assert "vectors of two models cannot be compared" in action.disabled.reason


def test_all_of_a_file_are_replaced_at_once(editor: Editor):
    text = AGENT + AGENT.removeprefix(PROVIDER).replace('"a"', '"b"').replace(OLD, f"us.{OLD}")
    editor.type("main.tf", text)
    assert [each.kind for each in actions(editor)] == [types.CodeActionKind.QuickFix] * len(actions(editor))
    (action,) = actions(editor, line=1, only=[FIX_ALL])
    assert applied(action.edit, text) == text.replace(OLD, NEW)
    assert actions(editor, only=["refactor"]) == []
    editor.type("main.tf", AGENT.replace(OLD, OLD_LONELY))
    assert actions(editor, only=["source.fixAll"]) == []


def test_a_broken_text_has_no_edits(editor: Editor):
    editor.type("main.tf", AGENT)
    editor.type("main.tf", AGENT + 'resource "')
    assert actions(editor) == []
