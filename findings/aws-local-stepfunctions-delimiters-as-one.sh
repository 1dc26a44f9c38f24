#!/usr/bin/env bash
# aws-local-stepfunctions 3.0.0 (npm), which runs state machines of Step Functions for tests, takes the delimiters of
# `States.StringSplit` for one text: "nova-lite,nova-pro;nova-micro" is not split at ",;" at all. In Step Functions each
# of the characters is a delimiter (https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html,
# "Split an input string using multiple delimiting characters"), so that a Map state over the parts has three items
# there and one in the test.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" aws-local-stepfunctions@3.0.0

cat >"$work/run.js" <<'JS'
const { readFileSync } = require("fs");
const { StateMachine } = require("aws-local-stepfunctions");

const machine = new StateMachine({
  StartAt: "Split",
  States: {
    Split: {
      Type: "Pass",
      Parameters: {
        "comma.$": "States.StringSplit($.models, ',')",
        "both.$": "States.StringSplit($.models, ',;')",
      },
      End: true,
    },
  },
});
const { version } = JSON.parse(readFileSync("node_modules/aws-local-stepfunctions/package.json"));
console.log("aws-local-stepfunctions", version);
machine.run({ models: "nova-lite,nova-pro;nova-micro" }).result.then((result) => console.log(JSON.stringify(result)));
JS
(cd "$work" && node run.js) | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
aws-local-stepfunctions 3.0.0
{"comma":["nova-lite","nova-pro;nova-micro"],"both":["nova-lite,nova-pro;nova-micro"]}
EXPECTED
