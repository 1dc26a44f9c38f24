#!/usr/bin/env bash
# cfn-lint 1.58.0 (E3601) and statelint 3.1.0 (both PyPI) refuse a state machine whose TimeoutSeconds is a JSONata
# expression, since they expect a number, although aws-cdk-lib 2.276.0 (npm) writes its `Timeout.jsonata` so;
# asl-validator 4.0.0 (npm) passes it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  aws-cdk-lib@2.276.0 constructs@10.8.1 asl-validator@4.0.0
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check cfn-lint==1.58.0 statelint==3.1.0
export PATH="$work/venv/bin:$work/node_modules/.bin:$PATH"
cd "$work"

cat >write.js <<'JS'
const fs = require("fs");
const { Stack, aws_bedrock: bedrock, aws_stepfunctions: sfn, aws_stepfunctions_tasks: tasks } = require("aws-cdk-lib");

const stack = new Stack();
const model = bedrock.FoundationModel.fromFoundationModelId(stack, "Model", new bedrock.FoundationModelIdentifier("amazon.nova-lite-v1:0"));
const body = sfn.TaskInput.fromObject({});
const taskTimeout = sfn.Timeout.jsonata("{% $states.input.seconds %}");
const { TimeoutSeconds } = tasks.BedrockInvokeModel.jsonata(stack, "Ask", { model, body, taskTimeout }).toStateJson();
console.log("aws-cdk-lib", require("aws-cdk-lib/package.json").version, "writes TimeoutSeconds as", JSON.stringify(TimeoutSeconds));
for (const [name, timeout] of [["number", 60], ["expression", TimeoutSeconds]]) {
  const machine = {
    QueryLanguage: "JSONata",
    StartAt: "Ask",
    States: {
      Ask: {
        Type: "Task",
        Resource: "arn:aws:states:::bedrock:invokeModel",
        Arguments: { ModelId: "amazon.nova-lite-v1:0" },
        TimeoutSeconds: timeout,
        End: true,
      },
    },
  };
  const Properties = { RoleArn: "arn:aws:iam::123456789012:role/machine", Definition: machine };
  fs.writeFileSync(`${name}.json`, JSON.stringify(machine));
  fs.writeFileSync(`${name}-template.json`, JSON.stringify({ Resources: { Machine: { Type: "AWS::StepFunctions::StateMachine", Properties } } }));
}
JS
node write.js

says() { # runs a validator and tells what it found
  if "$@" >said.txt 2>&1; then echo "passes"; else echo "refuses"; fi
}
for name in number expression; do
  found="cfn-lint $(says cfn-lint --regions us-east-1 -- "$name-template.json")"
  found="$found, statelint $(says statelint "$name.json")"
  found="$found, asl-validator $(says asl-validator --json-path "$name.json")"
  echo "$name: $found"
  echo "$found" >"$name.found"
done
{ cfn-lint --regions us-east-1 -- expression-template.json || true; } | grep E3601
grep -qx "cfn-lint passes, statelint passes, asl-validator passes" number.found
grep -qx "cfn-lint refuses, statelint refuses, asl-validator passes" expression.found
