"""The HTML report loads nothing, runs nothing but its own script, and shows names as text."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from checker.api import check
from checker.model.finding import AppliedWaiver, Status
from checker.model.lifecycle import LifecycleRow, Model, Notice, Profile
from checker.model.policy import RuleDescription, Severity
from checker.model.scan import ModelInUse, Scan
from checker.model.stages import stage_on, worst_stage
from checker.report.escaping import printable
from checker.report.html import render, script_json
from checker.report.html.rows import NO_FINDING, UNRESOLVED, as_data, table_of
from checker.report.templates import Markup, template
from checker.report.view import View

DAY = date(2026, 11, 24)


class Parsed(HTMLParser):
    """What a browser would see: start tags with their attributes, and the text in some of them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.shown: list[str] = []
        self._open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        match self._open:
            case "script":
                self.scripts.append(data)
            case "style":
                self.styles.append(data)
            case _:
                self.shown.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""


def data_of(text: str) -> dict[str, list]:
    """What the script reads."""
    return json.loads(Parsed(text).scripts[0])


def rows_of(text: str) -> list[dict[str, object]]:
    """The rows as the script decodes them."""
    data = data_of(text)
    numbers = {"days", "trail", "excerpt"}
    return [
        {
            field: cell if field in numbers else data["texts"][cell]
            for field, cell in zip(data["fields"], row, strict=True)
        }
        for row in data["rows"]
    ]


def with_models(scan: Scan) -> Scan:
    """The scan with what the catalog knows of its models: one that ends soon in two Regions, one that has ended."""
    read = date(2026, 11, 1)
    dates = (date(2026, 8, 22), date(2026, 12, 1), date(2027, 2, 22))
    soon = Model(
        "anthropic.test-soon-v1:0", "Test Soon", "Anthropic", launch_date=date(2025, 3, 1),
        rows=(LifecycleRow(("us-east-1", "us-west-2"), *dates, "page", read),),
        regions=("eu-north-1", "eu-west-1", "us-east-1"), legacy_notice=Notice(6, "months"),
    )  # fmt: skip
    ended = Model(
        "anthropic.test-eol-v1:0", "Test EOL", "Anthropic",
        rows=(LifecycleRow((), None, None, date(2026, 9, 10), "page", read),),
        profiles=(Profile("us", "us.anthropic.test-eol-v1:0", ("us-east-1",), ()),),
    )  # fmt: skip
    models = tuple(
        ModelInUse(model, worst_stage(model, DAY, regions).stages)
        for model, regions in ((ended, ("us-east-1",)), (soon, ("eu-west-1", "us-east-1", "us-west-2", "af-south-1")))
    )
    return replace(scan, models=models, horizon_days=90)


def test_a_timeline_is_as_the_golden_file_says(make_scenario, expect_golden, without_assets):
    scenario = make_scenario("findings")
    expect_golden("html/timeline.html", without_assets(render(View(with_models(scenario.scan)), scenario.options())))


