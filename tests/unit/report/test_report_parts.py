"""The small parts of reports."""

# ruff: noqa: E501

import csv
import io
from datetime import date

import pytest

from checker.errors import UsageError
from checker.model.policy import Severity
from checker.report import FORMATS, format_names, renderer
from checker.report.escaping import ascii_only, printable
from checker.report.excerpt import excerpt
from checker.report.page import Page, Span
from checker.report.view import Verdict, verdict_of
from checker.wording import counted, distance, listed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("", ""),
        ("naïve 日本", "naïve 日本"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u202egnp", "\\u202egnp"),
        ("\x9b\x7f\u2028", "\\x9b\\x7f\\u2028"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("::error::x", "\\x3a:error::x"),
        ("a ::error::x", "a \\x3a:error::x"),
        ("AWS::Region", "AWS::Region"),
        ("##[group]x", "\\x23#[group]x"),
        ("a##vso[x]", "a\\x23#vso[x]"),
        ("## heading", "## heading"),
    ],
)
def test_printable(text, shown):
    assert printable(text) == shown


def test_ascii_only():
    assert ascii_only("⟨AWS::Region⟩ → x ≠ y…") == "<AWS::Region> -> x != y..."
    assert ascii_only("é") == "\\xe9"


def test_excerpt_marks_the_id_and_expands_tabs():
    cut = excerpt('\tm = "us.a.b"', 6, ("us.a.b",), 80)
    assert cut is not None
    assert cut.text == '    m = "us.a.b"'
    assert cut.text[cut.start : cut.end] == "us.a.b"


def test_excerpt_of_a_long_line_keeps_the_mark():
    cut = excerpt("x" * 200 + " a.model " + "y" * 100, 1, ("a.model",), 40)
    assert cut is not None
    assert cut.text[cut.start : cut.end] == "a.model"
    assert len(cut.text) <= 40
    assert cut.text.startswith("...")
    assert cut.text.endswith("...")


def test_excerpt_without_the_id_marks_the_column():
    cut = excerpt("m = local.x", 5, ("a.model",), 80)
    assert cut == ("m = local.x", 4, 5)


@pytest.mark.parametrize(("line", "column"), [("x" * 401, 1), ("short", 9), ("short", 0)])
def test_no_excerpt_of_packed_lines_and_impossible_columns(line, column):
    assert excerpt(line, column, (), 80) is None


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{ model = "a.model", password = "hunter2" }', '{ model = "a.model", password = "..." }'),
        ('{ password = "hunter2", model = "a.model" }', '{ password = "...", model = "a.model" }'),
        ('{"Key": {"NoEcho": true, "Default": "x"}, "M": "a.model"}', '{"Key": {"NoEcho": ..., "Default": "..."}, "M": "a.model"}'),
        ("Variables: {MODEL: a.model, KEY: hunter2}", "Variables: {MODEL: a.model, KEY: ...}"),
        ("- {Name: KEY, Value: 'hunter 2', Model: a.model}", "- {Name: ..., Value: '...', Model: a.model}"),
        ('body = "{\\"key\\": \\"hunter2\\", \\"m\\": \\"a.model\\"}"', 'body = "{\\"key\\": \\"...\\", \\"m\\": \\"a.model\\"}"'),
        ("  export MODEL=a.model TOKEN=hunter2", "  export MODEL=a.model TOKEN=..."),
        ('resource "t" "n" { model = "a.model" }', 'resource "t" "n" { model = "a.model" }'),
        ('model = var.env == "prod" ? "a.model" : "b.model"', 'model = var.env == "prod" ? "a.model" : "b.model"'),
        ('model = var.env == "prod" ? "b.model" : "a.model"', 'model = var.env == "prod" ? "b.model" : "a.model"'),
        ('model = "arn:aws:bedrock:us-east-1::foundation-model/a.model"', 'model = "arn:aws:bedrock:us-east-1::foundation-model/a.model"'),
        ('AllowedValues: ["hunter2", "a.model", \'x\']', 'AllowedValues: ["...", "a.model", \'...\']'),
        ('l = ["a.model", sensitive("hunter2")]', 'l = ["a.model", sensitive("...")]'),
        ('x = join("/", ["k", "a.model", y["z"]])', 'x = join("/", ["...", "a.model", y["z"]])'),
        ('m = local.models["chat"] + f("x", "a.model")', 'm = local.models["chat"] + f("x", "a.model")'),
        # A document in a string, and a URL.
        ("""SecretString: '{"m": "a.model", "k": "hunter2"}'""", """SecretString: '{"m": "a.model", "k": "..."}'"""),
        (
            'URL = "https://user:hunter2@h/model/a.model/invoke?token=x"',
            'URL = "https://...@h/model/a.model/invoke?token=..."',
        ),
        ("  ModelId: a.model # the model: a good one", "  ModelId: a.model # the model: a good one"),
    ],
)  # fmt: skip
def test_an_excerpt_leaves_out_the_other_values(line: str, shown: str) -> None:
    cut = excerpt(line, 1, ("a.model",), 200)
    assert cut is not None
    assert cut.text == shown
    assert cut.text[cut.start : cut.end] == "a.model"


