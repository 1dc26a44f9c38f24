"""What a Terraform root takes from the CloudFormation stacks that it makes: outputs, exports, SSM parameters."""

from datetime import date
from pathlib import Path

import pytest

from checker import check

CATALOG = Path(__file__).parents[2] / "catalog.json"
EOL, ACTIVE = "anthropic.test-eol-v1:0", "anthropic.test-active-v1:0"
TEMPLATE = f"""\
Parameters:
  Chat: {{Type: String}}
  Left: {{Type: String, Default: {EOL}}}
Conditions:
  IsOther: !Equals [!Ref Chat, {EOL}]
Resources:
  Stored:
    Type: AWS::SSM::Parameter
    Properties: {{Name: /stack/chat, Type: String, Value: !Ref Left}}
  Profile:
    Type: AWS::Bedrock::ApplicationInferenceProfile
    Properties:
      InferenceProfileName: p
      ModelSource: {{CopyFrom: "arn:aws:bedrock:us-east-1::foundation-model/{EOL}"}}
Outputs:
  Chat: {{Value: !Ref Chat}}
  Left: {{Value: !Ref Left, Export: {{Name: !Sub "${{AWS::StackName}}-left"}}}}
  Arn: {{Value: !GetAtt Profile.InferenceProfileArn, Export: {{Name: arn}}}}
  Either: {{Value: !If [IsOther, {EOL}, !Ref Chat]}}
"""
ROOT = f"""\
provider "aws" {{ region = "us-east-1" }}
resource "aws_cloudformation_stack" "s" {{
  name          = "models"
  template_body = file("stack.tftpl")
  parameters    = {{ Chat = "{ACTIVE}" }}
}}
"""
USE = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = %s\n}\n'


def found(tmp_path, root, template=TEMPLATE, name="stack.tftpl"):
    for file, content in {"main.tf": root, name: template}.items():
        (tmp_path / file).write_text(content, encoding="utf-8")
    scan = check(".", as_of=date(2026, 11, 24), catalog=CATALOG, cwd=tmp_path)
    return {one.address: one for one in scan.references}


def told(reference):
    """Model, certainty and location of each candidate, and what is not known."""
    known = [(one.model, str(one.certainty), str(one.written_at).rpartition(":")[0]) for one in reference.candidates]
    return known, reference.unresolved and str(reference.unresolved.cause)


STACK = "aws_cloudformation_stack.s"
DATA, EXPORT = "data.aws_cloudformation_stack.d", "data.aws_cloudformation_export.d"
CHAT, ARN = ([(ACTIVE, "certain", "main.tf:5")], None), ([(EOL, "certain", "stack.tftpl:14")], None)
LEFT = ([(EOL, "certain", "stack.tftpl:3")], None)


@pytest.mark.parametrize(
    ("data", "value", "expected"),
    [
        ("", f'{STACK}.outputs["Chat"]', CHAT),
        ("", f"{STACK}.outputs.Left", LEFT),
        ("", f"{STACK}.outputs.Either", CHAT),
        ("", f'lookup({STACK}.outputs, "Arn", "")', ARN),
        ("", f"{STACK}.outputs.Other", ([], "invalid-expression")),
        (f"name = {STACK}.name", f"{DATA}.outputs.Chat", CHAT),
        ('name = "models"', f'{DATA}.outputs["Arn"]', ARN),
        ('name = "others"', f'{DATA}.outputs["Arn"]', ([], "external-data")),
        ('name = "arn"', f"{EXPORT}.value", ARN),
        ('name = "models-left"', f"{EXPORT}.value", LEFT),
        ('name = "another"', f"{EXPORT}.value", ([], "external-data")),
        (
            'name = "/stack/chat"',
            "data.aws_ssm_parameter.d.value",
            ([(EOL, "possible", "stack.tftpl:3")], "external-data"),
        ),
    ],
)
def test_what_a_root_takes_from_its_stack(tmp_path, data, value, expected):
    kind = value.removeprefix("data.").partition(".")[0]
    source = f'data "{kind}" "d" {{\n  {data}\n}}\n' if data else ""
    assert told(found(tmp_path, ROOT + source + USE % value)["aws_bedrockagent_agent.a"]) == expected


