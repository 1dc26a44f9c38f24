#!/usr/bin/env bash
# asl-validator 4.0.0 (npm) and statelint 3.1.0 (PyPI) pass a state of JSONPath in a state machine of JSONata, which
# Step Functions does not allow (aws-cdk-lib, README of aws-stepfunctions); cfn-lint 1.58.0 (PyPI, E3601) refuses it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" asl-validator@4.0.0
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check cfn-lint==1.58.0 statelint==3.1.0
export PATH="$work/venv/bin:$work/node_modules/.bin:$PATH"
cd "$work"

cat >machine.json <<'JSON'
{
  "QueryLanguage": "JSONata",
  "StartAt": "Ask",
  "States": {
    "Ask": {
      "Type": "Task",
      "QueryLanguage": "JSONPath",
      "Resource": "arn:aws:states:::bedrock:invokeModel",
      "Parameters": {"ModelId.$": "$.model"},
      "End": true
    }
  }
}
JSON
cat >template.json <<JSON
{"Resources": {"Machine": {"Type": "AWS::StepFunctions::StateMachine",
 "Properties": {"RoleArn": "arn:aws:iam::123456789012:role/machine", "Definition": $(cat machine.json)}}}}
JSON

says() { # runs a validator and tells what it found
  if "$@" >said.txt 2>&1; then echo "passes"; else echo "refuses"; fi
}
found="asl-validator $(says asl-validator --json-path machine.json), statelint $(says statelint machine.json)"
found="$found, cfn-lint $(says cfn-lint --regions us-east-1 -- template.json)"
echo "$found"
grep "E3601 'JSONata' was expected" said.txt
test "$found" = "asl-validator passes, statelint passes, cfn-lint refuses"
