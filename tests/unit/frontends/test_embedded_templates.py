"""CloudFormation in Terraform is read by CloudFormation's rows, and shown where Terraform has it."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.settings import Settings
from checker.pipeline import scan


def found(tmp_path: Path, **files: str) -> dict[str, list[str]]:
    """Address and path of each reference, with usage, models, certainty and where they are written."""
    for name, content in files.items():
        (tmp_path / name.replace("__", ".")).write_text(content)
    result = scan(["."], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)
    assert not result.problems
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


def test_what_is_no_template_is_read_as_text(tmp_path: Path) -> None:
    code = """
resource "aws_cloudformation_stack" "s" {
  name          = "s"
  template_body = "not a template: amazon.nova-lite-v1:0"
}
"""
    assert found(tmp_path, main__tf=code) == {
        "aws_cloudformation_stack.s template_body": ["indirect", "amazon.nova-lite-v1:0 certain main.tf:4"]
    }
