"""Each folder of `cases/cloudformation` whose `expect.json` has `values`: what must be read from its templates.

`expect.json`: `values` are [address, path, [[text, certainty, "file:line" where it is written], ...]]; `resources` maps
each address to the certainty of its presence; `problems` are [kind, location, incomplete]; optional are `template`,
`parameters`, `region`, `files` (all that is read), and `children` (templates that the template nests directly).
"""

import json
from pathlib import Path

import pytest

from checker.frontends.cloudformation.template import child_templates, load_template
from checker.frontends.protocol import Run, Source
from checker.model.resource import Framework, InputKind
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles
from checker.values import certainty

CASES = [
    case
    for case in sorted((Path(__file__).resolve().parents[3] / "cases" / "cloudformation").iterdir())
    if '"values"' in (case / "expect.json").read_text(encoding="utf-8")
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case, describe):
    expected = json.loads((case / "expect.json").read_text(encoding="utf-8"))
    files = SourceFiles(Boundary(case), case)
    path = case / expected.get("template", "template.yaml")
    options = Options(
        parameters=tuple(case / name for name in expected.get("parameters", ())),
        regions=(expected["region"],) if "region" in expected else (),
    )
    loaded = load_template(path, options, files)
    resources = {resource.address: resource for resource in loaded.resources}
    assert {a: [certainty(g).value for g in r.presence] for a, r in resources.items()} == {
        address: [presence] for address, presence in expected["resources"].items()
    }
    assert len(resources) == len(loaded.resources)
    assert {resource.framework for resource in loaded.resources} == {Framework.CLOUDFORMATION}
    described = {address: describe(resource.properties) for address, resource in resources.items()}
    for address, where, values in expected["values"]:
        assert described[address].get(where) == [tuple(value) for value in values], (address, where)
    problems = [[p.kind.value, f"{p.file}:{p.line}", p.incomplete] for p in loaded.problems]
    assert problems == expected["problems"]
    if "files" in expected:
        assert list(loaded.input.files) == expected["files"]
    if "children" in expected:
        source = Source(InputKind.CLOUDFORMATION, path, files, options, path.name, path.read_bytes())
        assert [files.display(child) for child in child_templates(source, Run())] == expected["children"]


def test_there_are_cases():
    assert len(CASES) >= 5
