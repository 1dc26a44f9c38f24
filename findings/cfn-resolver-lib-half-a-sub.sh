#!/usr/bin/env bash
# cfn-resolver-lib 1.1.8 (npm) fills in `Fn::Sub` with a map from the map alone: references to parameters stay as
# `${Model}` without a word, while the form without a map fills them in (AWS CloudFormation User Guide, "Fn::Sub": both
# forms do).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" cfn-resolver-lib@1.1.8

cat >"$work/resolve.js" <<'JS'
const assert = require("assert");
const NodeEvaluator = require("cfn-resolver-lib");

const agent = (model) => ({ Type: "AWS::Bedrock::Agent", Properties: { FoundationModel: model } });
const template = {
  Parameters: { Model: { Type: "String", Default: "amazon.nova-lite-v1:0" } },
  Resources: {
    Plain: agent({ "Fn::Sub": "us.${Model}" }),
    WithMap: agent({ "Fn::Sub": ["${geography}.${Model}", { geography: "us" }] }),
  },
};
const { Resources } = new NodeEvaluator(template, { RefResolvers: {} }).evaluateNodes();
const found = Object.entries(Resources).map(([name, { Properties }]) => [name, Properties.FoundationModel]);
console.log("cfn-resolver-lib", require("cfn-resolver-lib/package.json").version);
found.forEach(([name, model]) => console.log(`${name}: ${model}`));
assert.deepStrictEqual(found, [
  ["Plain", "us.amazon.nova-lite-v1:0"],
  ["WithMap", "us.${Model}"],
]);
JS
(cd "$work" && node resolve.js)
