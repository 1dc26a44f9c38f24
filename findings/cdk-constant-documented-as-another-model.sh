#!/usr/bin/env bash
# aws-cdk-lib 2.276.0 (npm) documents the constant FoundationModelIdentifier.COHERE_COMMAND_R_PLUS_V1 as `Base model
# "cohere.command-r-v1:0"`, the smaller model, while its value is cohere.command-r-plus-v1:0 (aws-bedrock/lib,
# foundation-model.d.ts against foundation-model.js): who trusts the hint of the editor deploys another model.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" aws-cdk-lib@2.276.0 constructs@10.8.1

cat >"$work/constant.js" <<'JS'
const fs = require("fs");
const path = require("path");
const { FoundationModelIdentifier } = require("aws-cdk-lib/aws-bedrock");

const root = path.dirname(require.resolve("aws-cdk-lib/package.json"));
console.log("aws-cdk-lib", JSON.parse(fs.readFileSync(path.join(root, "package.json"))).version);
const name = "COHERE_COMMAND_R_PLUS_V1";
const text = fs.readFileSync(path.join(root, "aws-bedrock/lib/foundation-model.d.ts"), "utf8");
const documented = text.match(new RegExp(`Base model "([^"]*)"[^/]*\\*/\\s*static readonly ${name}:`))[1];
const value = FoundationModelIdentifier[name].modelId;
console.log(`${name}: documented as ${documented}, is ${value}`);
process.exit(documented === "cohere.command-r-v1:0" && value === "cohere.command-r-plus-v1:0" ? 0 : 1);
JS
(cd "$work" && node constant.js)
