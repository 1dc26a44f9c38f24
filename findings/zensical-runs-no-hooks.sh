#!/usr/bin/env bash
# Zensical 0.0.73 (PyPI), which is said to build projects of MkDocs without changes, runs no `hooks` of mkdocs.yml, and
# says "No issues found": the page that a hook adds, and MkDocs 1.6.1 builds, is not in its site.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check zensical==0.0.73 mkdocs==1.6.1

cd "$work"
mkdir docs
printf '# Written\n' >docs/index.md
printf 'site_name: A site\nhooks: [hook.py]\n' >mkdocs.yml
cat >hook.py <<'PYTHON'
from mkdocs.structure.files import File


def on_files(files, config):
    files.append(File.generated(config, "made.md", content="# Made by a hook\n"))
    return files
PYTHON

venv/bin/mkdocs build -q --site-dir by-mkdocs 2>/dev/null
printf 'mkdocs 1.6.1:\n'
ls by-mkdocs
said=$(venv/bin/zensical build 2>&1)
printf 'zensical 0.0.73:\n%s\n' "$said"
ls site
[[ -f by-mkdocs/made/index.html ]]
[[ -f site/index.html && ! -e site/made && $said == *'No issues found'* ]]
