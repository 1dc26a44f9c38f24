#!/usr/bin/env bash
# SAM CLI 1.170.0 (PyPI aws-sam-cli) takes a line break between two `parameter_overrides` into the value of the first, so
# that the second is never set, and of a text with both of its forms it takes one and drops the other without a word.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check aws-sam-cli==1.170.0

cat >"$work/samconfig.toml" <<'TOML'
version = 0.1
[lines.deploy.parameters]
parameter_overrides = """
Model=amazon.nova-lite-v1:0
Stage=prod
"""
[spaces.deploy.parameters]
parameter_overrides = "Model=amazon.nova-lite-v1:0 Stage=prod"
[both.deploy.parameters]
parameter_overrides = "ParameterKey=Model,ParameterValue=amazon.nova-lite-v1:0 Stage=prod"
TOML

cat >"$work/read.py" <<'PYTHON'
import sys

import samcli
from samcli.cli.types import CfnParameterOverridesType
from samcli.lib.config.samconfig import SamConfig

configuration = SamConfig(sys.argv[1], "samconfig.toml")
found = {}
for environment in ("spaces", "lines", "both"):
    written = configuration.get_all(["deploy"], "parameters", environment)["parameter_overrides"]
    found[environment] = CfnParameterOverridesType().convert(written, None, None)
print("SAM CLI", samcli.__version__)
for environment, values in found.items():
    print(f"{environment}: {values}")
assert found["spaces"] == {"Model": "amazon.nova-lite-v1:0", "Stage": "prod"}
assert found["lines"] == {"Model": "amazon.nova-lite-v1:0\nStage=prod"}
assert found["both"] == {"Model": "amazon.nova-lite-v1:0"}
PYTHON
"$work/venv/bin/python" "$work/read.py" "$work"
