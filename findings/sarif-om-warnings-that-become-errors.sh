#!/usr/bin/env bash
# sarif-om 1.0.4 with jschema-to-python 1.2.3 (both PyPI), which writes it, leaves the level "warning" of a result out
# of the file, since it is the default of that property: without it the level of the rule counts (SARIF 2.1.0, `level`
# of a result), so that a warning of a rule with the level "error" is an error for the readers of the file, as
# sarif-tools 3.0.5 (PyPI) counts it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check sarif-om==1.0.4 jschema-to-python==1.2.3 sarif-tools==3.0.5

cat >"$work/write.py" <<'PYTHON'
import json
from importlib.metadata import version
from pathlib import Path
from sys import argv

import sarif_om as om
from jschema_to_python.to_json import to_json

rule = om.ReportingDescriptor(id="ended", default_configuration=om.ReportingConfiguration(level="error"))
results = [
    om.Result(rule_id="ended", level=level, message=om.Message(text=f"written as {level}"))
    for level in ("error", "warning", "note")
]
tool = om.Tool(driver=om.ToolComponent(name="models", rules=[rule]))
text = to_json(om.SarifLog(version="2.1.0", runs=[om.Run(tool=tool, results=results)]))
Path(argv[1]).write_text(text)
print("sarif-om", version("sarif-om"), "and jschema-to-python", version("jschema-to-python"))
levels = {result["message"]["text"]: result.get("level") for result in json.loads(text)["runs"][0]["results"]}
print(levels)
assert levels == {"written as error": "error", "written as warning": None, "written as note": "note"}, levels
PYTHON
"$work/venv/bin/python" "$work/write.py" "$work/models.sarif"
"$work/venv/bin/sarif" summary "$work/models.sarif" | tee "$work/summary"
grep -qx "error: 2" "$work/summary"
grep -qx "warning: 0" "$work/summary"
