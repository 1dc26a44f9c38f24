#!/usr/bin/env bash
# CfnInclude of aws-cdk-lib 2.276.0 (npm) loses the DefaultValue of an Fn::FindInMap without a word, so that a template
# with a model for each Region and one for all others no longer deploys in those others (AWS CloudFormation Template
# Reference, "Fn::FindInMap enhancements"); of Fn::ToJsonString, of the same transform, it says that it knows it not.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  aws-cdk-lib@2.276.0 constructs@10.8.1

cat >"$work/include.js" <<'JS'
const assert = require("assert");
const fs = require("fs");
const { App, Stack } = require("aws-cdk-lib");
const { Template } = require("aws-cdk-lib/assertions");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");

const include = (value) => {
  const template = {
    Transform: "AWS::LanguageExtensions",
    Mappings: { Models: { "eu-west-1": { Chat: "eu.amazon.nova-lite-v1:0" } } },
    Resources: { Model: { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: value } } },
  };
  fs.writeFileSync("template.json", JSON.stringify(template));
  const stack = new Stack(new App(), "It");
  new CfnInclude(stack, "Included", { templateFile: "template.json" });
  return Template.fromStack(stack).toJSON().Resources.Model.Properties.Value;
};
const find = ["Models", { Ref: "AWS::Region" }, "Chat"];
const found = include({ "Fn::FindInMap": [...find, { DefaultValue: "us.amazon.nova-lite-v1:0" }] });
console.log("aws-cdk-lib", require("aws-cdk-lib/package.json").version);
console.log(JSON.stringify(found));
assert.deepStrictEqual(found, { "Fn::FindInMap": find });
assert.throws(() => include({ "Fn::ToJsonString": { model: "amazon.nova-lite-v1:0" } }), (error) => {
  console.log(error.message);
  return error.message.includes("Unsupported CloudFormation function 'Fn::ToJsonString'");
});
JS
(cd "$work" && TMPDIR=$work node include.js)
