"""GitLab's report has what GitLab requires."""

import json

import pytest

from checker.report import gitlab


def issues_of(scenario):
    return json.loads(gitlab.render(scenario.view, scenario.options()))


def test_issues_have_what_gitlab_requires(scenario):
    text = gitlab.render(scenario.view, scenario.options())
    assert text.isascii()
    issues = json.loads(text)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
        path = issue["location"]["path"]
        assert path
        assert not path.startswith("./")
        assert "\n" not in issue["description"]
        assert "\x1b" not in issue["description"]


def test_nothing_that_counts_is_left_out(scenario):
    scan = scenario.scan
    told = {finding.reference.id for finding in scan.findings if finding.is_about_resolution}
    unresolved = [each for each in scan.unresolved if each.id not in told]
    assert len(issues_of(scenario)) == len(scan.open_findings) + len(scan.problems) + len(unresolved)


@pytest.mark.parametrize(
    ("name", "severities"),
    [
        ("findings", ["critical"] * 3 + ["major"] * 3 + ["info"]),
        ("incomplete", ["blocker", "blocker", "minor"]),
        ("unresolved", ["major"] * 10),
        ("clean", []),
    ],
)
def test_severities(make_scenario, name, severities):
    assert [issue["severity"] for issue in issues_of(make_scenario(name))] == severities


def test_an_issue_is_where_the_model_is_written(make_scenario):
    issue = issues_of(make_scenario("findings"))[1]
    assert issue["location"] == {"path": "variables.tf", "lines": {"begin": 3}}
    assert issue["check_name"] == "eol-within-90-days"
    assert issue["fingerprint"] == "eol-within-90-days-agent"
    assert issue["description"].endswith("Used by module.agent.aws_bedrockagent_agent.this foundation_model.")
