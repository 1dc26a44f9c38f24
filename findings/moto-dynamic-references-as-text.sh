#!/usr/bin/env bash
# moto 5.2.5 (PyPI) does not resolve the dynamic references of a CloudFormation template, and says nothing: a function
# whose MODEL_ID is `{{resolve:ssm:/models/chat}}` gets this text for a model, while a parameter of type
# AWS::SSM::Parameter::Value<String> is resolved (AWS CloudFormation User Guide, "Get values stored in other services
# using dynamic references").
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check moto==5.2.5 PyYAML==6.0.3 openapi-spec-validator==0.7.2

cat >"$work/stack.py" <<'PYTHON'
import json
from importlib.metadata import version

import boto3
from moto import mock_aws

MODEL = "amazon.nova-lite-v1:0"
template = {
    "Parameters": {"Chat": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/models/chat"}},
    "Resources": {
        name: {"Type": "AWS::SSM::Parameter", "Properties": {"Name": f"/{name}", "Type": "String", "Value": value}}
        for name, value in {
            "Typed": {"Ref": "Chat"},
            "Plain": "{{resolve:ssm:/models/chat}}",
            "Secret": "{{resolve:secretsmanager:models:SecretString:chat}}",
        }.items()
    },
}
with mock_aws():
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-west-1")
    ssm = session.client("ssm")
    ssm.put_parameter(Name="/models/chat", Value=MODEL, Type="String")
    session.client("secretsmanager").create_secret(Name="models", SecretString=json.dumps({"chat": MODEL}))
    session.client("cloudformation").create_stack(StackName="it", TemplateBody=json.dumps(template))
    found = {name: ssm.get_parameter(Name=f"/{name}")["Parameter"]["Value"] for name in template["Resources"]}
print("moto", version("moto"))
for name, value in found.items():
    print(f"{name}: {value}")
assert found == {
    "Typed": MODEL,
    "Plain": "{{resolve:ssm:/models/chat}}",
    "Secret": "{{resolve:secretsmanager:models:SecretString:chat}}",
}, found
PYTHON
"$work/venv/bin/python" "$work/stack.py"
