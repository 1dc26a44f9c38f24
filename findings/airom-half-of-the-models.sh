#!/usr/bin/env bash
# airom 0.5.0 (PyPI), which writes bills of materials of AI, lists a model that is called under `us.` and loses it under
# `global.`, `jp.` and by its ARN, and loses the models of OpenAI, Qwen and DeepSeek on Bedrock altogether, and says
# nothing: all of these are values of `modelId` (Amazon Bedrock API Reference, "Converse", and User Guide, "Supported
# foundation models").
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check airom==0.5.0

mkdir "$work/code"
cat >"$work/code/ask.py" <<'PYTHON'
import boto3

client = boto3.client("bedrock-runtime", region_name="us-east-1")
messages = [{"role": "user", "content": [{"text": "?"}]}]
client.converse(modelId="us.anthropic.claude-haiku-4-5-20251001-v1:0", messages=messages)
client.converse(modelId="global.anthropic.claude-haiku-4-5-20251001-v1:0", messages=messages)
client.converse(modelId="jp.anthropic.claude-haiku-4-5-20251001-v1:0", messages=messages)
client.converse(modelId="amazon.nova-lite-v1:0", messages=messages)
client.converse(modelId="arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0", messages=messages)
client.converse(modelId="openai.gpt-oss-120b-1:0", messages=messages)
client.converse(modelId="qwen.qwen3-32b-v1:0", messages=messages)
client.converse(modelId="deepseek.v3-v1:0", messages=messages)
PYTHON
"$work/venv/bin/airom" fs "$work/code" -o "cyclonedx=$work/bom.json" 2>"$work/said"
cat >"$work/read.py" <<'PYTHON'
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

bom, code, said = (Path(name).read_text() for name in sys.argv[1:])
components = json.loads(bom)["components"]
listed = {item["name"] for item in components if item["type"] == "machine-learning-model"}
called = set(re.findall(r'modelId="([^"]+)"', code))
print("airom", version("airom"))
print("listed:", *sorted(listed))
print("lost:", *sorted(called - listed))
assert listed == {"us.anthropic.claude-haiku-4-5-20251001-v1:0", "amazon.nova-lite-v1:0"}, listed
assert not any(word in said for word in ("global", "modelId", "ask.py")), said
PYTHON
"$work/venv/bin/python" "$work/read.py" "$work/bom.json" "$work/code/ask.py" "$work/said"
