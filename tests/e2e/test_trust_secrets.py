"""What is marked as secret, or stands beside a model without naming one, is in no output, log or traceback."""

import json
from pathlib import Path

import pytest

from checker.report import format_names
from tests.e2e.here import run_here

CANARY = "canary-9f3e"
MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
FORMATS = format_names(judged=True)
PLAN = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "variables": {"secret": {"value": CANARY}},
    "planned_values": {"outputs": {"o": {"sensitive": True, "value": CANARY}}, "root_module": {}},
    "resource_changes": [
        {
            "address": "aws_lambda_function.f",
            "mode": "managed",
            "type": "aws_lambda_function",
            "name": "f",
            "change": {
                "actions": ["create"],
                "before": None,
                "after": {"environment": [{"variables": {"MODEL": MODEL, "KEY": CANARY}}], "description": CANARY},
                "after_unknown": {},
                "after_sensitive": {"environment": [{"variables": {"KEY": True}}], "description": True},
            },
        }
    ],
    "configuration": {"root_module": {"variables": {"secret": {"sensitive": True}}}},
}
TERRAFORM = f"""
provider "aws" {{
  secret_key = "{CANARY}"
}}
variable "secret" {{
  sensitive = true
  default   = "{CANARY}"
}}
output "o" {{
  sensitive = true
  value     = "{CANARY}"
}}
resource "aws_lambda_function" "f" {{
  environment {{
    variables = {{
      MODEL = "{MODEL}"
      KEY   = "{CANARY}"
      JOINT = "${{var.secret}}/{MODEL}"
    }}
  }}
}}
resource "aws_ssm_parameter" "p" {{
  type  = "SecureString"
  value = "{CANARY}"
}}
"""
TEMPLATE = f"""
Parameters:
  Key: {{Type: String, NoEcho: true, Default: {CANARY}}}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          MODEL: {MODEL}
          KEY: !Ref Key
          JOINT: !Sub "${{Key}}/{MODEL}"
          BESIDE: {CANARY}
"""
SUPPLIED = json.dumps([{"ParameterKey": "Key", "ParameterValue": f"{CANARY}-supplied"}])
# Each text that is a secret is the canary, or has it within.
TERRAFORM_BESIDE = f"""
variable "given" {{
  sensitive = true
  type      = string
}}
variable "plain" {{}}
module "m" {{
  source = "./m"
  token  = var.given
}}
locals {{
  settings = {{
    model    = "{MODEL}"
    password = "{CANARY}"
  }}
  marked   = sensitive("{CANARY}")
}}
resource "aws_lambda_function" "f" {{
  environment {{
    variables = merge(local.settings, {{ GIVEN = var.given, PLAIN = var.plain, MARKED = "${{local.marked}}/{MODEL}" }})
  }}
}}
resource "aws_ecs_task_definition" "t" {{
  container_definitions = jsonencode([{{
    name        = "c"
    environment = [
      {{ name = "MODEL", value = "{MODEL}" }},
      {{ name = "KEY", value = "{CANARY}" }},
    ]
    secrets     = [{{ name = "TOKEN", valueFrom = "arn:aws:secretsmanager:us-east-1:1:secret:{CANARY}" }}]
  }}])
}}
resource "aws_secretsmanager_secret_version" "s" {{
  secret_string = jsonencode({{
    model = "{MODEL}"
    key   = "{CANARY}"
  }})
}}
"""
MODULE = f"""
variable "token" {{
  sensitive = true
}}
resource "aws_lambda_function" "g" {{
  environment {{
    variables = {{ MODEL = "{MODEL}", TOKEN = var.token, BOTH = "${{var.token}}:{MODEL}" }}
  }}
}}
"""
# What is ephemeral is so in order not to be kept, and the source of a module may have a token within.
TERRAFORM_NOT_KEPT = f"""
variable "passing" {{
  ephemeral = true
  default   = "{CANARY}"
}}
variable "object" {{
  sensitive = true
  type      = object({{ key = string, model = string }})
}}
ephemeral "aws_secretsmanager_secret_version" "e" {{
  secret_id = "{CANARY}"
}}
module "remote" {{
  source = "git::https://user:{CANARY}@example.com/x.git?ref=v1"
  model  = "{MODEL}"
}}
module "token" {{
  source = "https://{CANARY}@example.com/x.zip"
}}
resource "aws_lambda_function" "f" {{
  environment {{
    variables = {{ MODEL = "{MODEL}", A = var.passing, B = "${{var.passing}}:{MODEL}", C = var.object.model }}
  }}
}}
locals {{
  listed = ["{MODEL}", sensitive("{CANARY}")]
}}
resource "aws_ssm_parameter" "l" {{
  type  = "StringList"
  value = join(",", local.listed)
}}
resource "aws_db_instance" "d" {{
  password_wo = "{CANARY}"
  tags        = {{ model = "{MODEL}", password = "{CANARY}" }}
}}
resource "aws_bedrockagent_agent" "a" {{
  foundation_model = var.object.model
}}
resource "null_resource" "n" {{
  provisioner "local-exec" {{
    command = "curl -H 'Authorization: {CANARY}' https://example.com --data {MODEL}"
  }}
}}
"""
TEMPLATE_OF_LISTS = f"""
Parameters:
  R: {{Type: String, NoEcho: true, AllowedValues: ["{CANARY}", "{MODEL}"]}}
  Q: {{Type: String, NoEcho: 'true', Default: "{MODEL}/{CANARY}"}}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Environment: {{Variables: {{MODEL: {MODEL}, R: !Ref R, Q: !Ref Q, S: {CANARY}}}}}
  C:
    Type: AWS::CloudFormation::Stack
    Properties: {{TemplateURL: child.yaml, Parameters: {{T: !Sub "${{Q}} {MODEL}", U: !Ref Q}}}}
  U:
    Type: AWS::EC2::Instance
    Properties:
      UserData: !Base64
        Fn::Sub: |
          export KEY={CANARY}; export MODEL={MODEL}
          export TOKEN=${{Q}} MODEL={MODEL}
"""
CHILD_OF_LISTS = f"""
Parameters:
  T: {{Type: String}}
  U: {{Type: String, NoEcho: true}}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {{Environment: {{Variables: {{T: !Ref T, U: !Sub "${{U}}/{MODEL}"}}}}}}
"""
UNIT = f"""
terraform {{
  source = "../m"
}}
inputs = {{ token = "{CANARY}", model = "{MODEL}", url = "https://x:{CANARY}@y/{MODEL}" }}
"""
TERRAFORM_OF_URLS = f"""
module "query" {{
  source = "s3::https://s3.amazonaws.com/b/m.zip?aws_access_key_secret={CANARY}&pat={CANARY}"
}}
module "path" {{
  source = "./m?token={CANARY}"
}}
resource "aws_lambda_function" "f" {{
  environment {{
    variables = {{ URL = "https://user:{CANARY}@h/model/{MODEL}/invoke?token={CANARY}" }}
  }}
}}
resource "aws_bedrockagent_agent" "a" {{
  foundation_model = "https://user:{CANARY}@h/{MODEL}?token={CANARY}"
}}
"""
TEMPLATE_OF_URLS = f"""
Transform: {{Name: AWS::Include, Parameters: {{Location: "s3://b/k?token={CANARY}"}}}}
Resources:
  N:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: https://user:{CANARY}@s3.amazonaws.com/b/t.yaml?X-Amz-Signature={CANARY}
      Parameters: {{Model: {MODEL}}}
  M:
    Type: AWS::StepFunctions::StateMachine
    Properties: {{DefinitionS3Location: {{Bucket: b, Key: "k?token={CANARY}"}}}}
  A:
    Type: AWS::Serverless::Application
    Properties: {{Location: "https://user:{CANARY}@h/x.yaml?sig={CANARY}"}}
  S:
    Type: AWS::SecretsManager::Secret
    Properties: {{SecretString: '{{"model": "{MODEL}", "key": "{CANARY}"}}'}}
"""
FILES_BESIDE = {
    "main.tf": TERRAFORM_BESIDE,
    "m/main.tf": MODULE,
    "terraform.tfvars": f'given = "{CANARY}-tfvars"\nplain = "{CANARY}-plain"\n',
}
TEMPLATE_BESIDE = f"""
Parameters:
  Key: {{Type: String, NoEcho: true}}
  Plain: {{Type: String, Default: x}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Environment:
        Variables:
          MODEL: {MODEL}
          KEY: !Ref Key
          PLAIN: !Ref Plain
          SECRET: '{{{{resolve:secretsmanager:{CANARY}:SecretString:password}}}}'
          SECURE: '{{{{resolve:ssm-secure:{CANARY}:1}}}}'
          JOINT: !Join ['/', [!Ref Key, {MODEL}]]
          CHOSEN: !Select [0, !Split [',', !Sub '${{Key}},{MODEL}']]
  T:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Environment:
            - {{Name: MODEL, Value: {MODEL}}}
            - {{Name: KEY, Value: {CANARY}}}
          Secrets: [{{Name: TOKEN, ValueFrom: {CANARY}}}]
"""
SAMCONFIG = f"""
version = 0.1
[default.deploy.parameters]
parameter_overrides = "Key={CANARY}-sam Plain={MODEL}"
"""
SAMCONFIG_YAML = f"""
version: 0.1
default:
  deploy:
    parameters:
      parameter_overrides: ParameterKey=Plain,ParameterValue={MODEL} ParameterKey=Key,ParameterValue={CANARY}-sam
"""
ON_ONE_LINE = json.dumps(
    [{"ParameterKey": "Key", "ParameterValue": CANARY}, {"ParameterKey": "Plain", "ParameterValue": MODEL}]
)
STATE = {
    "version": 4,
    "terraform_version": "1.11.4",
    "serial": 1,
    "lineage": "l",
    "outputs": {"o": {"value": CANARY, "type": "string", "sensitive": True}},
    "resources": [
        {
            "mode": "managed",
            "type": "aws_lambda_function",
            "name": "f",
            "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
            "instances": [
                {
                    "attributes": {
                        "environment": [{"variables": {"MODEL": MODEL, "KEY": CANARY}}],
                        "description": CANARY,
                    },
                    "sensitive_attributes": [[{"type": "get_attr", "value": "description"}]],
                }
            ],
        }
    ],
}
ASSEMBLY = {
    "manifest.json": json.dumps(
        {
            "version": "36.0.0",
            "artifacts": {
                "S": {
                    "type": "aws:cloudformation:stack",
                    "environment": "aws://unknown-account/us-east-1",
                    "properties": {"templateFile": "S.template.json", "parameters": {"Key": f"{CANARY}-cdk"}},
                }
            },
        }
    ),
    "cdk.out": "{}",
    "S.template.json": json.dumps(
        {
            "Parameters": {"Key": {"Type": "String", "NoEcho": True}},
            "Resources": {
                "F": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"Environment": {"Variables": {"MODEL": MODEL, "KEY": {"Ref": "Key"}, "B": CANARY}}},
                }
            },
        }
    ),
}
INPUTS: dict[str, tuple[dict[str, str], list[str]]] = {
    "plan": ({"plan.json": json.dumps(PLAN)}, ["plan.json"]),
    "terraform": ({"main.tf": TERRAFORM}, ["."]),
    "terraform, given": ({"main.tf": TERRAFORM}, [".", "--var", f"secret={CANARY}-given"]),
    "terraform, beside": (FILES_BESIDE, ["."]),
    "terraform, URLs": ({"main.tf": TERRAFORM_OF_URLS}, ["."]),
    "template, URLs": ({"t.yaml": TEMPLATE_OF_URLS}, ["t.yaml"]),
    "terraform, from the environment": (FILES_BESIDE, [".", "--env-vars"]),
    "terraform, not kept": (
        {"main.tf": TERRAFORM_NOT_KEPT, "v.tfvars": f'object = {{ key = "{CANARY}", model = "{MODEL}" }}\n'},
        [".", "--var-file", "v.tfvars"],
    ),
    "terraform, not kept, on the command line": (
        {"main.tf": TERRAFORM_NOT_KEPT},
        [".", "--var", f'object={{ key = "{CANARY}", model = "{MODEL}" }}', "--var", f"passing={CANARY}"],
    ),
    "terragrunt": ({"u/terragrunt.hcl": UNIT, "m/main.tf": MODULE}, ["u"]),
    "template, lists": ({"t.yaml": TEMPLATE_OF_LISTS, "child.yaml": CHILD_OF_LISTS}, ["t.yaml"]),
    "state": ({"state.json": json.dumps(STATE)}, ["state.json"]),
    "template, beside": ({"template.yaml": TEMPLATE_BESIDE}, ["template.yaml"]),
    "template, samconfig": (
        {"template.yaml": TEMPLATE_BESIDE, "samconfig.toml": SAMCONFIG},
        ["template.yaml", "--parameters", "samconfig.toml"],
    ),
    "template, samconfig in YAML": (
        {"template.yaml": TEMPLATE_BESIDE, "samconfig.yaml": SAMCONFIG_YAML},
        ["template.yaml", "--parameters", "samconfig.yaml"],
    ),
    "template, parameters on one line": (
        {"template.yaml": TEMPLATE_BESIDE, "p.json": ON_ONE_LINE},
        ["template.yaml", "--parameters", "p.json"],
    ),
    "assembly": (ASSEMBLY, ["."]),
    "template": ({"template.yaml": TEMPLATE}, ["template.yaml"]),
    "template, given": ({"template.yaml": TEMPLATE, "p.json": SUPPLIED}, ["template.yaml", "--parameters", "p.json"]),
}


