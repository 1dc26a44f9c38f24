#!/usr/bin/env bash
# lib4sbom 0.10.4 (PyPI) keeps one of two components with the same name and version, although each has a `bom-ref` of
# its own, and leaves the other out of the dependencies, too: of one model in two Regions, a valid document (CycloneDX
# 1.6, `components`: the whole items must differ), the last Region is left, and nothing says so. The validator of
# cyclonedx-python-lib 11.12.0 (PyPI) finds no problem.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check \
  lib4sbom==0.10.4 'cyclonedx-python-lib[json-validation]==11.12.0'

cat >"$work/round.py" <<'PYTHON'
import json
from importlib.metadata import version
from pathlib import Path
from sys import argv

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from lib4sbom.generator import SBOMGenerator
from lib4sbom.parser import SBOMParser

source, copy = (Path(argv[1], name) for name in ("models.cdx.json", "copy.cdx.json"))
regions = ("eu-west-1", "us-east-1")
models = [
    {
        "type": "machine-learning-model",
        "bom-ref": region,
        "name": "amazon.nova-lite-v1:0",
        "version": "1",
        "properties": [{"name": "region", "value": region}],
    }
    for region in regions
]
document = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.6",
    "version": 1,
    "metadata": {"component": {"type": "application", "name": "app", "version": "1", "bom-ref": "app"}},
    "components": models,
    "dependencies": [{"ref": "app", "dependsOn": list(regions)}],
}
source.write_text(json.dumps(document))
print("lib4sbom", version("lib4sbom"))
problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(source.read_text())
print("problem of the document:", problem)
parser = SBOMParser()
parser.parse_file(str(source))
SBOMGenerator(sbom_type="cyclonedx", format="json").generate("app", parser.get_sbom(), filename=str(copy))
written = json.loads(copy.read_text())
left = [component["bom-ref"] for component in written["components"]]
(depends,) = (entry["dependsOn"] for entry in written["dependencies"])
print("components that are left:", left, "and what the app depends on:", depends)
assert problem is None and left == depends == ["us-east-1"]
PYTHON
"$work/venv/bin/python" "$work/round.py" "$work"
