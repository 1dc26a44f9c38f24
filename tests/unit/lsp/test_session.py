"""Answers while texts change: they are those of a fresh run, and a broken text keeps the last good one."""

from dataclasses import replace

import pytest
from lsprotocol import types

from checker.errors import UsageError
from checker.lsp.texts import line_map
from checker.pipeline import scan
from tests.unit.fix.conftest import NEW, OLD, OLD_NEAR
from tests.unit.lsp.conftest import Editor

AGENT = f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = "{OLD}"\n}}\n'
MODULE = (
    'variable "m" {{\n  default = "{}"\n}}\nresource "aws_bedrockagent_agent" "a" {{\n  foundation_model = var.m\n}}\n'
)
CALLER = 'provider "aws" {\n  region = "REGION"\n}\nmodule "m" {\n  source = "../m"\n}\n'


def codes(diagnostics: list[types.Diagnostic]) -> list[object]:
    return [each.code for each in diagnostics]


def ranges(editor: Editor, name: str, diagnostics: list[types.Diagnostic]) -> list[str]:
    """The text that each diagnostic marks."""
    lines = editor.texts().lines(name)
    return [lines[each.range.start.line][each.range.start.character : each.range.end.character] for each in diagnostics]


def test_a_finding_stands_where_the_model_is_written(editor: Editor):
    editor.write({"m/main.tf": MODULE.format(OLD), "us/main.tf": CALLER.replace("REGION", "us-east-1")})
    found = editor.type("m/main.tf", MODULE.format(OLD))
    assert codes(found) == ["eol-within-90-days"]
    assert ranges(editor, "m/main.tf", found) == [OLD]
    assert found[0].severity is types.DiagnosticSeverity.Error
    assert found[0].tags == [types.DiagnosticTag.Deprecated]
    related = [(each.message, each.location.range.start.line) for each in found[0].related_information or ()]
    assert related[0] == ("used by module.m.aws_bedrockagent_agent.a foundation_model", 4)
    assert editor.type("us/main.tf", CALLER.replace("REGION", "us-east-1")) == []


def test_unsaved_texts_count_also_of_other_files(editor: Editor):
    caller = CALLER.replace("REGION", "us-east-1")
    editor.write({"m/main.tf": MODULE.format(NEW), "us/main.tf": caller})
    assert editor.type("m/main.tf", MODULE.format(NEW)) == []
    passing = caller.replace('"../m"\n', f'"../m"\n  m      = "{OLD}"\n')
    assert codes(editor.type("us/main.tf", passing)) == ["eol-within-90-days"]
    assert editor.type("us/main.tf", caller) == []
    assert codes(editor.type("m/main.tf", MODULE.format(OLD))) == ["eol-within-90-days"]
    # A file that is closed without being saved has the text of the disk again.
    editor.change({"m/main.tf": None})
    assert editor.type("us/main.tf", caller + "\n") == []
    assert editor.diagnostics("m/main.tf") == []


def test_an_edit_is_judged_in_all_roots_that_read_the_file(editor: Editor):
    roots = {f"{name}/main.tf": CALLER.replace("REGION", name) for name in ("us-east-1", "eu-west-1")}
    editor.write({"m/main.tf": MODULE.format(NEW), **roots, "other/main.tf": AGENT})
    editor.type("m/main.tf", MODULE.format(NEW))
    found = editor.type("m/main.tf", MODULE.format(OLD_NEAR))
    assert editor.answer("m/main.tf").paths == ("eu-west-1", "us-east-1")
    assert ["eu-west-1" in each.message for each in found] == [True, False]


