#!/usr/bin/env bash
# @security-alert/sarif-to-markdown 1.11.1 (npm) lists a result with an empty array of `suppressions`, and one whose
# suppression was rejected, under "Suppressed results": in SARIF the empty array says that a result is not suppressed,
# and so does the status "rejected" (SARIF 2.1.0, `suppressions`). A tool that writes the array for all its results has
# a report without a single open one.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @security-alert/sarif-to-markdown@1.11.1
cd "$work"

cat >report.js <<'JS'
const { sarifToMarkdown } = require("@security-alert/sarif-to-markdown");

const suppressions = { 1: undefined, 2: [], 3: [{ kind: "external", status: "rejected" }], 4: [{ kind: "inSource" }] };
const results = Object.entries(suppressions).map(([line, suppressions]) => ({
  ruleId: "ended",
  message: { text: "The model ended." },
  locations: [{ physicalLocation: { artifactLocation: { uri: "main.tf" }, region: { startLine: Number(line) } } }],
  suppressions,
}));
const rules = [{ id: "ended", defaultConfiguration: { level: "error" } }];
const log = { version: "2.1.0", runs: [{ tool: { driver: { name: "models", rules } }, results }] };
const options = { owner: "team", repo: "models", branch: "main", sourceRoot: "", simple: true };
const [{ body }] = sarifToMarkdown(options)(JSON.parse(JSON.stringify(log)));
console.log(body);
JS
echo "@security-alert/sarif-to-markdown $(node -p 'require("@security-alert/sarif-to-markdown/package.json").version')"
node report.js | tee report.md
grep -o -e '## .*' -e 'main\.tf#L[0-9]' report.md >found
diff - found <<'EXPECTED'
## Results
main.tf#L1
## Suppressed results
main.tf#L2
main.tf#L3
main.tf#L4
EXPECTED
