#!/usr/bin/env bash
# aws-local-stepfunctions 3.0.0 (npm), which runs state machines of Step Functions for tests, takes `IsPresent: false`
# for no match where the variable is missing, the one case that the operator is for, so that a state machine that sets a
# default model takes its other branch: a comparison with false holds if there is no such field
# (https://states-language.net/spec.html#choice-state, `IsPresent`). Under `Not` with `IsPresent: true`, which means the
# same, it matches.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" aws-local-stepfunctions@3.0.0

cat >"$work/run.js" <<'JS'
const { readFileSync } = require("fs");
const { StateMachine } = require("aws-local-stepfunctions");

const rules = {
  "IsPresent: false": { Variable: "$.model", IsPresent: false },
  "Not IsPresent: true": { Not: { Variable: "$.model", IsPresent: true } },
};

function machine(rule) {
  return new StateMachine({
    StartAt: "Choose",
    States: {
      Choose: { Type: "Choice", Choices: [{ ...rule, Next: "Set" }], Default: "Keep" },
      Set: { Type: "Pass", Result: "default model", End: true },
      Keep: { Type: "Pass", Result: "own model", End: true },
    },
  });
}

async function main() {
  const { version } = JSON.parse(readFileSync("node_modules/aws-local-stepfunctions/package.json"));
  console.log("aws-local-stepfunctions", version);
  for (const [name, rule] of Object.entries(rules)) {
    for (const input of [{}, { model: "amazon.nova-lite-v1:0" }]) {
      console.log(`${name}, input ${JSON.stringify(input)}: ${await machine(rule).run(input).result}`);
    }
  }
}

main();
JS
(cd "$work" && node run.js) | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
aws-local-stepfunctions 3.0.0
IsPresent: false, input {}: own model
IsPresent: false, input {"model":"amazon.nova-lite-v1:0"}: own model
Not IsPresent: true, input {}: default model
Not IsPresent: true, input {"model":"amazon.nova-lite-v1:0"}: own model
EXPECTED
