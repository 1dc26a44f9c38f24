"""Each folder of `cases/cloudformation` and `cases/cdk` whose `expect.json` has `references`: all that is found in it.

`references` are [address, path, usage, [[model, certainty, "file:line" where it is written], …], what is not known];
of a candidate without a model, its text stands in brackets. `problems` are [kind, location, incomplete]. Optional are
`template` (the file; a cloud assembly is a directory), `parameters` and `regions`. The bundled catalog says which ids
there are.
"""

import json
from pathlib import Path

import pytest

from checker.catalog.lookup import CatalogIndex
from checker.catalog.store import load_bundled
from checker.extract import extract
from checker.frontends.cdk.assembly import load_assembly
from checker.frontends.cloudformation.template import load_template
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles

ROOT = Path(__file__).resolve().parents[2] / "cases"
CASES = {
    f"{file.parents[1].name}/{file.parent.name}": expected
    for file in sorted(ROOT.glob("c*/*/expect.json"))
    if "references" in (expected := json.loads(file.read_text(encoding="utf-8")))
}


@pytest.fixture(scope="module")
def resolve():
    index = CatalogIndex(load_bundled())

    def base_model(identifier):
        model = index.lookup(identifier)
        return None if model is None else model.id

    return base_model


def location(where):
    return None if where is None else f"{where.file}:{where.line}"


def row(reference):
    candidates = [
        [candidate.model or f"[{candidate.text}]", candidate.certainty.value, location(candidate.written_at)]
        for candidate in reference.candidates
    ]
    unknown = reference.unresolved and f"{reference.unresolved.cause.value} {reference.unresolved.subject}"
    return [reference.address, reference.path, reference.site.usage.value, candidates, unknown]


def found_in(name, expected, resolve):
    """What a case gives, as `references` and `problems` have it."""
    directory = ROOT / name
    files = SourceFiles(Boundary(directory), directory)
    options = Options(
        parameters=tuple(directory / file for file in expected.get("parameters", ())),
        regions=tuple(expected.get("regions", ())),
    )
    path = directory / expected.get("template", "template.yaml")
    loaded = load_assembly(path, options, files) if path.is_dir() else load_template(path, options, files)
    problems = [[one.kind.value, f"{one.file}:{one.line}", one.incomplete] for one in loaded.problems]
    return [row(reference) for reference in extract(loaded.resources, resolve)], problems


@pytest.mark.parametrize("name", CASES)
def test_case(name, resolve):
    references, problems = found_in(name, CASES[name], resolve)
    expected = CASES[name]["references"]
    assert {tuple(one[:2]): one[2:] for one in references} == {tuple(one[:2]): one[2:] for one in expected}
    assert references == expected
    assert problems == CASES[name]["problems"]


def test_there_are_cases():
    assert len(CASES) > 30