def test_paragraph_hangs_under_its_first_word():
    page = Page(width=20, color=False, unicode=True)
    page.paragraph(Span("one two three four five"), first=[Span("fix")], indent=2, label_width=6)
    assert page.text() == "  fix   one two\n        three four\n        five\n"


def test_a_whole_span_is_not_broken_and_stays_with_what_follows():
    page = Page(width=12, color=False, unicode=True)
    page.paragraph(Span("see "), Span("a  b c.tf:1:1", whole=True), Span("."))
    assert page.text() == "see\na  b c.tf:1:1.\n"


def test_markup_and_emoji_stay_text():
    page = Page(width=80, color=True, unicode=True)
    page.line(Span("[red]x[/red] :smile: [link=http://x]y[/link]"))
    assert page.text() == "[red]x[/red] :smile: [link=http://x]y[/link]\n"


def test_wording():
    assert counted(1, "file") == "1 file"
    assert counted(1200, "file") == "1,200 files"
    assert counted(2, "entry", "entries") == "2 entries"
    day = date(2026, 11, 24)
    assert distance(day, day) == "today"
    assert distance(date(2026, 11, 25), day) == "in 1 day"
    assert distance(date(2026, 11, 22), day) == "2 days ago"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed(["a"]) == "a"
    assert listed([]) == ""


@pytest.mark.parametrize(
    ("name", "fail_on", "fail_on_unresolved", "verdict"),
    [
        ("clean", Severity.NOTE, True, Verdict.PASSED),
        ("findings", Severity.ERROR, False, Verdict.FAILED),
        ("findings", None, False, Verdict.PASSED),
        ("unresolved", Severity.ERROR, False, Verdict.PASSED),
        ("unresolved", Severity.ERROR, True, Verdict.INCOMPLETE),
        ("unresolved", Severity.WARNING, True, Verdict.FAILED),
        ("incomplete", Severity.ERROR, False, Verdict.INCOMPLETE),
        ("incomplete", None, False, Verdict.INCOMPLETE),
        ("hostile", Severity.ERROR, False, Verdict.FAILED),
    ],
)
def test_verdict(make_scenario, name, fail_on, fail_on_unresolved, verdict):
    assert verdict_of(make_scenario(name).scan, fail_on, fail_on_unresolved) is verdict


def test_every_row_of_the_table_can_be_written():
    for judged in (True, False):
        for name in format_names(judged=judged):
            assert callable(renderer(name, judged=judged))
    assert set(FORMATS) == {*format_names(judged=True), *format_names(judged=False)}


def test_an_unknown_format_names_the_formats():
    with pytest.raises(UsageError, match=r"'jsno'.*did you mean 'json'"):
        renderer("jsno", judged=True)
    with pytest.raises(UsageError, match="'sarif'"):
        renderer("sarif", judged=False)


def test_no_cell_of_csv_is_a_formula(scenario):
    text = renderer("csv", judged=False)(scenario.view, scenario.options())
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 1 + sum(max(len(each.candidates), 1) for each in scenario.scan.references)
    for row in rows:
        assert len(row) == len(rows[0])
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
        assert not any("\x1b" in cell or "\n" in cell for cell in row)