def test_answers_are_those_of_a_fresh_run(editor: Editor):
    """Also after many edits, and for files of which several inputs know."""
    stack = f"Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {{FoundationModel: {OLD}}}\n"
    editor.write({"m/main.tf": MODULE.format(NEW), "us/main.tf": CALLER, "stack.yaml": stack, "prod.tfvars": 'm = "x"'})
    texts = [MODULE.format(OLD), MODULE.format(NEW), AGENT, "", MODULE.format(OLD_NEAR) + AGENT.replace('"a"', '"b"')]
    for text in (*texts, *reversed(texts)):
        editor.type("m/main.tf", text)
        (editor.folder / "m/main.tf").write_text(text, encoding="utf-8")
        answer = editor.answer("m/main.tf")
        fresh = scan(answer.paths, editor.settings, standard_input=bytes, cwd=editor.folder)
        assert answer.survey.scan.findings == fresh.findings
        assert answer.survey.scan.references == fresh.references


def test_a_broken_text_keeps_the_last_good_answer_where_it_is_now(editor: Editor):
    editor.write({"main.tf": AGENT})
    editor.type("main.tf", AGENT)
    found = editor.type("main.tf", 'resource "aws_sqs_queue" "q" {\n\n' + AGENT)
    assert set(codes(found)) == {"eol-within-90-days", "invalid-syntax"}
    assert ranges(editor, "main.tf", [each for each in found if each.code == "eol-within-90-days"]) == [OLD]
    assert found[0].range.start.line == 3
    # What is on the line that is being typed is not told of it.
    unclosed = editor.type("main.tf", AGENT.replace(f'{OLD}"', OLD))
    assert codes(unclosed) == ["invalid-syntax"]
    assert codes(editor.type("main.tf", AGENT.replace(OLD, NEW))) == []


def test_a_text_that_is_broken_from_the_start_is_told_once(editor: Editor):
    editor.write({"main.tf": AGENT, "b.tf": "locals {"})
    editor.type("main.tf", AGENT)
    for text in ("locals {", "locals {\n", "locals {\n\n"):
        assert codes(editor.type("b.tf", text)) == ["invalid-syntax"]
    assert editor.type("b.tf", "locals {}") == []


def test_a_broken_text_does_not_hold_up_others(editor: Editor):
    editor.write({"main.tf": AGENT, "b.tf": 'variable "m" {}\n'})
    editor.type("main.tf", AGENT)
    editor.type("b.tf", f'variable "m" {{\n  default = "{OLD}"\n}}\n')
    editor.type("b.tf", f'variable "m" {{\n  default = "{OLD}"\n')
    assert editor.type("main.tf", AGENT.replace(OLD, NEW)) == []
    # What the broken text said last still holds there.
    editor.type("main.tf", AGENT.replace(f'"{OLD}"', "var.m"))
    assert set(codes(editor.diagnostics("b.tf"))) == {"eol-within-90-days", "invalid-syntax"}
    editor.session().survey_all()
    assert set(codes(editor.diagnostics("b.tf"))) == {"eol-within-90-days", "invalid-syntax"}


def test_a_file_that_is_new_is_a_root_of_its_own_until_it_is_read_by_one(editor: Editor):
    editor.write({"main.tf": AGENT, "new/notes.txt": ""})
    editor.type("main.tf", AGENT)
    assert codes(editor.type("new/main.tf", AGENT)) == ["eol-within-90-days"]
    assert codes(editor.type("more.tf", AGENT.replace('"a"', '"b"'))) == ["eol-within-90-days"]
    assert editor.type("package.json", '{"name": "x"}') == []


def test_a_template_that_ceases_to_be_one_has_no_findings(editor: Editor):
    stack = f"Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {{FoundationModel: {OLD}}}\n"
    editor.write({"stack.yaml": stack})
    assert codes(editor.type("stack.yaml", stack)) == ["eol-within-90-days"]
    assert editor.type("stack.yaml", "name: x\n") == []
    editor.session().survey_all()
    assert editor.diagnostics("stack.yaml") == []
    assert codes(editor.type("stack.yaml", stack)) == ["eol-within-90-days"]


