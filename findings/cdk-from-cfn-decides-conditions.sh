#!/usr/bin/env bash
# cdk-from-cfn 0.336.0 (npm), which `cdk migrate` writes apps with, makes a comparison in code of a condition on
# AWS::Region, and no CfnCondition: in a stack without an environment the Region is a token that equals none, so that
# a resource of this Region is not in the template any more, and Fn::If gives its other value, without a word.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  cdk-from-cfn@0.336.0 typescript@5.9.3 aws-cdk-lib@2.276.0 constructs@10.8.1

cat >"$work/migrate.js" <<'JS'
const assert = require("assert");
const fs = require("fs");
const { App } = require("aws-cdk-lib");
const { Template } = require("aws-cdk-lib/assertions");
const { transmute } = require("cdk-from-cfn");
const { transpileModule } = require("typescript");

const parameter = (value) => ({ Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: value } });
const template = {
  Conditions: { InIreland: { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-west-1"] } },
  Resources: {
    Model: parameter({ "Fn::If": ["InIreland", "eu.amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0"] }),
    OnlyInIreland: { Condition: "InIreland", ...parameter("amazon.nova-lite-v1:0") },
  },
};
const code = transmute(JSON.stringify(template), "typescript", "Migrated", "stack");
const compilerOptions = { module: "commonjs", target: "es2022" };
fs.writeFileSync("stack.js", transpileModule(code, { compilerOptions }).outputText);
const { Migrated } = require("./stack.js");
const found = Template.fromStack(new Migrated(new App(), "It")).toJSON();
console.log("cdk-from-cfn 0.336.0");
console.log(code.split("\n").find((line) => line.includes("const inIreland")).trim());
console.log("Conditions:", found.Conditions, "Resources:", JSON.stringify(found.Resources));
assert.strictEqual(found.Conditions, undefined);
assert.deepStrictEqual(found.Resources, { Model: parameter("us.amazon.nova-lite-v1:0") });
JS
(cd "$work" && TMPDIR=$work node migrate.js)
