#!/usr/bin/env bash
# CfnInclude of aws-cdk-lib 2.276.0 (npm) loses the short forms of the functions of AWS::LanguageExtensions in YAML: of
# `!ToJsonString` and `!Length` it keeps the argument alone, with a warning of its YAML parser on tags, so that a
# resource gets a map where the template has a text, and a list where it has a number. Of the long form of the same
# function it says that it does not know it
# (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-ToJsonString.html
# has both forms).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  aws-cdk-lib@2.276.0 constructs@10.8.1

cat >"$work/short.yaml" <<'YAML'
Transform: AWS::LanguageExtensions
Resources:
  Evaluation:
    Type: Custom::Evaluation
    Properties:
      ServiceToken: arn:aws:lambda:us-east-1:111122223333:function:evaluate
      Settings: !ToJsonString {model: "amazon.nova-lite-v1:0"}
      Runs: !Length [morning, evening]
YAML
cat >"$work/long.yaml" <<'YAML'
Transform: AWS::LanguageExtensions
Resources:
  Evaluation:
    Type: Custom::Evaluation
    Properties:
      ServiceToken: arn:aws:lambda:us-east-1:111122223333:function:evaluate
      Settings:
        Fn::ToJsonString: {model: "amazon.nova-lite-v1:0"}
YAML
cat >"$work/include.js" <<'JS'
const { App, Stack } = require("aws-cdk-lib");
const { CfnInclude } = require("aws-cdk-lib/cloudformation-include");

console.log("aws-cdk-lib", require("aws-cdk-lib/package.json").version);
for (const templateFile of ["short.yaml", "long.yaml"]) {
  const app = new App({ outdir: "out" });
  const stack = new Stack(app, "Included");
  try {
    new CfnInclude(stack, "Include", { templateFile });
    const { Settings, Runs } = app.synth().getStackByName("Included").template.Resources.Evaluation.Properties;
    console.log(templateFile, JSON.stringify({ Settings, Runs }));
  } catch (error) {
    console.log(templateFile, error.message);
  }
}
JS
(cd "$work" && TMPDIR="$work" node include.js) | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
aws-cdk-lib 2.276.0
short.yaml {"Settings":{"model":"amazon.nova-lite-v1:0"},"Runs":["morning","evening"]}
long.yaml Unsupported CloudFormation function 'Fn::ToJsonString'
EXPECTED
