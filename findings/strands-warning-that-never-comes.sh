#!/usr/bin/env bash
# strands-agents 1.62.0 (PyPI) is to warn about a Region that its default model does not support
# (`_get_default_model_with_warning` in strands/models/bedrock.py), and never does: since the default is a `global.`
# profile, the check before it is always true, so that also in us-gov-west-1 and eusc-de-east-1 BedrockModel takes
# `global.anthropic.claude-sonnet-4-6` without a word. A global profile is for the commercial Regions
# (https://docs.aws.amazon.com/bedrock/latest/userguide/cross-region-inference.html), to which these two do not belong.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check strands-agents==1.62.0 boto3==1.44.8

cat >"$work/default.py" <<'PYTHON'
import warnings
from importlib.metadata import version

import boto3
from strands.models import bedrock

print("strands-agents", version("strands-agents"))
for region in ("us-gov-west-1", "eusc-de-east-1"):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = bedrock.BedrockModel(region_name=region).config["model_id"]
    partition = boto3.Session().get_partition_for_region(region)
    said = [str(warning.message) for warning in caught if warning.category is UserWarning]
    print(f"{region} ({partition}): {model}, warnings: {said}")
    assert partition != "aws", partition
    assert (model, said) == ("global.anthropic.claude-sonnet-4-6", []), (model, said)

bedrock.DEFAULT_BEDROCK_MODEL_ID = "us.anthropic.claude-sonnet-4-6"
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model = bedrock.BedrockModel(region_name="eusc-de-east-1").config["model_id"]
said = [" ".join(str(warning.message).split()) for warning in caught if warning.category is UserWarning]
print("eusc-de-east-1, if the default were a profile of the US:", said[0])
assert "does not support our default inference endpoint" in said[0], said
PYTHON
AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x "$work/venv/bin/python" "$work/default.py"
