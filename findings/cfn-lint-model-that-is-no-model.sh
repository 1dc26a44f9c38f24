#!/usr/bin/env bash
# cfn-lint 1.58.0 (PyPI) passes an agent whose FoundationModel is a URL or ends in a blank: the pattern of AWS's own
# schema (AWS::Bedrock::Agent) anchors its first alternative at the start and its last one at the end, and nothing else,
# so that any text that holds an id, or ends in a letter or a digit, matches; the API's pattern, over the whole text,
# matches neither.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check cfn-lint==1.58.0 botocore==1.44.8

cat >"$work/lint.py" <<'PYTHON'
import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

from botocore.session import get_session

work = Path(sys.argv[1])
pattern = get_session().get_service_model("bedrock-agent").shape_for("ModelIdentifier").metadata["pattern"]
print("cfn-lint", version("cfn-lint"), "and botocore", version("botocore"))
found = {}
for model in ("amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0 ", "https://example.com/models/nova", "nova, please!"):
    agent = {
        "AgentName": "helper",
        "AgentResourceRoleArn": "arn:aws:iam::123456789012:role/agent",
        "FoundationModel": model,
        "Instruction": "Answer the questions of the people in this office.",
    }
    template = work / "template.json"
    template.write_text(json.dumps({"Resources": {"Agent": {"Type": "AWS::Bedrock::Agent", "Properties": agent}}}))
    lint = subprocess.run([work / "venv/bin/cfn-lint", "--regions", "us-east-1", "--", template], capture_output=True, text=True)
    found[model] = lint.returncode, re.fullmatch(pattern, model) is not None
    print(f"{model!r}: cfn-lint exits {lint.returncode}, the API's pattern matches: {found[model][1]}")
assert list(found.values()) == [(0, True), (0, False), (0, False), (2, False)], found
PYTHON
"$work/venv/bin/python" "$work/lint.py" "$work"
