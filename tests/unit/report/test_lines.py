"""Findings by the line to change, problems that are alike, and the table of models."""

from dataclasses import replace
from datetime import date

import pytest

from checker.model.finding import Use
from checker.model.lifecycle import Model, Stage
from checker.model.policy import Severity
from checker.model.problem import Problem, ProblemKind
from checker.model.reference import Kind, Usage
from checker.model.resource import Input, InputKind
from checker.model.scan import ModelInUse
from checker.model.stages import StageOn
from checker.report import format_names, renderer
from checker.report.in_use import models_in_use
from checker.report.view import Verdict, View, alike
from checker.source import Location

from .conftest import DAY, EOL, SOON, candidate, finding, reference, scan


def lines_of(*findings, **given):
    references = tuple(each.reference for each in findings if each.reference is not None)
    return View(scan(references, findings, **given)).lines


def used(name, **given):
    """A use of one model that is written in `shared.tf`."""
    return reference(name, candidates=(candidate(SOON, written_at=Location("shared.tf", 1, 1)),), **given)


def test_two_rules_about_one_model_on_one_line_are_one_block():
    agent = used("agent")
    (line,) = lines_of(
        finding(agent, "legacy-refuses-create", Severity.WARNING, "It is refused."),
        finding(agent, "eol-within-90-days", Severity.ERROR, "It ends.", subsumes=("legacy-model", "eol-reached")),
    )
    assert (line.severity, line.title, line.model) == (Severity.ERROR, "shared.tf:1:1", SOON)
    assert line.rules == ("eol-within-90-days", "legacy-refuses-create")
    assert line.also_breaks == ("legacy-model", "eol-reached")
    assert [fault.text() for fault in line.faults] == ["It ends.", "It is refused."]


def test_two_models_on_one_line_are_two_blocks():
    one = reference("one", candidates=(candidate(SOON),))
    two = reference("two", candidates=(candidate(EOL),))
    assert len(lines_of(finding(one, "r", Severity.ERROR, "A."), finding(two, "r", Severity.ERROR, "B."))) == 2


def test_users_are_counted_by_kind_and_a_statement_once_for_all_that_it_grants():
    grants = [
        used(f"g{number}", address="aws_iam_policy.p", path=f"policy.Statement[{number // 2}].Resource[{number % 2}]",
             usage=Usage.GRANT)
        for number in range(4)
    ]  # fmt: skip
    users = [used("a"), used("b"), used("c", kind=Kind.PROMPT), used("d", kind=Kind.INFERENCE_PROFILE)]
    findings = [finding(each, "r", Severity.ERROR, "It ends.") for each in users]
    findings += [finding(each, "r", Severity.WARNING, "It ends.") for each in grants]
    (line,) = lines_of(*findings)
    assert line.used_by == "used by 2 agents, an inference profile, a prompt; granted in 2 statements (warning)"


def test_the_one_user_is_named_and_inputs_are_counted():
    agent = used("agent")
    (line,) = lines_of(finding(agent, "r", Severity.ERROR, "It ends."))
    assert line.used_by == "used by aws_bedrockagent_agent.agent"
    other = agent._replace(id="other", input="other")
    (line,) = lines_of(finding(agent, "r", Severity.ERROR, "It ends.", also_in=(Use(other, other.candidates[0]),)))
    assert line.used_by == "used by 2 agents in 2 inputs"


def test_what_to_do_is_said_once_with_what_it_does_to_each_kind():
    findings = (
        finding(used("a"), "r", Severity.ERROR, "It ends.", effect="The agent is changed in place."),
        finding(used("b"), "r", Severity.ERROR, "It ends.", effect="The profile is replaced.", owners=("@b", "@a")),
        finding(used("c"), "r", Severity.ERROR, "It ends.", effect="The profile is replaced.", owners=("@a",)),
        finding(used("g", usage=Usage.GRANT), "r", Severity.WARNING, "It ends.", action="Grant the next one."),
    )
    (line,) = lines_of(*findings)
    assert line.to_do == ("Move to anthropic.test-active-v1:0. The agent is changed in place. The profile is replaced.")
    assert line.owners == ("@b", "@a")
    (line,) = lines_of(findings[-1])
    assert line.to_do == "Grant the next one."


def test_what_to_do_is_told_apart_where_it_differs():
    def there(name, region, action, **given):
        stage = StageOn(region, DAY, Stage.LEGACY)
        return finding(used(name, **given), "r", Severity.ERROR, "It ends.", stage_on=stage, action=action)

    (line,) = lines_of(there("a", "us-east-1", "Move to us.x."), there("b", "eu-west-1", "Move to eu.x."))
    assert line.to_do == "In us-east-1: Move to us.x. In eu-west-1: Move to eu.x."
    (line,) = lines_of(there("a", "us-east-1", "Move to x."), there("b", "us-east-1", "Move to y.", kind=Kind.PROMPT))
    assert line.to_do == "For the agent: Move to x. For the prompt: Move to y."
    (line,) = lines_of(
        there("a", "us-east-1", "Move to x."),
        finding(used("a"), "model-not-allowed", Severity.ERROR, "It is not allowed.", action="Use another."),
    )
    assert line.to_do == "Move to x. Use another."


