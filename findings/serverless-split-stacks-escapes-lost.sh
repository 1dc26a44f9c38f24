#!/usr/bin/env bash
# serverless-plugin-split-stacks 1.15.0 (npm) takes the exclamation mark out of `${!User}` in every Fn::Sub without a
# map, in the resources that it moves and in those that it leaves: what was text becomes a reference, to something that
# the template does not have, or to a resource of that name, whose value stands in the text then. `${!User}` is the text
# `${User}`
# (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-sub.html), as
# prompts and scripts have it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  serverless-plugin-split-stacks@1.15.0

cat >"$work/split.js" <<'JS'
const Plugin = require("serverless-plugin-split-stacks");

const prompt = "Answer ${!User} from the documents in ${Documents}";
const template = {
  Resources: {
    Documents: { Type: "AWS::S3::Bucket" },
    Chat: { Type: "AWS::Bedrock::Agent", Properties: { AgentName: "chat", Instruction: { "Fn::Sub": prompt } } },
    Prompt: { Type: "AWS::SSM::Parameter", Properties: { Type: "String", Value: { "Fn::Sub": prompt } } },
  },
};
// What the plugin needs of the framework to split a template, without its calls of AWS.
const serverless = {
  version: "3.40.0",
  cli: { log() {} },
  config: { servicePath: process.cwd() },
  service: {
    custom: { splitStacks: {} },
    package: { artifactDirectoryName: "artifacts" },
    provider: { compiledCloudFormationTemplate: template },
  },
  getProvider: () => ({}),
};
Plugin.stacksMap["AWS::SSM::Parameter"] = { destination: "Prompts" };
const plugin = new Plugin(serverless, {});
plugin.rootTemplate = template;
plugin.resourcesById = { ...template.Resources };
Object.assign(plugin, { resourceMigrations: {}, existingResources: {}, deploymentBucketEndpoint: "s3.amazonaws.com" });
plugin.migrateNewResources();
plugin.replaceReferences();
plugin.mergeStackResources();

const show = (name, text) => console.log(`${name}: ${JSON.stringify(text)}`);
console.log("serverless-plugin-split-stacks", require("serverless-plugin-split-stacks/package.json").version);
show("left", template.Resources.Chat.Properties.Instruction["Fn::Sub"]);
show("moved", plugin.nestedStacks.PromptsNestedStack.Resources.Prompt.Properties.Value["Fn::Sub"]);
JS
(cd "$work" && node --no-deprecation split.js) | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
serverless-plugin-split-stacks 1.15.0
left: ["Answer ${User} from the documents in ${Documents}",{"Documents":{"Ref":"Documents"}}]
moved: ["Answer ${User} from the documents in ${Documents}",{"Documents":{"Ref":"DocumentsParameter"}}]
EXPECTED
