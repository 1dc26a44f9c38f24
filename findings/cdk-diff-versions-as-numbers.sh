#!/usr/bin/env bash
# @aws-cdk/cloudformation-diff 2.187.5 (npm), what `cdk diff` compares templates with, takes texts that look like
# numbers for numbers: the upgrade of Aurora PostgreSQL, where a knowledge base may keep its vectors, from 16.1 to
# 16.10 is no difference, nor are two account ids that differ in leading zeros; 16.1 to 16.2 is one.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" @aws-cdk/cloudformation-diff@2.187.5

cat >"$work/diff.js" <<'JS'
const assert = require("assert");
const { fullDiff } = require("@aws-cdk/cloudformation-diff");

const template = (type, properties) => ({ Resources: { It: { Type: type, Properties: properties } } });
const cluster = (version) =>
  template("AWS::RDS::DBCluster", { Engine: "aurora-postgresql", EngineVersion: version });
const account = (id) => template("AWS::SSM::Parameter", { Type: "String", Value: id });
const found = [
  ["16.1 to 16.2", fullDiff(cluster("16.1"), cluster("16.2"))],
  ["16.1 to 16.10", fullDiff(cluster("16.1"), cluster("16.10"))],
  ["000123456789 to 123456789", fullDiff(account("000123456789"), account("123456789"))],
].map(([change, diff]) => [change, diff.differenceCount]);
console.log("@aws-cdk/cloudformation-diff 2.187.5");
found.forEach(([change, count]) => console.log(`${change}: ${count} differences`));
assert.deepStrictEqual(found, [
  ["16.1 to 16.2", 1],
  ["16.1 to 16.10", 0],
  ["000123456789 to 123456789", 0],
]);
JS
(cd "$work" && node diff.js)