def test_the_soonest_end_comes_first_among_lines_of_one_severity():
    def at(line, days):
        one = reference(f"r{line}", candidates=(candidate(SOON, written_at=Location("a.tf", line, 1)),))
        stage = None if days is None else StageOn("us-east-1", DAY, Stage.LEGACY, days_to_eol=days)
        return finding(one, "r", Severity.ERROR, "It ends.", stage_on=stage)

    assert [line.location.line for line in lines_of(at(1, None), at(2, 90), at(3, -4), at(4, 90))] == [3, 2, 4, 1]


def test_in_a_plan_each_resource_is_one_without_regard_to_keys_and_lines():
    def planned(name, column):
        one = used(name, address=name, input="plan.json")
        location = Location("plan.json", 1, column)
        return finding(
            one._replace(candidates=(candidate(SOON, written_at=location),)), "r", Severity.ERROR, "It ends."
        )

    plan = (Input("plan.json", InputKind.TERRAFORM_PLAN, ("plan.json",)),)
    lines = lines_of(planned('m["b"].a[0]', 10), planned('m["a"].a[0]', 20), planned("other", 30), inputs=plan)
    assert [(line.location, line.title, len(line.uses)) for line in lines] == [
        (None, 'm["b"].a[0]', 2),
        (None, "other", 1),
    ]


def problem(name, number, **given):
    values = {
        "kind": ProblemKind.REMOTE_MODULE,
        "file": "main.tf",
        "message": f"the module '{name}{number}' comes from '{name}'",
        "advice": "Run it.",
        "incomplete": True,
        "line": number,
        "column": 1,
    }
    return Problem(**(values | given))


def test_problems_that_are_alike_are_one_and_incomplete_ones_come_first():
    modules = [problem("kms", number, several="modules are not here", subject="kms") for number in range(1, 40)]
    modules.append(problem("vpc", 40, several="modules are not here", subject="vpc"))
    other = problem("x", 1, kind=ProblemKind.UNSUPPORTED, incomplete=False)
    last, first = alike([other, *modules])[::-1]
    assert first.message == "40 modules are not here: kms and vpc"
    assert (first.incomplete, first.locations[0], len(first.locations)) == (True, "main.tf:1:1", 40)
    assert last.message == "the module 'x1' comes from 'x'"


def test_problems_that_differ_in_more_than_names_stay_apart():
    groups = alike([problem("a", 1), problem("b", 2), problem("c", 3, message="Something else."),
                    problem("d", 4, advice="Do that.")])  # fmt: skip
    assert [group.message for group in groups] == [
        "the module 'a1' comes from 'a' (and 1 more like it)",
        "Something else.",
        "the module 'd4' comes from 'd'",
    ]
    assert alike([problem("a", 1, message="The same."), problem("a", 2, message="The same.")])[0].message == "The same."


def test_the_table_has_a_row_for_each_end_and_counts_uses_there():
    ends = date(2027, 2, 22)
    model = Model(SOON, "Soon", "Test", eol_no_sooner_than=date(2027, 5, 1))
    stages = (
        StageOn("eu-west-1", DAY, Stage.ACTIVE),
        StageOn("us-east-1", DAY, Stage.LEGACY, eol_date=ends, days_to_eol=90),
        StageOn("us-west-2", DAY, Stage.LEGACY, eol_date=ends, days_to_eol=90),
    )
    here = reference("here", candidates=(candidate(SOON, regions=("us-east-1", "us-west-2")),))
    there = reference("there", candidates=(candidate(SOON, regions=("eu-west-1",)),))
    anywhere = reference("anywhere", candidates=(candidate(SOON, regions=()),))
    strange = reference("strange", candidates=(candidate("x.unheard-of"),))
    found = (finding(here, "r", Severity.ERROR, "It ends.", stage_on=stages[1], owners=("@a",)),)
    made = scan((here, there, anywhere, strange), found, models=(ModelInUse(model, stages),))
    assert [(row.model, row.regions, row.eol, row.days_to_eol, row.uses, row.severity, row.owners)
            for row in models_in_use(made)] == [
        (SOON, ("us-east-1", "us-west-2"), "2027-02-22", 90, 2, Severity.ERROR, ("@a",)),
        (SOON, ("eu-west-1",), "≥ 2027-05-01", None, 2, None, ()),
        ("x.unheard-of", ("us-east-1",), "unknown", None, 1, None, ()),
    ]  # fmt: skip
    late = replace(made, as_of=date(2027, 6, 1), policy=())
    assert [row.eol for row in models_in_use(late)] == ["2027-02-22", "none known"]


@pytest.mark.parametrize(
    "name", [name for name in format_names(judged=True) if name not in ("json", "cyclonedx", "svg", "badge", "mermaid")]
)
def test_problems_that_are_alike_are_told_once_in_every_format(make_scenario, name):
    scenario = make_scenario("findings")
    problems = tuple(
        problem("example/kms", number, several="modules are not here", subject="example/kms") for number in range(1, 41)
    )
    options = scenario.options()._replace(verdict=Verdict.FAILED)
    text = renderer(name, judged=True)(View(replace(scenario.scan, problems=problems)), options)
    assert "40 modules are not here" in text
    assert text.count("example/kms") < 10
    # In what people read, after what was found.
    if name in ("terminal", "markdown", "html"):
        assert text.index("eol-within-90-days") < text.index("40 modules are not here")
