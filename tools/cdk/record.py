"""Records the constants that stand for models in the newest versions of CDK's libraries.

    python tools/cdk/record.py

It needs npm and the network. Of each package it takes the archive that `npm pack` downloads, and runs nothing of it. It
writes `record.json`, of which `build.py` makes the table of the checker.

A constant is a static member of a class, made with the id of a model, or, for a prompt router, with other constants.
Those that are found in the code have to be those that the declarations have.
"""

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from checker.references import PROVIDERS

RECORD = Path(__file__).with_name("record.json")
PACKAGES = ("aws-cdk-lib", "@aws-cdk/aws-bedrock-alpha", "@cdklabs/generative-ai-cdk-constructs")

_NAME = r"[A-Z][A-Z0-9_]*"
# `static NAME = new Class("id"`, or `Class.NAME = new Class("id"`; of a router, the options in place of the id.
_MADE = re.compile(
    rf"(?:\bstatic|\b\w+\.)\s*(?P<name>{_NAME})\s*=\s*new (?P<class>\w+)\(\s*"
    r"(?:(?P<quote>[\"'])(?P<id>[a-z0-9-]+\.[a-z][\w.:-]+)(?P=quote)"
    r"|\{\s*promptRouterId:[^\]]*?routingModels:\s*\[(?P<models>[^\]]*)\])"
)
_ROUTED = re.compile(rf"\b(?P<class>\w+)\.(?P<name>{_NAME})\b")
_DECLARED = re.compile(rf"static readonly (?P<name>{_NAME}): (?P<class>\w+);")


def main() -> int:
    """Writes the record."""
    with tempfile.TemporaryDirectory() as directory:
        recorded = [record(package, Path(directory)) for package in PACKAGES]
    RECORD.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    for each in recorded:
        print(each["package"], each["version"], {name: len(found) for name, found in each["constants"].items()})
    return 0


def record(package: str, directory: Path) -> dict[str, Any]:
    """The constants of the newest version of a package, with its version and the hash by which npm knows it."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", "--json", package], cwd=directory, check=True, capture_output=True, text=True
    )
    (about,) = json.loads(packed.stdout)
    archive = directory / about["filename"]
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if integrity != about["integrity"]:
        raise SystemExit(f"{package}: npm gives {about['integrity']}, and the archive has {integrity}")
    return {
        "package": about["name"],
        "version": about["version"],
        "integrity": integrity,
        "constants": constants(dict(_texts(archive))),
    }


def _texts(archive: Path) -> Iterator[tuple[str, str]]:
    """The code and the declarations in an archive, by their names."""
    with tarfile.open(archive) as opened:
        for member in opened:
            content = opened.extractfile(member) if member.name.endswith((".js", ".d.ts")) else None
            if content is not None:
                yield member.name, content.read().decode("utf-8")


def constants(texts: dict[str, str]) -> dict[str, dict[str, list[str]]]:
    """By class and name, the ids of the models that a constant stands for."""
    found: dict[str, dict[str, list[str]]] = {}
    routers: list[re.Match[str]] = []
    for name, text in sorted(texts.items()):
        if not name.endswith(".js"):
            continue
        for made in _MADE.finditer(text):
            if made["id"] is None:
                routers.append(made)
            elif made["id"].partition(".")[0] in PROVIDERS:
                found.setdefault(made["class"], {})[made["name"]] = [made["id"]]
    for made in routers:
        ids = [found[one["class"]][one["name"]][0] for one in _ROUTED.finditer(made["models"])]
        found.setdefault(made["class"], {})[made["name"]] = sorted(set(ids))
    for kind, made_of in found.items():
        declared = {
            one["name"]
            for name, text in texts.items()
            if name.endswith(".d.ts")
            for one in _DECLARED.finditer(text)
            if one["class"] == kind
        }
        if declared != set(made_of):
            raise SystemExit(f"{kind}: declared and not made, or the other way: {sorted(declared ^ set(made_of))}")
    return {kind: dict(sorted(made_of.items())) for kind, made_of in sorted(found.items())}


if __name__ == "__main__":
    sys.exit(main())
