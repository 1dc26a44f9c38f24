#!/usr/bin/env bash
# pysarif 0.1.0 (PyPI) loses the `status` of suppressions when it reads a SARIF file and writes it, and of a bag of
# `properties` all but the tags: a result whose suppression was rejected or is under review counts as suppressed then
# (SARIF 2.1.0, `suppressions`: these two statuses keep it from that). sarif-pydantic 0.6.2 (PyPI) keeps both.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pysarif==0.1.0 sarif-pydantic==0.6.2

cat >"$work/again.py" <<'PYTHON'
import json
from importlib.metadata import version

import pysarif
from sarif_pydantic import Sarif

document = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {"driver": {"name": "models"}},
            "results": [
                {
                    "message": {"text": "The model ends."},
                    "suppressions": [{"kind": "external", "status": "rejected", "justification": "Not yet."}],
                    "properties": {"tags": ["bedrock"], "endOfLife": "2026-10-01"},
                }
            ],
        }
    ],
}
copies = {
    "pysarif": pysarif.save_to_dict(pysarif.load_from_dict(document)),
    "sarif-pydantic": Sarif.model_validate(document).model_dump(by_alias=True, exclude_none=True, mode="json"),
}
found = {}
for package, copy in copies.items():
    result = copy["runs"][0]["results"][0]
    found[package] = result["suppressions"][0].get("status"), result["properties"]
    print(package, version(package), *found[package])
assert found == {
    "pysarif": (None, {"tags": ["bedrock"]}),
    "sarif-pydantic": ("rejected", {"tags": ["bedrock"], "endOfLife": "2026-10-01"}),
}, found
PYTHON
"$work/venv/bin/python" "$work/again.py"
