#!/usr/bin/env bash
# moto 5.2.5 (PyPI) makes knowledge bases whose status is `Active`, while bedrock-agent knows `ACTIVE` only, and agents
# whose id and version the service's own patterns refuse (botocore 1.44.8): a loop that waits for ACTIVE never ends
# against it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check 'moto==5.2.5' boto3==1.44.8 botocore==1.44.8

cat >"$work/create.py" <<'PYTHON'
import re
from importlib.metadata import version

import boto3
from moto import mock_aws

ROLE = "arn:aws:iam::123456789012:role/agent"
FIELDS = {"vectorField": "vector", "textField": "text", "metadataField": "metadata"}
print("moto", version("moto"), "and botocore", version("botocore"))
with mock_aws():
    client = boto3.client("bedrock-agent", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    agent = client.create_agent(agentName="help-desk", agentResourceRoleArn=ROLE)["agent"]
    base = client.create_knowledge_base(
        name="manuals",
        roleArn=ROLE,
        knowledgeBaseConfiguration={
            "type": "VECTOR",
            "vectorKnowledgeBaseConfiguration": {
                "embeddingModelArn": "arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-embed-text-v2:0"
            },
        },
        storageConfiguration={
            "type": "OPENSEARCH_SERVERLESS",
            "opensearchServerlessConfiguration": {
                "collectionArn": "arn:aws:aoss:us-east-1:123456789012:collection/abcdefghijklmnopqrst",
                "vectorIndexName": "manuals",
                "fieldMapping": FIELDS,
            },
        },
    )["knowledgeBase"]
members = client.meta.service_model.shape_for("Agent").members
statuses = client.meta.service_model.shape_for("KnowledgeBaseStatus").enum
refused = [name for name in ("agentId", "agentVersion") if not re.fullmatch(members[name].metadata["pattern"], agent[name])]
for name in refused:
    print(f"{name}: {agent[name]!r}, pattern {members[name].metadata['pattern']}")
print(f"status of the knowledge base: {base['status']!r}, known ones: {', '.join(statuses)}")
assert refused == ["agentId", "agentVersion"], refused
assert base["status"] == "Active" and "ACTIVE" in statuses and "Active" not in statuses
PYTHON
"$work/venv/bin/python" "$work/create.py"
