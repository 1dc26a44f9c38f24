#!/usr/bin/env bash
# Checks, writes the reports, and says how it ended in the output `exit-code`: the job fails after the reports are where
# people read them. All that users give comes in variables and goes on as single arguments.
#
# BEDROCK_EOL                 the command
# PYTHON                      an interpreter
# IN_*                        the inputs of the action: `fail-on` in IN_FAIL_ON
# GITHUB_OUTPUT, RUNNER_TEMP  as GitHub sets them
set -euo pipefail

# Inputs with the names of options: with one value, with one value a line, and with true or false.
single=(config catalog as-of workspace config-env source mentions jobs resolve save-answers profile role-arn fail-on diff-base baseline write-baseline)
repeated=(policy catalog-overlay region var var-file parameters answers owner)
flags=(no-config env-vars allow-outside fail-on-unresolved changed prune-baseline blame edits verbose quiet)
first_baseline=.bedrock-eol-baseline.json

fail() {
  printf '::error title=bedrock-eol::%s\n' "$1"
  printf 'exit-code=2\n' >>"$GITHUB_OUTPUT"
  exit 0
}

# The value of an input, in `value`.
read_input() {
  local variable
  variable=IN_$(tr 'a-z-' 'A-Z_' <<<"$1")
  value=${!variable}
}

# Whether an input that is true or false is true.
is_true() {
  read_input "$1"
  case $value in
    true) return 0 ;;
    false | '') return 1 ;;
    *) fail "the input $1 is neither true nor false" ;;
  esac
}

# The lines of an input that hold something, each without the blanks around it, in `lines`.
read_lines() {
  local line
  read_input "$1"
  lines=()
  while IFS= read -r line || [[ -n $line ]]; do
    line=${line%$'\r'}
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    [[ -z $line ]] || lines+=("$line")
  done <<<"$value"
}

cd -- "$GITHUB_WORKSPACE/$IN_WORKING_DIRECTORY" 2>/dev/null || fail 'the input working-directory names no directory'

# As long as there is no baseline, one is written, for a pull request to bring it. A pull request is judged without.
new_baseline=
if is_true baseline-pull-request; then
  [[ -z $IN_WRITE_BASELINE ]] || fail 'the input write-baseline has to be empty with baseline-pull-request'
  : "${IN_BASELINE:=$first_baseline}"
  if [[ ! -e $IN_BASELINE ]]; then
    [[ ${GITHUB_EVENT_NAME:-} == pull_request* ]] || new_baseline=$IN_BASELINE
    IN_WRITE_BASELINE=$new_baseline
    IN_BASELINE=
  fi
fi

reports=$(mktemp -d "$RUNNER_TEMP/bedrock-eol-reports.XXXXXX")
arguments=(--format "json=$reports/report.json" --format "markdown=$reports/report.md"
  --format "sarif=$reports/report.sarif" --format "mermaid=$reports/ends.md" --format "svg=$reports/ends.svg")
read_lines formats
for line in ${lines[@]+"${lines[@]}"}; do
  [[ $line == ?*=?* ]] || fail 'the input formats has one NAME=FILE a line'
  case ${line%%=*} in
    json | markdown | sarif | svg) fail "the input formats need not name ${line%%=*}: it is among the outputs of the action" ;;
  esac
  arguments+=("--format=$line")
done
for name in "${single[@]}"; do
  read_input "$name"
  [[ -z $value ]] || arguments+=("--$name=$value")
done
for name in "${repeated[@]}"; do
  read_lines "$name"
  for line in ${lines[@]+"${lines[@]}"}; do arguments+=("--$name=$line"); done
done
for name in "${flags[@]}"; do
  if is_true "$name"; then arguments+=("--$name"); fi
done

summary=${GITHUB_STEP_SUMMARY:-}
# The format `github` writes the summary of the job if it is told where that is; here that is a choice.
unset GITHUB_STEP_SUMMARY
token=
if is_true annotations; then
  arguments+=(--format github)
else
  arguments+=(--format terminal)
  # The log shows names that others chose: none of them is a command to the runner.
  token="bedrock-eol-$RANDOM$RANDOM$RANDOM$RANDOM"
fi
wants_summary=false
if is_true job-summary; then wants_summary=true; fi
read_lines paths

[[ -z $token ]] || printf '::stop-commands::%s\n' "$token"
code=0
if ((${#lines[@]})); then
  arguments+=(-- "${lines[@]}")
fi
"$BEDROCK_EOL" check "${arguments[@]}" | "$PYTHON" -X utf8 "$GITHUB_ACTION_PATH/.github/action/relocate.py" \
  "$IN_WORKING_DIRECTORY" || code=${PIPESTATUS[0]}
[[ -z $token ]] || printf '::%s::\n' "$token"

printf 'exit-code=%s\n' "$code" >>"$GITHUB_OUTPUT"
for output in json=report.json markdown=report.md sarif=report.sarif svg=ends.svg; do
  file="$reports/${output#*=}"
  [[ ! -f $file ]] || printf '%s=%s\n' "${output%%=*}" "$file" >>"$GITHUB_OUTPUT"
done
if [[ -n $new_baseline && -f $new_baseline ]]; then
  printf 'baseline=%s\n' "$IN_WORKING_DIRECTORY/$new_baseline" >>"$GITHUB_OUTPUT"
fi
if [[ $wants_summary == true && -n $summary && -f $reports/report.md ]]; then
  # The page shows no file of the job, so that the picture of what ends when is one that GitHub draws.
  { cat "$reports/report.md" && printf '\n' && cat "$reports/ends.md"; } >>"$summary"
fi
