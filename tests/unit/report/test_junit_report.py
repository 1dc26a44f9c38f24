"""JUnit XML is well-formed, and what fails the run fails in it."""

import io
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

import junitparser
import pytest

from checker.model.finding import Status
from checker.model.policy import Severity
from checker.report import junit
from checker.report.view import Verdict, View, verdict_of


def parsed(scan, options):
    return ElementTree.fromstring(junit.render(View(scan), options))


def outcomes(root):
    """How many cases have which outcome."""
    return Counter(
        next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
        for case in root.iter("testcase")
    )


def test_the_report_reads_back_with_the_counts_that_it_states(scenario):
    text = junit.render(scenario.view, scenario.options())
    assert text.isascii()
    suites = junitparser.JUnitXml.fromroot(ElementTree.fromstring(text))
    root = ElementTree.parse(io.StringIO(text)).getroot()
    found = outcomes(root)
    assert suites.tests == int(root.get("tests")) == sum(found.values()) >= 1
    assert (suites.failures, suites.errors, suites.skipped) == (found["failure"], found["error"], found["skipped"])
    for suite in root:
        assert int(suite.get("tests")) == len(list(suite.iter("testcase")))


def test_cases_have_unique_names(scenario):
    cases = parsed(scenario.scan, scenario.options()).iter("testcase")
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("fail_on", [*Severity, None])
def test_something_fails_just_if_the_run_does(scenario, fail_on):
    verdict = verdict_of(scenario.scan, fail_on, fail_on_unresolved=False)
    found = outcomes(parsed(scenario.scan, scenario.options()._replace(verdict=verdict, fail_on=fail_on)))
    assert (found["failure"] > 0) == (verdict is Verdict.FAILED)
    assert (found["error"] > 0) == scenario.scan.incomplete


def test_unresolved_references_are_skipped_or_errors_and_never_pass(make_scenario):
    scenario = make_scenario("unresolved")
    found = outcomes(parsed(scenario.scan, scenario.options()))
    assert found == {"skipped": 10, "passed": 1}
    found = outcomes(parsed(scenario.scan, scenario.options(fail_on_unresolved=True)))
    assert found == {"error": 10, "passed": 1}


def test_cases_of_findings(make_scenario):
    scenario = make_scenario("findings")
    cases = {case.get("name"): case for case in parsed(scenario.scan, scenario.options()).iter("testcase")}
    agent = "module.agent.aws_bedrockagent_agent.this foundation_model"
    failure = cases[f"{agent}: eol-within-90-days"].find("failure")
    assert failure.get("type") == "error eol-within-90-days"
    assert failure.get("message").startswith("error: anthropic.test-soon-v1:0 reaches end of life in us-east-1")
    assert failure.text.splitlines()[1:] == [
        "Move to anthropic.test-active-v1:0.",
        "written at variables.tf:3:13",
        f"used by {agent}",
        "  default of var.chat_model",
        "  input model of module.agent at agents.tf:3:9",
        "  at modules/agent/main.tf:4:22",
    ]
    assert cases[f"{agent}: guaranteed-runway-90-days"].find("system-out").text.startswith("note: The notice")
    waived = cases["aws_bedrockagent_agent.waived foundation_model: eol-reached"]
    assert "waived until 2027-01-05: tracked in OPS-123" in waived.find("skipped").text
    assert waived.get("file") == "agents.tf"
    assert waived.get("line") == "30"
    assert cases["stale-catalog"].find("system-out").text.startswith("warning: The catalog is 23 days old.")


def test_what_counts_is_not_hidden_by_what_does_not(make_scenario):
    scenario = make_scenario("findings")
    finding = scenario.scan.findings[0]
    scan = replace(scenario.scan, findings=(finding, finding._replace(status=Status.BASELINE)))
    found = outcomes(parsed(scan, scenario.options()))
    assert found["failure"] == 1
    scan = replace(scenario.scan, findings=(finding._replace(status=Status.BASELINE),))
    found = outcomes(parsed(scan, scenario.options()))
    assert (found["failure"], found["skipped"]) == (0, 1)


def test_a_report_without_references_has_a_case(make_scenario):
    scenario = make_scenario("nothing_found")
    (case,) = parsed(scenario.scan, scenario.options()).iter("testcase")
    assert case.get("name") == "everything was read"
    scenario = make_scenario("incomplete")
    names = [case.get("name") for case in parsed(scenario.scan, scenario.options()).iter("testcase")]
    assert "everything was read" not in names
    assert "plan.out: binary-plan" in names
