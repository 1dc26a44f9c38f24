#!/usr/bin/env bash
# Fetches the plan of a run of HCP Terraform (or Terraform Enterprise) as JSON, and waits until there is one.
#
#   hcp-terraform-plan.sh RUN_ID FILE
#
# TFE_TOKEN    token of a user or team that may read the workspace's runs in full
# TFE_ADDRESS  https://app.terraform.io unless given
# TFE_TIMEOUT  seconds to wait, 600 unless given
set -euo pipefail
umask 077 # a plan holds secrets

run=${1:?the id of the run, run-…}
file=${2:?the file to write}
: "${TFE_TOKEN:?the token is not set}"
url="${TFE_ADDRESS:-https://app.terraform.io}/api/v2/runs/$run/plan/json-output"
deadline=$((SECONDS + ${TFE_TIMEOUT:-600}))

while true; do
  # The header goes in by standard input, where no list of processes shows it. It is not sent on to where the API
  # redirects to.
  status=$(printf 'header = "Authorization: Bearer %s"\n' "$TFE_TOKEN" |
    curl --config - --silent --show-error --location --max-time 60 --output "$file" --write-out '%{http_code}' "$url")
  case $status in
    200) exit 0 ;;
    204) ;; # planning goes on
    *)
      printf 'HCP Terraform answered %s for the plan of %s; does the token have admin access to the workspace?\n' \
        "$status" "$run" >&2
      rm -f "$file"
      exit 2
      ;;
  esac
  if ((SECONDS >= deadline)); then
    printf 'There is no plan of %s after %s seconds; did the run fail?\n' "$run" "${TFE_TIMEOUT:-600}" >&2
    rm -f "$file"
    exit 2
  fi
  sleep 5
done
