#!/usr/bin/env bash
# litellm 1.110.2 (PyPI) gives a `deprecation_date` to the profile `eu.` of Claude Haiku 4.5 on Bedrock and none to its
# profiles `us.` and `global.`, although a profile has no life of its own: its model's decides, for all of them alike.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check --no-deps litellm==1.110.2

"$work/venv/bin/python" - "$work/venv" <<'PYTHON'
import json
import pathlib
import sys

(file,) = pathlib.Path(sys.argv[1]).rglob("litellm/model_prices_and_context_window_backup.json")
models = json.loads(file.read_text(encoding="utf-8"))
for name, model in sorted(models.items()):
    if "bedrock" in str(model.get("litellm_provider")) and "claude-haiku-4-5" in name:
        print(name, model.get("deprecation_date"))
model = "anthropic.claude-haiku-4-5-20251001-v1:0"
dates = {geography: models[f"{geography}.{model}"].get("deprecation_date") for geography in ("eu", "us", "global")}
assert dates == {"eu": "2026-10-15", "us": None, "global": None}, dates
PYTHON
