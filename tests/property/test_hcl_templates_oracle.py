"""The text that templates make (escapes, strip markers, indentation, directives), held against `terraform console`."""

import base64
import json
import os
import random
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from checker.errors import ParseError
from checker.frontends.terraform.hcl import parse_expression
from checker.frontends.terraform.hcl.syntax import Literal, Template, TemplateFor, TemplateIf, TemplateWrap, TupleCons

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not on PATH")

_COUNT = 3000

_PIECES = (
    " ", "  ", "    ", "\t", "\n", "\n", "\n\n", "\n  ", "\n    ", " \n", "a", "b c", "$", "%", "$$",
    "$${x}", "%%{y}", "$$${z}", "\\", "\u00e9", "\u00a0",
    '${"v"}', '${~ "v" ~}', '${ "v" ~}', '${~ "v" }', '${" w "}', "${1.50}", "${true}",
    "%{ if true }", "%{~ if false ~}", "%{ else ~}", "%{ endif }", "%{~ endif ~}", "%{ for i in [1, 2] ~}",
    "%{ endfor ~}",
)  # fmt: skip

_QUOTED_PIECES = (
    *(piece for piece in _PIECES if "\n" not in piece and piece != "\\"),
    r"\n",
    r"\t",
    r"\"",
    r"\u00e9",
)


def _expressions(random_: random.Random) -> list[str]:
    """Random templates that are valid."""
    found: list[str] = []
    while len(found) < _COUNT:
        kind = random_.randrange(3)
        pieces = random_.choices(_QUOTED_PIECES if kind == 0 else _PIECES, k=random_.randrange(1, 12))
        content = "".join(pieces)
        text = f'"{content}"' if kind == 0 else f"<<{'-' * (kind - 1)}E\n{content}\n  E\n"
        try:
            parse_expression(text, "t.tf")
        except ParseError:
            continue
        found.append(text)
    return found


def _text(node: Any) -> str:
    match node:
        case Literal(bool(value), _):
            return str(value).lower()
        case Literal(Decimal() as value, _):
            return str(value).rstrip("0")  # which is how Terraform converts a fraction
        case Literal(value, _):
            return str(value)
        case Template(parts, _):
            return "".join(map(_text, parts))
        case TemplateWrap(expression, _):
            return _text(expression)
        case TemplateIf(condition, then, otherwise, _):
            return "".join(map(_text, then if _text(condition) == "true" else otherwise))
        case TemplateFor(_, _, TupleCons(items, _), body, _):
            return "".join(map(_text, body)) * len(items)
    raise AssertionError(f"unexpected node {node!r}")


@pytest.mark.parametrize("seed", [1, 2])
def test_templates_give_the_text_that_terraform_gives(seed: int, tmp_path: Path) -> None:
    expressions = _expressions(random.Random(seed))
    items = ",\n".join(f"tostring({text})" for text in expressions)
    (tmp_path / "main.tf").write_bytes(f"locals {{\n  all = [\n{items}\n  ]\n}}\n".encode())
    run = subprocess.run(
        ["terraform", "console"],
        input="base64encode(jsonencode(local.all))\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=tmp_path,
        env={**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1"},
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    theirs = json.loads(base64.b64decode(run.stdout.strip().strip('"')))
    ours = [_text(parse_expression(text, "t.tf")) for text in expressions]
    differing = [found for found in zip(expressions, ours, theirs, strict=True) if found[1] != found[2]]
    assert differing == []