@pytest.mark.parametrize("kind", INPUTS)
def test_no_secret_is_in_any_output(kind: str, tmp_path: Path) -> None:
    files, arguments = INPUTS[kind]
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    (tmp_path / ".git").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    formats = [part for name in FORMATS for part in ("--format", f"{name}={out / name}")]
    common = [*arguments, "--no-config", "--as-of", "2026-11-24"]
    environment = {
        "TF_VAR_given": f"{CANARY}-environment",
        "BEDROCK_EOL_TRACEBACK": "1",
        "BEDROCK_EOL_CACHE_DIR": str(out / "cache"),
        "GITHUB_STEP_SUMMARY": str(out / "summary"),
    }
    told = {}
    for name, options in {
        "check": ["check", *common, "--verbose", *formats],
        "baseline": ["check", *common, "--write-baseline", str(out / "baseline")],
        "refs": ["refs", *common, "--verbose"],
        "forecast": ["forecast", *common],
    }.items():
        ran = run_here(options, tmp_path, **environment)
        # Modules that are not here leave a run incomplete.
        assert ran.returncode in ((1,) if name == "check" else (0, 3)), ran.stderr
        told |= {f"{name} stdout": ran.stdout, f"{name} stderr": ran.stderr}
    assert MODEL in (out / "json").read_text()
    files = [path for path in out.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {*FORMATS, "baseline", "summary"}
    written = told | {path.name: path.read_text() for path in files}
    assert [name for name, text in written.items() if CANARY in text] == []
