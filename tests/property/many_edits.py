"""A long editing session of the language server: random edits of a root and its module, and the objects that stay."""

import gc
import random
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from checker.lsp.desk import Changes, Desk
from checker.model.settings import Settings

_MODELS = (
    "anthropic.claude-3-haiku-20240307-v1:0",
    "anthropic.claude-3-5-sonnet-20240620-v1:0",
    "us.anthropic.claude-sonnet-4-20250514-v1:0",
    "amazon.titan-embed-text-v2:0",
    "anthropic.cl",
    "",
)
_ROOT = 'provider "aws" {\n  region = "us-east-1"\n}\nmodule "m" {\n  source = "./m"\n  m      = "MODEL"\n}\n'
_MODULE = (
    'variable "m" {\n  default = "MODEL"\n}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n'
    'resource "aws_lambda_function" "f" {\n  environment {\n    variables = { MODEL_ID = "MODEL" }\n  }\n}\n'
)
# What somebody who types leaves behind in between.
_ENDINGS = ("", "\n", "# note\n", 'locals {\n  x = "', "resource ", "}\n")


def edits(folder: Path, seed: int) -> Iterator[tuple[Path, str]]:
    """Endless edits of two files."""
    rng = random.Random(seed)
    files = {folder / "main.tf": _ROOT, folder / "m/main.tf": _MODULE}
    while True:
        path = rng.choice(sorted(files))
        yield path, files[path].replace("MODEL", rng.choice(_MODELS)) + rng.choice(_ENDINGS)


def objects_after_edits(folder: Path, *counts: int, seed: int = 1) -> list[int]:
    """The number of Python's objects that the garbage collector knows, after each number of edits."""
    for path, text in ((folder / "main.tf", _ROOT), (folder / "m/main.tf", _MODULE)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    desk = Desk(lambda _folder: ((".",), Settings(as_of=date(2026, 11, 24), policy=("baseline",))))
    found: list[int] = []
    for number, (path, text) in enumerate(edits(folder, seed), start=1):
        desk.take(Changes({path: text}, ()), (folder,))
        desk.catch_up()
        if number % 500 == 0:
            # As the server does when nobody types.
            desk.survey(lambda *_: None)
        if number in counts:
            gc.collect()
            found.append(len(gc.get_objects()))
        if len(found) == len(counts):
            break
    return found
