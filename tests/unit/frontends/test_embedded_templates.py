"""CloudFormation in Terraform is read by CloudFormation's rows, and shown where Terraform has it."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan


def scanned(tmp_path: Path, **files: str) -> Scan:
    for name, content in files.items():
        (tmp_path / name.replace("__", ".")).write_text(content)
    return scan(["."], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)


def problems_of(result: Scan) -> list[tuple[str, str, bool]]:
    """Kind, location and incompleteness of each problem."""
    return [(one.kind.value, f"{one.file}:{one.line}", one.incomplete) for one in result.problems]


def found(tmp_path: Path, **files: str) -> dict[str, list[str]]:
    """Address and path of each reference, with usage, models, certainty and where they are written."""
    result = scanned(tmp_path, **files)
    assert not result.problems
    return described(result)


def described(result: Scan) -> dict[str, list[str]]:
    return {
        f"{one.address} {one.path}": [
            one.site.usage.value,
            *(
                f"{candidate.model} {candidate.certainty.value} "
                f"{candidate.written_at and f'{candidate.written_at.file}:{candidate.written_at.line}'}"
                for candidate in one.candidates
            ),
            *([one.unresolved.subject] if one.unresolved else []),
        ]
        for one in result.references
    }


TEMPLATE = """
Parameters:
  ChatModel:
    Type: String
    Default: amazon.nova-micro-v1:0
  Given:
    Type: String
    Default: amazon.titan-text-lite-v1
Resources:
  Profile:
    Type: AWS::Bedrock::ApplicationInferenceProfile
    Properties:
      InferenceProfileName: p
      ModelSource:
        CopyFrom: !Sub arn:aws:bedrock:us-east-1::foundation-model/${Given}
  Agent:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel: !Ref ChatModel
  OnProfile:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel: !GetAtt Profile.InferenceProfileArn
  Literal:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel: us.amazon.nova-lite-v1:0
"""

PROPERTIES = "template_body.Resources.{}.Properties.{}"


def test_a_template_file(tmp_path: Path) -> None:
    code = """
variable "given" { default = "amazon.nova-pro-v1:0" }
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = file("${path.module}/t.yaml")
  parameters    = { Given = var.given }
}
"""
    path = "aws_cloudformation_stack.s " + PROPERTIES
    assert found(tmp_path, main__tf=code, t__yaml=TEMPLATE) == {
        path.format("Profile", "ModelSource.CopyFrom"): ["use", "amazon.nova-pro-v1:0 default main.tf:2"],
        # No deployment of this code can change the default of a parameter that it does not pass.
        path.format("Agent", "FoundationModel"): ["use", "amazon.nova-micro-v1:0 certain t.yaml:5"],
        path.format("OnProfile", "FoundationModel"): ["use", "amazon.nova-pro-v1:0 default main.tf:2"],
        path.format("Literal", "FoundationModel"): ["use", "amazon.nova-lite-v1:0 certain t.yaml:27"],
    }


def test_a_heredoc_with_interpolation(tmp_path: Path) -> None:
    code = """
variable "model" {
  type = string
}
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = <<-YAML
    Resources:
      Open:
        Type: AWS::Bedrock::Agent
        Properties:
          FoundationModel: ${var.model}
      Literal:
        Type: AWS::Bedrock::Agent
        Properties:
          FoundationModel: us.amazon.nova-lite-v1:0
  YAML
}
"""
    path = "aws_cloudformation_stack.s " + PROPERTIES
    assert found(tmp_path, main__tf=code) == {
        path.format("Open", "FoundationModel"): ["use", "var.model"],
        path.format("Literal", "FoundationModel"): ["use", "amazon.nova-lite-v1:0 certain main.tf:16"],
    }


@pytest.mark.parametrize(
    "body", ["jsonencode({ FoundationModel = local.m })", '"{\\"FoundationModel\\": \\"${local.m}\\"}"']
)
def test_the_desired_state_of_cloud_control(tmp_path: Path, body: str) -> None:
    code = f"""
