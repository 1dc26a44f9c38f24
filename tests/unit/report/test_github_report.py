"""Workflow commands of GitHub are escaped, few and ordered."""

import re
from dataclasses import replace

import pytest

from checker.model.policy import Severity
from checker.model.problem import Problem, ProblemKind
from checker.report import github
from checker.report.github import Annotation, _command
from checker.report.view import View
from checker.source import Location

COMMAND = re.compile(r"::(?P<name>error|warning|notice) (?P<properties>[^:\r\n]*)::(?P<data>[^\r\n]*)")


def decode(text):
    for escape, character in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, character)
    return text


def commands_of(text):
    """The commands as GitHub's runner reads them: name, properties, message."""
    for line in text.splitlines():
        found = COMMAND.fullmatch(line)
        if found is not None:
            pairs = (pair.split("=", 1) for pair in found["properties"].split(","))
            yield found["name"], {name: decode(value) for name, value in pairs}, decode(found["data"])


def test_no_line_is_a_command_but_ours(scenario):
    text = github.render(scenario.view, scenario.options())
    assert text.endswith("\n")
    for line in text.splitlines():
        if not COMMAND.fullmatch(line):
            assert "::" not in line or not line.lstrip().startswith("::")
            assert "##[" not in line
        assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)
    for _, properties, message in commands_of(text):
        assert set(properties) <= {"file", "line", "col", "title"}
        for line in message.splitlines():
            assert not line.startswith("::")


def test_annotations(make_scenario):
    scenario = make_scenario("findings")
    commands = list(commands_of(github.render(scenario.view, scenario.options())))
    assert [name for name, _, _ in commands] == ["error", "error", "warning", "warning"]
    _, properties, message = commands[1]
    assert properties == {
        "file": "variables.tf",
        "line": "3",
        "col": "13",
        "title": "eol-within-90-days, guaranteed-runway-90-days",
    }
    assert message.splitlines()[0].startswith("anthropic.test-soon-v1:0 reaches end of life in us-east-1 on 2027-02-22")
    assert message.splitlines()[1:] == [
        "The notice may be 45 days.",
        "Move to anthropic.test-active-v1:0.",
        "used by module.agent.aws_bedrockagent_agent.this foundation_model (modules/agent/main.tf:4)",
        'used by aws_bedrockagent_prompt.triage["a b"] variant[0].model_id (agents.tf:12)',
        "granted in data.aws_iam_policy_document.invoke statement[0].resources[0] (iam.tf:5)",
    ]
    assert [properties.get("file") for _, properties, _ in commands[2:]] == ["agents.tf", None]


def test_the_last_line_is_the_verdict(scenario):
    text = github.render(scenario.view, scenario.options())
    assert re.match(r"(clean|passed|failed|incomplete): ", text.splitlines()[-1])
    assert "catalog data of 2026-11-01" in text.splitlines()[-2]


@pytest.mark.parametrize(
    ("text", "data", "as_property"),
    [
        ("100%", "100%25", "100%25"),
        ("a,b:c", "a,b:c", "a%2Cb%3Ac"),
        ("%0A", "%250A", "%250A"),
        ("a\nb\rc", "a\\nb\\rc", "a\\nb\\rc"),
    ],
)
def test_escapes(text, data, as_property):
    command = _command("error", Annotation(Severity.ERROR, text, (text, "next"), Location(text, 1, 2)))
    assert command == f"::error file={as_property},line=1,col=2,title={as_property}::{data}%0Anext"


def test_ten_of_a_level_are_shown_and_the_last_says_how_many_more(make_scenario):
    scenario = make_scenario("nothing_found")
    problems = tuple(
        Problem(ProblemKind.INVALID_SYNTAX, f"{number}.tf", "Broken" + "!" * number, "", number < 14)
        for number in range(24)
    )
    text = github.render(View(replace(scenario.scan, problems=problems)), scenario.options())
    commands = list(commands_of(text))
    assert [name for name, _, _ in commands] == ["error"] * 10 + ["warning"] * 10
    assert commands[9][2].startswith("5 more are in the log")
    assert commands[19][1] == {"file": "23.tf", "line": "1", "col": "1", "title": "invalid-syntax"}
    # What is not annotated is in the log.
    logged = [line for line in text.splitlines() if line.startswith("error incomplete")]
    assert [line.split()[3] for line in logged] == [f"{number}.tf:1:1" for number in range(9, 14)]


def test_unresolved_references_are_told(make_scenario):
    scenario = make_scenario("unresolved")
    commands = list(commands_of(github.render(scenario.view, scenario.options())))
    assert [(name, properties["title"]) for name, properties, _ in commands] == [
        ("warning", "unresolved-model"),
        ("notice", "unresolved"),
    ]
    assert "and 4 more" in commands[0][2]
    assert "aws_bedrockagent_agent.partly" in commands[1][2]


def test_what_is_waived_is_not_annotated(make_scenario):
    scenario = make_scenario("findings")
    assert "aws_bedrockagent_agent.waived" not in github.render(scenario.view, scenario.options())
