#!/usr/bin/env bash
# cfn-include 1.5.0 (npm), a preprocessor of CloudFormation templates, takes the versions of a template and of an IAM
# policy for dates and writes them with a time of day if they stand without quotes, as in the examples of AWS itself:
# `2010-09-09T00:00:00.000Z` and `2012-10-17T00:00:00.000Z` are no valid values
# (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/format-version-structure.html,
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html); and so does
# js-yaml-schema-cfn 1.1.0 (npm) with js-yaml. yaml-cfn 0.3.2 (npm) keeps the texts.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  cfn-include@1.5.0 js-yaml-schema-cfn@1.1.0 js-yaml@3.14.1 yaml-cfn@0.3.2

cat >"$work/template.yaml" <<'YAML'
AWSTemplateFormatVersion: 2010-09-09
Resources:
  Agent:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Action: sts:AssumeRole
            Principal:
              Service: bedrock.amazonaws.com
YAML
cat >"$work/read.js" <<'JS'
const { execFileSync } = require("child_process");
const fs = require("fs");
const yaml = require("js-yaml");
const { CFN_SCHEMA } = require("js-yaml-schema-cfn");
const { yamlParse } = require("yaml-cfn");

const text = fs.readFileSync("template.yaml", "utf8");
const cli = ["--no-deprecation", "node_modules/cfn-include/bin/cli.js", "template.yaml"];
const read = {
  "cfn-include": JSON.parse(execFileSync("node", cli, { stdio: ["ignore", "pipe", "ignore"] })),
  "js-yaml-schema-cfn": JSON.parse(JSON.stringify(yaml.load(text, { schema: CFN_SCHEMA }))),
  "yaml-cfn": yamlParse(text),
};
for (const [name, template] of Object.entries(read)) {
  const policy = template.Resources.Agent.Properties.AssumeRolePolicyDocument;
  const { version } = JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`));
  console.log(`${name} ${version}: ${template.AWSTemplateFormatVersion} ${policy.Version}`);
}
JS
(cd "$work" && node read.js) | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
cfn-include 1.5.0: 2010-09-09T00:00:00.000Z 2012-10-17T00:00:00.000Z
js-yaml-schema-cfn 1.1.0: 2010-09-09T00:00:00.000Z 2012-10-17T00:00:00.000Z
yaml-cfn 0.3.2: 2010-09-09 2012-10-17
EXPECTED
