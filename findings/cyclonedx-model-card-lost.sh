#!/usr/bin/env bash
# cyclonedx-python-lib 11.12.0 (PyPI) finds a document with a `modelCard` valid, and loses it without a word when it
# reads and writes that document: a bill of materials of machine-learning models comes out without what it is for (issue
# 912 of CycloneDX/cyclonedx-python-lib); annotations and compositions are lost alike.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check 'cyclonedx-python-lib[json-validation]==11.12.0'

cat >"$work/round.py" <<'PYTHON'
import json
import warnings
from importlib.metadata import version

from cyclonedx.model.bom import Bom
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

TIME = "2026-01-01T00:00:00Z"
document = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "metadata": {"timestamp": TIME},
    "components": [
        {
            "type": "machine-learning-model",
            "bom-ref": "model",
            "name": "nova-lite",
            "modelCard": {"considerations": {"technicalLimitations": ["ends on a day that the provider announces"]}},
        }
    ],
    "annotations": [{"subjects": ["model"], "annotator": {"individual": {"name": "x"}}, "timestamp": TIME, "text": "y"}],
    "compositions": [{"aggregate": "complete", "assemblies": ["model"]}],
}
warnings.simplefilter("error")
print("cyclonedx-python-lib", version("cyclonedx-python-lib"))
problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(json.dumps(document))
print("problem of the document:", problem)
written = json.loads(JsonV1Dot6(Bom.from_json(document)).output_as_string())
print("keys of the component:", sorted(written["components"][0]))
print("keys of the document:", sorted(written))
assert problem is None
assert sorted(written["components"][0]) == ["bom-ref", "name", "type"]
assert "annotations" not in written and "compositions" not in written
PYTHON
"$work/venv/bin/python" "$work/round.py"
