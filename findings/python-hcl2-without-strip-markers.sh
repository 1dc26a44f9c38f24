#!/usr/bin/env bash
# python-hcl2 8.1.4 (PyPI) refuses a file for the strip markers of an interpolation, `"${~ var.model ~}"`, in quotes
# (HCL syntax specification, "Template Interpolations"), though it reads those of directives and those in a heredoc;
# bc-python-hcl2 0.4.3 (PyPI) and @cdktf/hcl2json 0.21.0 (npm) read all three.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for package in bc-python-hcl2==0.4.3 python-hcl2==8.1.4; do
  python3 -m venv "$work/${package%%==*}"
  "$work/${package%%==*}/bin/pip" install -q --disable-pip-version-check "$package"
done
npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" @cdktf/hcl2json@0.21.0

mkdir "$work/code"
cat >"$work/code/interpolation.tf" <<'HCL'
model = "eu.${~ var.model ~}"
HCL
cat >"$work/code/directive.tf" <<'HCL'
model = "eu.%{~ if var.small ~}amazon.nova-micro-v1:0%{ endif }"
HCL
cat >"$work/code/heredoc.tf" <<'HCL'
model = <<EOT
${~ var.model ~}
EOT
HCL
cat >"$work/read.py" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

import hcl2

package, directory = sys.argv[1:]
for path in sorted(Path(directory).iterdir()):
    try:
        with path.open() as file:
            hcl2.load(file)
        result = "read"
    except Exception as error:
        result = type(error).__name__
    print(package, version(package), path.stem, result)
PYTHON
cat >"$work/read.js" <<'JS'
const fs = require("fs");
const { parse } = require("@cdktf/hcl2json");

(async () => {
  for (const name of ["directive", "heredoc", "interpolation"]) {
    const result = await parse(`${name}.tf`, fs.readFileSync(`code/${name}.tf`, "utf8")).then(
      () => "read",
      (error) => String(error),
    );
    console.log("@cdktf/hcl2json 0.21.0", name, result);
  }
  process.exit(0);
})();
JS
{
  for package in bc-python-hcl2 python-hcl2; do
    "$work/$package/bin/python" "$work/read.py" "$package" "$work/code"
  done
  (cd "$work" && node read.js)
} | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
bc-python-hcl2 0.4.3 directive read
bc-python-hcl2 0.4.3 heredoc read
bc-python-hcl2 0.4.3 interpolation read
python-hcl2 8.1.4 directive read
python-hcl2 8.1.4 heredoc read
python-hcl2 8.1.4 interpolation UnexpectedToken
@cdktf/hcl2json 0.21.0 directive read
@cdktf/hcl2json 0.21.0 heredoc read
@cdktf/hcl2json 0.21.0 interpolation read
EXPECTED