locals {{ m = true ? "amazon.nova-lite-v1:0" : "amazon.nova-pro-v1:0" }}
resource "aws_cloudcontrolapi_resource" "a" {{
  type_name     = "AWS::Bedrock::Agent"
  desired_state = {body}
}}
"""
    assert found(tmp_path, main__tf=code) == {
        "aws_cloudcontrolapi_resource.a desired_state.FoundationModel": [
            "use",
            "amazon.nova-lite-v1:0 certain main.tf:2",
        ]
    }


def test_what_is_no_template_is_read_as_text_and_told(tmp_path: Path) -> None:
    code = """
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = "not a template: amazon.nova-lite-v1:0"
}
"""
    result = scanned(tmp_path, main__tf=code)
    assert described(result) == {
        "aws_cloudformation_stack.s template_body": ["indirect", "amazon.nova-lite-v1:0 certain main.tf:4"]
    }
    assert problems_of(result) == [("invalid-value", "main.tf:4", True)]


def test_a_model_in_the_middle_of_a_heredoc_is_where_it_is_written(tmp_path: Path) -> None:
    code = """
variable "chat" { default = "amazon.nova-pro-v1:0" }
variable "open" { type = string }
locals { embed = "amazon.titan-embed-text-v2:0" }
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = <<-YAML
    Resources:
      Chat:
        Type: AWS::Bedrock::Agent
        Properties:
          FoundationModel: ${var.chat}
      Base:
        Type: AWS::Bedrock::KnowledgeBase
        Properties:
          KnowledgeBaseConfiguration:
            VectorKnowledgeBaseConfiguration:
              EmbeddingModelArn: !Sub "arn:$${AWS::Partition}:bedrock:$${AWS::Region}::foundation-model/${local.embed}"
      Long:
        Type: AWS::Bedrock::Agent
        Properties:
          FoundationModel:
            Fn::Sub: arn:$${AWS::Partition}:bedrock:$${AWS::Region}::foundation-model/${var.open}
  YAML
}
"""
    path = "aws_cloudformation_stack.s " + PROPERTIES
    result = scanned(tmp_path, main__tf=code)
    assert not result.problems
    assert described(result) == {
        path.format("Chat", "FoundationModel"): ["use", "amazon.nova-pro-v1:0 default main.tf:2"],
        path.format("Base", "KnowledgeBaseConfiguration.VectorKnowledgeBaseConfiguration.EmbeddingModelArn"): [
            "use",
            "amazon.titan-embed-text-v2:0 default main.tf:4",
        ],
        path.format("Long", "FoundationModel"): ["use", "var.open"],
    }
    (chat,) = (one for one in result.references if "Chat" in one.path)
    assert [(step.location and step.location.line, step.text) for step in chat.candidates[0].trail] == [
        (2, "written here"),
        (2, "default of var.chat"),
        (7, "argument template_body"),
    ]


@pytest.mark.parametrize(
    ("arguments", "kind", "line"),
    [
        ('template_url = "https://b.s3.amazonaws.com/elsewhere.yaml"', "remote-module", 5),
        ("template_url = var.open", "remote-module", 5),
        ("template_body = var.open", "remote-module", 5),
        ('template_body = "Resources: [AWS::X::Y"', "invalid-syntax", 5),
        ("template_body = <<-T\n    Resources:\n      A: {Type: AWS::X::Y\n    B: 1\n  T", "invalid-syntax", 8),
        ("template_body = jsonencode({ Resources = {} })", "invalid-value", 5),
    ],
)
@pytest.mark.parametrize("kind_of_stack", ["aws_cloudformation_stack", "aws_cloudformation_stack_set"])
def test_a_template_that_is_not_read_is_told(
    tmp_path: Path, kind_of_stack: str, arguments: str, kind: str, line: int
) -> None:
    code = f"""
