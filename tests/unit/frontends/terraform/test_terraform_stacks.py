"""Terraform Stacks: each deployment is a root of its own."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan

LITE, PRO = "amazon.nova-lite-v1:0", "amazon.nova-pro-v1:0"
MODULE = (
    f'variable "model" {{\n  default = "{LITE}"\n}}\n'
    'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.model\n}\n'
    'output "model" {\n  value = aws_bedrockagent_agent.a.foundation_model\n}\n'
)
COMPONENTS = """
required_providers {
  aws = { source = "hashicorp/aws" }
}
variable "regions" { type = set(string) }
variable "model" { type = string }
provider "aws" "each" {
  for_each = var.regions
  config {
    region = each.value
  }
}
component "agent" {
  for_each = var.regions
  source   = "./agent"
  inputs = {
    model = var.model
  }
  providers = {
    aws = provider.aws.each[each.value]
  }
}
"""
Run = Callable[..., Scan]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The scan of a Stack with the components above, deployed as it is said."""

    def write_and_scan(deployments: str | None, **files: str) -> Scan:
        written = {".git/HEAD": "", "agent/main.tf": MODULE, "a.tfcomponent.hcl": COMPONENTS}
        written |= {name.replace("__", "."): content for name, content in files.items()}
        if deployments is not None:
            written["a.tfdeploy.hcl"] = deployments
        for name, content in written.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        return scan(
            ["."], Settings(date(2026, 11, 24), options=Options(), judge=False), standard_input=bytes, cwd=tmp_path
        )

    return write_and_scan


def told(result: Scan) -> dict[str, tuple[str, tuple[str, ...]]]:
    """For each address the model with its certainty, or why it is not known, and its Regions."""
    found = {}
    for reference in result.references:
        one = next(iter(reference.candidates), None)
        cause = f"{reference.unresolved.cause.value}: {reference.unresolved.subject}" if reference.unresolved else ""
        found[reference.address] = (f"{one.model} {one.certainty.value}", one.regions) if one else (cause, ())
    return found


def deployment(name: str, inputs: str, more: str = "") -> str:
    return f'deployment "{name}" {{\n  inputs = {{\n    {inputs}\n  }}\n{more}\n}}\n'


def test_each_deployment_has_its_inputs_and_each_component_its_provider(run: Run) -> None:
    locals_ = f'locals {{\n  model = "{PRO}"\n}}\n'
    result = run(
        locals_
        + deployment("prod", 'regions = ["us-east-1", "eu-west-1"]\n    model = local.model')
        + deployment("dev", f'regions = ["us-west-2"]\n    model = "{LITE}"')
        + deployment("old", f'regions = ["us-west-1"]\n    model = "{LITE}"', "  destroy = true")
    )
    address = 'module.agent["{}"].aws_bedrockagent_agent.a'
    assert told(result) == {
        f"deployment.prod.{address.format('eu-west-1')}": (f"{PRO} certain", ("eu-west-1",)),
        f"deployment.prod.{address.format('us-east-1')}": (f"{PRO} certain", ("us-east-1",)),
        f"deployment.dev.{address.format('us-west-2')}": (f"{LITE} certain", ("us-west-2",)),
    }
    assert result.problems == ()
    assert {reference.candidates[0].written_at.file for reference in result.references} == {"a.tfdeploy.hcl"}  # type: ignore[union-attr]
    assert [one.path for one in result.inputs] == ["."]


def test_what_only_the_service_knows_is_not_known(run: Run) -> None:
    stores = (
        'store "varset" "s" {\n  name = "n"\n  category = "terraform"\n}\nupstream_input "u" {\n  type = "stack"\n}\n'
    )
    for value, subject in (
        ("store.varset.s.stable.model", "store.varset.s.stable.model"),
        ("upstream_input.u.model", "upstream_input.u.model"),
    ):
        result = run(stores + deployment("prod", f'regions = ["us-east-1"]\n    model = {value}'))
        (found,) = told(result).values()
        assert found == (f"external-data: {subject}", ())
        assert result.problems == ()


def test_a_component_takes_what_another_one_makes(run: Run) -> None:
    more = 'component "copy" {\n  source = "./agent"\n  inputs = { model = component.first.model }\n}\n'
    first = f'component "first" {{\n  source = "./agent"\n  inputs = {{ model = "{PRO}" }}\n}}\n'
    result = run(deployment("prod", ""), a__tfcomponent__hcl=first, b__tfstack__hcl=more)
    assert {address: what for address, (what, _) in told(result).items()} == {
        "deployment.prod.module.first.aws_bedrockagent_agent.a": f"{PRO} certain",
        "deployment.prod.module.copy.aws_bedrockagent_agent.a": f"{PRO} certain",
    }


@pytest.mark.parametrize(
    ("deployments", "files", "words"),
    [
        (None, {}, "no deployment"),
        (deployment("prod", ""), {"a__tfcomponent__hcl": 'componnt "x" {}\n'}, "`componnt` is no block of a Stack"),
        (
            deployment("prod", ""),
            {"a__tfcomponent__hcl": 'stack "x" {\n  source = "./x"\n}\n'},
            "a Stack within a Stack",
        ),
        (deployment("prod", "") + "deploymnt {}\n", {"a__tfcomponent__hcl": ""}, "`deploymnt` is no block of"),
        (deployment("prod", ""), {"a__tfcomponent__hcl": "", "b__tfcomponent__json": "{}"}, "not in JSON"),
        (
            deployment("prod", ""),
            {"a__tfcomponent__hcl": 'component "x" {\n  source = "./agent"\n  inputs = merge({}, {})\n}\n'},
            "inputs of component 'x' are not written out",
        ),
    ],
)
def test_what_is_not_read_is_said(run: Run, deployments: str | None, files: dict[str, str], words: str) -> None:
    (problem,) = run(deployments, **files).problems
    assert words in problem.message
    assert problem.incomplete


def test_files_of_other_commands_are_named(run: Run) -> None:
    query = 'list "aws_instance" "x" {\n  provider = aws\n}\n'
    test = f'run "r" {{\n  variables {{\n    model = "{PRO}"\n  }}\n}}\n'
    files = {"agent/x.tfquery.hcl": query, "agent/tests/x.tftest.hcl": test, "agent/tests/y.tftest.hcl": 'run "s" {}\n'}
    result = run(deployment("prod", ""), **files, **{"a.tfcomponent.hcl": "", "agent/terraform.tfvars": ""})
    assert [(problem.file, problem.incomplete) for problem in result.problems] == [
        ("agent/tests/x.tftest.hcl", False),
        ("agent/x.tfquery.hcl", False),
    ]
