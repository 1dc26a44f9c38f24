"""Units of Terragrunt: what reaches the module, and what is said where something is missing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan

Run = Callable[..., Scan]

LITE, PRO, MICRO = "amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0", "amazon.nova-micro-v1:0"
MODULE = """
variable "model" {
  type    = string
  default = "amazon.nova-micro-v1:0"
}
variable "settings" {
  type    = any
  default = {}
}
resource "aws_bedrockagent_agent" "a" {
  foundation_model = lookup(var.settings, "model", var.model)
}
"""


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The scan of a tree; without a word on it, `m/main.tf` is the module."""

    def write_and_scan(files: dict[str, str], options: Options | None = None) -> Scan:
        for name, content in {"m/main.tf": MODULE, ".git/HEAD": "", **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        settings = Settings(date(2026, 11, 24), options=options or Options(), judge=False)
        return scan(["."], settings, standard_input=bytes, cwd=tmp_path)

    return write_and_scan


def models(result: Scan) -> dict[str, list[str]]:
    return {
        reference.input: sorted(f"{one.model} {one.certainty.value}" for one in reference.candidates)
        + ([reference.unresolved.subject] if reference.unresolved else [])
        for reference in result.references
    }


def kinds(result: Scan) -> list[tuple[str, str]]:
    return [(problem.kind.value, problem.file) for problem in result.problems]


SOURCE = 'terraform {\n  source = "../m"\n}\n'


# That the model rests on `settings`, which nothing sets, is why it is `default` where `model` is given.


def test_the_module_is_judged_through_its_units(run: Run) -> None:
    result = run({"a/terragrunt.hcl": SOURCE + f'inputs = {{ model = "{LITE}" }}', "b/terragrunt.hcl": SOURCE})
    assert models(result) == {"a": [f"{LITE} default"], "b": [f"{MICRO} default"]}
    assert [one.path for one in result.inputs] == ["a", "b"]
    assert result.inputs[0].files == ("a/terragrunt.hcl", "m/main.tf")
    assert not result.problems


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("", f"{PRO} certain"),
        ('merge_strategy = "shallow"', f"{PRO} certain"),
        ('merge_strategy = "deep"', f"{LITE} certain"),
        ('merge_strategy = "no_merge"', f"{PRO} certain"),
    ],
)
def test_inputs_are_merged(run: Run, strategy: str, expected: str) -> None:
    unit = f"""
include "root" {{
  path = find_in_parent_folders("root.hcl")
  {strategy}
}}
inputs = {{
  settings = {{ other = 1 }}
  model    = "{PRO}"
}}
{SOURCE}
"""
    root = f'inputs = {{ settings = {{ model = "{LITE}" }} }}\n'
    assert models(run({"root.hcl": root, "a/terragrunt.hcl": unit})) == {"a": [expected]}


def test_a_parent_is_no_input_of_its_own(run: Run) -> None:
    files = {
        "terragrunt.hcl": f'inputs = {{ model = "{LITE}" }}',
        "a/terragrunt.hcl": "include {\n  path = find_in_parent_folders()\n}\n" + SOURCE,
    }
    result = run(files)
    assert [one.path for one in result.inputs] == ["a"]
    assert models(result) == {"a": [f"{LITE} default"]}


def test_what_is_not_known(run: Run) -> None:
    files = {
        "env/terragrunt.hcl": SOURCE + 'inputs = { model = get_env("MODEL") }',
        "env-default/terragrunt.hcl": SOURCE + f'inputs = {{ model = get_env("MODEL", "{LITE}") }}',
        "command/terragrunt.hcl": SOURCE + 'inputs = { model = run_cmd("x") }',
        "output/terragrunt.hcl": SOURCE
        + 'dependency "d" {\n  config_path = "../x"\n}\ninputs = { model = dependency.d.outputs.model }',
        "secret/terragrunt.hcl": SOURCE + 'inputs = { model = sops_decrypt_file("x") }',
    }
    found = models(run(files))
    assert found["env"] == ["environment variable MODEL"]
    assert found["env-default"] == [f"{LITE} default"]
    assert found["command"] == ["run_cmd(…)"]
    assert found["output"] == ["dependency.d.outputs"]
    assert found["secret"][0].startswith("sops_decrypt_file(…)")


def test_files_of_variables_and_values_given(run: Run) -> None:
    files = {
        "a/terragrunt.hcl": """
terraform {
  source = "../m"
  extra_arguments "common" {
    commands           = ["plan"]
    required_var_files = ["${get_terragrunt_dir()}/common.tfvars"]
    optional_var_files = ["${get_terragrunt_dir()}/missing.tfvars"]
  }
}
""",
        "a/common.tfvars": f'model = "{LITE}"',
    }
    assert models(run(files)) == {"a": [f"{LITE} default"]}
    assert models(run(files, Options(arguments=(("model", PRO),)))) == {"a": [f"{PRO} default"]}


