#!/usr/bin/env bash
# cfn-flip 1.3.0 (PyPI) makes an Fn::Sub of an Fn::Join where it cleans up (`cfn-flip --clean`), and names what it puts
# into the map Param1, also where the text refers to a parameter of the template with that name: Fn::Sub takes the map
# first (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html),
# so that the value of the parameter is replaced by the other one, without a word.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check cfn-flip==1.3.0

cat >"$work/template.json" <<'JSON'
{
  "Parameters": {"Param1": {"Type": "String"}, "Provider": {"Type": "String"}},
  "Resources": {
    "First": {
      "Type": "AWS::Bedrock::Agent",
      "Properties": {
        "AgentName": "first",
        "FoundationModel": {"Fn::Join": [".", [{"Ref": "Param1"}, {"Fn::ImportValue": "model"}]]}
      }
    },
    "Second": {
      "Type": "AWS::Bedrock::Agent",
      "Properties": {
        "AgentName": "second",
        "FoundationModel": {"Fn::Join": [".", [{"Ref": "Provider"}, {"Fn::ImportValue": "model"}]]}
      }
    }
  }
}
JSON
"$work/venv/bin/cfn-flip" --version
"$work/venv/bin/cfn-flip" --clean --no-flip "$work/template.json" "$work/cleaned.json"
"$work/venv/bin/python" - "$work/cleaned.json" <<'PYTHON'
import json
import sys

with open(sys.argv[1]) as file:
    resources = json.load(file)["Resources"]
models = {name: resource["Properties"]["FoundationModel"] for name, resource in resources.items()}
for name, model in models.items():
    print(f"{name}: {json.dumps(model)}")
exported = {"Param1": {"Fn::ImportValue": "model"}}
assert models == {
    "First": {"Fn::Sub": ["${Param1}.${Param1}", exported]},
    "Second": {"Fn::Sub": ["${Provider}.${Param1}", exported]},
}, models
PYTHON
