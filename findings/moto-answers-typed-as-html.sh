#!/usr/bin/env bash
# The server of moto 5.2.5 (PyPI) answers Lambda's ListFunctions and Bedrock's ListAgents with well-formed JSON whose
# Content-Type is text/html, so a client cannot tell by the type that an answer is a proxy's page and not the service's.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check moto==5.2.5 flask==3.1.3 flask-cors==6.0.5 boto3==1.44.8

cat >"$work/ask.py" <<'PYTHON'
from importlib.metadata import version

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
session = boto3.session.Session("x", "x", region_name="us-east-1")
print("moto", version("moto"))
for service, operation, member in (
    ("lambda", "list_functions", "Functions"),
    ("bedrock-agent", "list_agents", "agentSummaries"),
):
    client = session.client(service, endpoint_url=f"http://{host}:{port}")
    answer = getattr(client, operation)()
    kind = answer["ResponseMetadata"]["HTTPHeaders"]["content-type"]
    print(f"{service} {operation}: {member} {answer[member]}, Content-Type {kind}")
    assert answer[member] == [], answer
    assert kind.startswith("text/html"), kind
server.stop()
PYTHON
"$work/venv/bin/python" "$work/ask.py"
