#!/usr/bin/env bash
# botocore 1.44.8 (PyPI) pages 13 operations of bedrock-agentcore, and neither ListBrowserSessions nor
# ListCodeInterpreterSessions, although both take and return a `nextToken`: code that asks `can_paginate` first gets one
# page of them and takes it for all.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check botocore==1.44.8

cat >"$work/ask.py" <<'PYTHON'
import botocore
from botocore import xform_name
from botocore.session import get_session

session = get_session()
session.set_credentials("x", "x")
print("botocore", botocore.__version__)
unpaged = {}
for service in ("bedrock", "bedrock-agent", "bedrock-agent-runtime", "bedrock-agentcore", "bedrock-agentcore-control"):
    client = session.create_client(service, region_name="us-east-1")
    model = client.meta.service_model
    returning = [
        name
        for name in model.operation_names
        if (shape := model.operation_model(name).output_shape) is not None and "nextToken" in shape.members
    ]
    unpaged[service] = [name for name in returning if not client.can_paginate(xform_name(name))]
    print(f"{service}: {len(returning)} operations return a nextToken, not paged: {', '.join(unpaged[service]) or 'none'}")
assert unpaged.pop("bedrock-agentcore") == ["ListBrowserSessions", "ListCodeInterpreterSessions"]
assert not any(unpaged.values()), unpaged
PYTHON
"$work/venv/bin/python" "$work/ask.py"