variable "open" {{ type = string }}
resource "{kind_of_stack}" "s" {{
  name          = "s"
  {arguments}
}}
"""
    assert problems_of(scanned(tmp_path, main__tf=code)) == [(kind, f"main.tf:{line}", True)]


def test_a_template_that_no_deployment_takes_is_not_missed(tmp_path: Path) -> None:
    code = """
variable "on" { default = false }
resource "aws_cloudformation_stack" "s" {
  count        = var.on ? 1 : 0
  name         = "s"
  template_url = "https://b.s3.amazonaws.com/elsewhere.yaml"
}
"""
    assert problems_of(scanned(tmp_path, main__tf=code)) == []


def test_an_application_of_the_repository_is_told(tmp_path: Path) -> None:
    code = """
resource "aws_serverlessapplicationrepository_cloudformation_stack" "s" {
  name           = "s"
  application_id = "arn:aws:serverlessrepo:us-east-1:111122223333:applications/chat"
}
"""
    assert problems_of(scanned(tmp_path, main__tf=code)) == [("remote-module", "main.tf:4", True)]


@pytest.mark.parametrize(
    ("parameters", "models", "unresolved"),
    [
        ('var.flag ? { Model = "a.a" } : { Model = "b.b" }', {"a.a": "possible", "b.b": "possible"}, None),
        ('var.flag ? { Model = "a.a" } : {}', {"a.a": "possible", "by.default": "possible"}, None),
        ('var.flag ? { Model = "a.a" } : null', {"a.a": "possible", "by.default": "possible"}, None),
        (
            '{ for name, id in { Model = "a.a" } : name => id if var.flag }',
            {"a.a": "possible", "by.default": "possible"},
            None,
        ),
        ("var.all", {"by.default": "possible"}, "var.all"),
        ('merge(var.all, { Other = "a.a" })', {"by.default": "possible"}, "var.all"),
        ('merge(var.all, { Model = "a.a" })', {"a.a": "certain"}, None),
        ('{ Other = "a.a" }', {"by.default": "certain"}, None),
    ],
)
def test_parameters_that_may_be_passed(
    tmp_path: Path, parameters: str, models: dict[str, str], unresolved: str | None
) -> None:
    template = {
        "Parameters": {name: {"Type": "String", "Default": "by.default"} for name in ("Model", "Other")},
        "Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": {"Ref": "Model"}}}},
    }
    code = 'variable "flag" {\n  type = bool\n}\nvariable "all" {\n  type = map(string)\n}\n'
    code += 'resource "aws_cloudformation_stack" "s" {\n  template_body = file("t.json")\n'
    result = scanned(tmp_path, main__tf=f"{code}  parameters    = {parameters}\n}}\n", t__json=json.dumps(template))
    (reference,) = result.references

    assert {one.text: one.certainty.value for one in reference.candidates} == models
    assert (reference.unresolved and reference.unresolved.subject) == unresolved


def test_a_template_at_a_location_is_found_by_its_name(tmp_path: Path) -> None:
    code = """
resource "aws_s3_bucket" "b" {}
resource "aws_cloudformation_stack" "s" {
  name         = "s"
  template_url = "https://${aws_s3_bucket.b.bucket_regional_domain_name}/v1/t.yaml"
  parameters   = { Given = "amazon.nova-pro-v1:0" }
}
"""
    path = "aws_cloudformation_stack.s template_url.Resources.{}.Properties.{}"
    assert found(tmp_path, main__tf=code, t__yaml=TEMPLATE) == {
        path.format("Profile", "ModelSource.CopyFrom"): ["use", "amazon.nova-pro-v1:0 certain main.tf:6"],
        path.format("Agent", "FoundationModel"): ["use", "amazon.nova-micro-v1:0 certain t.yaml:5"],
        path.format("OnProfile", "FoundationModel"): ["use", "amazon.nova-pro-v1:0 certain main.tf:6"],
        path.format("Literal", "FoundationModel"): ["use", "amazon.nova-lite-v1:0 certain t.yaml:27"],
    }


def test_a_name_that_is_not_known(tmp_path: Path) -> None:
    code = """
