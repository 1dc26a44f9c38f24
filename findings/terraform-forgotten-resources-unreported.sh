#!/usr/bin/env bash
# tofui 2.0.0 (PyPI), which makes reports of Terraform plans, leaves a resource out of the report if the plan's action
# is `forget`, as a `removed` block with `destroy = false` has it (Terraform 1.7, internal/command/jsonplan): nobody
# who reads the report sees that an agent is managed no more. tf-peek 1.3.0 (PyPI) makes no report of such a plan, but
# ends with a KeyError.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tofui==2.0.0 tf-peek==1.3.0

cat >"$work/plan.py" <<'PYTHON'
import json
import sys


def change(name, actions, before, after):
    return {
        "address": f"aws_bedrockagent_agent.{name}",
        "mode": "managed",
        "type": "aws_bedrockagent_agent",
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {
            "actions": actions,
            "before": before,
            "after": after,
            "after_unknown": {},
            "before_sensitive": {} if before else False,
            "after_sensitive": {} if after else False,
        },
    }


agent = {"agent_name": "chat", "foundation_model": "amazon.nova-lite-v1:0"}
changes = [change("deleted", ["delete"], agent, None), change("forgotten", ["forget"], agent, None)]
plan = {"format_version": "1.2", "terraform_version": "1.13.0", "planned_values": {}, "resource_changes": changes}
for name, kept in (("both", changes), ("one", changes[:1])):
    with open(f"{sys.argv[1]}/{name}.json", "w") as file:
        json.dump({**plan, "resource_changes": kept}, file)
PYTHON
python3 "$work/plan.py" "$work"
cd "$work"
"$work/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -E '^(tofui|tf-peek) '
"$work/venv/bin/tofui" --build-name report both.json | tee "$work/told"
for name in deleted forgotten; do
  echo "tofui names $name: $(grep -q "aws_bedrockagent_agent.$name" report.html && echo yes || echo no)"
done | tee "$work/found"
for plan in one both; do
  result=0
  "$work/venv/bin/tf-peek" "$plan.json" >"$plan.md" 2>"$plan.error" || result=$?
  named=$(grep -q aws_bedrockagent_agent.deleted "$plan.md" && echo yes || echo no)
  echo "tf-peek ends with $result and names deleted: $named"
done | tee -a "$work/found"
grep -q '0 to create, 0 to update, 1 to delete' "$work/told"
grep -q "KeyError: 'forget'" both.error
diff - "$work/found" <<'EXPECTED'
tofui names deleted: yes
tofui names forgotten: no
tf-peek ends with 0 and names deleted: yes
tf-peek ends with 1 and names deleted: no
EXPECTED
