#!/usr/bin/env bash
# cel-js 0.8.2 (npm) divides whole numbers into fractions, 7 / 2 is 3.5, and fails for `model.retired || true` if the
# model has no such field: in CEL the quotient of two integers is an integer, and `||` is true if either side is, also
# where the other one is an error (https://github.com/google/cel-spec/blob/master/doc/langdef.md, "Numeric Values" and
# "Logical Operators"). @bufbuild/cel 0.6.1 and @marcbachmann/cel-js 8.0.0 (both npm) do as the language says, so that a
# policy on half of a notice holds with one and not with the others.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  cel-js@0.8.2 @bufbuild/cel@0.6.1 @marcbachmann/cel-js@8.0.0

cat >"$work/evaluate.mjs" <<'JS'
import { readFileSync } from "fs";
import { evaluate } from "cel-js";
import { run } from "@bufbuild/cel";
import { evaluate as evaluateOther } from "@marcbachmann/cel-js";

const expressions = ["7 / 2", "7 / 2 == 3", "model.retired || true"];
const context = { model: { id: "amazon.nova-lite-v1:0" } };
for (const [name, library] of Object.entries({
  "cel-js": evaluate,
  "@bufbuild/cel": run,
  "@marcbachmann/cel-js": evaluateOther,
})) {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`));
  const found = expressions.map((expression) => {
    try {
      return `${expression} is ${library(expression, context)}`;
    } catch {
      return `${expression} fails`;
    }
  });
  console.log(`${name} ${version}: ${found.join("; ")}`);
}
JS
(cd "$work" && node evaluate.mjs) | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
cel-js 0.8.2: 7 / 2 is 3.5; 7 / 2 == 3 is false; model.retired || true fails
@bufbuild/cel 0.6.1: 7 / 2 is 3; 7 / 2 == 3 is true; model.retired || true is true
@marcbachmann/cel-js 8.0.0: 7 / 2 is 3; 7 / 2 == 3 is true; model.retired || true is true
EXPECTED
