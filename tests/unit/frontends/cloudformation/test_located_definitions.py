"""Definitions, bodies and mapping templates that stand in files of their own."""

import json

import pytest

from checker.extract import extract
from checker.frontends.cdk.assembly import load_assembly
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles
from checker.values import Cause

OPENAPI = """\
paths:
  /ask:
    post:
      x-amazon-apigateway-integration:
        uri: arn:aws:apigateway:us-east-1:bedrock-runtime:path/model/amazon.nova-lite-v1:0/converse
"""
URI = "paths./ask.post.x-amazon-apigateway-integration.uri"


def problems_of(loaded):
    return [(one.kind.value, f"{one.file}:{one.line}", one.incomplete) for one in loaded.problems]


@pytest.mark.parametrize(
    ("kind", "location", "target"),
    [
        ("AWS::Serverless::Api", "DefinitionUri", "DefinitionBody"),
        ("AWS::Serverless::HttpApi", "DefinitionUri", "DefinitionBody"),
        ("AWS::ApiGateway::RestApi", "BodyS3Location", "Body"),
        ("AWS::ApiGatewayV2::Api", "BodyS3Location", "Body"),
    ],
)
def test_the_body_of_an_api(load, describe, kind, location, target):
    loaded = load(
        f"Resources:\n  A: {{Type: {kind}, Properties: {{{location}: api/api.yaml}}}}\n", api__api_yaml=OPENAPI
    )
    assert loaded.problems == ()
    ((text, certainty, location),) = describe(loaded.resources[0].properties)[f"{target}.{URI}"]
    assert ("nova-lite" in text, certainty, location) == (True, "certain", "api/api.yaml:5")
    assert loaded.input.files == ("template.yaml", "api/api.yaml")


@pytest.mark.parametrize("kind", ["AWS::AppSync::FunctionConfiguration", "AWS::AppSync::Resolver"])
def test_a_mapping_template_and_code(load, describe, kind):
    loaded = load(
        f"Resources:\n  A:\n    Type: {kind}\n    Properties:\n"
        "      RequestMappingTemplateS3Location: ask.vtl\n      CodeS3Location: ask.js\n",
        ask_vtl='{"resourcePath":\n "/model/amazon.nova-lite-v1:0/invoke"}',
        ask_js="\nconst model = 'amazon.nova-pro-v1:0'",
    )
    assert loaded.problems == ()
    described = describe(loaded.resources[0].properties)
    assert "nova-lite" in described["RequestMappingTemplate"][0][0]
    assert "nova-pro" in described["Code"][0][0]


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("AWS::Serverless::StateMachine", "DefinitionUri: s3://bucket/a.json"),
        ("AWS::Serverless::StateMachine", "DefinitionUri: {Bucket: b, Key: a.json}"),
        ("AWS::StepFunctions::StateMachine", "DefinitionS3Location: {Bucket: b, Key: a.json}"),
        ("AWS::StepFunctions::StateMachine", "DefinitionS3Location: {Bucket: b, Key: !Ref P}"),
        ("AWS::Bedrock::Flow", "DefinitionS3Location: !Ref P"),
        ("AWS::Serverless::Api", "DefinitionUri: s3://bucket/a.json"),
        ("AWS::AppSync::Resolver", "CodeS3Location: !Sub 's3://${P}/a.js'"),
    ],
)
def test_what_is_elsewhere_is_told(load, kind, written):
    template = (
        f"Parameters: {{P: {{Type: String}}}}\nResources:\n  A:\n    Type: {kind}\n    Properties:\n      {written}\n"
    )
    assert problems_of(load(template, a_json="{}")) == [("remote-module", "template.yaml:6", True)]


