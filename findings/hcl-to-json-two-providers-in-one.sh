#!/usr/bin/env bash
# hcl-to-json 0.1.1 (npm) joins the blocks of a provider into one: of two configurations, one with an alias, for two
# Regions, it gives a single one whose `region` is a list of both, and whose alias is lost, so that no reader can tell
# which of the Regions a resource is in. Each block is a configuration of its own
# (https://developer.hashicorp.com/terraform/language/block/provider, `alias`), as @cdktf/hcl2json 0.21.0 (npm) has
# them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  hcl-to-json@0.1.1 @cdktf/hcl2json@0.21.0

cat >"$work/main.tf" <<'HCL'
provider "aws" {
  region = "eu-central-1"
}
provider "aws" {
  region = "us-east-1"
  alias  = "models"
}
HCL
cat >"$work/read.js" <<'JS'
const fs = require("fs");
const hclToJson = require("hcl-to-json");
const { parse } = require("@cdktf/hcl2json");

const text = fs.readFileSync("main.tf", "utf8");
parse("main.tf", text).then((read) => {
  const version = (name) => JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`)).version;
  const show = (name, providers) => console.log(name, version(name), JSON.stringify(providers));
  show("hcl-to-json", hclToJson(text).provider.aws);
  show("@cdktf/hcl2json", read.provider.aws);
});
JS
(cd "$work" && node read.js) | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
hcl-to-json 0.1.1 {"region":["eu-central-1","us-east-1"]}
@cdktf/hcl2json 0.21.0 [{"region":"eu-central-1"},{"alias":"models","region":"us-east-1"}]
EXPECTED
