"""A run that is kept, with texts of files that are not saved, gives what a new run gives of a tree that has them."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from checker.catalog.lookup import CatalogIndex
from checker.frontends.protocol import Run, Source
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import load_catalog, scan
from checker.reading import run_with

OLD = "anthropic.claude-3-haiku-20240307-v1:0"
NEW = "anthropic.claude-opus-4-1-20250805-v1:0"

_FUNCTION = {
    "Type": "AWS::Lambda::Function",
    "Properties": {"Environment": {"Variables": {"MODEL_ID": {"Fn::ImportValue": "model"}}}},
}
_AGENT = {"Type": "AWS::Bedrock::Agent", "Properties": {"AgentName": "a", "FoundationModel": OLD}}
TREE = {
    "modules/agent/main.tf": """
        variable "model" {}
        locals { prompts = jsondecode(file("${path.module}/prompts.json")) }
        resource "aws_bedrockagent_agent" "this" {
          agent_name       = "a"
          foundation_model = var.model
        }
        resource "aws_lambda_function" "this" {
          function_name = "f"
          environment { variables = { MODEL_ID = local.prompts.model } }
        }
    """,
    "modules/agent/prompts.json": json.dumps({"model": OLD}),
    "envs/dev/main.tf": f'module "agent" {{\n source = "../../modules/agent"\n model = "{OLD}"\n}}\n',
    "envs/prod/main.tf": """
        variable "model" {}
        module "agent" {
          source = "../../modules/agent"
          model  = var.model
        }
    """,
    "envs/prod/terraform.tfvars": f'model = "{OLD}"\n',
    "stacks/outer.yaml": f"""
        Resources:
          Inner:
            Type: AWS::CloudFormation::Stack
            Properties: {{TemplateURL: inner.yaml, Parameters: {{Model: "{OLD}"}}}}
    """,
    "stacks/inner.yaml": """
        Parameters: {Model: {Type: String}}
        Resources:
          Agent: {Type: AWS::Bedrock::Agent, Properties: {AgentName: a, FoundationModel: !Ref Model}}
    """,
    "stacks/exports.json": json.dumps(
        {"Resources": {"Agent": _AGENT}, "Outputs": {"Model": {"Value": OLD, "Export": {"Name": "model"}}}}
    ),
    "stacks/imports.json": json.dumps({"Resources": {"Function": _FUNCTION}}),
    "app/cdk.out/cdk.out": json.dumps({"version": "38.0.0"}),
    "app/cdk.out/manifest.json": json.dumps(
        {
            "version": "38.0.0",
            "artifacts": {
                "Chat": {
                    "type": "aws:cloudformation:stack",
                    "environment": "aws://unknown-account/eu-west-1",
                    "properties": {"templateFile": "Chat.template.json", "parameters": {"Model": OLD}},
                }
            },
        }
    ),
    "app/cdk.out/Chat.template.json": json.dumps({"Resources": {"Agent": _AGENT}}),
    "notes.yaml": f"spare: {OLD}\n",
}


@pytest.fixture
def plant(tmp_path: Path) -> Callable[[str, Mapping[str, str]], Path]:
    """Writes a tree of files into a folder of that name."""

    def write(name: str, tree: Mapping[str, str]) -> Path:
        for file, text in tree.items():
            path = tmp_path / name / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


def _run() -> Run:
    return run_with(CatalogIndex(load_catalog(_SETTINGS).catalog))


_SETTINGS = Settings(as_of=date(2026, 11, 24), policy=("baseline",))


def _scan(root: Path, run: Run | None = None) -> Scan:
    return scan(["."], _SETTINGS, standard_input=bytes, cwd=root, run=run)


_CHANGES: Mapping[str, Callable[[str], str | None]] = {
    "another model": lambda text: text.replace(OLD, NEW),
    "no model": lambda text: text.replace(OLD, "none"),
    "no sense": lambda text: "{ ]" + text,
    "nothing": lambda _text: "",
}


@pytest.mark.parametrize("change", _CHANGES)
@pytest.mark.parametrize("file", TREE)
def test_a_kept_run_gives_what_a_new_one_gives(plant, file: str, change: str) -> None:
    text = _CHANGES[change](TREE[file])
    assert text is not None
    kept, fresh = plant("kept", TREE), plant("fresh", {**TREE, file: text})
    run = _run()
    before = _scan(kept, run)
    assert before == _scan(kept)

    run.overlay(kept / file, text)
    assert _scan(kept, run) == _scan(fresh)

    run.overlay(kept / file, None)
    assert _scan(kept, run) == before


@pytest.mark.parametrize("file", TREE)
def test_a_file_that_is_written_or_removed(plant, file: str) -> None:
    root = plant("kept", TREE)
    run = _run()
    before = _scan(root, run)

    (root / file).unlink()
    run.forget(root / file)
    assert _scan(root, run) == _scan(root)

    plant("kept", {file: TREE[file]})
    run.forget(root / file)
    assert _scan(root, run) == before


def test_only_what_rests_on_a_file_is_read_again(plant, monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.frontends.terraform.configuration import module_code

    root = plant("kept", TREE)
    run = _run()
    _scan(root, run)
    read: list[str] = []
    original = module_code.read_code
    monkeypatch.setattr(
        module_code,
        "read_code",
        lambda directory, *others: read.append(os.path.relpath(directory, root)) or original(directory, *others),
    )

    run.overlay(root / "envs/dev/main.tf", "")
    _scan(root, run)
    run.overlay(root / "modules/agent/prompts.json", "{}")
    _scan(root, run)
    run.overlay(root / "modules/agent/main.tf", "")
    _scan(root, run)

    assert read == ["envs/dev", "modules/agent"]


def test_each_file_is_parsed_once(plant, monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.frontends.cdk import manifest
    from checker.frontends.cloudformation import reading
    from checker.frontends.terraform.configuration import module_sources

    root = plant("kept", TREE)
    parsed: list[str] = []
    for module, name, which in (
        (module_sources, "read_file", lambda _text, shown: shown),
        (reading, "parse_document", lambda _path, shown, *_: shown),
        (manifest, "read_json", lambda path, files, *_: files.display(path)),
    ):
        original = getattr(module, name)
        monkeypatch.setattr(
            module,
            name,
            lambda *given, original=original, which=which, **named: (
                parsed.append(which(*given)) or original(*given, **named)
            ),
        )

    run = _run()
    _scan(root, run)
    assert sorted(parsed) == sorted(set(TREE) - {"modules/agent/prompts.json", "app/cdk.out/cdk.out", "notes.yaml"})

    parsed.clear()
    run.overlay(root / "stacks/inner.yaml", "Resources: {}")
    _scan(root, run)
    assert sorted(parsed) == ["envs/prod/terraform.tfvars", "stacks/inner.yaml"]


def test_what_no_further_input_uses_is_released_unless_the_run_is_kept(plant, monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.frontends.terraform.configuration.module_code import ModuleLibrary

    root = plant("kept", TREE)
    left: list[set[str]] = []
    release = Run.release

    def released(self: Run, source: Source) -> None:
        release(self, source)
        left.append({directory.name for directory, code in self.shared(ModuleLibrary)._code.items() if code})

    monkeypatch.setattr(Run, "release", released)
    _scan(root)
    # The module goes with the last root that calls it.
    assert {"agent", "prod"} in left
    assert left[-1] == set()
    left.clear()
    _scan(root, _run())
    assert not left


def test_a_file_that_is_not_on_the_disk_belongs_to_its_module(plant) -> None:
    root = plant("kept", TREE)
    run = _run()
    _scan(root, run)
    more = f'resource "aws_bedrockagent_agent" "more" {{\n agent_name = "b"\n foundation_model = "{NEW}"\n}}\n'

    run.overlay(root / "envs/dev/more.tf", more)

    addresses = [each.address for each in _scan(root, run).references if each.input == "envs/dev"]
    assert "aws_bedrockagent_agent.more" in addresses


def test_what_is_outside_the_boundary_is_not_read_as_an_unsaved_text_either(plant, tmp_path: Path) -> None:
    call = 'module "m" {\n source = "../../../elsewhere"\n}\n'
    root = plant("kept", {"envs/dev/main.tf": call, ".git/HEAD": ""})
    outside = plant("elsewhere", {"main.tf": ""})
    run = _run()

    run.overlay(outside / "main.tf", f'output "model" {{\n value = "{OLD}"\n}}\n')

    assert [problem.kind for problem in _scan(root, run).problems if problem.incomplete] == ["outside-boundary"]
