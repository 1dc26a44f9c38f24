#!/usr/bin/env bash
# cel-python 0.5.0 (PyPI) raises for `null == 3`, counts `[1, 2][-1]` from the end and reads the day "2026-03-01" as a
# timestamp; cel-expr-python 0.1.3 (PyPI), Google's, answers false and refuses the other two, as the language asks
# (cel-spec, langdef.md): a policy that works with one of them breaks with the other.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check cel-python==0.5.0 cel-expr-python==0.1.3

cat >"$work/compare.py" <<'PYTHON'
from importlib.metadata import version

import celpy
from cel_expr_python import cel

FAILED = "an error"


def of_google(expression):
    value = cel.NewEnv(variables={"days": cel.Type.DYN}).compile(expression).eval(data={"days": None})
    return FAILED if value.type() == cel.Type.ERROR else value.plain_value()


def of_celpy(expression):
    environment = celpy.Environment()
    try:
        return environment.program(environment.compile(expression)).evaluate({"days": None})
    except celpy.CELEvalError:
        return FAILED


print("cel-python", version("cel-python"), "and cel-expr-python", version("cel-expr-python"))
found = {}
for expression in ("days == null", "days == 3", "[1, 2][-1]", 'timestamp("2026-03-01") < timestamp("2026-03-02T00:00:00Z")'):
    found[expression] = of_celpy(expression), of_google(expression)
    print(f"{expression}: {found[expression][0]!r} and {found[expression][1]!r}")
assert list(found.values()) == [(True, True), (FAILED, False), (2, FAILED), (True, FAILED)], found
PYTHON
"$work/venv/bin/python" "$work/compare.py"
