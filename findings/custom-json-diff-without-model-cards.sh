#!/usr/bin/env bash
# custom-json-diff 2.1.6 (PyPI), which compares CycloneDX documents, finds two models alike whose model cards differ,
# also with all that `--include-extra` can name: what says until when a model may be used, and for what, is in the card
# (CycloneDX 1.6, `modelCard`). Without the preset for such documents it finds the difference.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check custom-json-diff==2.1.6
cd "$work"

for year in 2026 2027; do
  cat >"$year.json" <<JSON
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "version": 1,
  "components": [
    {
      "type": "machine-learning-model",
      "bom-ref": "model",
      "name": "amazon.nova-lite-v1:0",
      "version": "1",
      "modelCard": {"considerations": {"technicalLimitations": ["ends in $year"]}}
    }
  ]
}
JSON
done
extra=properties,evidence,licenses,hashes,externalReferences
venv/bin/custom-json-diff -i 2026.json 2027.json -o preset preset-diff --type bom --include-extra "$extra"
venv/bin/custom-json-diff -i 2026.json 2027.json -o plain
venv/bin/python - <<'PYTHON'
import json
from importlib.metadata import version
from pathlib import Path

preset = json.loads(Path("preset").read_text())["diff_summary"]
plain = json.loads(Path("plain").read_text())
print("custom-json-diff", version("custom-json-diff"))
print("with the preset:", preset)
print("without it:", plain)
assert preset == {f"{year}.json": {"components": {}} for year in (2026, 2027)}, preset
assert "ends in 2026" in str(plain["2026.json"]) and "ends in 2027" in str(plain["2027.json"]), plain
PYTHON
