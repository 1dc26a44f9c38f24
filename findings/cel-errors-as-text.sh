#!/usr/bin/env bash
# cel-expr-python 0.1.3 (PyPI) raises no error for an expression that fails: `plain_value()` gives the message as a
# text, which counts as true in Python, so that a condition on a tag that is missing holds; only `type()` tells
# (cel.pyi).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check cel-expr-python==0.1.3

cat >"$work/evaluate.py" <<'PYTHON'
from importlib.metadata import version

from cel_expr_python import cel

print("cel-expr-python", version("cel-expr-python"))
environment = cel.NewEnv(variables={"tags": cel.Type.Map(cel.Type.STRING, cel.Type.STRING)})
condition = environment.compile('tags["env"] == "prod"')
print("type of the expression:", condition.return_type())
found = {}
for name, tags in (("prod", {"env": "prod"}), ("dev", {"env": "dev"}), ("without the tag", {})):
    value = condition.eval(data={"tags": tags})
    found[name] = value.plain_value()
    print(f"{name}: {value.type()} {value.plain_value()!r}, in an `if`: {bool(value.plain_value())}")
assert condition.return_type() == cel.Type.BOOL
assert found["prod"] is True and found["dev"] is False
assert isinstance(found["without the tag"], str) and found["without the tag"].startswith("NOT_FOUND"), found
PYTHON
"$work/venv/bin/python" "$work/evaluate.py"
