#!/usr/bin/env bash
# aws-sam-translator 1.115.0 (PyPI) merges the variables of Globals into those of a function, unless they stand in an
# Fn::If: then all those of Globals are left out, in both branches, and nothing says so. A function that sets MODEL_ID
# in one stage alone has no MODEL_ID in the others, though Globals names one for all (AWS SAM Developer Guide,
# "Globals section": maps are merged).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check aws-sam-translator==1.115.0

cat >"$work/translate.py" <<'PYTHON'
import json
from importlib.metadata import version
from types import SimpleNamespace

from samtranslator.translator.transform import transform


def function(variables):
    return {"Type": "AWS::Serverless::Function", "Properties": {"Environment": {"Variables": variables}}}


template = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Parameters": {"Stage": {"Type": "String"}},
    "Conditions": {"InTest": {"Fn::Equals": [{"Ref": "Stage"}, "test"]}},
    "Globals": {
        "Function": {
            "Runtime": "python3.13",
            "Handler": "chat.handler",
            "CodeUri": "s3://code/chat.zip",
            "Environment": {"Variables": {"MODEL_ID": "amazon.nova-pro-v1:0"}},
        }
    },
    "Resources": {
        "Plain": function({"LOG": "debug"}),
        "Chosen": function({"Fn::If": ["InTest", {"MODEL_ID": "amazon.nova-micro-v1:0"}, {"Ref": "AWS::NoValue"}]}),
    },
}
written = transform(template, {}, SimpleNamespace(load=dict))["Resources"]
found = {name: written[name]["Properties"]["Environment"]["Variables"] for name in ("Plain", "Chosen")}
print("aws-sam-translator", version("aws-sam-translator"))
for name, variables in found.items():
    print(name, json.dumps(variables))
assert found == {
    "Plain": {"MODEL_ID": "amazon.nova-pro-v1:0", "LOG": "debug"},
    "Chosen": {"Fn::If": ["InTest", {"MODEL_ID": "amazon.nova-micro-v1:0"}, {"Ref": "AWS::NoValue"}]},
}, found
PYTHON
AWS_DEFAULT_REGION=eu-west-1 "$work/venv/bin/python" "$work/translate.py"
