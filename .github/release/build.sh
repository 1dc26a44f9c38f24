#!/usr/bin/env bash
# Builds the source distribution and the wheel of the checkout in a folder, and checks what is in them.
#
#   .github/release/build.sh DIST
#
# The time of the commit is the time of every file in them, so that anyone can build the same bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
dist=$(mkdir -p "$1" && cd "$1" && pwd)

python3 -m venv .venv-release
.venv-release/bin/python -m pip install -q --require-hashes --only-binary :all: \
  -r .github/action/build-requirements.txt -r .github/release/requirements.txt
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
.venv-release/bin/python -m hatchling build -d "$dist"
.venv-release/bin/python .ci/check_distributions.py "$dist"
