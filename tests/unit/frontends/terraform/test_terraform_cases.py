"""Each folder of `tests/cases/terraform` is a root module with what is to be found in it.

`expect.json`: `options` (fields of Options), `resources` (address → property path → alternatives, each as text,
certainty and `file:line` of where it is written; `region` is the Region of the provider configuration), `addresses`
(all of them, if given) and `problems` (kind and `file:line`).
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from checker.frontends.protocol import Run
from checker.frontends.terraform.configuration.directory import load_directory
from checker.model.resource import Loaded, Resource
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles
from checker.values import Alternative, Json, Text, Unknown, Value, certainty, join
from checker.values.atoms import Number
from checker.values.operations import index, known, literal, text

CASES = Path(__file__).parents[3] / "cases" / "terraform"
FOLDERS = sorted(path.parent for path in CASES.glob("*/expect.json"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_case(folder: Path) -> None:
    expected = json.loads((folder / "expect.json").read_text())
    loaded = load(folder, expected.get("options", {}))

    assert found(loaded, expected["resources"]) == expected["resources"]
    if "addresses" in expected:
        assert [resource.address for resource in loaded.resources] == expected["addresses"]
    assert [
        [problem.kind.value, f"{problem.file}:{problem.line}", problem.incomplete] for problem in loaded.problems
    ] == expected.get("problems", [])


def test_there_are_cases() -> None:
    assert len(FOLDERS) >= 10


def load(folder: Path, options: dict[str, Any]) -> Loaded:
    """The root module of a case."""
    made = Options(
        arguments=(
            *(folder / name for name in options.get("var_files", ())),
            *(tuple(pair) for pair in options.get("variables", ())),
        ),
        environment=options.get("environment", {}),
        workspace=options.get("workspace"),
    )
    return load_directory(folder / options.get("root", "."), made, SourceFiles(Boundary(folder), folder), Run())


def found(loaded: Loaded, wanted: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What is found at the wanted paths, in the form in which it is expected."""
    by_address = {resource.address: resource for resource in loaded.resources}
    return {
        address: {path: alternatives(by_address[address], path) for path in paths}
        for address, paths in wanted.items()
        if address in by_address
    }


def alternatives(resource: Resource, path: str) -> list[list[str | None]]:
    """The alternatives at a path: text, certainty, and where it is written."""
    value = resource.region if path == "region" else at(resource.properties, path)
    result = []
    for one in value:
        ways = [both for way in resource.presence if (both := join(way, one.given)) is not None]
        if ways:
            result.append([shown(one), certainty(ways[0]).value, written_at(one)])
    return result


def at(value: Value, path: str) -> Value:
    """The value at a path such as `statement[0].resources[1]`; JSON is entered like a map."""
    for name, number in re.findall(r"([\w-]+)|\[(\d+)\]", path):
        entered: list[Alternative] = []
        for one in value:
            entered.extend(one.atom.value if isinstance(one.atom, Json) else (one,))
        key = text(name) if name else known(Number(int(number)))
        value = index(tuple(entered), key, path)
    return value


def shown(one: Alternative) -> str:
    """The alternative as text."""
    match one.atom:
        case Text():
            return one.atom.render()
        case Unknown(cause, subject):
            return f"⟨{cause.value}: {subject}⟩"
        case atom:
            return literal(atom) or type(atom).__name__


def written_at(one: Alternative) -> str | None:
    """Where the longest piece of a text, or any other value, is written."""
    trail = one.trail
    if isinstance(one.atom, Text):
        pieces = [piece for piece in one.atom.pieces if not isinstance(piece, Unknown)]
        trail = max(pieces, key=lambda piece: len(piece.text)).trail + trail if pieces else trail
    location = trail[0].location if trail else None
    return f"{location.file}:{location.line}" if location else None
