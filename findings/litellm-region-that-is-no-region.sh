#!/usr/bin/env bash
# litellm 1.110.2 (PyPI) prices models as `bedrock/ap-southeast-3/...` in its own list and does not know that Region
# where it calls them: it takes the Region into the model's name and signs the request for us-west-2, its default, on
# another continent.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check litellm==1.110.2

cat >"$work/call.py" <<'PYTHON'
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version

import litellm

ANSWER = {
    "output": {"message": {"role": "assistant", "content": [{"text": "yes"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
}
asked = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        region = re.search(r"Credential=x/\d+/([^/]+)/", self.headers["Authorization"])
        asked.append((region[1], self.path))
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print("litellm", version("litellm"))
for region in ("ap-northeast-1", "ap-southeast-3"):
    model = "minimax.minimax-m2.1"
    assert f"bedrock/{region}/{model}" in litellm.model_cost
    litellm.completion(
        model=f"bedrock/converse/{region}/{model}",
        messages=[{"role": "user", "content": "?"}],
        aws_access_key_id="x",
        aws_secret_access_key="x",
        aws_bedrock_runtime_endpoint=f"http://127.0.0.1:{server.server_port}",
    )
    print(f"{region}: signed for {asked[-1][0]}, path {asked[-1][1]}")
server.shutdown()
assert asked == [
    ("ap-northeast-1", "/model/minimax.minimax-m2.1/converse"),
    ("us-west-2", "/model/ap-southeast-3%2Fminimax.minimax-m2.1/converse"),
], asked
PYTHON
unset AWS_REGION AWS_DEFAULT_REGION AWS_REGION_NAME AWS_PROFILE
AWS_CONFIG_FILE="$work/none" LITELLM_LOCAL_MODEL_COST_MAP=True "$work/venv/bin/python" "$work/call.py"
