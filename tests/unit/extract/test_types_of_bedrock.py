"""CloudFormation's types of Bedrock that are newer than the sites table, and properties that it does not have."""

from pathlib import Path

import pytest

from checker.extract import problems_of
from checker.model.reference import Usage
from checker.values import Cause
from checker.values.atoms import List, Map
from checker.values.operations import known, unknown

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
NEW = "AWS::BedrockAgentCore::SomethingNew"


@pytest.mark.parametrize(
    "properties",
    [
        {"ModelId": HAIKU},
        {"Config": {"FoundationModel": HAIKU}},
        {"Steps": [{"Judge": {"EmbeddingModelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{HAIKU}"}}]},
        {"AllowedModels": [HAIKU]},
        {"Model": f"us.{HAIKU}"},
    ],
)
@pytest.mark.parametrize("resource_type", [NEW, "AWS::Bedrock::Guardrail"])
def test_a_property_that_is_named_like_a_model_is_one(properties, resource_type, made, one):
    reference = one(made(resource_type, properties))
    assert [candidate.model for candidate in reference.candidates] == [HAIKU]
    assert reference.site.usage is Usage.USE


def test_a_list_in_the_place_of_a_model_is_read_once(made, references):
    found = references(made("AWS::Bedrock::Agent", {"FoundationModel": [HAIKU, f"us.{HAIKU}"]}))
    assert [each.path for each in found] == ["FoundationModel[0]", "FoundationModel[1]"]


def test_what_is_not_known_there_is_unresolved(made, one):
    properties = Map({"ModelId": unknown(Cause.INPUT_NOT_SET, "parameter Model")})
    assert one(made(NEW, known(properties))).unresolved.cause is Cause.INPUT_NOT_SET


@pytest.mark.parametrize(
    ("resource_type", "properties"),
    [
        (NEW, {"ModelId": "gpt-5"}),
        (NEW, {"ModelName": {"Ref": "x"}, "SmithyModel": {"Uri": "s3://b/k"}, "ModelType": "TEXT"}),
        ("AWS::BedrockAgentCore::Harness", {"Model": {"OpenAiModelConfig": {"ModelId": "gpt-5"}}}),
        ("AWS::Other::Thing", {"ModelId": known(List((unknown(Cause.DEPLOY_TIME, "x"),)))}),
    ],
)
def test_what_is_no_model_of_bedrock_is_none(resource_type, properties, made, references):
    value = known(Map(properties)) if resource_type.startswith("AWS::Other") else properties
    assert references(made(resource_type, value)) == ()


def test_a_type_of_which_nothing_is_known_is_told(made):
    resources = [made(NEW, {}), made("AWS::Bedrock::Guardrail", {}), made("AWS::Bedrock::Agent", {})]
    (problem,) = problems_of(resources)
    assert NEW in problem.message
    assert not problem.incomplete


def test_the_types_are_those_that_are_recorded():
    recorded = Path(__file__).parents[3] / "tools" / "sites" / "types.json"
    table = Path(__file__).parents[3] / "checker" / "extract" / "data" / "types.json"
    assert recorded.read_bytes() == table.read_bytes()
