"""Inputs that have a location in common: each is read once, and nothing of one is taken for something of the other."""

import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.report import renderer
from checker.report.view import ReportOptions, Verdict, View

MODEL = "amazon.titan-text-express-v1"
AGENT = f'resource "aws_bedrockagent_agent" "Agent" {{\n  foundation_model = "{MODEL}"\n}}\n'
STACK = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}
TEMPLATE = {"Resources": {"Agent": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": MODEL}}}}


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A directory `app` that is an assembly and a root of Terraform, and a link to it."""
    app = tmp_path / "app"
    app.mkdir()
    (app / "main.tf").write_text(AGENT)
    (app / "cdk.out").write_text("{}")
    (app / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": {"S": STACK}}))
    (app / "S.template.json").write_text(json.dumps(TEMPLATE))
    (tmp_path / "link").symlink_to("app")
    return tmp_path


def check(top: Path, *paths: str) -> Scan:
    return scan(paths, Settings(date(2026, 11, 24)), standard_input=bytes, cwd=top)


@pytest.mark.parametrize(
    "paths",
    [("app",), (".",), ("app", "app/manifest.json"), ("app", "link"), ("app", "link/main.tf"), ("app/../app", ".")],
)
def test_a_place_that_is_named_in_several_ways_is_read_once(top: Path, paths: tuple[str, ...]) -> None:
    found = check(top, *paths)
    assert [(one.path, one.kind.value) for one in found.inputs] == [("app", "cdk"), ("app", "terraform")]
    assert [one.id for one in found.references] == [
        "app#S/Agent#FoundationModel",
        "app#aws_bedrockagent_agent.Agent#foundation_model",
    ]
    assert found.mentions == ()
    assert len({one.fingerprint for one in found.findings if one.reference is not None}) == 2


def test_reports_keep_an_assembly_and_a_root_at_one_path_apart(top: Path) -> None:
    view, options = View(check(top, "app")), ReportOptions(Verdict.FAILED)
    suites = ElementTree.fromstring(renderer("junit", judged=True)(view, options))
    names = [case.get("name") for case in suites.iter("testcase") if "eol-reached" in str(case.get("name"))]
    assert len(names) == len(set(names)) == 2
    (run,) = json.loads(renderer("sarif", judged=True)(view, options))["runs"]
    locations = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in run["results"]]
    assert sorted(locations) == ["app/S.template.json", "app/main.tf"]
