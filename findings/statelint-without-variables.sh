#!/usr/bin/env bash
# statelint 3.1.0 (PyPI) refuses `Assign` in a state of JSONPath, and the variable it sets, while it allows both in a
# state of JSONata: Step Functions has variables in both languages (AWS Step Functions Developer Guide, "Passing data
# between states with variables"), and asl-validator 4.0.0 (npm) passes all of them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" asl-validator@4.0.0
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check statelint==3.1.0
export PATH="$work/venv/bin:$work/node_modules/.bin:$PATH"
cd "$work"

cat >path.json <<'JSON'
{
  "StartAt": "Set",
  "States": {
    "Set": {"Type": "Pass", "Assign": {"model": "amazon.nova-lite-v1:0"}, "Next": "Ask"},
    "Ask": {
      "Type": "Task",
      "Resource": "arn:aws:states:::bedrock:invokeModel",
      "Parameters": {"ModelId.$": "$model"},
      "End": true
    }
  }
}
JSON
cat >jsonata.json <<'JSON'
{
  "QueryLanguage": "JSONata",
  "StartAt": "Set",
  "States": {
    "Set": {"Type": "Pass", "Assign": {"model": "amazon.nova-lite-v1:0"}, "Next": "Ask"},
    "Ask": {
      "Type": "Task",
      "Resource": "arn:aws:states:::bedrock:invokeModel",
      "Arguments": {"ModelId": "{% $model %}"},
      "End": true
    }
  }
}
JSON
statelint --version
for language in path jsonata; do
  asl-validator --json-path "$language.json"
  statelint "$language.json" | tee "$language.txt" || true
done
grep -q 'Field "Assign" not allowed' path.txt
grep -q 'Field "ModelId.\$" of Parameters' path.txt
test ! -s jsonata.txt
