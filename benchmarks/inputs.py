"""Infrastructure code of any size, made from a seed: the same bytes in every run."""

import json
import random
from pathlib import Path

_SERVICES = ("queue", "topic", "bucket", "role", "alarm", "table", "function", "bus", "stream", "pool")
_WORDS = ("orders", "billing", "search", "reports", "events", "audit", "images", "ledger", "stock", "mail")
_MODELS = (
    "anthropic.claude-3-haiku-20240307-v1:0",
    "anthropic.claude-3-5-sonnet-20240620-v1:0",
    "amazon.titan-embed-text-v2:0",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
)


def terraform_file(rng: random.Random, size: int, *, bedrock: bool = False) -> str:
    """A file of resources of about `size` characters; with `bedrock`, one more with a model."""
    parts: list[str] = []
    length = number = 0
    while length < size:
        number += 1
        service, word = rng.choice(_SERVICES), rng.choice(_WORDS)
        name = f"{word}_{service}_{number}_{rng.randrange(10**6)}"
        part = f"""\
# What {word} needs to reach its {service}; see the runbook before changing it.
resource "aws_{service}_item" "{name}" {{
  count       = var.enabled ? 1 : 0
  name        = "${{var.prefix}}-{word}-${{local.environment}}-{number}"
  description = "The {service} of {word}, kept for {rng.randrange(400)} days"
  retention   = {rng.randrange(400)}
  arn         = "arn:${{data.aws_partition.current.partition}}:sqs:${{var.region}}:{rng.randrange(10**12)}:{word}"
  settings    = merge(local.common, {{ owner = "{word}", tier = upper("{service}"), size = {rng.randrange(99)} }})

  dynamic "rule" {{
    for_each = var.rules
    content {{
      key   = rule.key
      value = rule.value.enabled ? rule.value.limit : null
    }}
  }}

  tags = {{
    Name = "{name}"
    Team = local.team["{word}"]
  }}
}}

"""
        parts.append(part)
        length += len(part)
    if bedrock:
        parts.append(f'resource "aws_bedrockagent_agent" "chat_{rng.randrange(10**6)}" {{\n')
        parts.append(f'  agent_name       = "chat"\n  foundation_model = "{rng.choice(_MODELS)}"\n}}\n')
    return "".join(parts)


VARIABLES = """\
variable "enabled" {
  type    = bool
  default = true
}

variable "prefix" {
  type    = string
  default = "acme"
}

variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "rules" {
  type    = map(object({ enabled = bool, limit = number }))
  default = {}
}

locals {
  environment = "prod"
  common      = { managed = "terraform" }
  team        = { orders = "a", billing = "b", search = "c", reports = "d", events = "e" }
}

data "aws_partition" "current" {}
"""


def yaml_template(rng: random.Random, size: int, *, bedrock: bool = False) -> str:
    """A CloudFormation template of about `size` characters."""
    parts = ["AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Env:\n    Type: String\n    Default: prod\n"]
    parts.append("Conditions:\n  IsProd: !Equals [!Ref Env, prod]\nResources:\n")
    if bedrock:
        parts.append("  Chat:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      AgentName: chat\n")
        parts.append(f"      FoundationModel: {rng.choice(_MODELS)}\n")
    length = number = 0
    while length < size:
        number += 1
        word = rng.choice(_WORDS)
        part = f"""\
  {word.title()}Function{number}:
    Type: AWS::Lambda::Function
    Condition: IsProd
    Properties:
      FunctionName: !Sub "${{AWS::StackName}}-{word}-${{Env}}"
      Runtime: python3.12
      Handler: app.handler
      MemorySize: {rng.randrange(128, 4096)}
      Role: !Sub "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{word}"
      Environment:
        Variables:
          TABLE: !Ref {word.title()}Table{number}
          LEVEL: !If [IsProd, info, debug]
          BUCKET: {word}-{rng.randrange(10**9)}
      Tags:
        - Key: team
          Value: {word}
  {word.title()}Table{number}:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema:
        - AttributeName: id
          KeyType: HASH
"""
        parts.append(part)
        length += len(part)
    return "".join(parts)


