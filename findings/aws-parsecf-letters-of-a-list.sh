#!/usr/bin/env bash
# aws-parsecf 1.1.0 (PyPI) takes a parameter of type CommaDelimitedList for one text: `Fn::Select` gives a letter of it
# and `Fn::Join` stands between all its letters, and nothing says so; in CloudFormation both work on the items.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check aws-parsecf==1.1.0

cat >"$work/parse.py" <<'PYTHON'
import json
from importlib.metadata import version

import aws_parsecf

template = {
    "Parameters": {"Models": {"Type": "CommaDelimitedList", "Default": "nova-lite,nova-pro"}},
    "Resources": {
        "Agent": {
            "Type": "AWS::Bedrock::Agent",
            "Properties": {
                "FoundationModel": {"Fn::Select": [1, {"Ref": "Models"}]},
                "Description": {"Fn::Join": ["+", {"Ref": "Models"}]},
            },
        }
    },
}
found = aws_parsecf.loads_json(json.dumps(template), default_region="us-east-1")["Resources"]["Agent"]["Properties"]
print("aws-parsecf", version("aws-parsecf"))
for name, value in found.items():
    print(f"{name}: {value}")
assert found["FoundationModel"] == "o", found
assert found["Description"].startswith("n+o+v+a+-"), found
PYTHON
"$work/venv/bin/python" "$work/parse.py"
