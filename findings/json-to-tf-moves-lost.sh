#!/usr/bin/env bash
# json-to-tf 0.3.1 (npm), which turns the JSON that CDK for Terraform writes into HCL, leaves out the blocks `moved`,
# `import`, `removed` and `check`, and says nothing: a plan of what it writes destroys the agent that was to get another
# address, and creates a second one. CDK for Terraform writes such blocks (`moveTo` and `importFrom` of
# TerraformResource), and JSON syntax has them like all others
# (https://developer.hashicorp.com/terraform/language/syntax/json).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" json-to-tf@0.3.1

cat >"$work/cdk.tf.json" <<'JSON'
{
  "moved": [{"from": "aws_bedrockagent_agent.agent", "to": "aws_bedrockagent_agent.chat"}],
  "import": [{"to": "aws_bedrock_guardrail.words", "id": "abcd1234efgh,1"}],
  "removed": [{"from": "aws_bedrockagent_agent.old", "lifecycle": [{"destroy": false}]}],
  "check": {"model": {"assert": [{"condition": "${local.model != \"\"}", "error_message": "A model is missing."}]}},
  "locals": {"model": "amazon.nova-lite-v1:0"},
  "resource": {
    "aws_bedrockagent_agent": {"chat": {"agent_name": "chat", "foundation_model": "${local.model}"}}
  }
}
JSON
cat >"$work/convert.js" <<'JS'
const fs = require("fs");
const { jsonToTf } = require("json-to-tf");

console.log("# json-to-tf", require("json-to-tf/package.json").version);
console.log(jsonToTf(fs.readFileSync("cdk.tf.json", "utf8")));
JS
(cd "$work" && node convert.js) | tee "$work/main.tf"
for block in moved import removed check locals resource; do
  echo "$block: $(grep -cE "^$block\b" "$work/main.tf" || true)"
done | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
moved: 0
import: 0
removed: 0
check: 0
locals: 1
resource: 1
EXPECTED
