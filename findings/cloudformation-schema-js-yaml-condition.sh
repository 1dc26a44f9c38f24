#!/usr/bin/env bash
# cloudformation-schema-js-yaml 2.0.2 (npm) reads `!Condition Name` as `Fn::Condition`, a function that CloudFormation
# does not have: its long form is `Condition` (AWS CloudFormation Template Reference, "Condition functions"), as
# yaml-cfn 0.3.2 (npm) gives it. A template that is read and written again refers to no condition any more.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  cloudformation-schema-js-yaml@2.0.2 js-yaml@4.1.0 yaml-cfn@0.3.2

cat >"$work/read.js" <<'JS'
const assert = require("assert");
const { load } = require("js-yaml");
const schema = require("cloudformation-schema-js-yaml");
const { yamlParse } = require("yaml-cfn");

const template = `
Conditions:
  InIreland: !Equals [!Ref "AWS::Region", eu-west-1]
  Elsewhere: !Not [!Condition InIreland]
`;
console.log("cloudformation-schema-js-yaml", require("cloudformation-schema-js-yaml/package.json").version);
const found = [load(template, { schema }), yamlParse(template)].map((read) => read.Conditions.Elsewhere);
const written = found.map((condition) => JSON.stringify(condition));
written.forEach((condition) => console.log(condition));
assert.deepStrictEqual(written, [
  '{"Fn::Not":[{"Fn::Condition":"InIreland"}]}',
  '{"Fn::Not":[{"Condition":"InIreland"}]}',
]);
JS
(cd "$work" && node read.js)
