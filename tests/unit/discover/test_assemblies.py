"""Where a CDK app writes, and what is beside it: an assembly claims its templates, and hides no code."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

AGENT = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = "amazon.nova-premier-v1:0"\n}\n'
TEMPLATE = json.dumps(
    {"Resources": {"A": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": "amazon.nova-lite-v1:0"}}}}
)
STACK = {"type": "aws:cloudformation:stack", "environment": "aws://unknown-account/eu-west-1"}
ASSEMBLY = json.dumps(
    {"version": "36.0.0", "artifacts": {"Chat": {**STACK, "properties": {"templateFile": "Chat.template.json"}}}}
)


def put(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def check(top: Path, *paths: str) -> Scan:
    return scan(paths or (".",), Settings(as_of=date(2026, 11, 24)), standard_input=bytes, cwd=top)


def kinds(found: Scan) -> list[tuple[str, str]]:
    return [(one.path, str(one.kind)) for one in found.inputs]


@pytest.mark.parametrize("marked", [True, False])
def test_an_assembly_claims_its_templates_and_hides_no_terraform(tmp_path: Path, marked: bool) -> None:
    put(tmp_path / "out", manifest__json=ASSEMBLY, Chat__template__json=TEMPLATE, tree__json=TEMPLATE, main__tf=AGENT)
    put(tmp_path / "out" / "live", main__tf=AGENT)
    put(tmp_path / "out" / "asset.1a", t__yaml=TEMPLATE)
    if marked:
        put(tmp_path / "out", cdk__out='{"version":"36.0.0"}')
    else:
        assets = json.dumps({"files": {"1a": {"source": {"path": "asset.1a"}}}})
        put(tmp_path / "out", Chat__assets__json=assets, by_hand__json=TEMPLATE)
    expected = [("out", "cdk"), ("out", "terraform"), ("out/live", "terraform")]
    expected += [] if marked else [("out/by_hand.json", "cloudformation")]
    found = check(tmp_path)
    assert sorted(kinds(found)) == sorted(expected)
    assert found.problems == ()


@pytest.mark.parametrize("output", ["infra", "./infra/", "../top/infra", "."])
def test_what_a_cdk_app_names_as_its_output_is_searched_like_any_directory(tmp_path: Path, output: str) -> None:
    top = tmp_path / "top"
    where = top / "infra" if "infra" in output else top
    put(where, manifest__json='{"version": "36.0.0", "artifacts": {}}', main__tf=AGENT)
    put(top, cdk__json=json.dumps({"app": "node app.js", "output": output}))
    assert "terraform" in {kind for _, kind in kinds(check(top))}
    assert [reference.address for reference in check(top).references] == ["aws_bedrockagent_agent.a"]


def test_a_template_of_an_assembly_that_is_missing_is_made_by_another_synthesis(tmp_path: Path) -> None:
    put(tmp_path / "out", manifest__json=ASSEMBLY)
    (problem,) = check(tmp_path, "out").problems
    assert (problem.file, problem.incomplete) == ("out/Chat.template.json", True)
    assert "cdk synth" in problem.advice


@pytest.mark.parametrize("output", [3, None, "a\0b", ["out"]])
def test_an_output_that_is_no_path_is_the_usual_one(tmp_path: Path, output: object) -> None:
    put(tmp_path, cdk__json=json.dumps({"output": output}))
    put(tmp_path / "cdk.out", manifest__json=ASSEMBLY, Chat__template__json=TEMPLATE)
    assert kinds(check(tmp_path)) == [("cdk.out", "cdk")]


def test_a_manifest_that_is_something_else_is_no_assembly(tmp_path: Path) -> None:
    put(tmp_path / "web", manifest__json='{"version": 3, "name": "cdk", "x": {"artifacts": []}}', t__json=TEMPLATE)
    assert kinds(check(tmp_path)) == [("web/t.json", "cloudformation")]


def test_a_manifest_is_named_by_its_name(tmp_path: Path) -> None:
    put(tmp_path, manifest__json=ASSEMBLY, Chat__template__json=TEMPLATE, copy__json=ASSEMBLY)
    assert kinds(check(tmp_path, "manifest.json")) == [(".", "cdk")]
    (problem,) = check(tmp_path, "copy.json").problems
    assert (problem.file, problem.incomplete) == ("copy.json", True)
    assert "manifest of a cloud assembly" in problem.message
