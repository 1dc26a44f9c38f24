#!/usr/bin/env bash
# moto 5.2.5 (PyPI) fills in an Fn::Sub with a map as Python's string.Template does: `$Model` without braces becomes the
# value, and `$$` one dollar. CloudFormation replaces `${Model}` alone
# (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html), so
# that the variables of a script that the text holds are others in a test with moto; in the form without a map moto
# leaves both as they are.
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

TEXT = 'Model="$(pwd)/own"; run --own "$Model" --pid $$ --base ${Model}'
MODEL = {"Type": "String", "Default": "amazon.nova-lite-v1:0"}


def deployed(text, parameters):
    """What the parameter in the store gets for a text."""
    properties = {"Type": "String", "Name": "script", "Value": {"Fn::Sub": text}}
    resources = {"Script": {"Type": "AWS::SSM::Parameter", "Properties": properties}}
    template = {"Parameters": parameters, "Resources": resources}
    with mock_aws():
        boto3.client("cloudformation", "eu-central-1").create_stack(StackName="s", TemplateBody=json.dumps(template))
        return boto3.client("ssm", "eu-central-1").get_parameter(Name="script")["Parameter"]["Value"]


print("moto", version("moto"))
with_map = deployed([TEXT, {"Model": MODEL["Default"]}], {})
without = deployed(TEXT, {"Model": MODEL})
print("with a map:   ", with_map)
print("without a map:", without)
assert without == 'Model="$(pwd)/own"; run --own "$Model" --pid $$ --base amazon.nova-lite-v1:0', without
assert with_map == (
    'Model="$(pwd)/own"; run --own "amazon.nova-lite-v1:0" --pid $ --base amazon.nova-lite-v1:0'
), with_map
PYTHON
AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x "$work/venv/bin/python" "$work/deploy.py"
