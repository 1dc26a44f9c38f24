#!/usr/bin/env bash
# @cdklabs/generative-ai-cdk-constructs 0.1.318 (npm): BedrockCwDashboard.addModelMonitoring takes an optional image size
# and step size, and appends both to the id of the model without a look at them. Without them, a widget of the dashboard
# watches the model `anthropic.claude-3-haiku-20240307-v1:0undefinedundefined`, and stays empty without a word.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  @cdklabs/generative-ai-cdk-constructs@0.1.318 aws-cdk-lib@2.276.0 constructs@10.8.1

cat >"$work/app.js" <<'JS'
const cdk = require("aws-cdk-lib");
const { Template } = require("aws-cdk-lib/assertions");
const { bedrockcwdashboard } = require("@cdklabs/generative-ai-cdk-constructs");

const stack = new cdk.Stack(new cdk.App(), "S");
const dashboard = new bedrockcwdashboard.BedrockCwDashboard(stack, "D");
dashboard.addModelMonitoring("haiku", "anthropic.claude-3-haiku-20240307-v1:0");
const written = JSON.stringify(Template.fromStack(stack).findResources("AWS::CloudWatch::Dashboard"));
const ids = new Set(written.match(/anthropic\.claude[\w.:-]+/g));
console.log([...ids].join("\n"));
process.exit([...ids].some((id) => id.includes("undefined")) ? 0 : 1);
JS
(cd "$work" && node app.js)
