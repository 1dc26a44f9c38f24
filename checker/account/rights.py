"""Makes the policy of least rights for listing and asking an account, from the table of operations."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from checker.account.names import LOOKUPS, VERSION
from checker.account.services import SERVICES

# Calls that are not in the tables: for Regions, tags and the number of calls.
_AROUND = ("ec2:DescribeRegions", "tag:GetResources", "cloudwatch:ListMetrics", "cloudwatch:GetMetricData")
_BEDROCK = "Bedrock"
# The actions of optional statements.
_ORGANIZATION = ("organizations:ListAccounts", "sts:AssumeRole")
_QUESTIONS = ("ssm:DescribeParameters", "ssm:GetParameters", "cloudformation:ListExports")


def rights() -> Mapping[str, tuple[str, ...]]:
    """The actions, sorted, by the name of their statement.

    `Bedrock` is always needed; a statement named like a group is needed for `--include` with that group, `Resolve` for
    parameters and exports with `--resolve account`, and `Organization` for `--organization`.
    """
    lookups = (f"bedrock:{each.operation}" for each in (*LOOKUPS, VERSION))
    found: dict[str, set[str]] = {_BEDROCK: {*_AROUND, *lookups}}
    for service in SERVICES:
        named = found.setdefault(service.include.capitalize() or _BEDROCK, set())
        named |= {f"{service.actions}:{call.operation}" for call in service.every_call()}
    found["Resolve"] = set(_QUESTIONS)
    found["Organization"] = set(_ORGANIZATION)
    return {name: tuple(sorted(actions)) for name, actions in found.items()}


def policy_document(names: Iterable[str]) -> dict[str, Any]:
    """The IAM policy with the statements of these names."""
    by_name = rights()
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": name, "Effect": "Allow", "Action": list(by_name[name]), "Resource": "*"} for name in names
        ],
    }


def as_json() -> str:
    """The policy as JSON, with all statements but the one for an organization."""
    return json.dumps(policy_document(_ALL), indent=2) + "\n"


def as_terraform() -> str:
    """The same policy as Terraform code."""
    lines = [
        "# What `bedrock-eol account` and `check --resolve account` may do; it changes nothing, and reads no secrets.",
        'data "aws_iam_policy_document" "bedrock_eol" {',
    ]
    by_name = rights()
    for number, name in enumerate(_ALL):
        lines += [""] if number else []
        lines += ["  statement {", f'    sid       = "{name}"', '    resources = ["*"]', "    actions = ["]
        lines += [f'      "{action}",' for action in by_name[name]]
        lines += ["    ]", "  }"]
    lines += ["}", "", 'resource "aws_iam_policy" "bedrock_eol" {', '  name   = "bedrock-eol-read"']
    lines += ["  policy = data.aws_iam_policy_document.bedrock_eol.json", "}"]
    return "\n".join(lines) + "\n"


def as_cloudformation() -> str:
    """The same policy as a CloudFormation template."""
    lines = [
        "# What `bedrock-eol account` and `check --resolve account` may do; it changes nothing, and reads no secrets.",
        "Resources:",
        "  BedrockEolRead:",
        "    Type: AWS::IAM::ManagedPolicy",
        "    Properties:",
        "      ManagedPolicyName: bedrock-eol-read",
        "      PolicyDocument:",
        '        Version: "2012-10-17"',
        "        Statement:",
    ]
    by_name = rights()
    for name in _ALL:
        lines += [f"          - Sid: {name}", "            Effect: Allow", '            Resource: "*"']
        lines += ["            Action:", *(f"              - {action}" for action in by_name[name])]
    return "\n".join(lines) + "\n"


_ALL = tuple(name for name in rights() if name != "Organization")
