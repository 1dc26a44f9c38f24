"""Evaluation of single expressions, of whole directories, and by `terraform console`."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from checker.errors import ParseError
from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration.bodies import rendered
from checker.frontends.terraform.configuration.directory import load_directory
from checker.frontends.terraform.configuration.evaluate import evaluate
from checker.frontends.terraform.configuration.scope import Host, NoNames, Scope
from checker.frontends.terraform.hcl.parser import parse_expression
from checker.model.resource import Loaded
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles
from checker.values import Atom, Cause, Json, Text, Unknown, Value
from checker.values.operations import to_json_text

TERRAFORM = shutil.which("terraform")
# What an expression is that has no value; neither is JSON.
FAILS = "fails"
UNKNOWN = "unknown"


def run_console(expressions: Sequence[str], directory: Path, more: str = "") -> list[str]:
    """For each expression the JSON of its value, or FAILS; `more` is put into the configuration.

    All of them go through the console at once: one process costs more than a thousand expressions. A syntax error
    fails the batch.
    """
    assert TERRAFORM is not None
    items = ",\n".join(f'try(nonsensitive(jsonencode({expression}\n)), "{FAILS}")' for expression in expressions)
    (directory / "main.tf").write_text(f"{more}\nlocals {{\n  results = [\n{items}\n]\n}}\n")
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": os.devnull, "CHECKPOINT_DISABLE": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [TERRAFORM, "console"],
        input="jsonencode(local.results)\n",
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode or not done.stdout.strip():
        raise AssertionError(f"terraform console failed: {done.stderr or done.stdout}")
    if not done.stdout.startswith('"'):
        raise AssertionError(f"terraform console: {done.stderr[:4000]} {done.stdout[:2000]}")
    results: list[str] = json.loads(json.loads(done.stdout.strip()))
    return results


def read_json(written: str) -> Any:
    """The data of JSON, with numbers as exact as they are written."""
    return json.loads(written, parse_float=Decimal, parse_int=Decimal)


def scope_of(directory: Path, **names: Value) -> Scope:
    """A scope whose files are in a directory, with names bound."""
    host = Host(
        SourceFiles(Boundary(directory), directory),
        directory,
        rendered,
    )
    return Scope(NoNames(host), names)


def value_of(expression: str, directory: Path, **names: Value) -> Value:
    """Everything that an expression can be."""
    return evaluate(parse_expression(expression, "main.tf"), scope_of(directory, **names))


def _is_invalid(atom: Atom) -> bool:
    match atom:
        case Unknown():
            return atom.cause is Cause.INVALID
        case Text():
            return any(hole.cause is Cause.INVALID for hole in atom.holes)
        case _:
            return False


def json_of(expression: str, directory: Path) -> Any:
    """The data of an expression, whether sensitive or not; FAILS if it is an error, UNKNOWN if it is not known."""
    try:
        value = value_of(f"nonsensitive(jsonencode({expression}\n))", directory)
    except ParseError:
        return FAILS
    written = [
        text for one in value for text in (to_json_text(one.atom.value) if isinstance(one.atom, Json) else (one,))
    ]
    if all(_is_invalid(one.atom) for one in written):
        return FAILS
    atom = written[0].atom
    if len(written) > 1 or not isinstance(atom, Text) or atom.plain is None:
        return UNKNOWN
    return read_json(atom.plain)


@pytest.fixture
def console_json(tmp_path: Path) -> Callable[..., list[str]]:
    """For each expression the JSON that Terraform makes of it, FAILS if it fails."""
    if TERRAFORM is None:
        pytest.skip("terraform is not installed")
    return lambda expressions, more="": run_console(expressions, tmp_path, more)


@pytest.fixture
def console(console_json: Callable[..., list[str]]) -> Callable[..., list[Any]]:
    """For each expression the data that Terraform makes of it, FAILS if it fails."""
    return lambda *args: [FAILS if made == FAILS else read_json(made) for made in console_json(*args)]


@pytest.fixture
def evaluated(tmp_path: Path) -> Callable[..., Value]:
    """Everything that an expression can be; its files are in the temporary directory."""
    return lambda expression, **names: value_of(expression, tmp_path, **names)


@pytest.fixture
def data(tmp_path: Path) -> Callable[[str], Any]:
    """The data of an expression: FAILS if it is an error, UNKNOWN if it is not known."""
    return lambda expression: json_of(expression, tmp_path)


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Loaded]:
    """Writes files into the temporary directory and loads the root module there."""

    def write_and_load(files: dict[str, str], options: Options | None = None, root: str = ".") -> Loaded:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return load_directory(tmp_path / root, options or Options(), SourceFiles(Boundary(tmp_path), tmp_path), Run())

    return write_and_load
