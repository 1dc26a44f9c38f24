#!/usr/bin/env bash
# sarif-junit 1.1.4 (npm) makes a passed test of a SARIF result that has no `level` of its own, though its rule has the
# level "error": where `level` is absent, the rule's configuration decides, and "warning" where that has none (SARIF
# 2.1.0, `level` of a result). A pipeline that reads the JUnit file sees no failure.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" sarif-junit@1.1.4

cat >"$work/models.sarif" <<'JSON'
{
  "version": "2.1.0",
  "runs": [
    {
      "tool": {
        "driver": {"name": "models", "rules": [{"id": "ended", "defaultConfiguration": {"level": "error"}}]}
      },
      "results": [
        {
          "ruleId": "ended",
          "level": "error",
          "message": {"text": "The level of the result"},
          "locations": [{"physicalLocation": {"artifactLocation": {"uri": "main.tf"}, "region": {"startLine": 3}}}]
        },
        {
          "ruleId": "ended",
          "message": {"text": "The level of the rule"},
          "locations": [{"physicalLocation": {"artifactLocation": {"uri": "main.tf"}, "region": {"startLine": 9}}}]
        }
      ]
    }
  ]
}
JSON
cd "$work"
echo "sarif-junit $(node -p 'require("sarif-junit/package.json").version')"
node_modules/.bin/sarif-junit -i models.sarif -o models.xml
cat models.xml
grep -q '<testsuites tests="2" failures="1" ' models.xml
grep -q '<testcase .*The level of the rule" .*/>' models.xml