def test_paths(run: Run) -> None:
    unit = """
include "root" {
  path = find_in_parent_folders("root.hcl")
}
terraform {
  source = "${get_repo_root()}//m"
}
"""
    root = 'inputs = { model = file("${get_parent_terragrunt_dir()}/models/${path_relative_to_include()}.txt") }'
    files = {"live/root.hcl": root, "live/eu/a/terragrunt.hcl": unit, "live/models/eu/a.txt": LITE}
    result = run(files)
    assert models(result) == {"live/eu/a": [f"{LITE} default"]}
    assert str(result.references[0].candidates[0].written_at) == "live/models/eu/a.txt:1:1"


# Terragrunt gives absolute paths. What lies above the work tree differs on each machine, and is never taken for known.
@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("basename(get_terragrunt_dir())", [f"{LITE} default"]),
        ("basename(get_original_terragrunt_dir())", [f"{LITE} default"]),
        ("basename(dirname(get_terragrunt_dir()))", [f"{PRO} default"]),
        ('basename(dirname("${get_terragrunt_dir()}/x.yaml"))', [f"{LITE} default"]),
        ('basename(dirname(find_in_parent_folders("env.hcl")))', [f"{PRO} default"]),
        ('basename(get_parent_terragrunt_dir("env"))', [f"{PRO} default"]),
        ('basename(abspath("${get_terragrunt_dir()}/.."))', [f"{PRO} default"]),
        ('basename("${get_repo_root()}/live/prod/")', [f"{PRO} default"]),
        ('strcontains(get_terragrunt_dir(), "/prod/") ? "prod" : "other"', [f"{PRO} default"]),
        ('split("/", get_path_from_repo_root())[1]', [f"{PRO} default"]),
        ('split("/", get_path_to_repo_root())[0] == ".." ? "prod" : "other"', [f"{PRO} default"]),
        ('path_relative_from_include("env") == ".." ? "prod" : "other"', [f"{PRO} default"]),
        # The unit names its module, so Terraform runs in a copy of it.
        ("basename(get_working_dir())", [f"{LITE} possible", f"{MICRO} possible", f"{PRO} possible"]),
        ("basename(get_repo_root())", [f"{LITE} possible", f"{MICRO} possible", f"{PRO} possible"]),
        ("basename(dirname(get_repo_root()))", [f"{LITE} possible", f"{MICRO} possible", f"{PRO} possible"]),
        ('basename(abspath("."))', [f"{LITE} possible", f"{MICRO} possible", f"{PRO} possible"]),
        ('basename(abspath(".."))', [f"{LITE} possible", f"{MICRO} possible", f"{PRO} possible"]),
        ('split("/", get_terragrunt_dir())[3]', [f"{LITE} possible", f"{MICRO} possible", f"{PRO} possible"]),
    ],
)
def test_a_directory_is_absolute_and_known_below_the_work_tree(run: Run, key: str, expected: list[str]) -> None:
    unit = f"""
include "env" {{
  path = find_in_parent_folders("env.hcl")
}}
terraform {{
  source = "${{get_repo_root()}}//m"
}}
inputs = {{
  model = lookup({{ app = "{LITE}", prod = "{PRO}" }}, {key}, "{MICRO}")
}}
"""
    result = run({"live/prod/env.hcl": "locals {}\n", "live/prod/app/terragrunt.hcl": unit})
    assert models(result) == {"live/prod/app": expected}
    assert not result.problems


def test_a_file_is_read_by_its_absolute_path(run: Run) -> None:
    unit = """
include "root" {
  path = "${get_repo_root()}/live/root.hcl"
}
locals {
  env   = read_terragrunt_config("${get_terragrunt_dir()}/../env.hcl")
  named = yamldecode(file("${get_terragrunt_dir()}/../${basename(dirname(get_terragrunt_dir()))}.yaml"))
}
inputs = {
  settings = { one = local.env.locals.unit, two = local.named.two, three = file(find_in_parent_folders("three.txt")) }
}
"""
    module = """
variable "settings" {}
variable "path" {}
resource "aws_bedrockagent_agent" "a" {
  foundation_model = var.settings.one
}
resource "aws_bedrockagent_agent" "b" {
  foundation_model = var.settings.two
}
resource "aws_bedrockagent_agent" "c" {
  foundation_model = var.settings.three
}
resource "aws_bedrockagent_agent" "d" {
  foundation_model = file("${var.path}/four.txt")
}
"""
    files = {
        "m/main.tf": module,
        "live/root.hcl": SOURCE.replace("../m", "${get_repo_root()}//m") + "inputs = { path = get_terragrunt_dir() }\n",
        # What is read is evaluated in its own directory, for the unit.
        "live/prod/env.hcl": f"""
locals {{
  by_name = {{ app = "{LITE}", prod = "{PRO}" }}
  here    = local.by_name[basename(get_terragrunt_dir())]
  unit    = local.by_name[basename(get_original_terragrunt_dir())]
}}
""",
        "live/prod/prod.yaml": f"two: {PRO}\n",
        "live/three.txt": MICRO,
        "live/prod/app/four.txt": LITE,
        "live/prod/app/terragrunt.hcl": unit,
    }
    result = run(files)
    assert not result.problems
    found = {reference.address[-1]: reference.candidates[0] for reference in result.references}
    assert {name: (one.model, str(one.written_at)) for name, one in found.items()} == {
        "a": (LITE, "live/prod/env.hcl:3:21"),
        "b": (PRO, "live/prod/prod.yaml:1:6"),
        "c": (MICRO, "live/three.txt:1:1"),
        "d": (LITE, "live/prod/app/four.txt:1:1"),
    }


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ('terraform {\n  source = "../gone"\n}\n', ("not-found", "a/terragrunt.hcl")),
        ('terraform {\n  source = "tfr:///x/y/z?version=1.0.0"\n}\n', ("remote-module", "a/terragrunt.hcl")),
        (SOURCE + 'include "r" {\n  path = "../gone.hcl"\n}\n', ("not-found", "gone.hcl")),
        (SOURCE + 'include "r" {\n  path = find_in_parent_folders("no.hcl")\n}\n', ("not-found", "a/terragrunt.hcl")),
        ("inputs = {\n", ("invalid-syntax", "a/terragrunt.hcl")),
    ],
)
def test_what_cannot_be_read_is_said(run: Run, unit: str, expected: tuple[str, str]) -> None:
    result = run({"a/terragrunt.hcl": unit})
    assert kinds(result) == [expected]
    assert all(problem.incomplete for problem in result.problems)


