#!/usr/bin/env bash
# cloud-radar 0.17.0 and cfneval 1.2.0 (both PyPI), which evaluate templates of CloudFormation in tests, keep the blank
# behind the comma of a CommaDelimitedList: the second of "amazon.nova-lite-v1:0, amazon.nova-pro-v1:0" is a model whose
# id begins with a blank, and so it is in moto 5.2.5 (PyPI), which takes a default for no list at all: `Fn::Select`
# gives a letter of it. CloudFormation trims the members
# (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html,
# `CommaDelimitedList`).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for tool in tests moto; do python3 -m venv "$work/$tool"; done
"$work/tests/bin/pip" install -q --disable-pip-version-check cloud-radar==0.17.0 cfneval==1.2.0
"$work/moto/bin/pip" install -q --disable-pip-version-check 'moto[cloudformation,ssm]==5.2.5' boto3==1.44.8

cat >"$work/template.json" <<'JSON'
{
  "Parameters": {"Models": {"Type": "CommaDelimitedList", "Default": "amazon.nova-lite-v1:0, amazon.nova-pro-v1:0"}},
  "Resources": {
    "Second": {
      "Type": "AWS::SSM::Parameter",
      "Properties": {"Type": "String", "Name": "second", "Value": {"Fn::Select": [1, {"Ref": "Models"}]}}
    }
  }
}
JSON
cat >"$work/tests.py" <<'PYTHON'
import contextlib
import io
import json
from importlib.metadata import version

from cfneval.template_evaluator import TemplateEvaluator
from cloud_radar.cf.unit import Template

with open("template.json") as file:
    template = json.load(file)
evaluator = TemplateEvaluator()
evaluator.set_template(template)
evaluator.generate_effective_template()
evaluated = evaluator.get_effective_template()
print("cfneval", version("cfneval"), repr(evaluated["Resources"]["Second"]["Properties"]["Value"]))
with contextlib.redirect_stdout(io.StringIO()):
    rendered = Template.from_yaml("template.json").render(region="eu-central-1")
print("cloud-radar", version("cloud-radar"), repr(rendered["Resources"]["Second"]["Properties"]["Value"]))
PYTHON
cat >"$work/deploy.py" <<'PYTHON'
import json
from importlib.metadata import version

import boto3
from moto import mock_aws

with open("template.json") as file:
    body = file.read()
models = json.loads(body)["Parameters"]["Models"]["Default"]
for name, given in (("given", [{"ParameterKey": "Models", "ParameterValue": models}]), ("default", [])):
    with mock_aws():
        client = boto3.client("cloudformation", "eu-central-1")
        client.create_stack(StackName="s", TemplateBody=body, Parameters=given)
        value = boto3.client("ssm", "eu-central-1").get_parameter(Name="second")["Parameter"]["Value"]
    print("moto", version("moto"), f"({name})", repr(value))
PYTHON
cd "$work"
export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x
{ tests/bin/python tests.py && moto/bin/python deploy.py; } | tee found
diff - found <<'EXPECTED'
cfneval 1.2.0 ' amazon.nova-pro-v1:0'
cloud-radar 0.17.0 ' amazon.nova-pro-v1:0'
moto 5.2.5 (given) ' amazon.nova-pro-v1:0'
moto 5.2.5 (default) 'm'
EXPECTED
