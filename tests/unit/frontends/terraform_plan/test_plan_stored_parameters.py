"""SSM parameters that a plan writes and that its data sources read when it is applied."""

import pytest

from checker.extract import extract
from checker.frontends.terraform.plan.resources import load_plan
from checker.model.answers import Answer, AnswerKind, Answers
from checker.model.settings import Options

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


CHAT = (
    "aws_ssm_parameter.chat",
    {"name": "/ai/chat", "type": "String", "value": MODEL},
    {"id": True, "insecure_value": True},
    {"name": "/ai/chat", "type": "String", "value": MODEL},
)
PLAIN = (
    "aws_ssm_parameter.plain",
    {"name": "/ai/plain", "type": "String", "insecure_value": MODEL},
    {"value": True},
    {"name": "/ai/plain", "type": "String", "insecure_value": MODEL},
)
READ, ALL_READ = "data.aws_ssm_parameter.p", "data.aws_ssm_parameters_by_path.p"
UNKNOWN = {"insecure_value": True, "value": True}
BY_ID = (READ, {}, {**UNKNOWN, "name": True}, {"name": ["aws_ssm_parameter.chat.id", "aws_ssm_parameter.chat"]})
BY_PATH = (ALL_READ, {"path": "/ai"}, {"values": True}, {"path": "/ai"})


def by_name(name, *depends_on):
    return READ, {"name": name}, UNKNOWN, {"name": name}, depends_on


@pytest.fixture
def read(plan_of):
    """Gives, for an agent whose model is data, the candidates as (model, certainty) and what is not known."""

    def read(data, attribute="value", answers=()):
        expressions = {"agent_name": "a", "foundation_model": [f"{data[0]}.{attribute}", data[0]]}
        agent = ("aws_bedrockagent_agent.a", {"agent_name": "a"}, {"foundation_model": True}, expressions)
        options = Options(answers=Answers(tuple(answers)))
        loaded = load_plan(plan_of(data, agent, CHAT, PLAIN), "plan.json", options)
        references = extract(loaded.resources, {MODEL: MODEL}.get)
        (one,) = [one for one in references if one.address == "aws_bedrockagent_agent.a"]
        told = [(each.model, str(each.certainty)) for each in one.candidates]
        return told, one.unresolved and one.unresolved.subject

    return read


@pytest.mark.parametrize(
    ("data", "attribute", "expected"),
    [
        (BY_ID, "value", ([(MODEL, "certain")], None)),
        (by_name("/ai/plain", "aws_ssm_parameter.plain"), "insecure_value", ([(MODEL, "certain")], None)),
        (by_name("/ai/plain", "aws_iam_role.r"), "value", ([(MODEL, "possible")], "data.aws_ssm_parameter.p.value")),
        (by_name("/ai/other", "aws_iam_role.r"), "value", ([], "data.aws_ssm_parameter.p.value")),
    ],
)
def test_a_parameter_that_the_plan_writes(read, data, attribute, expected):
    assert read(data, attribute) == expected


def test_parameters_below_a_path_are_possible(read):
    told, why = read(BY_PATH, "values[0]")
    assert (set(told), why) == ({(MODEL, "possible")}, "data.aws_ssm_parameters_by_path.p.values[0]")


def test_a_parameter_of_which_the_account_tells(read):
    answer = Answer(AnswerKind.PARAMETER, "/ai/other", (MODEL,))
    assert read(by_name("/ai/other", "aws_iam_role.r"), answers=[answer]) == ([(MODEL, "account")], None)
