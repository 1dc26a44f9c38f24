#!/usr/bin/env bash
# hcl2-parser 1.0.3 (npm) gives `"$${Model}"`, an escaped text, and `"${Model}"`, a reference, as one and the same
# value, so that no reader can tell which of them a Terraform file holds; @cdktf/hcl2json 0.21.0 (npm) keeps them apart.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" hcl2-parser@1.0.3 @cdktf/hcl2json@0.21.0

cat >"$work/main.tf" <<'HCL'
locals {
  substitution = "$${Model}"
  reference    = "${Model}"
  directive    = "%%{ if x }y%%{ endif }"
}
HCL
cat >"$work/parse.js" <<'JS'
const assert = require("assert");
const fs = require("fs");
const hcl2json = require("@cdktf/hcl2json");
const hcl2parser = require("hcl2-parser");

(async () => {
  const text = fs.readFileSync("main.tf", "utf8");
  const [kept] = (await hcl2json.parse("main.tf", text)).locals;
  const [lost] = hcl2parser.parseToObject(text)[0].locals;
  for (const name of Object.keys(kept)) {
    console.log(`${name}: hcl2-parser ${lost[name]}, hcl2json ${kept[name]}`);
  }
  assert.deepStrictEqual(lost, { substitution: "${Model}", reference: "${Model}", directive: "%{ if x }y%{ endif }" });
  assert.deepStrictEqual(kept, { substitution: "$${Model}", reference: "${Model}", directive: "%%{ if x }y%%{ endif }" });
  process.exit(0);
})();
JS
(cd "$work" && node parse.js)