variable "name" { type = string }
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = <<-YAML
    Resources:
      ${var.name}Agent:
        Type: AWS::Bedrock::Agent
        Properties:
          FoundationModel: amazon.nova-lite-v1:0
  YAML
}
"""
    path = "aws_cloudformation_stack.s template_body.Resources.⟨var.name⟩Agent.Properties.FoundationModel"
    assert found(tmp_path, main__tf=code) == {path: ["use", "amazon.nova-lite-v1:0 certain main.tf:10"]}


def test_files_are_found_from_where_the_template_is(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "t.yaml").write_text(
        "Resources:\n  M: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: asl.yaml}}\n"
    )
    (tmp_path / "stacks" / "asl.yaml").write_text(
        "States: {A: {Type: Task, Resource: 'arn:aws:states:::bedrock:invokeModel',\n"
        " Parameters: {ModelId: amazon.nova-lite-v1:0}}}\n"
    )
    code = """
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = file("${path.module}/stacks/t.yaml")
}
"""
    path = "template_body.Resources.M.Properties.Definition.States.A.Parameters.ModelId"
    assert found(tmp_path, main__tf=code) == {
        f"aws_cloudformation_stack.s {path}": ["indirect", "amazon.nova-lite-v1:0 certain stacks/asl.yaml:2"]
    }


def test_problems_in_a_template_are_told_where_the_code_has_it(tmp_path: Path) -> None:
    code = """
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = <<-YAML
    Resources:
      Agent:
        Type: AWS::Bedrock::Agent
        Properties:
          FoundationModel: !FindInMap [Missing, a, b]
      Child:
        Type: AWS::CloudFormation::Stack
        Properties:
          TemplateURL: https://b.s3.amazonaws.com/elsewhere.yaml
  YAML
}
"""
    assert problems_of(scanned(tmp_path, main__tf=code)) == [
        ("invalid-value", "main.tf:9", True),
        ("remote-module", "main.tf:13", True),
    ]


STACK_SET = """
provider "aws" { region = "us-east-1" }
resource "aws_cloudformation_stack_set" "set" {
  name          = "bedrock-set"
  template_body = <<-YAML
    Resources:
      Agent:
        Type: AWS::Bedrock::Agent
        Properties:
          FoundationModel: amazon.nova-lite-v1:0
  YAML
}
"""


@pytest.mark.parametrize(
    ("instances", "regions"),
    [
        ("", [()]),
        (
            """
resource "aws_cloudformation_stack_set_instance" "i" {
  for_each                  = toset(["eu-west-1", "us-west-2"])
  stack_set_name            = aws_cloudformation_stack_set.set.name
  stack_set_instance_region = each.value
}
""",
            [("eu-west-1",), ("us-west-2",)],
        ),
        (
            """
resource "aws_cloudformation_stack_instances" "i" {
  stack_set_name = aws_cloudformation_stack_set.set.id
  regions        = ["eu-west-1", "eu-central-1"]
}
""",
            [("eu-west-1",), ("eu-central-1",)],
        ),
        (
            """
resource "aws_cloudformation_stack_set_instance" "i" { stack_set_name = "bedrock-set" }
resource "aws_cloudformation_stack_set_instance" "other" {
  stack_set_name = "another"
  region         = "ap-south-1"
}
""",
            [("us-east-1",)],
        ),
        (
            """
variable "region" { type = string }
resource "aws_cloudformation_stack_set_instance" "i" {
  stack_set_name = aws_cloudformation_stack_set.set.name
  region         = var.region
}
""",
            [()],
        ),
    ],
)
def test_the_regions_of_a_stack_set_are_those_of_its_instances(
    tmp_path: Path, instances: str, regions: list[tuple[str, ...]]
) -> None:
    result = scanned(tmp_path, main__tf=STACK_SET + instances)
    (reference,) = result.references
    assert [candidate.regions for candidate in reference.candidates] == regions
    assert {candidate.certainty.value for candidate in reference.candidates} == {"certain"}


def test_a_stack_set_of_the_cloud_control_provider(tmp_path: Path) -> None:
    code = """
