#!/usr/bin/env bash
# ai-bom 3.6.0 (PyPI) lists the model of a call through `Anthropic` and flags it as deprecated, and does not list the
# same model of a call through `AnthropicBedrock`, whose id there begins with `anthropic.` (Anthropic, "Claude on Amazon
# Bedrock"); of an agent in Terraform it lists that id and does not flag it. The bill of materials says of a project
# whose models are behind Bedrock that none is deprecated.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check ai-bom==3.6.0

mkdir "$work/code"
cat >"$work/code/requirements.txt" <<'TEXT'
anthropic
TEXT
cat >"$work/code/direct.py" <<'PYTHON'
from anthropic import Anthropic

message = {"role": "user", "content": "?"}
Anthropic().messages.create(model="claude-3-haiku-20240307", max_tokens=10, messages=[message])
PYTHON
cat >"$work/code/bedrock.py" <<'PYTHON'
from anthropic import AnthropicBedrock

message = {"role": "user", "content": "?"}
AnthropicBedrock().messages.create(model="anthropic.claude-3-haiku-20240307-v1:0", max_tokens=10, messages=[message])
PYTHON
cat >"$work/code/agent.tf" <<'HCL'
resource "aws_bedrockagent_agent" "helper" {
  agent_name       = "helper"
  foundation_model = "anthropic.claude-3-haiku-20240307-v1:0"
}
HCL
"$work/venv/bin/ai-bom" scan "$work/code" -f cyclonedx -o "$work/bom.json"
cat >"$work/read.py" <<'PYTHON'
import json
import sys
from importlib.metadata import version
from pathlib import Path

found = set()
for component in json.loads(Path(sys.argv[1]).read_text())["components"]:
    facts = {fact["name"].removeprefix("trusera:"): fact["value"] for fact in component["properties"]}
    if "model_name" in facts:
        file = Path(facts["source_location"]).name.split(":")[0]
        found.add((file, facts["model_name"], facts.get("flags")))
print("ai-bom", version("ai-bom"))
for fact in sorted(found):
    print(*fact)
assert found == {
    ("direct.py", "claude-3-haiku-20240307", "deprecated_model"),
    ("agent.tf", "anthropic.claude-3-haiku-20240307-v1:0", None),
}, found
PYTHON
"$work/venv/bin/python" "$work/read.py" "$work/bom.json"
