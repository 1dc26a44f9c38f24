#!/usr/bin/env bash
# @wmfs/asl-choice-processor 1.24.1 (npm) compares the timestamps of a Choice state as texts: 01:00 at +02:00 is an hour
# before midnight UTC, and is not less than it, so that another state follows. Timestamps are those of RFC 3339 (Amazon
# States Language specification, "Timestamps"), points in time that may have an offset.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" @wmfs/asl-choice-processor@1.24.1
cd "$work"

cat >choose.js <<'JS'
const processor = require("@wmfs/asl-choice-processor");

const END = "2026-10-01T00:00:00Z";
const choose = processor({
  Choices: [{ Variable: "$.now", TimestampLessThan: END, Next: "AskTheModel" }],
  Default: "AskItsSuccessor",
});
for (const now of ["2026-09-30T23:00:00Z", "2026-10-01T01:00:00+02:00"]) {
  console.log(now, "before the end:", new Date(now) < new Date(END), "next:", choose({ now }));
}
JS
echo "@wmfs/asl-choice-processor $(node -p 'require("@wmfs/asl-choice-processor/package.json").version')"
node choose.js | tee found
diff - found <<'EXPECTED'
2026-09-30T23:00:00Z before the end: true next: AskTheModel
2026-10-01T01:00:00+02:00 before the end: true next: AskItsSuccessor
EXPECTED