def cdk_template(rng: random.Random, size: int, *, bedrock: bool = False) -> str:
    """A template as CDK writes it, of about `size` characters."""
    resources: dict[str, object] = {}
    length = number = 0
    if bedrock:
        properties = {"AgentName": "chat", "FoundationModel": rng.choice(_MODELS)}
        resources["Chat0A1B2C"] = {"Type": "AWS::Bedrock::Agent", "Properties": properties}
    while length < size:
        number += 1
        word = rng.choice(_WORDS)
        key = f"{word.title()}Handler{rng.randrange(16**8):08X}"
        body = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {
                    "S3Bucket": {"Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"},
                    "S3Key": f"{rng.randrange(16**32):032x}.zip",
                },
                "Handler": "index.handler",
                "Role": {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":iam::123456789012:role/{word}"]]},
                "Environment": {
                    "Variables": {
                        "STACK": {"Ref": "AWS::StackName"},
                        "URL": {"Fn::Join": ["", ["https://", {"Ref": "AWS::AccountId"}, ".execute-api/", word]]},
                    }
                },
                "Runtime": "nodejs20.x",
                "Timeout": rng.randrange(900),
            },
            "Metadata": {"aws:cdk:path": f"Stack/{word}/Handler{number}/Resource", "aws:asset:is-bundled": True},
        }
        resources[key] = body
        length += len(json.dumps({"Resources": {key: body}}, indent=1)) - 20
    return json.dumps({"Resources": resources}, indent=1)


def write_tree(
    root: Path,
    *,
    terraform: int,
    yaml: int = 0,
    cdk: int = 0,
    bedrock_share: float = 0.01,
    terraform_size: int = 900,
    yaml_size: int = 8_000,
    cdk_size: int = 285_000,
    per_module: int = 5,
    per_assembly: int = 5,
    shared_modules: int = 20,
) -> None:
    """A tree of Terraform roots of `per_module` files, templates, and assemblies of `per_assembly` templates.

    Each root calls one of `shared_modules` local modules, whose files are counted too.
    """
    rng = random.Random(20261124)
    (root / ".git").mkdir(parents=True)
    roots = terraform // per_module
    for number in range(roots):
        is_shared = number < shared_modules
        directory = root / ("modules" if is_shared else "services") / f"part{number % 40:02}" / f"unit{number:05}"
        directory.mkdir(parents=True)
        variables = VARIABLES
        if not is_shared and shared_modules:
            called = rng.randrange(shared_modules)
            variables += (
                f'\nmodule "shared" {{\n  source = "../../../modules/part{called % 40:02}/unit{called:05}"\n}}\n'
            )
        (directory / "variables.tf").write_text(variables, encoding="utf-8")
        has_model = not is_shared and rng.random() < bedrock_share
        for file in range(per_module - 1):
            text = terraform_file(rng, terraform_size, bedrock=has_model and file == 0)
            (directory / f"file{file}.tf").write_text(text, encoding="utf-8")
    for number in range(yaml):
        directory = root / "stacks" / f"part{number % 30:02}"
        directory.mkdir(parents=True, exist_ok=True)
        text = yaml_template(rng, yaml_size, bedrock=rng.random() < bedrock_share)
        (directory / f"stack{number:04}.yaml").write_text(text, encoding="utf-8")
    for number in range(0, cdk, per_assembly):
        directory = root / "apps" / f"app{number:04}" / "cdk.out"
        directory.mkdir(parents=True)
        artifacts: dict[str, object] = {}
        for template in range(number, min(cdk, number + per_assembly)):
            name = f"Stack{template}"
            text = cdk_template(rng, cdk_size, bedrock=rng.random() < bedrock_share)
            (directory / f"{name}.template.json").write_text(text, encoding="utf-8")
            artifacts[name] = {
                "type": "aws:cloudformation:stack",
                "environment": "aws://123456789012/eu-west-1",
                "properties": {"templateFile": f"{name}.template.json"},
            }
        (directory / "cdk.out").write_text('{"version":"36.0.0"}', encoding="utf-8")
        manifest = {"version": "36.0.0", "artifacts": artifacts}
        (directory / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def size_of(root: Path) -> tuple[int, float]:
    """How many files a tree has, and how many MB."""
    sizes = [path.stat().st_size for path in root.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes) / 1e6
