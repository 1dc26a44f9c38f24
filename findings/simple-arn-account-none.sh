#!/usr/bin/env bash
# simple-arn 0.0.3 (PyPI) reads the ARN of a foundation model, in which no account stands, and writes it back with the
# account `None`, so that it names no model any more. coveo-arnparse 3.0 (PyPI) writes the ARN that it read.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check simple-arn==0.0.3 coveo-arnparse==3.0

cat >"$work/parse.py" <<'PYTHON'
from importlib.metadata import version

import coveo_arnparse
import simple_arn

MODEL = "arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0"
found = [str(simple_arn.parse_arn(MODEL)), str(coveo_arnparse.arnparse(MODEL))]
for package, arn in zip(("simple-arn", "coveo-arnparse"), found):
    print(package, version(package), arn)
assert found == ["arn:aws:bedrock:eu-west-1:None:foundation-model/amazon.nova-lite-v1:0", MODEL], found
PYTHON
"$work/venv/bin/python" "$work/parse.py"
