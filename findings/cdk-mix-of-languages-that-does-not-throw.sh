#!/usr/bin/env bash
# aws-cdk-lib 2.276.0 (npm) says of a state of JSONPath in a state machine of JSONata that "This throws an error"
# (README of aws-stepfunctions), and throws none: beside a warning it writes the state without its language, as one of
# JSONata with paths that JSONata cannot read.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" aws-cdk-lib@2.276.0 constructs@10.8.1

cat >"$work/synthesize.js" <<'JS'
const assert = require("assert");
const fs = require("fs");
const path = require("path");
const { App, Stack, aws_stepfunctions: sfn } = require("aws-cdk-lib");

const root = path.dirname(require.resolve("aws-cdk-lib/package.json"));
console.log("aws-cdk-lib", require("aws-cdk-lib/package.json").version);
const readme = fs.readFileSync(path.join(root, "aws-stepfunctions/README.md"), "utf8");
const promise = /This throws an error\. If JSONata is specified at the top level, JSONPath cannot be used/;
console.log("promised:", readme.match(promise)[0]);

const app = new App({ outdir: path.join(__dirname, "cdk.out") });
const stack = new Stack(app, "Stack");
const ask = sfn.Pass.jsonPath(stack, "Ask", { parameters: { "model.$": "$.model" } });
new sfn.StateMachine(stack, "Machine", {
  queryLanguage: sfn.QueryLanguage.JSONATA,
  definitionBody: sfn.DefinitionBody.fromChainable(ask),
});
const resources = Object.values(app.synth().getStackByName("Stack").template.Resources);
const machine = JSON.parse(resources.find(({ Type }) => Type === "AWS::StepFunctions::StateMachine").Properties.DefinitionString);
console.log("synthesized:", JSON.stringify(machine));
assert.strictEqual(machine.QueryLanguage, "JSONata");
assert.deepStrictEqual(machine.States.Ask, { Type: "Pass", Parameters: { "model.$": "$.model" }, End: true });
JS
(cd "$work" && node synthesize.js)
