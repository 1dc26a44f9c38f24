#!/usr/bin/env bash
# Installs the package from the action's own checkout, with dependencies pinned by hash, into a place of its own.
#
# PYTHON              the interpreter
# GITHUB_ACTION_PATH  the checkout of the action
# RUNNER_TEMP         where the installation goes
# GITHUB_OUTPUT       gets `command`, the installed bedrock-eol
set -euo pipefail

home="$RUNNER_TEMP/bedrock-eol"
"$PYTHON" -m venv --clear "$home"
bin="$home/bin"
[[ -d $bin ]] || bin="$home/Scripts" # as Windows has it

pip=("$bin/python" -m pip --disable-pip-version-check install --quiet)
pinned="$GITHUB_ACTION_PATH/.github/action"
"${pip[@]}" --require-hashes --only-binary :all: \
  --requirement "$pinned/requirements.txt" --requirement "$pinned/build-requirements.txt"
"${pip[@]}" --no-deps --no-build-isolation "$GITHUB_ACTION_PATH"
printf 'command=%s\n' "$bin/bedrock-eol" >>"$GITHUB_OUTPUT"
