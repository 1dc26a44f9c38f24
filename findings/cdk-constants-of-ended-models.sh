#!/usr/bin/env bash
# aws-cdk-lib 2.276.0 (npm) marks no constant of Claude 3 Sonnet as deprecated, although Amazon Bedrock ended that model in
# eu-central-1 on 2025-07-21 and in the last four of its Regions on 2026-07-30 (Amazon Bedrock User Guide, "Model
# lifecycle"): an editor strikes Claude 2 through and offers a model that refuses every call without a word.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" aws-cdk-lib@2.276.0 constructs@10.8.1

cat >"$work/constants.js" <<'JS'
const fs = require("fs");
const path = require("path");

const root = path.dirname(require.resolve("aws-cdk-lib/package.json"));
console.log("aws-cdk-lib", JSON.parse(fs.readFileSync(path.join(root, "package.json"))).version);
const text = fs.readFileSync(path.join(root, "aws-bedrock/lib/foundation-model.d.ts"), "utf8");
const constants = [...text.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*static readonly (\w+): FoundationModelIdentifier/g)];
const marked = (pattern) =>
  constants.filter(([, , name]) => pattern.test(name)).map(([, comment, name]) => [name, /@deprecated/.test(comment)]);
for (const [name, deprecated] of [...marked(/^ANTHROPIC_CLAUDE_V2/), ...marked(/^ANTHROPIC_CLAUDE_3_SONNET/)]) {
  console.log(`${name}: ${deprecated ? "deprecated" : "not deprecated"}`);
}
const two = marked(/^ANTHROPIC_CLAUDE_V2/);
const three = marked(/^ANTHROPIC_CLAUDE_3_SONNET/);
if (!two.length || !three.length || two.some(([, is]) => !is) || three.some(([, is]) => is)) {
  process.exit(1);
}
JS
(cd "$work" && node constants.js)
