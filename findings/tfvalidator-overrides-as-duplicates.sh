#!/usr/bin/env bash
# tfvalidator 1.0.1 (npm) reports a resource that an override file changes as a duplicate, an error: Terraform merges
# what a file with a name that ends in `_override.tf` holds into the block of the same header, and takes it for no
# second one (https://developer.hashicorp.com/terraform/language/files/override).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" tfvalidator@1.0.1

mkdir "$work/agents"
cat >"$work/agents/main.tf" <<'HCL'
resource "aws_bedrockagent_agent" "chat" {
  agent_name              = "chat"
  agent_resource_role_arn = "arn:aws:iam::111122223333:role/chat"
  foundation_model        = "amazon.nova-lite-v1:0"
}
HCL
cat >"$work/agents/stage_override.tf" <<'HCL'
resource "aws_bedrockagent_agent" "chat" {
  foundation_model = "amazon.nova-micro-v1:0"
}
HCL
node -p '"tfvalidator " + require(process.argv[1]).version' "$work/node_modules/tfvalidator/package.json"
(cd "$work" && node --no-warnings node_modules/tfvalidator/cli.js agents) | tee "$work/found"
[ "$(grep -c '"severity": "ERROR"' "$work/found")" = 2 ]
[ "$(grep -c 'Duplicate resource found: aws_bedrockagent_agent.chat' "$work/found")" = 2 ]
