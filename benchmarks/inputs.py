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


def terraform_file(rng: random.Random, size: int) -> str:
    """A file of resources of about `size` characters."""
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


_AGENT = """\
resource "aws_bedrockagent_agent" "chat" {
  agent_name       = "chat-${var.prefix}"
  foundation_model = MODEL
}
"""
_PRESETS = """
variable "environment" {
  type    = string
  default = "dev"
}

locals {
  models = {
    dev  = "anthropic.claude-3-haiku-20240307-v1:0"
    prod = "us.anthropic.claude-sonnet-4-20250514-v1:0"
  }
}

output "model" {
  value = local.models[var.environment]
}
"""
_DOCUMENT = """\
resource "aws_ssm_document" "setup" {
  name          = "setup"
  document_type = "Command"
  content       = file("${path.module}/documents/setup.yaml")
}
"""
_STEPS = "schemaVersion: '2.2'\nmainSteps:\n  - action: aws:runShellScript\n    name: setup\n"
# From 20 to 190 lines.
_FILE_SIZES = (700, 1_200, 2_000, 3_000, 4_500, 6_500)
# Of the roots, one in so many has a document, and files of values for its environments.
_WITH_DOCUMENT = 4
_WITH_VALUES = 3


def write_tree(
    root: Path,
    *,
    terraform: int,
    yaml: int = 0,
    cdk: int = 0,
    bedrock_share: float = 0.01,
    yaml_size: int = 8_000,
    cdk_size: int = 285_000,
    per_module: int = 5,
    per_assembly: int = 5,
    shared_modules: int = 20,
) -> None:
    """A tree of Terraform roots of `per_module` files of 20 to 190 lines, templates, and assemblies of templates.

    Each root calls one of `shared_modules` local modules, whose files are counted too; one of these chooses the model
    by the environment, for the roots that use it. Some roots read a document, some have files of values.
    """
    rng = random.Random(20261124)
    (root / ".git").mkdir(parents=True)
    for number in range(terraform // per_module):
        _write_module(root, rng, number, per_module, shared_modules, bedrock_share)
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


def _write_module(
    root: Path, rng: random.Random, number: int, files: int, shared_modules: int, bedrock_share: float
) -> None:
    """One of the shared modules, the first of which has the models, or a root that calls one of them."""
    is_shared = number < shared_modules
    directory = root / ("modules" if is_shared else "services") / f"part{number % 40:02}" / f"unit{number:05}"
    directory.mkdir(parents=True)
    called = rng.randrange(1, shared_modules) if shared_modules > 1 else 0
    model: str | None = None
    variables = VARIABLES
    if not is_shared and rng.random() < bedrock_share * 2:
        model = f'"{rng.choice(_MODELS)}"'
        if shared_modules and rng.random() < 0.5:
            called, model = 0, "module.shared.model"
    if is_shared and not number:
        variables += _PRESETS
    if not is_shared and shared_modules:
        source = f"../../../modules/part{called % 40:02}/unit{called:05}"
        variables += f'\nmodule "shared" {{\n  source = "{source}"\n}}\n'
        if number % _WITH_VALUES == 0:
            for environment in ("dev", "prod"):
                values = f'prefix = "{environment}"\nregion = "us-east-1"\n'
                (directory / f"{environment}.tfvars").write_text(values, encoding="utf-8")
        if number % _WITH_DOCUMENT == 0:
            (directory / "documents").mkdir()
            (directory / "documents" / "setup.yaml").write_text(_STEPS, encoding="utf-8")
            variables += f"\n{_DOCUMENT}"
    if model is not None:
        variables += f"\n{_AGENT.replace('MODEL', model)}"
    (directory / "variables.tf").write_text(variables, encoding="utf-8")
    for file in range(files - 1):
        text = terraform_file(rng, rng.choice(_FILE_SIZES))
        (directory / f"file{file}.tf").write_text(text, encoding="utf-8")


_ENVIRONMENTS = ("development", "test", "staging", "production")
_SERVICE_KINDS = ("alarms", "buckets", "documents", "groups", "keys", "parameters", "policies", "queues")


def write_workspaces(root: Path, *, roots: int, entries: int = 12, with_model: int = 10) -> None:
    """A monorepo whose roots pick the settings of one of four environments by `terraform.workspace`.

    Two shared modules take these: one filters its maps of `entries` by options, one makes resources by `for_each` over
    merged maps. One root in `with_model` has a model among its settings.
    """
    rng = random.Random(20261130)
    (root / ".git").mkdir(parents=True)
    modules = root / "modules"
    for name, text in (("catalogue", _catalogue(rng, entries)), ("platform", _platform())):
        (modules / name).mkdir(parents=True)
        (modules / name / "main.tf").write_text(text, encoding="utf-8")
    for number in range(roots):
        directory = root / "teams" / f"team{number:03}"
        (directory / "documents").mkdir(parents=True)
        (directory / "documents" / "setup.yaml").write_text(_STEPS, encoding="utf-8")
        (directory / "main.tf").write_text(_team(number, has_model=not number % with_model), encoding="utf-8")
        for environment in _ENVIRONMENTS:
            text = _settings(rng, environment, entries, has_model=not number % with_model)
            (directory / f"{environment}.tf").write_text(text, encoding="utf-8")


def _item(rng: random.Random, kind: str, number: int) -> str:
    limits = '{ name = "InstanceId", values = ["i-1", "i-2"] }' if rng.random() < 0.5 else "null"
    return f"""\
    {kind}-{number} = {{
      description = "{kind} {number} for ${{local.environment}}"
      size        = {rng.randrange(900)}
      enabled     = {rng.choice(("true", "false"))}
      tags        = merge(local.tags, {{ name = "{kind}-{number}", tier = upper("{kind}") }})
      actions     = ["notify-${{local.environment}}", "page-{number}"]
      limits      = {limits}
    }}
"""


def _catalogue(rng: random.Random, entries: int) -> str:
    parts = ['variable "environment" {}\nvariable "options" {}\n\nlocals {\n  environment = var.environment\n']
    parts.append('  tags        = { managed = "terraform" }\n')
    for kind in _SERVICE_KINDS:
        wanted = "".join(
            f'    lookup(var.options, "with_{kind}_{number}", false) ? ["{kind}-{number}"] : [],\n'
            for number in range(entries)
        )
        items = "".join(_item(rng, kind, number) for number in range(entries))
        parts.append(f"  {kind}_wanted = flatten([\n{wanted}  ])\n  {kind} = {{\n{items}  }}\n")
    parts.append("}\n")
    for kind in _SERVICE_KINDS:
        chosen = f"{{ for key, value in local.{kind} : key => value if contains(local.{kind}_wanted, key) }}"
        parts.append(f'\noutput "{kind}" {{\n  value = {chosen}\n}}\n')
    return "".join(parts)


_PLATFORM = """
variable "KIND" {
  type = map(object({
    description = string
    size        = number
    enabled     = optional(bool, true)
    tags        = optional(map(string), {})
    actions     = optional(list(string), [])
    limits      = optional(object({ name = string, values = list(string) }))
  }))
  default = {}
}

locals {
  KIND_limited = flatten([
    for key, value in var.KIND : [
      for limit in value.limits.values : { key = "${key}-${limit}", value = merge(value, { full = limit }) }
    ] if value.limits != null
  ])
  KIND_plain = {
    for key, value in var.KIND : key => merge(value, { full = "${var.environment}-${key}" }) if value.limits == null
  }
  KIND = merge({ for item in local.KIND_limited : item.key => item.value }, local.KIND_plain)
}

resource "aws_ssm_parameter" "KIND" {
  for_each    = local.KIND
  name        = each.value.full
  type        = "String"
  value       = jsonencode(each.value)
  description = each.value.description
  tags        = each.value.tags
}
"""


def _platform() -> str:
    return 'variable "environment" {}\n' + "".join(_PLATFORM.replace("KIND", kind) for kind in _SERVICE_KINDS)


def _team(number: int, *, has_model: bool) -> str:
    passed = "".join(
        f'  {kind:12} = merge(module.catalogue.{kind}, lookup(local.settings, "{kind}", {{}}))\n'
        for kind in _SERVICE_KINDS
    )
    agent = _AGENT.replace("${var.prefix}", str(number)).replace("MODEL", "local.settings.model") if has_model else ""
    environments = "".join(f"    {environment} = local.{environment}\n" for environment in _ENVIRONMENTS)
    return f"""\
locals {{
  environment = trimprefix(terraform.workspace, "team{number:03}-")
  tags        = {{ team = "{number}" }}
  settings    = local.by_environment[local.environment]
  by_environment = {{
{environments}  }}
}}

module "catalogue" {{
  source      = "../../modules/catalogue"
  environment = local.environment
  options     = local.settings.options
}}

module "platform" {{
  source      = "../../modules/platform"
  environment = local.environment
{passed}}}

{_DOCUMENT}
{agent}"""


def _settings(rng: random.Random, environment: str, entries: int, *, has_model: bool) -> str:
    options = "".join(
        f"      with_{kind}_{number} = {rng.choice(('true', 'false'))}\n"
        for kind in _SERVICE_KINDS
        for number in range(1, entries, 3)
    )
    model = f'    model = "{rng.choice(_MODELS)}"\n' if has_model else ""
    kinds = "".join(
        f"    {kind} = {{\n{''.join(_item(rng, kind, 100 + number) for number in range(entries // 2))}    }}\n"
        for kind in _SERVICE_KINDS
    )
    return f"locals {{\n  {environment} = {{\n    options = {{\n{options}    }}\n{model}{kinds}  }}\n}}\n"


def size_of(root: Path) -> tuple[int, float]:
    """How many files a tree has, and how many MB."""
    sizes = [path.stat().st_size for path in root.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes) / 1e6