def test_what_an_assembly_uploads_is_read(tmp_path, describe):
    directory = tmp_path / "cdk.out"
    directory.mkdir()
    template = {
        "Resources": {
            "Machine": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionS3Location": {
                        "Bucket": {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"},
                        "Key": "abc.json",
                    },
                    "DefinitionSubstitutions": {"Model": "amazon.nova-lite-v1:0"},
                },
            }
        }
    }
    asl = {"States": {"Ask": {"Type": "Task", "Parameters": {"ModelId": "${Model}"}}}}
    assets = {
        "files": {"abc": {"source": {"path": "asset.abc.json"}, "destinations": {"x": {"objectKey": "abc.json"}}}}
    }
    manifest = {
        "version": "36.0.0",
        "artifacts": {
            "Chat": {
                "type": "aws:cloudformation:stack",
                "environment": "aws://unknown-account/us-east-1",
                "properties": {"templateFile": "Chat.template.json"},
            }
        },
    }
    for name, content in {
        "Chat.template.json": template,
        "asset.abc.json": asl,
        "Chat.assets.json": assets,
        "manifest.json": manifest,
    }.items():
        (directory / name).write_text(json.dumps(content), encoding="utf-8")
    loaded = load_assembly(directory, Options(), SourceFiles(Boundary(tmp_path), tmp_path))
    assert loaded.problems == ()
    (machine,) = loaded.resources
    described = describe(machine.properties)
    assert described["Definition.States.Ask.Parameters.ModelId"] == [
        ("amazon.nova-lite-v1:0", "certain", "cdk.out/Chat.template.json:1")
    ]
    assert "cdk.out/asset.abc.json" in loaded.input.files


ASK = """\
{"StartAt": "Ask", "States": {
  "Ask": {
    "Type": "Task",
    "Resource": "arn:aws:states:::bedrock:invokeModel",
    "Parameters": {
      KEY: VALUE
    }
  }
}}
"""


@pytest.mark.parametrize(
    ("key", "value", "cause"),
    [
        ('"ModelId.$"', '"$.model"', Cause.RUN_TIME),
        ('"ModelId"', '"${Model}"', Cause.INPUT_NOT_SET),
        ('"ModelId"', '"{% $states.input.model %}"', Cause.RUN_TIME),
    ],
)
@pytest.mark.parametrize("name", ["flow.asl.json", "flow.asl.yaml"])
def test_what_is_not_known_is_at_its_line_of_the_file(load, key, value, cause, name):
    template = f"""\
Transform: AWS::Serverless-2016-10-31
Parameters:
  Model: {{Type: String}}
Resources:
  Flow:
    Type: AWS::Serverless::StateMachine
    Properties:
      DefinitionUri: {name}
      DefinitionSubstitutions: {{Model: !Ref Model}}
"""
    written = {name.replace(".", "_"): ASK.replace("KEY", key).replace("VALUE", value)}
    (reference,) = extract(load(template, **written).resources, lambda identifier: identifier)
    assert reference.unresolved.cause is cause
    assert (reference.location.file, reference.location.line) == (name, 6)


def test_a_definition_called_json_may_be_yaml(load, describe):
    asl = """{
  # One model for all.
  "States": {"A": {"Parameters": {"ModelId": "amazon.nova-lite-v1:0"}},},
}
"""
    loaded = load(
        "Resources:\n  A:\n    Type: AWS::Serverless::StateMachine\n    Properties: {DefinitionUri: a.json}\n",
        a_json=asl,
    )
    assert problems_of(loaded) == [("invalid-syntax", "a.json:1", False)]
    described = describe(loaded.resources[0].properties)
    assert described["Definition.States.A.Parameters.ModelId"] == [("amazon.nova-lite-v1:0", "certain", "a.json:3")]


@pytest.mark.parametrize(
    ("substitutions", "model"),
    [
        ("{Arn: 'model/${Id}', Id: '${Name}-v1', Name: nova}", "model/nova-v1"),
        ("{Arn: 'model/${Id}', Id: '${Arn}'}", "model/model/${Id}"),
    ],
)
def test_substitutions_in_substitutions(load, describe, substitutions, model):
    loaded = load(
        "Resources:\n  A:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      Definition:"
        f" {{M: '${{Arn}}'}}\n      DefinitionSubstitutions: {substitutions}\n"
    )
    assert [text for text, _, _ in describe(loaded.resources[0].properties)["Definition.M"]] == [model]
