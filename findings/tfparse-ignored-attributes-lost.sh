#!/usr/bin/env bash
# tfparse 0.6.22 (PyPI), the reader of c7n-left, gives each attribute of `ignore_changes` as null, and `all` as null,
# too, so that a policy cannot tell which attributes Terraform leaves alone.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tfparse==0.6.22

mkdir "$work/code"
cat >"$work/code/main.tf" <<'HCL'
resource "aws_bedrockagent_agent" "named" {
  foundation_model = "amazon.nova-lite-v1:0"
  lifecycle {
    ignore_changes = [foundation_model, tags["owner"]]
  }
}
resource "aws_bedrockagent_agent" "all" {
  foundation_model = "amazon.nova-lite-v1:0"
  lifecycle {
    ignore_changes = all
  }
}
HCL
cat >"$work/read.py" <<'PYTHON'
import sys
from importlib.metadata import version

from tfparse import load_from_path

print("tfparse", version("tfparse"))
found = {}
for resource in load_from_path(sys.argv[1])["aws_bedrockagent_agent"]:
    found[resource["__tfmeta"]["path"]] = resource["lifecycle"]["ignore_changes"]
for path, ignored in found.items():
    print(path, ignored)
assert found == {"aws_bedrockagent_agent.named": [None, None], "aws_bedrockagent_agent.all": None}, found
PYTHON
"$work/venv/bin/python" "$work/read.py" "$work/code"