def test_what_the_settings_leave_out_has_no_findings(editor: Editor):
    """Unless something else reads it, as `check` has it."""
    editor.write({"m/main.tf": MODULE.format(OLD), "us/main.tf": CALLER.replace("REGION", "us-east-1")})
    settings = replace(editor.settings, excluded=("us/old",))
    editor.session()._configure = lambda _folder: (("us",), settings)
    assert editor.type("other/main.tf", AGENT) == []
    assert editor.type("us/old/main.tf", AGENT) == []
    assert codes(editor.type("us/new.tf", AGENT)) == ["eol-within-90-days"]
    assert codes(editor.type("m/main.tf", MODULE.format(OLD))) == ["eol-within-90-days"]


def test_what_is_wrong_with_an_open_policy_is_only_its_diagnostics(editor: Editor):
    editor.settings = replace(editor.settings, policy=("policy.yaml",))
    broken = "version: 1\nrules:\n  - id: x\n    check: nope\n    severity: error\n"
    editor.write({"main.tf": AGENT, "policy.yaml": broken})
    editor.change({"policy.yaml": broken + "#"})
    editor.change({"main.tf": AGENT})
    assert editor.desk.new_errors() == ()
    editor.change({"policy.yaml": None})
    editor.change({"main.tf": AGENT + "#"})
    (told,) = editor.desk.new_errors()
    assert told.startswith("policy.yaml:4:12: 'nope' is not a check")


def test_changes_on_the_disk_are_noticed_of_which_nobody_tells(editor: Editor):
    caller = CALLER.replace("REGION", "us-east-1")
    editor.write({"m/main.tf": 'variable "m" {}\n', "us/main.tf": caller})
    editor.change({"us/main.tf": caller})

    def found() -> list[str]:
        editor.desk.survey(lambda *_: None)
        return [finding.reference.id for finding in editor.answer("us/main.tf").survey.scan.open_findings]

    assert found() == []
    editor.write({"m/main.tf": AGENT})
    assert found() == ["us#module.m.aws_bedrockagent_agent.a#foundation_model"]
    editor.write({"m/more.tf": AGENT.replace('"a"', '"b"')})
    assert len(found()) == 2
    (editor.folder / "m/main.tf").unlink()
    assert found() == ["us#module.m.aws_bedrockagent_agent.b#foundation_model"]


def test_a_plan_is_judged_while_it_is_open(editor: Editor):
    plan = (
        '{"format_version": "1.2", "terraform_version": "1.11.0", "resource_changes": [{"address":'
        ' "aws_bedrockagent_agent.a", "mode": "managed", "type": "aws_bedrockagent_agent", "name": "a",'
        ' "provider_name": "registry.terraform.io/hashicorp/aws", "change": {"actions": ["create"], "before": null,'
        ' "after":'
        f' {{"foundation_model": "{OLD}"}}, "after_unknown": {{}}}}}}]}}'
    )
    editor.write({"main.tf": AGENT})
    editor.type("main.tf", AGENT)
    assert "eol-within-90-days" in codes(editor.type("plan.json", plan))


def test_imports_of_a_template_keep_their_value(editor: Editor):
    exporter = "Resources: {Q: {Type: AWS::SQS::Queue}}\nOutputs:\n  M: {Value: MODEL, Export: {Name: model}}\n"
    importer = (
        "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      FoundationModel: !ImportValue model\n"
    )
    editor.write({"a.yaml": exporter.replace("MODEL", OLD), "b.yaml": importer})
    assert codes(editor.type("a.yaml", exporter.replace("MODEL", OLD))) == ["eol-within-90-days"]
    assert editor.type("b.yaml", importer + "\n") == []
    assert editor.type("a.yaml", exporter.replace("MODEL", NEW)) == []
    assert codes(editor.type("a.yaml", exporter.replace("MODEL", OLD))) == ["eol-within-90-days"]


