#!/usr/bin/env bash
# Checks, writes the reports, and says how it ended in the output `exit-code`: the job fails after the reports are where
# people read them. All that users give comes in variables and goes on as single arguments.
#
# BEDROCK_EOL                 the command
# IN_*                        the inputs of the action
# GITHUB_OUTPUT, RUNNER_TEMP  as GitHub sets them
set -euo pipefail

fail() {
  printf '::error title=bedrock-eol::%s\n' "$1"
  printf 'exit-code=2\n' >>"$GITHUB_OUTPUT"
  exit 0
}

# Whether an input that is true or false is true.
is_true() {
  case ${!1} in
    true) return 0 ;;
    false | '') return 1 ;;
    *) fail "the input $2 is neither true nor false" ;;
  esac
}

# The lines of an input that hold something, each without the blanks around it, in `lines`.
read_lines() {
  local line
  lines=()
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    [[ -z $line ]] || lines+=("$line")
  done <<<"$1"
}

cd -- "$GITHUB_WORKSPACE/$IN_WORKING_DIRECTORY" 2>/dev/null || fail 'the input working-directory names no directory'

reports=$(mktemp -d "$RUNNER_TEMP/bedrock-eol-reports.XXXXXX")
arguments=(--format "json=$reports/report.json" --format "markdown=$reports/report.md"
  --format "sarif=$reports/report.sarif")
read_lines "$IN_FORMATS"
for line in ${lines[@]+"${lines[@]}"}; do
  [[ $line == ?*=?* ]] || fail 'the input formats has one NAME=FILE a line'
  case ${line%%=*} in
    json | markdown | sarif) fail "the input formats need not name ${line%%=*}: it is among the outputs of the action" ;;
  esac
  arguments+=("--format=$line")
done
read_lines "$IN_POLICY"
for line in ${lines[@]+"${lines[@]}"}; do arguments+=("--policy=$line"); done
read_lines "$IN_REGION"
for line in ${lines[@]+"${lines[@]}"}; do arguments+=("--region=$line"); done
[[ -z $IN_CONFIG ]] || arguments+=("--config=$IN_CONFIG")
[[ -z $IN_FAIL_ON ]] || arguments+=("--fail-on=$IN_FAIL_ON")
[[ -z $IN_DIFF_BASE ]] || arguments+=("--diff-base=$IN_DIFF_BASE")
[[ -z $IN_BASELINE ]] || arguments+=("--baseline=$IN_BASELINE")
[[ -z $IN_AS_OF ]] || arguments+=("--as-of=$IN_AS_OF")
if is_true IN_FAIL_ON_UNRESOLVED fail-on-unresolved; then arguments+=(--fail-on-unresolved); fi

summary=${GITHUB_STEP_SUMMARY:-}
# The format `github` writes the summary of the job if it is told where that is; here that is a choice.
unset GITHUB_STEP_SUMMARY
token=
if is_true IN_ANNOTATIONS annotations; then
  arguments+=(--format github)
else
  arguments+=(--format terminal)
  # The log shows names that others chose: none of them is a command to the runner.
  token="bedrock-eol-$RANDOM$RANDOM$RANDOM$RANDOM"
fi
wants_summary=false
if is_true IN_JOB_SUMMARY job-summary; then wants_summary=true; fi
read_lines "$IN_PATHS"

[[ -z $token ]] || printf '::stop-commands::%s\n' "$token"
code=0
if ((${#lines[@]})); then
  "$BEDROCK_EOL" check "${arguments[@]}" -- "${lines[@]}" || code=$?
else
  "$BEDROCK_EOL" check "${arguments[@]}" || code=$?
fi
[[ -z $token ]] || printf '::%s::\n' "$token"

printf 'exit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
for output in json=json markdown=md sarif=sarif; do
  file="$reports/report.${output#*=}"
  [[ ! -f $file ]] || printf '%s=%s\n' "${output%%=*}" "$file" >>"$GITHUB_OUTPUT"
done
if [[ $wants_summary == true && -n $summary && -f $reports/report.md ]]; then
  cat "$reports/report.md" >>"$summary"
fi
