"""Outputs and exports of stacks that a plan makes, and that it has only once it is applied.

The shapes are those of a plan of Terraform 1.11.4 with the AWS provider 5.100.0.
"""

import json
from datetime import date

import pytest

from checker.model.settings import Settings
from checker.pipeline import scan

HAIKU, LITE = "anthropic.claude-3-haiku-20240307-v1:0", "amazon.nova-lite-v1:0"
STACK = "aws_cloudformation_stack.s"
TEMPLATE = f"""\
Parameters: {{Chat: {{Type: String}}}}
Resources:
  Profile:
    Type: AWS::Bedrock::ApplicationInferenceProfile
    Properties:
      InferenceProfileName: p
      ModelSource: {{CopyFrom: "arn:aws:bedrock:us-east-1::foundation-model/{LITE}"}}
Outputs:
  Chat: {{Value: !Ref Chat, Export: {{Name: !Sub "${{AWS::StackName}}-chat"}}}}
  Arn: {{Value: !GetAtt Profile.InferenceProfileArn}}
"""


def resource(address, values, unknown, expressions, **more):
    mode = "data" if address.startswith("data.") else "managed"
    kind, name = address.removeprefix("data.").split(".")
    actions = ["read"] if mode == "data" else ["create"]
    change = {"actions": actions, "before": None, "after": values, "after_unknown": unknown, "after_sensitive": {}}
    block = {"address": address, "mode": mode, "type": kind, "name": name}
    return {**block, "change": change}, {**block, "expressions": expressions, **more}


def written(text):
    return {"constant_value": text}


MADE = resource(
    STACK,
    {"name": "models", "parameters": {"Chat": HAIKU}, "template_body": TEMPLATE},
    {"id": True, "outputs": True},
    {"name": written("models"), "parameters": written({"Chat": HAIKU}), "template_body": {}},
)
BY_NAME = resource(
    "data.aws_cloudformation_stack.d",
    {"name": "models"},
    {"outputs": True},
    {"name": written("models")},
    depends_on=[STACK],
)
BY_ID = resource(
    "data.aws_cloudformation_stack.d",
    {},
    {"name": True, "outputs": True},
    {"name": {"references": [f"{STACK}.id", STACK]}},
)


def export(name):
    return resource(
        "data.aws_cloudformation_export.d", {"name": name}, {"value": True}, {"name": written(name)}, depends_on=[STACK]
    )


def found(tmp_path, reference, *more):
    """Model and certainty of each candidate of an agent whose model is a reference, and what is not known."""
    address = ".".join(reference.split(".")[: 3 if reference.startswith("data.") else 2])
    agent = resource(
        "aws_bedrockagent_agent.a",
        {"agent_name": "a"},
        {"foundation_model": True},
        {"agent_name": written("a"), "foundation_model": {"references": [reference, address]}},
    )
    made = [MADE, agent, *more]
    plan = {
        "format_version": "1.2",
        "resource_changes": [change for change, _ in made],
        "planned_values": {},
        "configuration": {"root_module": {"resources": [block for _, block in made]}},
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    result = scan(["plan.json"], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)
    assert result.problems == ()
    (one,) = [one for one in result.references if one.address == "aws_bedrockagent_agent.a"]
    return [(c.model, c.certainty.value) for c in one.candidates], one.unresolved and one.unresolved.subject


@pytest.mark.parametrize("source", [STACK, "data.aws_cloudformation_stack.d"])
@pytest.mark.parametrize("data", [BY_NAME, BY_ID], ids=["by name", "by id"])
@pytest.mark.parametrize(("output", "model"), [('outputs["Chat"]', HAIKU), ("outputs.Arn", LITE)])
def test_an_output_is_that_of_the_template(tmp_path, source, data, output, model):
    assert found(tmp_path, f"{source}.{output}", data) == ([(model, "certain")], None)


def test_an_output_that_the_template_does_not_have_stays_unknown(tmp_path):
    assert found(tmp_path, f"{STACK}.outputs.Other") == ([], f"{STACK}.outputs.Other")


def test_an_export_is_that_of_the_stack_which_the_plan_makes(tmp_path):
    reference = "data.aws_cloudformation_export.d.value"
    assert found(tmp_path, reference, export("models-chat")) == ([(HAIKU, "certain")], None)
    assert found(tmp_path, reference, export("other")) == ([], reference)
