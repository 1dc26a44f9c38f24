#!/usr/bin/env bash
# hcl2-parser 1.0.3 (npm) answers a file that calls a function of a provider, as Terraform 1.8 and later may, with null
# for all of it and with an error that has no message; hcl2-json-parser 1.0.1 (npm) says where it stopped, and
# @cdktf/hcl2json 0.21.0 (npm) reads it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  hcl2-parser@1.0.3 hcl2-json-parser@1.0.1 @cdktf/hcl2json@0.21.0

cat >"$work/main.tf" <<'HCL'
resource "aws_bedrockagent_agent" "helper" {
  foundation_model = "amazon.nova-lite-v1:0"
}
locals {
  model = provider::aws::arn_parse("arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0").resource
}
HCL
cat >"$work/parse.js" <<'JS'
const assert = require("assert");
const fs = require("fs");

(async () => {
  const text = fs.readFileSync("main.tf", "utf8");
  const read = await require("@cdktf/hcl2json").parse("main.tf", text);
  console.log("hcl2json:", Object.keys(read.resource));
  const [found, problem] = require("hcl2-parser").parseToObject(text);
  console.log("hcl2-parser:", found, JSON.stringify(problem), "message:", problem.message);
  const said = await Promise.resolve(require("hcl2-json-parser").parseToObject(text)).catch(String);
  console.log("hcl2-json-parser:", said);
  assert.deepStrictEqual(Object.keys(read.resource), ["aws_bedrockagent_agent"]);
  assert.strictEqual(found, null);
  assert.deepStrictEqual([JSON.stringify(problem), problem.message], ["{}", undefined]);
  process.exit(0);
})();
JS
(cd "$work" && node parse.js)
