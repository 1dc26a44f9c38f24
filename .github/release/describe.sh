#!/usr/bin/env bash
# Writes the SBOM of the wheel in a folder beside it: what it and its extras `cel` and `cyclonedx` run with, in CycloneDX.
#
#   .github/release/describe.sh DIST
#
# Needs what build.sh has set up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dist=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Without pip, which would be described too.
python3 -m venv --without-pip "$scratch/installed"
pip=(.venv-release/bin/python -m pip --python "$scratch/installed/bin/python" install -q)
"${pip[@]}" --require-hashes -r .github/action/requirements.txt
"${pip[@]}" --no-deps "$dist"/*.whl
.venv-release/bin/cyclonedx-py environment "$scratch/installed/bin/python" --pyproject pyproject.toml \
  --mc-type application --output-reproducible --spec-version 1.6 --of JSON -o "$dist/bedrock-eol.cdx.json"
