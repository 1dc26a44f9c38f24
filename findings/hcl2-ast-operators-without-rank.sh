#!/usr/bin/env bash
# hcl2-ast 0.4.0 (PyPI) gives the operators of HCL no rank and reads them from the right: `10-3-1` is 10-(3-1),
# `2*3+1` is 2*(3+1), and `var.stage == "prod" && var.europe` compares the stage with a truth value (HCL syntax
# specification, "Operations": `*` before `+`, `==` before `&&`, and from the left).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check hcl2-ast==0.4.0

cat >"$work/read.py" <<'PYTHON'
from importlib.metadata import version

from hcl2_ast import parse_string
from hcl2_ast.ast import BinaryOp, GetAttr, Literal


def shown(node):
    if isinstance(node, BinaryOp):
        return f"({shown(node.left)} {node.op} {shown(node.right)})"
    if isinstance(node, GetAttr):
        return f"{shown(node.on)}.{node.name}"
    return str(node.value if isinstance(node, Literal) else node.name)


print("hcl2-ast", version("hcl2-ast"))
found = {}
for expression in ("10 - 3 - 1", "2 * 3 + 1", 'var.stage == "prod" && var.europe'):
    found[expression] = shown(parse_string(f"it = {expression}\n").body[0].value)
    print(f"{expression}: {found[expression]}")
assert found == {
    "10 - 3 - 1": "(10 - (3 - 1))",
    "2 * 3 + 1": "(2 * (3 + 1))",
    'var.stage == "prod" && var.europe': "(var.stage == (prod && var.europe))",
}, found
PYTHON
"$work/venv/bin/python" "$work/read.py"
