#!/usr/bin/env bash
# Sends the SARIF report to code scanning. What cannot be done is a warning, never a failure.
#
# SARIF              the report
# WORKING_DIRECTORY  the directory of the workspace that its paths are relative to
# PYTHON             an interpreter
# GH_TOKEN, GITHUB_ACTION_PATH, GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_REF
set -euo pipefail

warn() {
  printf '::warning title=bedrock-eol::%s\n' "$1"
  exit 0
}

command -v gh >/dev/null || warn 'gh is not installed on this runner, so nothing went to code scanning'

# docs.github.com, REST API, "Upload an analysis as SARIF data", read 2026-11-24: compressed, then in Base64.
body='
import base64, gzip, json, os, sys
sarif = gzip.compress(sys.stdin.buffer.read(), mtime=0)
print(json.dumps({
    "commit_sha": os.environ["GITHUB_SHA"],
    "ref": os.environ["GITHUB_REF"],
    "sarif": base64.b64encode(sarif).decode("ascii"),
    "tool_name": "bedrock-eol",
}))
'
"$PYTHON" "$GITHUB_ACTION_PATH/.github/action/relocate.py" "$WORKING_DIRECTORY" "$SARIF" | "$PYTHON" -c "$body" |
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/code-scanning/sarifs" --input - ||
  warn 'code scanning did not take the report; the job needs the permission security-events: write'
