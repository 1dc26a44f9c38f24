#!/usr/bin/env bash
# pycfmodel 2.1.3 (PyPI), the reader of cfripper, takes the default of a parameter of type
# AWS::SSM::Parameter::Value<String>, the name of a parameter in the store, for its value, and says nothing: an agent
# whose model stands in the store under `/models/chat` has the model "/models/chat" then, while a parameter without a
# value is reported. CloudFormation takes the value from the store (AWS CloudFormation User Guide, "Specify existing
# resources at runtime with CloudFormation-supplied parameter types").
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pycfmodel==2.1.3

cat >"$work/resolve.py" <<'PYTHON'
import logging
from importlib.metadata import version

from pycfmodel import parse

logs = []
handler = logging.Handler()
handler.emit = lambda record: logs.append(record.getMessage())
logging.getLogger().addHandler(handler)
template = {
    "Parameters": {
        "Chat": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/models/chat"},
        "Given": {"Type": "String"},
    },
    "Resources": {
        name: {"Type": "AWS::Bedrock::Agent", "Properties": {"AgentName": name, "FoundationModel": {"Ref": parameter}}}
        for name, parameter in {"Stored": "Chat", "Missing": "Given"}.items()
    },
}
resources = parse(template).resolve().Resources
found = {name: resource.Properties.FoundationModel for name, resource in resources.items()}
print("pycfmodel", version("pycfmodel"))
for name, value in found.items():
    print(f"{name}: {value}")
about = [log for log in logs if not log.startswith("Instantiation of")]
print("logged:", about)
assert found == {"Stored": "/models/chat", "Missing": "UNDEFINED_PARAM_Given"}, found
assert len(about) == 1 and "Given" in about[0], about
PYTHON
"$work/venv/bin/python" "$work/resolve.py"
