"""Outputs and exports of stacks that a plan makes, and that it has only once it is applied."""

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


MADE = (
    STACK,
    {"name": "models", "parameters": {"Chat": HAIKU}, "template_body": TEMPLATE},
    {"id": True, "outputs": True},
    {"name": "models", "parameters": {"Chat": HAIKU}, "template_body": None},
)
READ = "data.aws_cloudformation_stack.d"
BY_NAME = (READ, {"name": "models"}, {"outputs": True}, {"name": "models"}, (STACK,))
BY_ID = (READ, {}, {"name": True, "outputs": True}, {"name": [f"{STACK}.id", STACK]})


def export(name):
    return "data.aws_cloudformation_export.d", {"name": name}, {"value": True}, {"name": name}, (STACK,)


@pytest.fixture
def found(tmp_path, plan_of):
    """Gives, for an agent whose model is a reference, the candidates as (model, certainty) and what is not known."""

    def found(reference, *more):
        address = ".".join(reference.split(".")[: 3 if reference.startswith("data.") else 2])
        expressions = {"agent_name": "a", "foundation_model": [reference, address]}
        agent = ("aws_bedrockagent_agent.a", {"agent_name": "a"}, {"foundation_model": True}, expressions)
        (tmp_path / "plan.json").write_bytes(plan_of(MADE, agent, *more))
        result = scan(["plan.json"], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)
        assert result.problems == ()
        (one,) = [one for one in result.references if one.address == "aws_bedrockagent_agent.a"]
        return [(c.model, c.certainty.value) for c in one.candidates], one.unresolved and one.unresolved.subject

    return found


@pytest.mark.parametrize("source", [STACK, READ])
@pytest.mark.parametrize("data", [BY_NAME, BY_ID], ids=["by name", "by id"])
@pytest.mark.parametrize(("output", "model"), [('outputs["Chat"]', HAIKU), ("outputs.Arn", LITE)])
def test_an_output_is_that_of_the_template(found, source, data, output, model):
    assert found(f"{source}.{output}", data) == ([(model, "certain")], None)


def test_an_output_that_the_template_does_not_have_stays_unknown(found):
    assert found(f"{STACK}.outputs.Other") == ([], f"{STACK}.outputs.Other")


def test_an_export_is_that_of_the_stack_which_the_plan_makes(found):
    reference = "data.aws_cloudformation_export.d.value"
    assert found(reference, export("models-chat")) == ([(HAIKU, "certain")], None)
    assert found(reference, export("other")) == ([], reference)