def test_nothing_is_loaded_and_nothing_is_inline(scenario):
    page = Parsed(render(scenario.view, scenario.options()))
    for tag, attributes in page.tags:
        assert not {"src", "srcset", "style", "action", "formaction", "data"} & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert tag not in {"iframe", "object", "embed", "img", "base", "form", "image", "use", "foreignobject"}
        if tag == "link":
            assert attributes == {"rel": "icon", "href": "data:,"}
        if tag == "a":
            assert (attributes["href"] or "").startswith("#")
    assert not re.search(r"@import|url\((?!#)", "".join(page.styles))
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", page.scripts[1]
    )


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(scenario):
    page = Parsed(render(scenario.view, scenario.options()))
    policies = [tag[1]["content"] for tag in page.tags if tag[1].get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    directives = dict(part.strip().split(" ", 1) for part in (policies[0] or "").split(";"))

    def digest(content: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"

    assert len(page.scripts) == 2
    assert len(page.styles) == 1
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == digest(page.scripts[1])
    assert directives["style-src"] == digest(page.styles[0])
    assert directives["img-src"] == "data:"
    assert "unsafe" not in policies[0]
    names = [name for name, attributes in page.tags if name in {"script", "style"} or "http-equiv" in attributes]
    assert names[0] == "meta"


def test_hostile_names_make_no_element_and_no_control(make_scenario):
    hostile, plain = make_scenario("hostile"), make_scenario("plan")
    evil = "</script><script>alert(1)</script><!--<script>\"'><img src=x onerror=alert(1)>{{7*7}}${x}"
    used = hostile.scan.references[0]._replace(address=evil, input=evil, path=evil)
    scan = replace(
        hostile.scan,
        references=(used,),
        findings=tuple(finding._replace(reference=used) for finding in hostile.scan.findings),
        policy=(evil,),
        problems=tuple(problem._replace(message=evil, advice=evil) for problem in hostile.scan.problems),
    )
    text = render(View(scan), hostile.options())
    page = Parsed(text)
    harmless = {name for name, _ in Parsed(render(plain.view, plain.options())).tags}
    assert {name for name, _ in page.tags} - harmless <= {"ul", "li", "details", "summary"}
    assert text.count("<script") == 2
    assert text.count("</script") == 2
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert rows_of(text)[0]["address"] == printable(evil)
    assert evil in "".join(page.shown)


def test_the_data_cannot_end_its_element():
    encoded = script_json({"a": "</script><!-- <script> & \u2028 \ud800"})
    assert not set("<>&\u2028") & set(encoded)
    assert encoded.isascii()
    assert json.loads(encoded) == {"a": "</script><!-- <script> & \u2028 \ud800"}


def test_a_template_escapes_what_is_not_markup():
    environment = template("report.html.j2").environment
    made = environment.from_string('<a title="{{ a }}">{{ b }}{{ c }}{{ d }}</a>')
    assert made.render(a='"><b>', b="<i> & \u202e", c=Markup("<br>"), d=None) == (
        '<a title="&#34;&gt;&lt;b&gt;">&lt;i&gt; &amp; \\u202e<br></a>'
    )


def test_a_template_does_not_pass_over_what_it_is_not_given():
    with pytest.raises(UndefinedError):
        template("report.html.j2").environment.from_string("{{ unknown }}").render()


def test_the_same_scan_gives_the_same_bytes(make_scenario):
    first, second = (make_scenario("findings") for _ in range(2))
    assert render(View(with_models(first.scan)), first.options()) == render(
        View(with_models(second.scan)), second.options()
    )


def test_every_finding_and_every_reference_is_a_row(scenario):
    rows = rows_of(render(scenario.view, scenario.options()))
    findings = [row for row in rows if row["severity"] not in {NO_FINDING, UNRESOLVED}]
    assert [row["rule"] for row in findings] == [finding.rule for finding in scenario.scan.findings]
    assert {row["address"] for row in rows} - {""} == {printable(each.address) for each in scenario.scan.references}


def test_rows_say_what_is_known_without_a_finding(make_scenario):
    rows = rows_of(render(make_scenario("unresolved").view, make_scenario("unresolved").options()))
    partly = [row for row in rows if row["address"] == "aws_bedrockagent_agent.partly"]
    assert [row["severity"] for row in partly] == [UNRESOLVED, NO_FINDING]
    assert "aws_ssm_parameter.model" in str(partly[0]["message"])
    assert partly[0]["advice"]
    assert partly[1]["model"] == "anthropic.test-active-v1:0"


def test_trails_and_lines_are_kept_once(make_scenario):
    scenario = make_scenario("findings")
    table = table_of(scenario.view, scenario.options())
    of_agent, of_grant, of_prompt = (
        next(row for row in table.rows if row.address.startswith(name))
        for name in ("module.agent", "data.aws_iam", "aws_bedrockagent_prompt")
    )
    assert of_agent.trail != of_prompt.trail == of_grant.trail
    assert of_agent.trail is not None
    assert table.trails[of_agent.trail][0] == ("variables.tf:3:13", "default of var.chat_model")
    assert of_agent.excerpt is not None
    assert table.excerpts[of_agent.excerpt] == (
        "variables.tf:3:13", 'default = "', "us.anthropic.test-soon-v1:0", '"'
    )  # fmt: skip
    assert of_agent.given.startswith("var.chat_model")
    waived = next(row for row in table.rows if row.status == "waived")
    assert waived.waiver == "until 2027-01-05: tracked in OPS-123"


def test_no_line_of_a_plan_is_shown(make_scenario):
    scenario = make_scenario("plan")
    text = render(scenario.view, scenario.options())
    assert "s3cret" not in text
    assert [row["excerpt"] for row in rows_of(text)] == [None]


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("https://example.com/a?b=1#c", "https://example.com/a?b=1#c"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        (" https://example.com", ""),
        (None, ""),
    ],
)
def test_a_link_leads_to_the_web_or_nowhere(make_scenario, link, kept):
    rule = RuleDescription("eol-reached", "eol-reached", Severity.ERROR, "A sentence.", "", "", "", link)
    scenario = make_scenario("clean")
    data = as_data(table_of(scenario.view, scenario.options()), (rule,))
    assert [[data["texts"][at] for at in each] for each in data["rules"]] == [["eol-reached", "A sentence.", kept]]


def test_what_is_too_long_says_so(make_scenario):
    scenario = make_scenario("unresolved")
    many = tuple(
        scenario.scan.references[0]._replace(id=str(number), address=f"aws_bedrockagent_agent.n{number}")
        for number in range(1000)
    )
    text = render(View(replace(scenario.scan, references=many, findings=())), scenario.options())
    page = "".join(Parsed(text).shown)
    assert len(rows_of(text)) == 1000
    assert "800 rows not shown here." in page
    assert "and 980 more references" in page


def test_the_page_says_by_what_was_judged(make_scenario):
    scenario = make_scenario("findings")
    shown = "".join(Parsed(render(scenario.view, scenario.options())).shown)
    assert "Judged for 2026-11-24 by policy baseline, with catalog data of 2026-11-01, 23 days old." in shown
    assert "invented for the tests" in shown
    assert "failed" in shown


def test_a_waiver_does_not_hide_a_row(make_scenario):
    scenario = make_scenario("clean")
    used = scenario.scan.references[0]
    waiver = AppliedWaiver("known", date(2027, 1, 1))
    found = make_scenario("plan").scan.findings[0]
    found = found._replace(reference=used, candidate=used.candidates[0], status=Status.WAIVED, waiver=waiver)
    rows = rows_of(render(View(replace(scenario.scan, findings=(found,))), scenario.options()))
    assert [(row["severity"], row["status"]) for row in rows] == [("error", "waived")]


def test_stages_of_the_timeline_are_said_in_words(make_scenario):
    scenario = make_scenario("findings")
    scan = with_models(scenario.scan)
    shown = " ".join(Parsed(render(View(scan), scenario.options())).shown)
    assert "EOL 2027-02-22, in 90 days" in shown
    assert "Legacy from 2026-08-22" in shown
    assert "extended access from 2026-12-01 (announced)" in shown
    assert "EOL 2026-09-10, 75 days ago" in shown
    assert "not known to be offered in af-south-1" in shown
    assert "the policy looks ahead to 2027-02-22 (90 days)" in shown
    assert stage_on(scan.models[1].model, DAY, "eu-west-1").is_fine


def test_each_lane_has_a_title_and_a_description(make_scenario):
    scenario = make_scenario("findings")
    page = Parsed(render(View(with_models(scenario.scan)), scenario.options()))
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    bars = [attributes for tag, attributes in page.tags if tag == "svg" and attributes.get("class") == "bar"]
    assert len(bars) == 4
    for bar in bars:
        assert set((bar["aria-labelledby"] or "").split()) <= ids
    months = [attributes for tag, attributes in page.tags if tag == "svg" and attributes.get("class") == "months"]
    assert [each["role"] for each in months] == ["img"]
    others = [attributes for tag, attributes in page.tags if tag == "svg" and attributes.get("role") != "img"]
    assert all(attributes.get("aria-hidden") == "true" for attributes in others)
    assert len(ids) == sum("id" in attributes for _, attributes in page.tags)


def test_ids_that_no_resource_uses_are_listed_with_their_dates(make_scenario, tmp_path):
    (tmp_path / "main.tf").write_text(
        '# <b> anthropic.claude-v2\nlocals {\n  a = "ai21.j2-mid-v1"\n}\n', encoding="utf-8"
    )
    scan = check(tmp_path, as_of=DAY, cwd=tmp_path)
    shown = " ".join("".join(Parsed(render(View(scan), make_scenario("clean").options())).shown).split())
    assert "Named, and not used: 2 ids" in shown
    assert "2 ids stand in the code that no resource uses: 1 in a comment and 1 in a value that nothing uses." in shown
    assert "main.tf:1anthropic.claude-v2in a commentLegacy 2025-01-21, EOL 2025-07-21" in shown
    assert "Named, and not used" not in "".join(
        Parsed(render(make_scenario("clean").view, make_scenario("clean").options())).shown
    )


def test_large_numbers_of_unused_ids_are_grouped_by_thousands(make_scenario, tmp_path):
    for name in ("a.tf", "b.tf", "c.tf"):
        (tmp_path / name).write_text("# anthropic.claude-v2\n" * 400, encoding="utf-8")
    scan = check(tmp_path, as_of=DAY, cwd=tmp_path)
    shown = " ".join("".join(Parsed(render(View(scan), make_scenario("clean").options())).shown).split())
    assert "1,200 ids stand in the code that no resource uses: 1,200 in a comment" in shown
