"""SAM templates say the same as the CloudFormation that AWS's own translator makes of them."""

import json
from collections import Counter
from pathlib import Path

import pytest

from checker.catalog.lookup import CatalogIndex
from checker.catalog.store import load_bundled
from checker.extract import extract
from checker.frontends.cloudformation.template import load_template
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles

HEAD = "Transform: AWS::Serverless-2016-10-31\n"
BODY = "      Runtime: python3.12\n      Handler: index.handler\n      CodeUri: s3://code/key\n"
ARN = "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model"

TEMPLATES = {
    "globals": f"""{HEAD}
Globals:
  Function:
    Timeout: 5
    Environment:
      Variables: {{SHARED: us.amazon.nova-lite-v1:0, OVERRIDDEN: amazon.titan-text-express-v1}}
Resources:
  First:
    Type: AWS::Serverless::Function
    Properties:
{BODY}
  Second:
    Type: AWS::Serverless::Function
    Properties:
{BODY}
      Environment: {{Variables: {{OVERRIDDEN: us.amazon.nova-pro-v1:0, OWN: amazon.titan-embed-text-v2:0}}}}
  IgnoresAll:
    Type: AWS::Serverless::Function
    IgnoreGlobals: "*"
    Properties:
{BODY}
  IgnoresOne:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [Environment]
    Properties:
{BODY}
      Environment: {{Variables: {{OWN: us.amazon.nova-premier-v1:0}}}}
""",
    "policies": f"""{HEAD}
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
{BODY}
      Policies:
        - AWSLambdaBasicExecutionRole
        - Statement:
            - Effect: Allow
              Action: [bedrock:InvokeModel]
              Resource: [!Sub "{ARN}/amazon.nova-pro-v1:0", !Sub "{ARN}/*"]
        - Version: "2012-10-17"
          Statement: {{Effect: Deny, Action: bedrock:InvokeModel, Resource: !Sub "{ARN}/amazon.titan-text-express-v1"}}
""",
    "inline code and parameters": f"""{HEAD}
Parameters:
  Model: {{Type: String, Default: amazon.nova-lite-v1:0, AllowedValues: [amazon.nova-lite-v1:0, amazon.nova-pro-v1:0]}}
Conditions:
  IsPro: !Equals [!Ref Model, amazon.nova-pro-v1:0]
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Condition: IsPro
    Properties:
      Runtime: python3.12
      Handler: index.handler
      InlineCode: |
        MODEL = "us.amazon.nova-micro-v1:0"
      Environment: {{Variables: {{MODEL: !Ref Model}}}}
  Other:
    Type: AWS::Serverless::Function
    Properties:
{BODY}
      Environment: {{Variables: {{MODEL: !If [IsPro, us.amazon.nova-premier-v1:0, !Ref Model]}}}}
""",
    "state machine": f"""{HEAD}
Resources:
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Role: arn:aws:iam::111122223333:role/r
      DefinitionSubstitutions:
        Model: !Sub "{ARN}/amazon.nova-micro-v1:0"
        Unused: amazon.titan-text-express-v1
      Definition:
        StartAt: Ask
        States:
          Ask:
            Type: Task
            Resource: arn:aws:states:::bedrock:invokeModel
            Parameters: {{ModelId: "${{Model}}"}}
            Next: Later
          Later:
            Type: Task
            Resource: arn:aws:states:::aws-sdk:bedrockruntime:converse
            Arguments: {{ModelId: us.amazon.nova-lite-v1:0}}
            Next: Chosen
          Chosen:
            Type: Task
            Resource: arn:aws:states:::bedrock:invokeModel
            Parameters: {{ModelId.$: $.model}}
            End: true
""",
    "connectors": f"""{HEAD}
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Connectors:
      Writes: {{Properties: {{Destination: [{{Id: Queue}}, {{Id: Machine}}], Permissions: [Write]}}}}
    Properties:
{BODY}
      Environment: {{Variables: {{MODEL: us.amazon.nova-micro-v1:0}}}}
  Queue: {{Type: AWS::SQS::Queue}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Role: arn:aws:iam::111122223333:role/r
      Definition:
        StartAt: Ask
        States:
          Ask:
            Type: Task
            Resource: arn:aws:states:::bedrock:invokeModel
            Parameters: {{ModelId: anthropic.claude-3-haiku-20240307-v1:0}}
            End: true
  Connected:
    Type: AWS::Serverless::Connector
    Properties:
      Source: {{Id: Rule}}
      Destination: {{Id: Fn}}
      Permissions: [Write]
  Rule:
    Type: AWS::Events::Rule
    Properties:
      ScheduleExpression: rate(1 day)
      Targets: [{{Id: a, Arn: !GetAtt Fn.Arn, Input: '{{"model": "amazon.titan-embed-text-v1"}}'}}]
""",
}


class NoManagedPolicies:
    def load(self):
        return {}


def models_in(path: Path) -> Counter[tuple[str | None, str, str]]:
    index = CatalogIndex(load_bundled())

    def resolve(identifier):
        model = index.lookup(identifier)
        return None if model is None else model.id

    loaded = load_template(path, Options(), SourceFiles(Boundary(path.parent), path.parent))
    assert loaded.problems == ()
    found: Counter[tuple[str | None, str, str]] = Counter()
    for reference in extract(loaded.resources, resolve):
        usage = reference.site.usage.value
        found.update((one.model, usage, one.certainty.value) for one in reference.candidates)
        if reference.unresolved is not None:
            found[None, usage, reference.unresolved.cause.value] += 1
    return found


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_translated_template_has_the_same_models(name, tmp_path, monkeypatch):
    transform = pytest.importorskip("samtranslator.translator.transform", reason="needs aws-sam-translator").transform
    from samtranslator.yaml_helper import yaml_parse

    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    (tmp_path / "sam.yaml").write_text(TEMPLATES[name], encoding="utf-8")
    translated = transform(yaml_parse(TEMPLATES[name]), {}, NoManagedPolicies())
    (tmp_path / "translated.json").write_text(json.dumps(translated), encoding="utf-8")

    written = models_in(tmp_path / "sam.yaml")

    assert sum(written.values()) >= 3
    assert written == models_in(tmp_path / "translated.json")
