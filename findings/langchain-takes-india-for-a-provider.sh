#!/usr/bin/env bash
# langchain-aws 1.9.1 (PyPI) does not know `in.`, the prefix of India's inference profiles (Amazon Bedrock User Guide,
# "Supported Regions and models for inference profiles"), and takes it for a provider: the same model that streams under
# `us.` and `jp.` does not under `in.`, while pydantic-ai-slim 2.68.0 (PyPI) reads all three.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check langchain-aws==1.9.1 'pydantic-ai-slim[bedrock]==2.68.0'

cat >"$work/ask.py" <<'PYTHON'
from importlib.metadata import version

from langchain_aws import ChatBedrockConverse
from pydantic_ai.providers.bedrock import BedrockProvider

MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0"
print("langchain-aws", version("langchain-aws"), "and pydantic-ai-slim", version("pydantic-ai-slim"))
found = {}
for prefix in ("us", "jp", "in"):
    chat = ChatBedrockConverse(
        model=f"{prefix}.{MODEL}", region_name="ap-south-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    known = BedrockProvider.model_profile(f"{prefix}.{MODEL}") is not None
    found[prefix] = chat.provider, chat.disable_streaming, known
    print(f"{prefix}.: provider {chat.provider!r}, streaming off: {chat.disable_streaming}, pydantic-ai knows it: {known}")
assert found == {
    "us": ("anthropic", False, True),
    "jp": ("anthropic", False, True),
    "in": ("in", True, True),
}, found
PYTHON
"$work/venv/bin/python" "$work/ask.py"
