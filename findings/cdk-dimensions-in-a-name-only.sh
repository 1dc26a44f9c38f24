#!/usr/bin/env bash
# @aws-cdk/aws-bedrock-alpha 2.271.0-alpha.0 (npm) has three constants of Titan Text Embeddings V2, documented with
# 1024, 512 and 256 dimensions, that write one and the same template: the number is in a property that no construct
# reads. A knowledge base of TITAN_EMBED_TEXT_V2_256 makes vectors of 1024, the default (Amazon Bedrock User Guide,
# "Amazon Titan Text Embeddings models"), which an index of 256 does not take.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  aws-cdk-lib@2.276.0 constructs@10.8.1 @aws-cdk/aws-bedrock-alpha@2.271.0-alpha.0
cd "$work"

cat >write.js <<'JS'
const { App, Stack, assertions, aws_bedrock: bedrock } = require("aws-cdk-lib");
const { BedrockFoundationModel } = require("@aws-cdk/aws-bedrock-alpha");

console.log("@aws-cdk/aws-bedrock-alpha", require("@aws-cdk/aws-bedrock-alpha/package.json").version);
const templates = [1024, 512, 256].map((dimensions) => {
  const stack = new Stack(new App(), "Stack");
  const model = BedrockFoundationModel[`TITAN_EMBED_TEXT_V2_${dimensions}`];
  new bedrock.CfnKnowledgeBase(stack, "Manuals", {
    name: "manuals",
    roleArn: "arn:aws:iam::123456789012:role/manuals",
    knowledgeBaseConfiguration: {
      type: "VECTOR",
      vectorKnowledgeBaseConfiguration: { embeddingModelArn: model.asArn() },
    },
  });
  const template = JSON.stringify(assertions.Template.fromStack(stack).findResources("AWS::Bedrock::KnowledgeBase"));
  console.log(`TITAN_EMBED_TEXT_V2_${dimensions}: vectorDimensions ${model.vectorDimensions}, template ${template}`);
  return template;
});
const [largest] = templates;
if (largest.includes("imensions") || templates.some((template) => template !== largest)) {
  throw new Error("The templates differ or name dimensions.");
}
JS
node write.js
