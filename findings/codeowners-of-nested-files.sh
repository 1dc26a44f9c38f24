#!/usr/bin/env bash
# codeowners 5.1.1 and codeowners-utils 1.0.2 (both npm) give `models/*` in a CODEOWNERS file also the files of deeper
# folders, as gitignore has it, so that the owners of another line lose them; GitHub takes it for the files of that
# folder alone (GitHub Docs, "About code owners", the example `docs/*`), as codeowners 0.9.0 (PyPI) and
# @snyk/github-codeowners 1.1.0 (npm) do.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" \
  codeowners@5.1.1 codeowners-utils@1.0.2 @snyk/github-codeowners@1.1.0
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check codeowners==0.9.0
cd "$work"

npm list --depth=0
venv/bin/pip list --format=freeze --disable-pip-version-check | grep '^codeowners='
cat >CODEOWNERS <<'TEXT'
/models/ @platform
models/* @readers
TEXT
cat >owners.js <<'JS'
const Codeowners = require("codeowners");
const utils = require("codeowners-utils");
const { OwnershipEngine: snyk } = require("@snyk/github-codeowners/dist/lib/ownership/OwnershipEngine");
const text = require("fs").readFileSync("CODEOWNERS", "utf8");

for (const file of ["models/chat.tf", "models/eu/chat.tf"]) {
  console.log(file, "codeowners (npm)", ...new Codeowners(__dirname).getOwner(file));
  console.log(file, "codeowners-utils", ...utils.matchFile(file, utils.parse(text)).owners);
  console.log(file, "@snyk/github-codeowners", ...snyk.FromCodeownersFile("CODEOWNERS").calcFileOwnership(file));
}
JS
cat >owners.py <<'PYTHON'
from pathlib import Path

from codeowners import CodeOwners

for file in ("models/chat.tf", "models/eu/chat.tf"):
    print(file, "codeowners (PyPI)", *(name for _, name in CodeOwners(Path("CODEOWNERS").read_text()).of(file)))
PYTHON
{
  node owners.js
  venv/bin/python owners.py
} | LC_ALL=C sort | tee found
diff - found <<'EXPECTED'
models/chat.tf @snyk/github-codeowners @readers
models/chat.tf codeowners (PyPI) @readers
models/chat.tf codeowners (npm) @readers
models/chat.tf codeowners-utils @readers
models/eu/chat.tf @snyk/github-codeowners @platform
models/eu/chat.tf codeowners (PyPI) @platform
models/eu/chat.tf codeowners (npm) @readers
models/eu/chat.tf codeowners-utils @readers
EXPECTED
