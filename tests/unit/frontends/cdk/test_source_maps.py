"""A construct of a compiled app is at the line of the code that the app was compiled from."""

import base64
import json

import pytest

from checker.extract import extract
from checker.frontends.cdk import constructs
from checker.frontends.cdk.assembly import load_assembly
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles

# Line 2 of the program comes from line 1, line 3 from line 3, and its column 9 from column 5 of line 2.
MAPPINGS = ";AAAA;AAEA,QADI"
MAP = {"version": 3, "sources": ["../bin/app.ts"], "mappings": MAPPINGS}
AGENT = {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": "anthropic.claude-3-haiku-20240307-v1:0"}}


@pytest.mark.parametrize(
    ("line", "column", "origin"),
    [
        (1, 1, None),
        (2, 1, (1, 1)),
        (2, 80, (1, 1)),
        (3, 8, (3, 1)),
        (3, 9, (2, 5)),
        (4, 1, None),
        (0, 1, None),
    ],
)
def test_the_origin_of_a_place(line, column, origin):
    found = constructs.read(json.dumps(MAP))
    assert found is not None
    assert found.origin(line, column) == (None if origin is None else ("../bin/app.ts", *origin))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"sources": ["a"], "mappings": "AAAA,Ä"}',
        '{"sources": [], "mappings": "AAAA"}',
        '{"sources": ["a"], "mappings": "ADAA"}',
        '{"sources": ["a"], "mappings": "AADA"}',
        '{"sources": ["a"], "mappings": "AA"}',
        '{"sources": ["a"], "mappings": "g"}',
    ],
)
def test_what_is_no_source_map_has_no_origins(content):
    assert constructs.read(content) is None


def location_of(tmp_path, program, **files):
    """The location of the use in an assembly whose app was compiled to `dist/app.js`."""
    for name, content in {"dist/app.js": program, "bin/app.ts": "1\n2\n3\n", **files}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    trace = [
        {"type": "aws:cdk:logicalId", "data": "A"},
        {"type": "aws:cdk:creationStack", "data": ["new S (/build/dist/app.js:3:9)"]},
    ]
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://111122223333/eu-west-1",
        "properties": {"templateFile": "S.template.json"},
        "metadata": {"/S/A": trace},
    }
    output = tmp_path / "cdk.out"
    output.mkdir()
    (output / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": {"S": stack}}))
    (output / "S.template.json").write_text(json.dumps({"Resources": {"A": AGENT}}))
    loaded = load_assembly(output, Options(), SourceFiles(Boundary(tmp_path), tmp_path))
    assert loaded.problems == ()
    (reference,) = extract(loaded.resources, lambda identifier: identifier)
    return str(reference.location)


NAMED = "x\n//# sourceMappingURL=app.js.map\n"
INLINE = "data:application/json;base64,"


def test_a_map_beside_the_program(tmp_path):
    assert location_of(tmp_path, NAMED, **{"dist/app.js.map": json.dumps(MAP)}) == "bin/app.ts:2:5"


def test_a_map_in_the_program(tmp_path):
    content = base64.b64encode(json.dumps(MAP).encode()).decode()
    assert location_of(tmp_path, f"x\n//# sourceMappingURL={INLINE}{content}") == "bin/app.ts:2:5"


def test_a_map_with_a_root_of_its_sources(tmp_path):
    made = {**MAP, "sourceRoot": "../bin/", "sources": ["app.ts"]}
    assert location_of(tmp_path, NAMED, **{"dist/app.js.map": json.dumps(made)}) == "bin/app.ts:2:5"


@pytest.mark.parametrize(
    ("program", "content"),
    [
        ("x\n", json.dumps(MAP)),
        (NAMED, None),
        (NAMED, "{"),
        (f"x\n//# sourceMappingURL={INLINE}%", None),
        ("x\n//# sourceMappingURL=https://example.com/app.js.map\n", None),
        (NAMED, json.dumps({**MAP, "sources": ["../bin/gone.ts"]})),
        (NAMED, json.dumps({**MAP, "sources": ["../../elsewhere.ts"]})),
    ],
)
def test_without_an_origin_that_is_here_the_program_is_the_place(tmp_path, program, content):
    (tmp_path / "elsewhere.ts").write_text("x\n", encoding="utf-8")
    root = tmp_path / "app"
    root.mkdir()
    files = {} if content is None else {"dist/app.js.map": content}
    assert location_of(root, program, **files) == "dist/app.js:3:9"
