#!/usr/bin/env bash
# botocore 1.44.8 (PyPI) takes an answer of 200 with an HTML page, with half a JSON document or with `{}` from Bedrock's
# ListFoundationModels for an empty answer: no error is raised, so the caller sees an account without a single model.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check boto3==1.44.8 botocore==1.44.8

cat >"$work/ask.py" <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import botocore

ANSWERS = {
    "a page": ("text/html", b"<html><body>Sign in to continue</body></html>"),
    "half a document": ("application/json", b'{"modelSummaries": [{"modelId": "amazon.no'),
    "an empty object": ("application/json", b"{}"),
}


class Handler(BaseHTTPRequestHandler):
    answer = ("", b"")

    def do_GET(self):
        kind, body = self.answer
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
client = boto3.client(
    "bedrock",
    region_name="us-east-1",
    endpoint_url=f"http://127.0.0.1:{server.server_port}",
    aws_access_key_id="x",
    aws_secret_access_key="x",
)
print("botocore", botocore.__version__)
for name, answer in ANSWERS.items():
    Handler.answer = answer
    found = client.list_foundation_models()
    status = found.pop("ResponseMetadata")["HTTPStatusCode"]
    print(f"{name}: status {status}, answer {found}")
    assert status == 200, status
    assert found == {}, found
server.shutdown()
PYTHON
"$work/venv/bin/python" "$work/ask.py"
