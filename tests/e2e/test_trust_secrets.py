"""What is marked as secret, or stands beside a model without naming one, is in no output, log or traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

CANARY = "canary-9f3e"
MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
FORMATS = ["terminal", "json", "csv", "sarif", "junit", "github", "gitlab", "markdown", "html"]
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
INPUTS: dict[str, tuple[dict[str, str], list[str]]] = {
    "plan": ({"plan.json": json.dumps(PLAN)}, ["plan.json"]),
    "terraform": ({"main.tf": TERRAFORM}, ["."]),
    "terraform, given": ({"main.tf": TERRAFORM}, [".", "--var", f"secret={CANARY}-given"]),
    "template": ({"template.yaml": TEMPLATE}, ["template.yaml"]),
    "template, given": ({"template.yaml": TEMPLATE, "p.json": SUPPLIED}, ["template.yaml", "--parameters", "p.json"]),
}


@pytest.mark.parametrize("kind", INPUTS)
def test_no_secret_is_in_any_output(kind: str, tmp_path: Path) -> None:
    files, arguments = INPUTS[kind]
    for name, content in files.items():
        (tmp_path / name).write_text(content)
    (tmp_path / ".git").mkdir()
    out = tmp_path / "out"
    out.mkdir()
    formats = [part for name in FORMATS for part in ("--format", f"{name}={out / name}")]
    command = [
        sys.executable,
        "-m",
        "checker",
        "check",
        *arguments,
        "--no-config",
        "--as-of",
        "2026-11-24",
        "--verbose",
    ]
    ran = subprocess.run([*command, *formats], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 1, ran.stderr
    assert MODEL in (out / "json").read_text()
    written = {"stdout": ran.stdout, "stderr": ran.stderr} | {name: (out / name).read_text() for name in FORMATS}
    assert [name for name, text in written.items() if CANARY in text] == []
