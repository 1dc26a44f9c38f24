#!/usr/bin/env bash
# Arn.split of aws-cdk-lib 2.276.0 (npm), which is documented for texts and tokens alike, loses what follows a colon in
# the name of a resource if the ARN is a token, as a parameter of the stack is: of the model amazon.nova-lite-v1:0 it
# writes functions that give amazon.nova-lite-v1 in CloudFormation, and Arn.format makes another ARN of the parts. Of
# the same ARN as a text it loses nothing.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  aws-cdk-lib@2.276.0 constructs@10.8.1
cd "$work"

cat >split.js <<'JS'
const { App, Arn, ArnFormat, CfnParameter, Stack } = require("aws-cdk-lib");

const ARN = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0";
const stack = new Stack(new App(), "Stack");
const parameter = new CfnParameter(stack, "Model", { default: ARN });

function inCloudFormation(value) { // what the functions that the CDK writes give
  if (typeof value !== "object") return value;
  const [[name, argument]] = Object.entries(value);
  switch (name) {
    case "Ref":
      return ARN;
    case "Fn::Split":
      return inCloudFormation(argument[1]).split(argument[0]);
    case "Fn::Select":
      return inCloudFormation(argument[1])[argument[0]];
    case "Fn::Join":
      return argument[1].map(inCloudFormation).join(argument[0]);
    default:
      throw new Error(name);
  }
}

console.log("aws-cdk-lib", require("aws-cdk-lib/package.json").version);
for (const [kind, arn] of [["text", ARN], ["token", parameter.valueAsString]]) {
  const parts = Arn.split(arn, ArnFormat.SLASH_RESOURCE_NAME);
  console.log(kind, inCloudFormation(stack.resolve(parts.resourceName)), inCloudFormation(stack.resolve(Arn.format(parts))));
}
JS
node split.js | tee found
diff - found <<'EXPECTED'
aws-cdk-lib 2.276.0
text amazon.nova-lite-v1:0 arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0
token amazon.nova-lite-v1 arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1
EXPECTED
