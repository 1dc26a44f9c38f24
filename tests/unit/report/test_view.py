"""What reports show of findings: whole sentences, and nothing twice."""

import re
from dataclasses import replace
from html import unescape

import pytest

from checker.model.finding import Statement, Use
from checker.model.policy import Severity
from checker.report import format_names, renderer
from checker.report.html.rows import table_of
from checker.report.view import View
from checker.wording import shared

# A bill of materials tells no messages.
FORMATS = sorted(set(format_names(judged=True)) - {"cyclonedx"})


def words(text: str) -> str:
    """The words of a report without its escapes, markup and line breaks."""
    return " ".join(re.sub(r"[`\\]|</?code>", "", unescape(text)).split())


def with_shared_line(scenario):
    """The scan, in which another input uses the line of the second finding."""
    first, agent, *others = scenario.scan.findings
    there = agent.reference._replace(id="there", input="elsewhere", address="module.other.aws_bedrockagent_agent.this")
    statement = agent.statement._replace(shared=shared(["elsewhere"]))
    agent = agent._replace(statement=statement, also_in=(Use(there, agent.candidate),))
    references = (*scenario.scan.references, there)
    return replace(scenario.scan, references=references, findings=(first, agent, *others))


# Pictures show models and days, and no findings.
@pytest.mark.parametrize("name", [name for name in FORMATS if name not in ("svg", "badge", "mermaid")])
def test_what_the_author_of_a_policy_wrote_is_shown_whole(make_scenario, name):
    scenario = make_scenario("findings")
    first, *others = scenario.scan.findings
    said = "Models are frozen here. Ask the platform team before you change agents.tf:7:22."
    scan = replace(scenario.scan, findings=(first._replace(statement=Statement(said)), *others))
    assert said in words("".join(renderer(name, judged=True)(View(scan), scenario.options())))


@pytest.mark.parametrize("name", ["terminal", "markdown", "github"])
def test_inputs_that_share_a_line_are_named_among_the_uses(make_scenario, name):
    scenario = make_scenario("findings")
    options = scenario.options(verbose=True)
    text = words("".join(renderer(name, judged=True)(View(with_shared_line(scenario)), options)))
    assert "module.other.aws_bedrockagent_agent.this foundation_model" in text
    assert "same line" not in text
    assert "The model is written at" not in text


@pytest.mark.parametrize("name", ["json", "sarif", "junit", "gitlab", "csv"])
def test_inputs_that_share_a_line_are_said_where_uses_are_not_listed(make_scenario, name):
    scenario = make_scenario("findings")
    text = words("".join(renderer(name, judged=True)(View(with_shared_line(scenario)), scenario.options())))
    assert "The input elsewhere uses the same line." in text


def test_every_use_of_a_shared_line_has_a_row_in_html(make_scenario):
    scenario = make_scenario("findings")
    rows = table_of(View(with_shared_line(scenario)), scenario.options()).rows
    (there,) = (row for row in rows if row.address == "module.other.aws_bedrockagent_agent.this")
    assert (there.severity, there.rule) == ("error", "eol-within-90-days")


def test_a_statement_leaves_out_what_is_shown_beside_it():
    statement = Statement("is Legacy", "a.b", " in r", ".", "Only if x.", "It is written at f.", "Others use it.")
    assert statement.text() == "a.b is Legacy in r. Only if x. It is written at f. Others use it."
    assert statement.text(subject=False, location=False, uses=False) == "Is Legacy in r. Only if x."
    assert Statement("iPhone.").text(subject=False) == "iPhone."


def test_lines_without_what_is_less_grave(make_scenario):
    view = View(make_scenario("findings").scan)
    assert view.lines_of(Severity.NOTE) == view.lines
    kept = view.lines_of(Severity.ERROR)
    assert {finding.severity for line in kept for finding in line.findings} == {Severity.ERROR}
    assert sum(len(line.findings) for line in kept) == 3


def test_unresolved_references_are_in_groups_by_their_reason_and_by_what_is_said_of_them(make_scenario):
    view = make_scenario("unresolved").view
    first, partly = view.unresolved
    assert [reference.id for reference in first.references] == [f"a{number}" for number in range(1, 10)]
    # For all of them stands the first, with what is said of it.
    assert first.first.id == first.finding.reference.id == "a1"
    assert (partly.first.id, partly.finding, partly.why) == ("partly", None, partly.first.unresolved)
    assert view.unjudged == (partly.first,)


def test_a_finding_about_a_model_says_nothing_of_what_is_unresolved(make_scenario):
    scan = make_scenario("unresolved").view.scan
    partly = scan.references[-1]
    candidate = partly.candidates[0]
    about_model = scan.findings[0]._replace(
        reference=partly, candidate=candidate, model=candidate.model, rule="legacy-model", check="legacy-model"
    )
    assert not about_model.is_about_resolution
    view = View(replace(scan, findings=(*scan.findings, about_model)))
    assert view.unjudged == (partly,)
    assert view.unresolved[-1].finding is None
    # It has a line; what is unresolved has none.
    assert [finding for line in view.lines for finding in line.findings] == [about_model]


def test_a_rule_has_a_link_if_it_is_one_to_the_web(make_scenario):
    scan = make_scenario("findings").view.scan
    described = scan.rules[0]
    links = {
        "web": "https://example.com/a b?q=<x>#\u00fc",
        "plain": "http://example.com/",
        "script": "javascript:alert(1)",
        "none": None,
    }
    rules = tuple(described._replace(id=name, link=link) for name, link in links.items())
    assert View(replace(scan, rules=rules)).rule_links == {
        "web": "https://example.com/a%20b?q=%3Cx%3E#%C3%BC",
        "plain": "http://example.com/",
    }
