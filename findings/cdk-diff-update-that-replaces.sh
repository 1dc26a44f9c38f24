#!/usr/bin/env bash
# @aws-cdk/cloudformation-diff 2.187.5 (npm), what `cdk diff` compares templates with where it makes no change set,
# says that another embedding model updates a knowledge base, which CloudFormation replaces: the schema of
# AWS::Bedrock::KnowledgeBase, as in cfn-lint 1.58.0 (PyPI), has VectorKnowledgeBaseConfiguration, one level below the
# property, as create-only.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" @aws-cdk/cloudformation-diff@2.187.5
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check cfn-lint==1.58.0

cat >"$work/diff.js" <<'JS'
const { fullDiff } = require("@aws-cdk/cloudformation-diff");

const template = (type, properties) => ({ Resources: { It: { Type: type, Properties: properties } } });
const base = (model) =>
  template("AWS::Bedrock::KnowledgeBase", {
    KnowledgeBaseConfiguration: { Type: "VECTOR", VectorKnowledgeBaseConfiguration: { EmbeddingModelArn: model } },
  });
const profile = (model) => template("AWS::Bedrock::ApplicationInferenceProfile", { ModelSource: { CopyFrom: model } });
const model = (id) => `arn:aws:bedrock:eu-west-1::foundation-model/${id}`;
for (const make of [base, profile]) {
  const diff = fullDiff(make(model("amazon.titan-embed-text-v1")), make(model("amazon.titan-embed-text-v2:0")));
  diff.resources.forEachDifference((_, change) => console.log(change.newResourceType, change.changeImpact));
}
JS
cat >"$work/schema.py" <<'PYTHON'
import sys

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

for type_, name in (
    ("AWS::Bedrock::KnowledgeBase", "KnowledgeBaseConfiguration/VectorKnowledgeBaseConfiguration"),
    ("AWS::Bedrock::ApplicationInferenceProfile", "ModelSource"),
):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-west-1", type_).schema
    print("create-only in the schema of", type_, f"/properties/{name}" in schema["createOnlyProperties"])
PYTHON
{
  (cd "$work" && node diff.js)
  "$work/venv/bin/python" "$work/schema.py"
} | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
AWS::Bedrock::KnowledgeBase WILL_UPDATE
AWS::Bedrock::ApplicationInferenceProfile WILL_REPLACE
create-only in the schema of AWS::Bedrock::KnowledgeBase True
create-only in the schema of AWS::Bedrock::ApplicationInferenceProfile True
EXPECTED
