#!/usr/bin/env bash
# hcl-to-json 0.1.1 (npm) makes numbers and truth values of texts in quotes: the version "1.10" of a module is 1.1, the
# account "012345678901" is 12345678901, and a model source named "true" is a truth value. In HCL what stands in quotes
# is a string (https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md, "Template Expressions"), and
# @cdktf/hcl2json 0.21.0 (npm) keeps all three.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  hcl-to-json@0.1.1 @cdktf/hcl2json@0.21.0

cat >"$work/main.tf" <<'HCL'
module "agent" {
  source  = "example/agent/aws"
  version = "1.10"
  account = "012345678901"
  logging = "true"
}
HCL
cat >"$work/read.js" <<'JS'
const fs = require("fs");
const hclToJson = require("hcl-to-json");
const { parse } = require("@cdktf/hcl2json");

const text = fs.readFileSync("main.tf", "utf8");
parse("main.tf", text).then((read) => {
  const version = (name) => JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version;
  const show = (name, module) => console.log(name, version(name), JSON.stringify(module));
  show("hcl-to-json", hclToJson(text).module.agent);
  show("@cdktf/hcl2json", read.module.agent[0]);
});
JS
(cd "$work" && node read.js) | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
hcl-to-json 0.1.1 {"source":"example/agent/aws","version":1.1,"account":12345678901,"logging":true}
@cdktf/hcl2json 0.21.0 {"account":"012345678901","logging":"true","source":"example/agent/aws","version":"1.10"}
EXPECTED
