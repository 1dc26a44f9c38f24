#!/usr/bin/env bash
# tree-sitter-hcl 1.2.0 (PyPI), the grammar that editors and indexers read Terraform with, groups a chain of
# conditionals from the left: `a ? x : b ? y : z` is `(a ? x : b) ? y : z` in its tree, so that a model is the condition
# of another choice. In HCL the part behind the colon is an expression of its own, `a ? x : (b ? y : z)` (HCL syntax
# specification, "Conditional Operator", https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md), as hashicorp/hcl
# parses it (`parseTernaryConditional` in hclsyntax/parser.go).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check tree-sitter==0.26.1 tree-sitter-hcl==1.2.0

cat >"$work/parse.py" <<'PYTHON'
from importlib.metadata import version

import tree_sitter
import tree_sitter_hcl

SOURCE = b"""model = var.prod ? "amazon.nova-pro-v1:0" : var.test ? "amazon.nova-lite-v1:0" : "amazon.nova-micro-v1:0"
"""


def first(node, kind):
    """The first node of a kind, the outer ones before the inner ones."""
    if node.type == kind:
        return node
    return next((found for child in node.children if (found := first(child, kind))), None)


tree = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language())).parse(SOURCE)
assert not tree.root_node.has_error
print("tree-sitter-hcl", version("tree-sitter-hcl"))
parts = [part.text.decode() for part in first(tree.root_node, "conditional").named_children]
for name, part in zip(("condition", "true", "false"), parts, strict=True):
    print(f"{name}: {part}")
assert parts == [
    'var.prod ? "amazon.nova-pro-v1:0" : var.test',
    '"amazon.nova-lite-v1:0"',
    '"amazon.nova-micro-v1:0"',
], parts
PYTHON
"$work/venv/bin/python" "$work/parse.py"