@pytest.mark.parametrize(
    "written",
    [
        'terrafrom {\n  source = "../m"\n}',
        "input = {}",
        'depends "x" {}',
        'dependency "x" {\n  config_path = "../m"\n  mock_output = {}\n}',
        'generate "x" {\n  path = "x.tf"\n  if_exists = "skip"\n  content = ""\n  contents = ""\n}',
        'include "other" {\n  expose = true\n}',
        "locals {}\nlocals {}",
    ],
)
@pytest.mark.parametrize("file", ["unit/terragrunt.hcl", "root.hcl"])
def test_what_terragrunt_does_not_know_is_said(run: Run, file: str, written: str) -> None:
    files = {
        "unit/terragrunt.hcl": 'include "root" {\n  path = "../root.hcl"\n}\nterraform {\n  source = "../m"\n}\n',
        "root.hcl": 'inputs = {\n  model = "amazon.nova-pro-v1:0"\n}\n',
    }
    result = run({**files, file: f"{files[file]}{written}\n"})
    (problem,) = result.problems
    assert (problem.file, problem.incomplete) == (file, True)
    assert models(result)["unit"] == [f"{PRO} default"]


def test_what_a_stack_hands_to_a_unit_is_read(run: Run) -> None:
    unit = 'terraform {\n  source = "../m"\n}\ninputs = {\n  model = values.model\n}\n'
    assert models(run({"unit/terragrunt.hcl": unit}))["unit"] == ["values.model"]
    files = {"unit/terragrunt.hcl": unit, "unit/terragrunt.values.hcl": f'model = "{LITE}"\n'}
    result = run(files)
    assert models(result)["unit"] == [f"{LITE} default"]
    assert result.problems == ()


def test_stacks_are_said(run: Run) -> None:
    result = run({"terragrunt.stack.hcl": 'unit "a" {\n  source = "./m"\n}\n'})
    assert kinds(result) == [("unsupported", "terragrunt.stack.hcl")]
    assert result.problems[0].incomplete


def test_files_that_include_each_other_end(run: Run) -> None:
    files = {
        "a/terragrunt.hcl": SOURCE + 'include "b" {\n  path = "../b.hcl"\n}\n' + f'inputs = {{ model = "{LITE}" }}',
        "b.hcl": 'include "a" {\n  path = "../a/terragrunt.hcl"\n}\ninputs = { model = "x" }',
    }
    assert models(run(files)) == {"a": [f"{LITE} default"]}


def test_a_generated_provider_gives_the_region(run: Run) -> None:
    unit = (
        SOURCE
        + 'generate "p" {\n  path = "provider.tf"\n  contents = <<EOT\n'
        + 'provider "aws" {\n  region = "eu-west-3"\n}\nEOT\n}\n'
    )
    (reference,) = run({"a/terragrunt.hcl": unit}).references
    assert reference.candidates[0].regions == ("eu-west-3",)


def test_what_asks_for_itself_is_not_known(run: Run) -> None:
    mocked = 'dependency "d" {\n  config_path  = "../d"\n  mock_outputs = { id = dependency.d.outputs.id }\n}\n'
    found = run({"u/terragrunt.hcl": SOURCE + mocked + "inputs = { model = dependency.d.outputs.id }\n"})
    [reference] = found.references
    assert reference.unresolved is not None
    assert "dependency.d.outputs" in reference.unresolved.subject

    included = "include {\n  path = include.inputs.path\n}\ninputs = { model = include.inputs.model }\n"
    found = run({"u/terragrunt.hcl": SOURCE + included})
    assert ("not-found", "u/terragrunt.hcl") in kinds(found)
    [reference] = found.references
    assert reference.unresolved is not None
