#!/usr/bin/env bash
# moto 5.2.5 (PyPI) gives the zones of us-east-1 for `Fn::GetAZs: ""` in a stack of every Region, and for `Fn::GetAZs:
# !Ref AWS::Region`, which means the same
# (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-getavailabilityzones.html),
# names that hold the call itself, such as "{'Ref': 'AWS::Region'}a". Nothing says so, and the stack is complete.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check 'moto[cloudformation,ssm]==5.2.5' boto3==1.44.8

cat >"$work/deploy.py" <<'PYTHON'
import json
from importlib.metadata import version

import boto3
from moto import mock_aws

zones = {"Empty": "", "Reference": {"Ref": "AWS::Region"}, "Name": "eu-central-1"}
template = {
    "Resources": {
        name: {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Name": name, "Value": {"Fn::Select": [0, {"Fn::GetAZs": region}]}},
        }
        for name, region in zones.items()
    }
}
print("moto", version("moto"))
found = {}
with mock_aws():
    cloudformation = boto3.client("cloudformation", "eu-central-1")
    cloudformation.create_stack(StackName="s", TemplateBody=json.dumps(template))
    print(cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"])
    for name in zones:
        found[name] = boto3.client("ssm", "eu-central-1").get_parameter(Name=name)["Parameter"]["Value"]
        print(f"{name}: {found[name]}")
assert found == {"Empty": "us-east-1a", "Reference": "{'Ref': 'AWS::Region'}a", "Name": "eu-central-1a"}, found
PYTHON
AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x "$work/venv/bin/python" "$work/deploy.py"
