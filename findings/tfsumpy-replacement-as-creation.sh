#!/usr/bin/env bash
# tfsumpy 0.2.1 (PyPI), which sums up Terraform plans, counts a replacement under `create_before_destroy`, whose actions
# are `["create", "delete"]`, as a creation, and its old resource not as deleted; it knows `["delete", "create"]` alone.
# Both are replacements (Terraform, "JSON Output Format", `actions`), as readtheplan 0.4.0 (PyPI) reports them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tfsumpy==0.2.1 readtheplan==0.4.0
cd "$work"

venv/bin/pip list --format=freeze --disable-pip-version-check | grep -E '^(tfsumpy|readtheplan)='
for actions in '["delete", "create"]' '["create", "delete"]'; do
  cat >plan.json <<JSON
{
  "format_version": "1.2",
  "terraform_version": "1.9.0",
  "resource_changes": [
    {
      "address": "aws_bedrockagent_knowledge_base.manuals",
      "mode": "managed",
      "type": "aws_bedrockagent_knowledge_base",
      "name": "manuals",
      "provider_name": "registry.terraform.io/hashicorp/aws",
      "change": {
        "actions": $actions,
        "before": {"name": "manuals"},
        "after": {"name": "handbooks"},
        "after_unknown": {}
      }
    }
  ]
}
JSON
  echo "$actions"
  venv/bin/tfsumpy plan.json 2>/dev/null | sed 's/\x1b\[[0-9;]*m//g' | grep -E '^(Create|Delete|CREATE|REPLACE)'
  venv/bin/readtheplan analyze plan.json | grep -o 'Terraform will [a-z]* this resource'
done | tee found
diff - found <<'EXPECTED'
["delete", "create"]
Create: 1
Delete: 1
REPLACE aws_bedrockagent_knowledge_base: aws_bedrockagent_knowledge_base.manuals
Terraform will replace this resource
["create", "delete"]
Create: 1
Delete: 0
CREATE aws_bedrockagent_knowledge_base: aws_bedrockagent_knowledge_base.manuals
Terraform will replace this resource
EXPECTED
