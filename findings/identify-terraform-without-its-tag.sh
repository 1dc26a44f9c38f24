#!/usr/bin/env bash
# identify 2.6.20 (PyPI), by whose tags pre-commit chooses the files of a hook, gives `main.tf.json`, in Terraform's
# JSON syntax, as CDK for Terraform writes it, the tag json and not terraform, and `main.tofu`, OpenTofu's own name,
# neither: a hook with `types: [terraform]` runs over a directory of both and sees nothing in it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check identify==2.6.20

mkdir "$work/code"
echo '{"locals": {"model": "amazon.nova-lite-v1:0"}}' >"$work/code/main.tf.json"
for name in main.tf main.tofu prod.tfvars; do
  echo 'model = "amazon.nova-lite-v1:0"' >"$work/code/$name"
done
cat >"$work/tags.py" <<'PYTHON'
import sys
from importlib.metadata import version
from pathlib import Path

from identify import identify

print("identify", version("identify"))
found = {path.name: identify.tags_from_path(str(path)) for path in sorted(Path(sys.argv[1]).iterdir())}
for name, tags in found.items():
    print(name, *sorted(tags))
assert {name: "terraform" in tags for name, tags in found.items()} == {
    "main.tf": True,
    "main.tf.json": False,
    "main.tofu": False,
    "prod.tfvars": True,
}, found
PYTHON
"$work/venv/bin/python" "$work/tags.py" "$work/code"
