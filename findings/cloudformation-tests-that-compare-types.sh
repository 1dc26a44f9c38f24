#!/usr/bin/env bash
# moto 5.2.5 and cloud-radar 0.17.0 (both PyPI), with which templates of CloudFormation are tested, find the default 1
# of a parameter of type Number unequal to "1", so that a condition takes the other branch: in CloudFormation the value
# of such a parameter is a string wherever a template refers to it
# (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html, `Number`). If the
# same value is given, in place of the default, the two disagree.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
  'moto[cloudformation,ssm]==5.2.5' boto3==1.44.8 cloud-radar==0.17.0

cat >"$work/compare.py" <<'PYTHON'
import contextlib
import copy
import io
import json
from importlib.metadata import version

import boto3
from cloud_radar.cf.unit import Template
from moto import mock_aws

CONDITIONS = {
    'Runs equals "1"': [{"Ref": "Runs"}, "1"],
    "Runs equals 1": [{"Ref": "Runs"}, 1],
}
NAMES = {f"C{number}": text for number, text in enumerate(CONDITIONS)}
TEMPLATE = {
    "Parameters": {"Runs": {"Type": "Number", "Default": 1}},
    "Conditions": {name: {"Fn::Equals": CONDITIONS[text]} for name, text in NAMES.items()},
    "Resources": {
        name: {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Name": name, "Value": {"Fn::If": [name, "yes", "no"]}},
        }
        for name in NAMES
    },
}


def of_moto(given):
    parameters = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    with mock_aws():
        client = boto3.client("cloudformation", "eu-central-1")
        client.create_stack(StackName="s", TemplateBody=json.dumps(TEMPLATE), Parameters=parameters)
        ssm = boto3.client("ssm", "eu-central-1")
        return {text: ssm.get_parameter(Name=name)["Parameter"]["Value"] for name, text in NAMES.items()}


def of_cloud_radar(given):
    with contextlib.redirect_stdout(io.StringIO()):
        resources = Template(copy.deepcopy(TEMPLATE)).render(given, region="eu-central-1")["Resources"]
    return {text: resources[name]["Properties"]["Value"] for name, text in NAMES.items()}


found = {}
for tool, evaluate in (("moto", of_moto), ("cloud-radar", of_cloud_radar)):
    for given in ({}, {"Runs": "1"}):
        found[tool, bool(given)] = list(evaluate(given).values())
        print(tool, version(tool), "given:" if given else "defaults:", evaluate(given))
assert found == {
    ("moto", False): ["no", "yes"],
    ("moto", True): ["no", "yes"],
    ("cloud-radar", False): ["no", "yes"],
    ("cloud-radar", True): ["yes", "no"],
}, found
PYTHON
AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x "$work/venv/bin/python" "$work/compare.py"
