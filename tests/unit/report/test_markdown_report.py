"""The comment renders as meant, whatever the names in it, and fits into a comment."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from checker.model.finding import Edit, Mending, Status
from checker.report import markdown
from checker.report.escaping import code, prose
from checker.report.view import View

RENDERER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OWN_HTML = re.compile(
    r"<!-- bedrock-eol [0-9a-f]{12} -->|</?(details|summary|code|sub)>|<br>|<summary>[\w ,]+</summary>", re.ASCII
)
HOSTILE = (
    "a | b",
    "a\\|b",
    "`code`",
    "``",
    "<img src=x onerror=alert(1)>",
    "</details>",
    "</code>",
    "<!--",
    "[x](http://example.com)",
    "![x](http://example.com/x.png)",
    "@octocat",
    "owner/repo#1",
    "#1",
    "GH-1",
    "https://example.com",
    "www.example.com",
    "a@example.com",
    ":smile:",
    "**bold** _it_ ~~gone~~",
    "$x^2$",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "---",
    "line\nbreak\r\n\r\nparagraph",
    "\u202egnp.exe\u2066",
    "\x1b[31mred\x00",
    "&lt;&amp;&#64;",
    "::set-output name=x::y",
    "\\",
    "",
    " ",
)


def flat(text):
    """All tokens of the rendered page."""
    for token in RENDERER.parse(text):
        yield token
        yield from token.children or ()


def check_harmless(text, allowed=OWN_HTML):
    tokens = list(flat(text))
    assert not {token.type for token in tokens} & {"link_open", "image", "code_block", "fence", "s_open", "em_open"}
    for token in tokens:
        if token.type in ("html_inline", "html_block"):
            for tag in re.findall(r"<[^>]*>?", token.content):
                assert allowed.fullmatch(tag), token.content
    in_code = False
    for token in tokens:
        if token.type == "html_inline" and token.content in ("<code>", "</code>"):
            in_code = token.content == "<code>"
        if token.type == "text" and not in_code:
            assert not re.search(r"[@#$|<>`\\]|://|www\.|GH-\d|:\w+:", token.content), token.content
    return tokens


def test_the_page_is_harmless_and_its_tables_are_whole(scenario):
    text = markdown.render(scenario.view, scenario.options())
    tokens = check_harmless(text)
    assert re.match(r"<!-- bedrock-eol [0-9a-f]{12} -->\n## ", text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", text)
    rows = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append(0)
        elif token.type in ("th_open", "td_open"):
            rows[-1] += 1
    assert set(rows) <= {3, 4}
    # GFM drops cells beyond those of the header, and with them what they say.
    for line in text.splitlines():
        if line.startswith("|"):
            assert line.count("|") in (4, 5)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("say", [code, prose])
def test_hostile_text_stays_text(name, say):
    check_harmless(say(name), re.compile("</?code>"))
    table = f"| a | b |\n| --- | --- |\n| {say(name)} | end |\n"
    cells = [token for token in RENDERER.parse(table) if token.type == "td_open"]
    assert len(cells) == 2
    assert "\n" not in say(name)


@given(st.text(max_size=60))
def test_any_text_stays_text(text):
    for say in (code, prose):
        tokens = check_harmless(say(text), re.compile("</?code>"))
        assert [token.type for token in tokens if token.type.endswith("_open")] in ([], ["paragraph_open"])
        table = f"| a | b |\n| --- | --- |\n| {say(text)} | end |\n"
        assert sum(token.type == "td_open" for token in RENDERER.parse(table)) == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Move to us.anthropic.claude-x-v1:0.", "Move to `us.anthropic.claude-x-v1:0`."),
        ("Run `terraform show -json`, then (again).", "Run `terraform show -json`, then (again)."),
        (
            "AWS's pages (newest of 2026-10-09), and more: 75 days",
            "AWS's pages (newest of 2026-10-09), and more: 75 days",
        ),
        ("for @me and owner/x#1", "for `@me` and `owner/x#1`"),
        ("tracked in OPS-123", "tracked in OPS-123"),
        ('aws_x.y["k"] is it', '`aws_x.y["k"]` is it'),
    ],
)
def test_prose(text, shown):
    assert prose(text) == shown


def test_a_long_name_is_cut_in_its_middle():
    shown = code("a" * 5000 + "end")
    assert len(shown) < 300
    assert shown.endswith("aend`")
    assert "characters" in shown


def test_verdict_comes_first_and_green_only_if_there_is_nothing_to_say(make_scenario):
    heads = {
        name: markdown.render(make_scenario(name).view, make_scenario(name).options()).splitlines()[1]
        for name in ("clean", "findings", "unresolved", "incomplete", "nothing_found")
    }
    assert heads == {
        "clean": "## ✅ Amazon Bedrock models: clean",
        "findings": "## ❌ Amazon Bedrock models: failed",
        "unresolved": "## 🟡 Amazon Bedrock models: passed",
        "incomplete": "## ⚠️ Amazon Bedrock models: incomplete",
        "nothing_found": "## 🟡 Amazon Bedrock models: passed",
    }


def test_what_counts_is_open_and_the_rest_is_folded(make_scenario):
    text = markdown.render(make_scenario("findings").view, make_scenario("findings").options())
    shown = text.partition("<details>")[0]
    assert "### New" in shown
    assert "→ Move to" in shown
    assert "\n\nKnown, and not counted: 1 finding waived (until 2027-01-05).\n" in shown
    assert "🔴 error" in shown
    assert "🔵 note" not in shown
    assert "catalog data of 2026-11-01" in text
    only_notes = replace(make_scenario("findings").scan, findings=make_scenario("findings").scan.findings[-2:-1])
    assert "<summary>1 note</summary>\n\n" in markdown.render(View(only_notes), make_scenario("findings").options())
    incomplete = markdown.render(make_scenario("incomplete").view, make_scenario("incomplete").options())
    assert "plan.out" in incomplete.partition("<details>")[0]


def test_a_large_report_fits_and_says_what_is_left_out(make_scenario):
    scenario = make_scenario("findings")
    unresolved = make_scenario("unresolved").scan
    findings, references = [], []
    for number in range(3000):
        for finding, reference in zip(scenario.scan.findings[:1], scenario.scan.references[3:4], strict=True):
            location = reference.candidates[0].written_at._replace(line=number + 1)
            candidate = reference.candidates[0]._replace(written_at=location, model=f"model-{number}")
            references.append(reference._replace(id=f"{reference.id}{number}", candidates=(candidate,)))
            findings.append(finding._replace(reference=references[-1], candidate=candidate, model=candidate.model))
    scan = replace(
        scenario.scan,
        references=(*references, *unresolved.references),
        findings=(*findings, *unresolved.findings),
        problems=make_scenario("incomplete").scan.problems,
    )
    text = markdown.render(View(scan), scenario.options())
    assert len(text.encode()) <= markdown.MOST_BYTES
    assert re.search(r"^[\d,]+ of 3,000 rows are left out here", text, re.MULTILINE)
    # No part is crowded out.
    for heading in ("Could not be read", "Findings", "10 references unresolved", "Problems"):
        assert re.search(rf"(### |<summary>){heading}", text)
    assert text.count("<details>") == text.count("</details>")
    check_harmless(text)
    kept = sum(line.startswith("| 🔴") for line in text.splitlines())
    left_out = int(re.search(r"^([\d,]+) of 3,000 rows", text, re.MULTILINE)[1].replace(",", ""))
    assert kept + left_out == 3000


def test_regions_of_which_the_same_is_said_are_put_together(make_scenario):
    scenario = make_scenario("findings")
    agent, prompt = scenario.scan.findings[1:3]
    there = prompt._replace(
        stage_on=prompt.stage_on._replace(region="us-west-2"),
        statement=prompt.statement._replace(where=" in us-west-2"),
    )
    text = markdown.render(View(replace(scenario.scan, findings=(agent, there))), scenario.options())
    (row,) = (line for line in text.splitlines() if line.startswith("| 🔴"))
    assert "Reaches end of life in us-east-1 and us-west-2 on 2027-02-22" in row
    assert row.count("Reaches end of life") == 1


def test_the_report_is_the_same_each_time(scenario):
    text = markdown.render(scenario.view, scenario.options())
    assert text == markdown.render(scenario.view, scenario.options(color=True, width=40, unicode=False))


def many(scenario, count, *, alike):
    """A scan with so many findings on lines of their own, of one model or each of another."""
    finding, reference = scenario.scan.findings[1], scenario.scan.findings[1].reference
    candidate = scenario.scan.findings[1].candidate
    findings, references = [], []
    for number in range(count):
        location = candidate.written_at._replace(line=number + 1)
        model = candidate.model if alike else f"{candidate.model}-{number}"
        other = candidate._replace(written_at=location, model=model)
        statement = finding.statement if alike else finding.statement._replace(subject=model)
        references.append(reference._replace(id=f"{reference.id}{number}", candidates=(other,)))
        findings.append(finding._replace(reference=references[-1], candidate=other, model=model, statement=statement))
    return replace(scenario.scan, references=tuple(references), findings=tuple(findings))


def test_forty_findings_are_under_sixty_lines(make_scenario):
    scenario = make_scenario("findings")
    text = markdown.render(View(many(scenario, 40, alike=False)), scenario.options())
    assert len(text.splitlines()) < 60
    assert text.count("| 🔴 error |") == 40
    assert "left out" not in text


def test_edits_of_forty_lines_are_not_all_in_the_comment(make_scenario):
    scenario = make_scenario("findings")
    scan = many(scenario, 40, alike=False)
    locations = [each.candidate.written_at._replace(column=1) for each in scan.findings]
    edits = tuple(Edit(location, 0, "id", "id2", "a", "b") for location in locations)
    scan = replace(scan, mending=Mending(edits))
    options = scenario.options()._replace(read_line=lambda _file, _line: "id")
    text = markdown.render(View(scan), options)
    assert "40 suggested edits: `bedrock-eol fix` shows them" in text
    assert "```suggestion" not in text
    assert len(text.splitlines()) < 60
    few = markdown.render(View(replace(scan, mending=Mending(edits[:2]), findings=scan.findings[:2])), options)
    assert few.count("```suggestion") == 2


def test_what_is_alike_is_one_row(make_scenario):
    scenario = make_scenario("findings")
    text = markdown.render(View(many(scenario, 40, alike=True)), scenario.options())
    [row] = [line for line in text.splitlines() if line.startswith("| 🔴")]
    assert row.count("<br>and 37 more") == 2
    assert len(text.splitlines()) < 20


def test_each_configuration_has_a_marker_of_its_own(make_scenario):
    scenario = make_scenario("findings")

    def first(name="findings", **given):
        return markdown.render(make_scenario(name).view, make_scenario(name).options(**given)).splitlines()[0]

    base = first(paths=("infra",))
    assert first("clean", paths=("infra/",)) == base
    assert first(paths=("infra",), verbose=True, width=40) == base
    assert first(paths=("b", "a")) == first(paths=("a", "b"))
    others = [
        first(paths=("apps",)),
        *(first(paths=("infra",), variant=(each,)) for each in ("workspace=a", "workspace=b")),
    ]
    assert len({base, *others}) == 4
    text = markdown.render(scenario.view, scenario.options(paths=("infra", "apps"), variant=("workspace=prod",)))
    assert text.splitlines()[1] == "## ❌ Amazon Bedrock models in `apps`, `infra` (`workspace=prod`): failed"


def test_what_is_known_is_one_line(make_scenario):
    scenario = make_scenario("findings")
    statuses = (Status.BASELINE, Status.BASELINE, Status.EXISTING, Status.UNCHANGED)
    findings = scenario.scan.findings
    known = tuple(each._replace(status=status) for each, status in zip(findings, statuses, strict=False))
    text = markdown.render(View(replace(scenario.scan, findings=(*known, *findings[4:]))), scenario.options())
    [line] = [line for line in text.splitlines() if line.startswith("Known")]
    assert line == (
        "Known, and not counted: 2 findings in the baseline, 1 there before the change, 1 of what the plan leaves alone"
        " and 1 waived (until 2027-01-05)."
    )