def test_a_stack_of_another_region_is_another_one(tmp_path):
    far = 'provider "aws" {\n  alias = "far"\n  region = "eu-west-1"\n}\n'
    data = 'data "aws_cloudformation_export" "d" {\n  name = "arn"\n  provider = aws.far\n}\n'
    reference = found(tmp_path, ROOT + far + data + USE % "data.aws_cloudformation_export.d.value")
    assert told(reference["aws_bedrockagent_agent.a"]) == ([], "external-data")


def test_stacks_take_from_each_other_and_from_the_root(tmp_path):
    reader = """\
locals {
  models = {
    Exported = { "Fn::ImportValue" = "models-left" }
    Stored   = "{{resolve:ssm:/stack/chat}}"
    Written  = "{{resolve:ssm:/acme/chat}}"
  }
}
resource "aws_cloudformation_stack" "reader" {
  name = "reader"
  template_body = jsonencode({ Resources = { for name, model in local.models : name => {
    Type = "AWS::Bedrock::Agent", Properties = { FoundationModel = model }
  } } })
}
resource "aws_ssm_parameter" "p" {
  name  = "/acme/chat"
  type  = "String"
  value = "anthropic.test-active-v1:0"
}
"""
    for name, content in {"main.tf": ROOT + reader, "stack.tftpl": TEMPLATE}.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    scan = check(".", as_of=date(2026, 11, 24), catalog=CATALOG, cwd=tmp_path)
    by_path = {
        one.path.split(".")[2]: told(one) for one in scan.references if one.address == "aws_cloudformation_stack.reader"
    }
    assert by_path == {
        "Exported": ([(EOL, "certain", "stack.tftpl:3")], None),
        "Stored": ([(EOL, "possible", "stack.tftpl:3")], "external-data"),
        "Written": ([(ACTIVE, "possible", "main.tf:23")], "external-data"),
    }


def test_a_template_imports_what_another_template_of_the_run_exports(tmp_path):
    other = f"Resources: {{T: {{Type: AWS::SNS::Topic}}}}\nOutputs: {{O: {{Value: {EOL}, Export: {{Name: far}}}}}}\n"
    template = (
        "Resources: {A: {Type: AWS::Bedrock::Agent, Properties: {FoundationModel: !ImportValue far}}}\n"
        "Outputs: {M: {Value: !ImportValue far}}\n"
    )
    root = 'resource "aws_cloudformation_stack" "s" {\n  name = "s"\n  template_body = <<-E\n%s  E\n}\n'
    references = found(tmp_path, root % template, other, "other.yaml")
    assert told(references[STACK]) == ([(EOL, "certain", "other.yaml:2")], None)


def test_a_macro_may_add_outputs(tmp_path):
    references = found(tmp_path, ROOT + USE % f"{STACK}.outputs.Made", f"Transform: Own\n{TEMPLATE}")
    assert told(references["aws_bedrockagent_agent.a"]) == ([], "deploy-time")


def test_stacks_that_rest_on_each_other_end(tmp_path):
    round_about = ROOT.replace(f'"{ACTIVE}"', "data.aws_cloudformation_export.d.value")
    data = 'data "aws_cloudformation_export" "d" {\n  name = "arn"\n}\n'
    reference = found(tmp_path, round_about + data + USE % f"{STACK}.outputs.Chat")["aws_bedrockagent_agent.a"]
    assert reference.candidates == ()
    assert reference.unresolved is not None


def test_a_parameter_that_rests_on_itself_ends(tmp_path):
    template = """\
Resources:
  P: {Type: AWS::SSM::Parameter, Properties: {Name: /a, Type: String, Value: "{{resolve:ssm:/a}}"}}
  A: {Type: AWS::Bedrock::Agent, Properties: {FoundationModel: "{{resolve:ssm:/a}}"}}
Outputs: {M: {Value: "{{resolve:ssm:/a}}"}}
"""
    references = found(tmp_path, ROOT + USE % f"{STACK}.outputs.M", template)
    for address in (STACK, "aws_bedrockagent_agent.a"):
        assert told(references[address]) == ([], "external-data")
