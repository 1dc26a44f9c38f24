#!/usr/bin/env bash
# pygls 2.1.1 (PyPI) breaks lines where Python does, also at U+2028, U+0085 and form feeds; the protocol has three line
# ends. Where a comment holds such a character, it applies the partial changes below it one line too high: the text that
# the server analyses is not the one in the editor any more.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pygls==2.1.1

cat >"$work/edit.py" <<'PYTHON'
from importlib.metadata import version

from lsprotocol import types
from pygls.workspace import TextDocument


def edited(separator: str) -> str:
    """The text after the id on its last line was replaced."""
    text = f"# model{separator} of the agent\nmodel = old\n"
    document = TextDocument("file:///main.tf", text, sync_kind=types.TextDocumentSyncKind.Incremental)
    span = types.Range(types.Position(1, 8), types.Position(1, 11))
    document.apply_change(types.TextDocumentContentChangePartial(range=span, text="new"))
    return document.source


right = edited("")
assert right == "# model of the agent\nmodel = new\n", right
for separator in ("\u2028", "\u0085", "\f"):
    found = edited(separator)
    print("pygls", version("pygls"), repr(found))
    assert found.endswith("model = old\n") and "new" in found, found
PYTHON
"$work/venv/bin/python" "$work/edit.py"
