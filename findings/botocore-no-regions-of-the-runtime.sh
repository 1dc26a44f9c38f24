#!/usr/bin/env bash
# botocore 1.44.8 (PyPI) names 33 Regions for the service `bedrock` and none for `bedrock-runtime`, `bedrock-agent` and
# `bedrock-agentcore`: `Session.get_available_regions` reads endpoints.json, in which these services do not stand, so that a
# loop over the Regions of an agent's API ends without a single call and without an error.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check boto3==1.44.8 botocore==1.44.8

cat >"$work/regions.py" <<'PYTHON'
import boto3
import botocore

print("botocore", botocore.__version__)
session = boto3.Session()
found = {}
for service in ("bedrock", "bedrock-runtime", "bedrock-agent", "bedrock-agent-runtime", "bedrock-agentcore-control"):
    # The client can be made in the Region all the same.
    client = boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    found[service] = len(session.get_available_regions(service))
    print(f"{service}: {found[service]} Regions; the client for us-east-1 calls {client.meta.endpoint_url}")
assert found.pop("bedrock") == 33, found
assert set(found.values()) == {0}, found
PYTHON
"$work/venv/bin/python" "$work/regions.py"
