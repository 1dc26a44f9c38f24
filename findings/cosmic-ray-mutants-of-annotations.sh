#!/usr/bin/env bash
# cosmic-ray 8.7.0 (PyPI) replaces the `|` of `int | None` in annotations as if it computed something: under `from
# __future__ import annotations` no test can notice, so that each such annotation adds eleven mutants that live for
# ever.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check cosmic-ray==8.7.0
export PATH="$work/venv/bin:$PATH"
cd "$work"

cat >days.py <<'PYTHON'
from __future__ import annotations


def same(day: str | None) -> bool:
    return day == "2026-03-01"
PYTHON
cat >check.py <<'PYTHON'
from days import same

assert same("2026-03-01") and not same("2026-02-01") and not same("2026-04-01") and not same(None)
assert same("".join(["2026-03", "-01"]))
PYTHON
cat >cosmic.toml <<'TOML'
[cosmic-ray]
module-path = "days.py"
timeout = 20.0
excluded-modules = []
test-command = "python check.py"

[cosmic-ray.distributor]
name = "local"
TOML
cosmic-ray init cosmic.toml session.sqlite
cosmic-ray exec cosmic.toml session.sqlite
cosmic-ray dump session.sqlite | python -c '
import collections, json, sys
from importlib.metadata import version

found = collections.Counter()
for line in sys.stdin:
    item, result = json.loads(line)
    (mutation,) = item["mutations"]
    kind = "of the annotation" if "BitOr" in mutation["operator_name"] else "of the code"
    found[kind, result["test_outcome"]] += 1
print("cosmic-ray", version("cosmic-ray"))
for (kind, outcome), count in sorted(found.items()):
    print(f"mutants {kind}, {outcome}: {count}")
assert found["of the annotation", "survived"] == 11 and found["of the annotation", "killed"] == 0, found
assert found["of the code", "survived"] == 0 and found["of the code", "killed"] > 0, found
'
