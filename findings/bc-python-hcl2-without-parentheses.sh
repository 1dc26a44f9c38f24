#!/usr/bin/env bash
# bc-python-hcl2 0.4.3 (PyPI), Checkov's parser, loses the parentheses of an expression: of `(a || b) && c` it gives
# `a || b && c`, in which HCL binds `&&` first, and of `!(a && b)` it gives `!a && b`, so that a condition chooses the
# other model (HCL syntax specification, "Operations"). python-hcl2 8.1.4 (PyPI), which it comes from, keeps them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for package in bc-python-hcl2==0.4.3 python-hcl2==8.1.4; do
  python3 -m venv "$work/${package%%==*}"
  "$work/${package%%==*}/bin/pip" install -q --disable-pip-version-check "$package"
done

cat >"$work/main.tf" <<'HCL'
model = (var.test || var.europe) && var.small ? "eu.amazon.nova-micro-v1:0" : "eu.amazon.nova-pro-v1:0"
agent = !(var.test && var.small)
count = 10 - (3 - 1)
HCL
cat >"$work/read.py" <<'PYTHON'
import sys
from importlib.metadata import version

import hcl2

package, path = sys.argv[1:]
with open(path) as file:
    read = hcl2.load(file)
print(package, version(package))
for name in ("model", "agent", "count"):
    value = read[name]
    print(name, value[0] if isinstance(value, list) else value)
PYTHON
for package in bc-python-hcl2 python-hcl2; do
  "$work/$package/bin/python" "$work/read.py" "$package" "$work/main.tf"
done | tee "$work/found"
diff - "$work/found" <<'EXPECTED'
bc-python-hcl2 0.4.3
model ${var.test || var.europe && var.small ? "eu.amazon.nova-micro-v1:0" : "eu.amazon.nova-pro-v1:0"}
agent ${!var.test && var.small}
count ${10 - 3 - 1}
python-hcl2 8.1.4
model ${(var.test || var.europe) && var.small ? "eu.amazon.nova-micro-v1:0" : "eu.amazon.nova-pro-v1:0"}
agent ${!(var.test && var.small)}
count ${10 - (3 - 1)}
EXPECTED
