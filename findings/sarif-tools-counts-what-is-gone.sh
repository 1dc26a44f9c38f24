#!/usr/bin/env bash
# sarif-tools 3.0.5 (PyPI) counts a result whose `baselineState` is "absent", one of an earlier run that is gone (SARIF
# 2.1.0, `baselineState`), as an error of today: `--check error` fails a run without one, and GitLab gets it as an
# issue.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check sarif-tools==3.0.5
cd "$work"

cat >run.sarif <<'JSON'
{
  "version": "2.1.0",
  "runs": [
    {
      "tool": {"driver": {"name": "scanner"}},
      "results": [
        {
          "ruleId": "model-ended",
          "level": "error",
          "baselineState": "absent",
          "message": {"text": "the model has ended"},
          "locations": [{"physicalLocation": {"artifactLocation": {"uri": "main.tf"}, "region": {"startLine": 3}}}]
        }
      ]
    }
  ]
}
JSON
venv/bin/sarif --version
venv/bin/sarif --check error summary run.sarif | tee summary.txt && checked=0 || checked=$?
venv/bin/sarif codeclimate run.sarif -o issues.json
echo "exit code of --check error: $checked"
cat issues.json
test "$checked" -ne 0
grep -q '^error: 1' summary.txt
grep -q '"the model has ended"' issues.json
