#!/usr/bin/env bash
# Opens a pull request with a baseline that was just written, all by the API: the checkout needs no credentials. While
# the pull request is open its branch is kept up to date. One that was closed without a merge is a no: there is no second.
# What cannot be done is a warning, never a failure.
#
# BASELINE   the file, relative to the workspace
# PYTHON     an interpreter
# GH_TOKEN, GITHUB_REPOSITORY, GITHUB_WORKSPACE, GITHUB_REF, GITHUB_SHA
set -euo pipefail

branch=bedrock-eol-baseline

warn() {
  printf '::warning title=bedrock-eol::%s\n' "$1"
  exit 0
}

denied() {
  local needs='the job needs the permissions contents: write and pull-requests: write, and the repository the setting
that lets GitHub Actions create pull requests'
  warn "$1; ${needs//$'\n'/ }"
}

command -v gh >/dev/null || warn 'gh is not installed on this runner, so there is no pull request with the baseline'
api=repos/$GITHUB_REPOSITORY
base=$(gh api "$api" --jq .default_branch) || denied 'the repository could not be read'
if [[ $GITHUB_REF != "refs/heads/$base" ]]; then
  printf 'The baseline is that of the branch %s; this run is of %s.\n' "$base" "$GITHUB_REF"
  exit 0
fi
path=$("$PYTHON" -c '
import os, sys
from urllib.parse import quote
workspace, file = (os.path.realpath(path) for path in sys.argv[1:])
print(quote(os.path.relpath(file, workspace)))
' "$GITHUB_WORKSPACE" "$GITHUB_WORKSPACE/$BASELINE")
[[ $path != ../* ]] || warn 'the baseline is outside the repository, so no pull request can bring it'

pulls="$api/pulls?state=all&per_page=1&head=${GITHUB_REPOSITORY%%/*}:$branch"
state=$(gh api "$pulls" --jq '.[0] | select(. != null) | if .merged_at then "merged" else .state end') ||
  denied 'the pull requests could not be read'
if [[ $state == closed ]]; then
  printf 'The pull request with the baseline was closed without a merge, so there is no other.\n'
  exit 0
fi

# A branch that is there already is written to again.
gh api --silent --method POST "$api/git/refs" --field "ref=refs/heads/$branch" --field "sha=$GITHUB_SHA" 2>/dev/null ||
  gh api --silent "$api/git/ref/heads/$branch" || denied "the branch $branch could not be made"
earlier=$(gh api "$api/contents/$path?ref=$branch" --jq .sha 2>/dev/null) || earlier=
content='
import base64, json, os, pathlib, sys
branch, earlier = sys.argv[1:]
file = pathlib.Path(os.environ["GITHUB_WORKSPACE"], os.environ["BASELINE"])
body = {
    "message": "Baseline of bedrock-eol: from now on only new findings count",
    "content": base64.b64encode(file.read_bytes()).decode("ascii"),
    "branch": branch,
}
print(json.dumps(body | ({"sha": earlier} if earlier else {})))
'
"$PYTHON" -c "$content" "$branch" "$earlier" | gh api --silent --method PUT "$api/contents/$path" --input - ||
  denied 'the baseline could not be written'
[[ $state != open ]] || exit 0

# A table of the models: ids from the code are shown as code, and a body has at most 65,536 characters.
# shellcheck disable=SC2016 # The backticks are Markdown's.
request='
import collections, json, os, pathlib, re, sys
base, branch = sys.argv[1:]
file = pathlib.Path(os.environ["GITHUB_WORKSPACE"], os.environ["BASELINE"])
findings = json.loads(file.read_text(encoding="utf-8"))["findings"]
counts = collections.Counter((each["rule"], re.sub(r"[^\w.:/-]", "?", each.get("model") or "")) for each in findings)
rows = [f"| {rule} | `{model}` | {count} |" for (rule, model), count in counts.most_common(200)]
body = "\n".join((
    f"The file has a line for each of the {len(findings)} findings of today. When it is merged, only new findings fail a"
    " run; these stay in each report. Close this pull request if you want no baseline: there will be no other.",
    "",
    "| rule | model | findings |",
    "| --- | --- | --- |",
    *rows,
))
print(json.dumps({"title": "Baseline of bedrock-eol", "head": branch, "base": base, "body": body}))
'
"$PYTHON" -c "$request" "$base" "$branch" | gh api --silent --method POST "$api/pulls" --input - ||
  denied 'the pull request could not be opened'
