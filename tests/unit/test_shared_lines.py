"""A module that several roots call is reported once for each line that is the same for all of them."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

MODULE = """variable "model" {
  default = "anthropic.claude-v2:1"
}
resource "aws_bedrockagent_agent" "a" {
  foundation_model = var.model
}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Three roots that call one module, the last of them with a model of its own."""
    for name, arguments in (("a", ""), ("b", ""), ("c", 'model = "anthropic.claude-v2"')):
        (tmp_path / "envs" / name).mkdir(parents=True)
        (tmp_path / "envs" / name / "main.tf").write_text(
            f'provider "aws" {{\n  region = "us-east-1"\n}}\n'
            f'module "{name}" {{\n  source = "../../modules/agent"\n  {arguments}\n}}\n'
        )
    (tmp_path / "modules" / "agent").mkdir(parents=True)
    (tmp_path / "modules" / "agent" / "main.tf").write_text(MODULE)
    return tmp_path


def check(tree: Path) -> Scan:
    return scan(["."], Settings(date(2026, 11, 24)), standard_input=bytes, cwd=tree)


def reported(result: Scan) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (finding.reference.address, finding.model or "", tuple(use.reference.address for use in finding.also_in))
        for finding in result.findings
        if finding.reference and finding.rule == "eol-reached"
    ]


def test_the_same_line_is_reported_once(tree: Path) -> None:
    result = check(tree)
    # The roots are found and read once each, and every address has its reference.
    assert [one.path for one in result.inputs] == ["envs/a", "envs/b", "envs/c"]
    assert [one.address for one in result.references] == [
        "module.a.aws_bedrockagent_agent.a",
        "module.b.aws_bedrockagent_agent.a",
        "module.c.aws_bedrockagent_agent.a",
    ]
    assert reported(result) == [
        ("module.a.aws_bedrockagent_agent.a", "anthropic.claude-v2:1", ("module.b.aws_bedrockagent_agent.a",)),
        ("module.c.aws_bedrockagent_agent.a", "anthropic.claude-v2", ()),
    ]
    shared = next(one for one in result.findings if one.also_in)
    assert "The input envs/b uses the same line." in shared.message


def test_another_region_is_another_finding(tree: Path) -> None:
    main = tree / "envs" / "b" / "main.tf"
    main.write_text(main.read_text().replace("us-east-1", "us-west-2"))
    assert [one[0] for one in reported(check(tree))] == [
        "module.a.aws_bedrockagent_agent.a",
        "module.b.aws_bedrockagent_agent.a",
        "module.c.aws_bedrockagent_agent.a",
    ]


def test_instances_of_one_root_stay_apart(tree: Path) -> None:
    with (tree / "envs" / "a" / "main.tf").open("a") as main:
        main.write('module "again" {\n  source = "../../modules/agent"\n}\n')
    assert [(one[0], one[2]) for one in reported(check(tree))] == [
        ("module.a.aws_bedrockagent_agent.a", ("module.b.aws_bedrockagent_agent.a",)),
        ("module.again.aws_bedrockagent_agent.a", ()),
        ("module.c.aws_bedrockagent_agent.a", ()),
    ]