resource "awscc_cloudformation_stack_set" "set" {
  stack_set_name        = "set"
  parameters            = [{ parameter_key = "Given", parameter_value = "amazon.nova-pro-v1:0" }]
  stack_instances_group = [{ regions = ["eu-west-1"], deployment_targets = { accounts = ["111122223333"] } }]
  template_body         = file("${path.module}/t.yaml")
}
"""
    result = scanned(tmp_path, main__tf=code, t__yaml=TEMPLATE)
    assert [
        (one.address, candidate.model, candidate.certainty.value, candidate.regions)
        for one in result.references
        for candidate in one.candidates
        if "Agent" in one.path or "Profile" in one.path
    ] == [
        ("awscc_cloudformation_stack_set.set", "amazon.nova-pro-v1:0", "certain", ("us-east-1",)),
        ("awscc_cloudformation_stack_set.set", "amazon.nova-micro-v1:0", "certain", ("eu-west-1",)),
        ("awscc_cloudformation_stack_set.set", "amazon.nova-pro-v1:0", "certain", ("us-east-1",)),
    ]


def plan(*resources: tuple[str, dict[str, object], dict[str, object]]) -> str:
    """A plan that creates resources, by address, with their values and what is not known of them."""
    changes = [
        {
            "address": address,
            "mode": "managed",
            "type": address.partition(".")[0],
            "name": address.partition(".")[2],
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": ["create"], "before": None, "after": values, "after_unknown": unknown},
        }
        for address, values, unknown in resources
    ]
    planned = [{**{k: v for k, v in one.items() if k != "change"}, "values": one["change"]["after"]} for one in changes]  # type: ignore[index]
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": planned}},
            "resource_changes": changes,
            "configuration": {"root_module": {}},
        },
        indent=1,
    )


def test_stacks_of_a_plan(tmp_path: Path) -> None:
    body = "Resources: {A: {Type: AWS::Bedrock::Agent, Properties: {FoundationModel: amazon.nova-lite-v1:0}}}"
    made = plan(
        ("aws_cloudformation_stack_set.s", {"name": "set", "template_body": body}, {}),
        ("aws_cloudformation_stack_set_instance.i", {"stack_set_name": "set", "region": "eu-west-1"}, {}),
        (
            "aws_cloudformation_stack.there",
            {"name": "u", "template_url": "https://b.s3.amazonaws.com/elsewhere.yaml"},
            {"template_body": True},
        ),
        ("aws_cloudformation_stack.damaged", {"name": "bad", "template_body": "Resources: [}"}, {}),
        ("aws_cloudformation_stack.unknown", {"name": "unknown"}, {"template_body": True}),
    )
    (tmp_path / "plan.json").write_text(made)
    result = scan(["plan.json"], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)
    assert [
        (one.address, candidate.model, candidate.regions) for one in result.references for candidate in one.candidates
    ] == [("aws_cloudformation_stack_set.s", "amazon.nova-lite-v1:0", ("eu-west-1",))]
    assert [(one.kind.value, one.message.split(" ")[3], one.incomplete) for one in result.problems] == [
        ("remote-module", "aws_cloudformation_stack.there", True),
        ("invalid-syntax", "aws_cloudformation_stack.damaged", True),
        ("remote-module", "aws_cloudformation_stack.unknown", True),
    ]


def test_a_stack_may_have_a_region_of_its_own(tmp_path: Path) -> None:
    code = STACK_SET.replace("_stack_set", "_stack").replace("{\n  name", '{\n  region = "eu-west-1"\n  name')
    (reference,) = scanned(tmp_path, main__tf=code).references
    assert [candidate.regions for candidate in reference.candidates] == [("eu-west-1",)]
