#!/usr/bin/env bash
# Makes the report the comment of a pull request: the one that a bot made before is updated, else there is a new one. A
# report that has nothing to say updates a comment and makes none. What cannot be done is a warning, never a failure.
#
# MARKDOWN      the report; its first line is the marker by which the comment is found again
# PULL_REQUEST  the number
# GH_TOKEN, GITHUB_REPOSITORY
set -euo pipefail

warn() {
  printf '::warning title=bedrock-eol::%s\n' "$1"
  exit 0
}

if [[ ! $PULL_REQUEST =~ ^[0-9]+$ ]]; then
  printf 'This run belongs to no pull request: there is nothing to comment on.\n'
  exit 0
fi
command -v gh >/dev/null || warn 'gh is not installed on this runner, so there is no comment'

IFS= read -r marker <"$MARKDOWN"
export marker
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
# A person may quote the marker: only what a bot wrote is updated.
filter='.[] | select(.user.type == "Bot" and ((.body | split("\n"))[0] | rtrimstr("\r")) == env.marker) | .id'
found=$(gh api --paginate "$comments?per_page=100" --jq "$filter") ||
  warn 'the comments of the pull request could not be read; the job needs the permission pull-requests: write'
earlier=${found%%$'\n'*}

denied='the comment could not be written; the job needs the permission pull-requests: write, which a pull request from
a fork does not get'
denied=${denied//$'\n'/ }
if [[ -n $earlier ]]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$earlier" --field "body=@$MARKDOWN" ||
    warn "$denied"
elif sed -n 2p "$MARKDOWN" | grep -q ': clean$'; then
  printf 'There is nothing to say, and no earlier comment to update.\n'
else
  gh api --silent --method POST "$comments" --field "body=@$MARKDOWN" || warn "$denied"
fi
