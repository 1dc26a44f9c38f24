#!/usr/bin/env bash
# @cloud-copilot/iam-simulate 0.1.173 (npm) ends with the error "no.resource.types" where it is to simulate a call of
# arn:aws:bedrock:::foundation-model/..., a foundation model without a Region: a call through a global inference profile
# needs the permission on exactly that resource
# (https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html), so that a policy for it
# cannot be simulated; of the same policy and the model with a Region it says that the call is allowed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" @cloud-copilot/iam-simulate@0.1.173

cat >"$work/simulate.mjs" <<'JS'
import { readFileSync } from "fs";
import { runSimulation } from "@cloud-copilot/iam-simulate";

const action = "bedrock:InvokeModel";
const policy = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: action, Resource: "arn:aws:bedrock:*::foundation-model/*" }],
};
const { version } = JSON.parse(readFileSync("node_modules/@cloud-copilot/iam-simulate/package.json"));
console.log("@cloud-copilot/iam-simulate", version);
for (const region of ["us-east-1", ""]) {
  const resource = `arn:aws:bedrock:${region}::foundation-model/amazon.nova-2-lite-v1:0`;
  const { errors, overallResult } = await runSimulation(
    {
      identityPolicies: [{ name: "models", policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: undefined,
      request: {
        action,
        resource: { resource, accountId: "111122223333" },
        principal: "arn:aws:iam::111122223333:user/caller",
        contextVariables: {},
      },
    },
    {},
  );
  console.log(`${resource}: ${errors ? JSON.stringify(errors) : overallResult}`);
}
JS
(cd "$work" && node simulate.mjs) | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
@cloud-copilot/iam-simulate 0.1.173
arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-lite-v1:0: Allowed
arn:aws:bedrock:::foundation-model/amazon.nova-2-lite-v1:0: {"message":"no.resource.types"}
EXPECTED