def test_what_is_wrong_with_the_settings_is_told_once_and_answers_stay(editor: Editor):
    editor.write({"main.tf": AGENT})
    editor.type("main.tf", AGENT)

    def configure(_folder: object) -> tuple[tuple[str, ...], object]:
        raise UsageError(".bedrock-eol.yaml:1:1: unknown key 'polcy'")

    editor.session()._configure = configure
    editor.change({}, [".bedrock-eol.yaml"])
    for text in (AGENT + "\n", AGENT):
        editor.change({"main.tf": text})
    assert editor.desk.new_errors() == (".bedrock-eol.yaml:1:1: unknown key 'polcy'",)
    assert editor.desk.new_errors() == ()
    assert codes(editor.diagnostics("main.tf")) == ["eol-within-90-days"]
    # It is told again if it comes back.
    editor.session()._configure = lambda _folder: ((".",), editor.settings)
    editor.desk.survey(lambda *_: None)
    editor.session()._configure = configure
    editor.change({"main.tf": AGENT}, [".bedrock-eol.yaml"])
    assert editor.desk.new_errors() == (".bedrock-eol.yaml:1:1: unknown key 'polcy'",)


def test_a_folder_that_is_a_link_has_the_same_answers(editor: Editor):
    editor.write({"m/main.tf": MODULE.format(OLD), "us/main.tf": CALLER.replace("REGION", "us-east-1")})
    link = editor.folder.with_name("link")
    link.symlink_to(editor.folder)
    linked = Editor(link, editor.settings)
    (found,) = linked.type("m/main.tf", MODULE.format(OLD))
    (use, *_) = found.related_information or ()
    assert use.location.uri == (link / "m/main.tf").as_uri()


def test_files_outside_the_folders_have_the_settings_of_their_work_tree(editor: Editor):
    editor.folders = (editor.folder / "a", editor.folder / "a/b")
    editor.change({})
    assert editor.desk.session_of(editor.folder / "a/b/c/main.tf").folder == editor.folder / "a/b"
    assert editor.desk.session_of(editor.folder / "a/main.tf").folder == editor.folder / "a"
    assert editor.desk.session_of(editor.folder / "x/main.tf").folder == editor.folder


def test_unsaved_texts_count_in_the_code_of_other_folders(editor: Editor):
    """Also in a folder that is opened after them."""
    caller = CALLER.replace("REGION", "us-east-1").replace('"../m"\n', '"../m"\n  m      = module.n.id\n')
    caller += 'module "n" {\n  source = "../n"\n}\n'
    editor.write(
        {"m/main.tf": MODULE.format(NEW), "n/main.tf": f'output "id" {{ value = "{NEW}" }}', "us/a.tf": caller}
    )
    editor.folders = (editor.folder / "n",)
    editor.change({"n/main.tf": f'output "id" {{ value = "{OLD}" }}'})
    editor.folders = (editor.folder / "n", editor.folder / "us")
    editor.change({"us/a.tf": caller})

    def found_by_callers() -> list[str]:
        return [finding.rule for finding in editor.answer("us/a.tf").survey.scan.open_findings]

    assert found_by_callers() == ["eol-within-90-days"]
    editor.change({"n/main.tf": f'output "id" {{ value = "{NEW}" }}'})
    assert editor.desk.affected() == (editor.folder / "n/main.tf", editor.folder / "us/a.tf")
    assert found_by_callers() == []
    # A file of no folder belongs to the one that reads it.
    assert editor.desk.session_of(editor.folder / "m/main.tf").folder == editor.folder / "us"


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        ("a\nb\nc", "a\nb\nc", [1, 2, 3]),
        ("a\nb\nc", "a\nx\ny\nc", [1, None, 4]),
        ("a\nb\nc", "b\nc", [None, 1, 2]),
        ("a\nb\nc", "a\nb\nc\nd", [1, 2, 3]),
        ("a\na\na", "a\na", [1, 2, None]),
        ("a\r\nb", "a\nb", [1, 2]),
        ("", "x", [None]),
    ],
)
def test_lines_that_are_not_edited_are_followed(before: str, after: str, moved: list[int | None]):
    assert list(map(line_map(before, after), range(1, len(before.split("\n")) + 1))) == moved
