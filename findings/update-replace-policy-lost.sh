#!/usr/bin/env bash
# cdk-from-cfn 0.336.0 (npm), which `cdk migrate` writes apps with, and the TemplateGenerator of troposphere 4.11.1
# (PyPI) lose the UpdateReplacePolicy of a resource, and the Rules of the template, without a word, and keep its
# DeletionPolicy: an update that replaces the bucket of a knowledge base deletes what the template was to retain.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" cdk-from-cfn@0.336.0
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check troposphere==4.11.1

cat >"$work/template.json" <<'JSON'
{
  "Rules": {
    "OneRegion": {"Assertions": [{"Assert": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}}]}
  },
  "Resources": {
    "Documents": {
      "Type": "AWS::S3::Bucket",
      "DeletionPolicy": "Retain",
      "UpdateReplacePolicy": "Retain",
      "Properties": {"BucketName": "documents-of-the-knowledge-base"}
    }
  }
}
JSON
cat >"$work/migrate.js" <<'JS'
const fs = require("fs");
const { transmute } = require("cdk-from-cfn");

console.log(transmute(fs.readFileSync("template.json", "utf8"), "typescript", "Migrated", "stack"));
JS
cat >"$work/generate.py" <<'PYTHON'
import json
import sys

from troposphere.template_generator import TemplateGenerator

with open(sys.argv[1]) as file:
    print(TemplateGenerator(json.load(file)).to_json())
PYTHON
(cd "$work" && node migrate.js) | tee "$work/cdk-from-cfn"
"$work/venv/bin/python" "$work/generate.py" "$work/template.json" | tee "$work/troposphere"
for tool in cdk-from-cfn troposphere; do
  for word in deletionpolicy updatereplacepolicy rule; do
    echo "$tool $word $(grep -ci "$word" "$work/$tool" || true)"
  done
done | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
cdk-from-cfn deletionpolicy 1
cdk-from-cfn updatereplacepolicy 0
cdk-from-cfn rule 0
troposphere deletionpolicy 1
troposphere updatereplacepolicy 0
troposphere rule 0
EXPECTED
