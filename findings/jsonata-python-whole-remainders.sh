#!/usr/bin/env bash
# jsonata-python 0.7.1 (PyPI) answers `7.5 % 2` with 1, and jsonata 2.2.2 (npm), whose port it is, with 1.5; `$string`
# of a number with 18 digits differs, too: who tests expressions of Step Functions with the port sees other values.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" jsonata@2.2.2
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check jsonata-python==0.7.1

cat >"$work/expressions.json" <<'JSON'
["7 % 2", "7.5 % 2", "$string(123456789012345678)"]
JSON
cat >"$work/evaluate.py" <<'PYTHON'
import json

import jsonata

print(json.dumps([jsonata.Jsonata(expression).evaluate({}) for expression in json.load(open("expressions.json"))]))
PYTHON
cat >"$work/evaluate.js" <<'JS'
const jsonata = require("jsonata");

Promise.all(require("./expressions.json").map((expression) => jsonata(expression).evaluate({}))).then((found) => {
  console.log(JSON.stringify(found));
});
JS
cd "$work"
python=$(venv/bin/python evaluate.py)
javascript=$(node evaluate.js)
printf 'expressions %s\nPython      %s\nJavaScript  %s\n' "$(cat expressions.json)" "$python" "$javascript"
test "$python" = '[1, 1, "1.23456789012346e+17"]'
test "$javascript" = '[1,1.5,"123456789012345680"]'
