"""SSM parameters that a plan writes and that its data sources read when it is applied.

The shapes are those of a plan of Terraform 1.11.4 with the AWS provider 5.100.0.
"""

import json

import pytest

from checker.extract import extract
from checker.frontends.terraform.plan.resources import load_plan
from checker.model.answers import Answer, AnswerKind, Answers
from checker.model.options import Options

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


def resource(address, values, unknown, expressions, mode="managed", **more):
    kind, name = address.removeprefix("data.").split(".")
    actions = ["read"] if mode == "data" else ["create"]
    change = {"actions": actions, "before": None, "after": values, "after_unknown": unknown, "after_sensitive": {}}
    block = {"address": address, "mode": mode, "type": kind, "name": name}
    return {**block, "change": change}, {**block, "expressions": expressions, **more}


def written(text):
    return {"constant_value": text}


def refers(*names):
    return {"references": list(names)}


CHAT = resource(
    "aws_ssm_parameter.chat",
    {"name": "/ai/chat", "type": "String", "value": MODEL},
    {"id": True, "insecure_value": True},
    {"name": written("/ai/chat"), "type": written("String"), "value": written(MODEL)},
)
PLAIN = resource(
    "aws_ssm_parameter.plain",
    {"name": "/ai/plain", "type": "String", "insecure_value": MODEL},
    {"value": True},
    {"name": written("/ai/plain"), "type": written("String"), "insecure_value": written(MODEL)},
)
UNKNOWN = {"insecure_value": True, "value": True}
BY_ID = resource(
    "data.aws_ssm_parameter.p",
    {},
    {**UNKNOWN, "name": True},
    {"name": refers("aws_ssm_parameter.chat.id", "aws_ssm_parameter.chat")},
    "data",
)


def by_name(name, *depends_on):
    return resource(
        "data.aws_ssm_parameter.p",
        {"name": name},
        UNKNOWN,
        {"name": written(name)},
        "data",
        **({"depends_on": list(depends_on)} if depends_on else {}),
    )


BY_PATH = resource(
    "data.aws_ssm_parameters_by_path.p", {"path": "/ai"}, {"values": True}, {"path": written("/ai")}, "data"
)


def read(data, attribute="value", answers=()):
    base = f"data.{data[1]['type']}.p"
    agent = resource(
        "aws_bedrockagent_agent.a",
        {"agent_name": "a"},
        {"foundation_model": True},
        {"agent_name": written("a"), "foundation_model": refers(f"{base}.{attribute}", base)},
    )
    made = [data, agent, CHAT, PLAIN]
    plan = {
        "format_version": "1.2",
        "resource_changes": [change for change, _ in made],
        "planned_values": {},
        "configuration": {"root_module": {"resources": [block for _, block in made]}},
    }
    options = Options(answers=Answers(tuple(answers)))
    loaded = load_plan(json.dumps(plan).encode(), "plan.json", options)
    references = extract(loaded.resources, {MODEL: MODEL}.get)
    (one,) = [one for one in references if one.address == "aws_bedrockagent_agent.a"]
    told = [(each.model, str(each.certainty)) for each in one.candidates]
    return told, one.unresolved and one.unresolved.subject


@pytest.mark.parametrize(
    ("data", "attribute", "expected"),
    [
        (BY_ID, "value", ([(MODEL, "certain")], None)),
        (by_name("/ai/plain", "aws_ssm_parameter.plain"), "insecure_value", ([(MODEL, "certain")], None)),
        (by_name("/ai/plain", "aws_iam_role.r"), "value", ([(MODEL, "possible")], "data.aws_ssm_parameter.p.value")),
        (by_name("/ai/other", "aws_iam_role.r"), "value", ([], "data.aws_ssm_parameter.p.value")),
    ],
)
def test_a_parameter_that_the_plan_writes(data, attribute, expected):
    assert read(data, attribute) == expected


def test_parameters_below_a_path_are_possible():
    told, why = read(BY_PATH, "values[0]")
    assert (set(told), why) == ({(MODEL, "possible")}, "data.aws_ssm_parameters_by_path.p.values[0]")


def test_a_parameter_of_which_the_account_tells():
    answer = Answer(AnswerKind.PARAMETER, "/ai/other", (MODEL,))
    assert read(by_name("/ai/other", "aws_iam_role.r"), answers=[answer]) == ([(MODEL, "account")], None)
