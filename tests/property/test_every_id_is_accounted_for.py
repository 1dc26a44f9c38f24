"""Every known id that stands in the code is in the report: as a use, a grant, a mention or what is not resolved."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from checker.catalog.lookup import CatalogIndex
from checker.catalog.store import load_bundled
from checker.model.reference import Reason, Reference
from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

REPOSITORY = Path(__file__).resolve().parents[2]
INDEX = CatalogIndex(load_bundled())
IDS = {name: model.id for model in load_bundled().models for name in (model.id, *model.aliases) if "." in name}
CASES = sorted(path for top in ("examples", "tests/cases") for path in (REPOSITORY / top).glob("*/*") if path.is_dir())
# Written down here once more: what the search leaves out must not be left out here, too.
SUFFIXES = (
    ".tf", ".tofu", ".tf.json", ".hcl", ".tfvars", ".json", ".yaml", ".yml", ".toml", ".env", ".tpl", ".tftpl", ".j2",
    ".template",
)  # fmt: skip
INSTALLED = {".git", ".terraform", ".terragrunt-cache", "node_modules", ".venv", "__pycache__"}
MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


def run(directory: Path) -> Scan:
    return scan(["."], Settings(date(2026, 11, 24)), standard_input=bytes, cwd=directory)


def grep(directory: Path) -> Iterator[tuple[str, int, str]]:
    """File, line and model of each id, as a person would find it; the longest of those that begin alike."""
    for path in sorted(directory.rglob("*")):
        relative = path.relative_to(directory)
        if not path.is_file() or not path.name.endswith(SUFFIXES) or INSTALLED.intersection(relative.parts):
            continue
        if path.name.startswith((".bedrock-eol", "tree.json", "manifest.json")) or "cdk.out" in relative.parts:
            continue
        for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").split("\n"), 1):
            for name, model in IDS.items():
                if name in line and not any(other != name and name in other and other in line for other in IDS):
                    yield relative.as_posix(), number, model


def locations(reference: Reference) -> Iterator[tuple[str, str | None]]:
    for candidate in reference.candidates:
        for location in (reference.location, candidate.written_at, *(step.location for step in candidate.trail)):
            if location is not None:
                yield location.file, candidate.model


@pytest.mark.parametrize("directory", CASES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_of_every_case(directory: Path) -> None:
    result = run(directory)
    accounted = {location for reference in (*result.references, *result.mentions) for location in locations(reference)}
    missing = [found for found in grep(directory) if (found[0], found[2]) not in accounted]
    assert missing == []


def test_the_cases_have_ids_of_all_kinds() -> None:
    found = {directory: list(grep(directory)) for directory in CASES}
    assert sum(map(bool, found.values())) > len(CASES) / 2
    assert sum(map(len, found.values())) > 500
    assert len({model for locations in found.values() for _, _, model in locations}) > 20


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_of_every_kind_of_file(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "root.tf").write_text("locals {}\n", encoding="utf-8")
    text = f'{{"a": "{MODEL}"}}' if suffix.endswith("json") else f'locals {{\n  a = "{MODEL}"\n}}\n'
    (tmp_path / f"more{suffix}").write_text(text, encoding="utf-8")
    assert [location.file for location in (one.location for one in run(tmp_path).mentions) if location] == [
        f"more{suffix}"
    ]


def mentioned(directory: Path) -> list[tuple[str, int, Reason]]:
    return [
        (one.location.file, one.location.line, one.mention.reason)
        for one in run(directory).mentions
        if one.mention is not None and one.location is not None
    ]


def test_each_reason(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        f'# once {MODEL}\nlocals {{\n  a = "{MODEL}" // {MODEL}\n  b = "{MODEL}"\n}}\n'
        f'variable "v" {{\n  description = "such as {MODEL}"\n  default     = ""\n}}\n'
        'resource "aws_ssm_parameter" "p" {\n  value = local.b\n}\n',
        encoding="utf-8",
    )
    (tmp_path / "values.yaml").write_text(f"model: us.{MODEL}\n", encoding="utf-8")
    assert mentioned(tmp_path) == [
        ("main.tf", 1, Reason.COMMENT),
        ("main.tf", 3, Reason.UNUSED),
        ("main.tf", 3, Reason.COMMENT),
        ("main.tf", 7, Reason.DESCRIPTION),
        ("values.yaml", 1, Reason.NOT_LOADED),
    ]


def test_a_text_of_many_lines_is_one_use(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(
        "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code:\n        ZipFile: |\n"
        f"          import boto3\n          first = '{MODEL}'\n          again = '{MODEL}'\n",
        encoding="utf-8",
    )
    assert mentioned(tmp_path) == []


def test_a_line_behind_a_use_is_no_part_of_it(tmp_path: Path) -> None:
    (tmp_path / "definition.json").write_text(
        '{"States": {"S": {"Resource": "arn:aws:states:::bedrock:invokeModel",\n'
        f'"Parameters": {{"ModelId": "{MODEL}"}}}}}}}}\n',
        encoding="utf-8",
    )
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  M:\n    Type: AWS::Serverless::StateMachine\n"
        "    Properties:\n      DefinitionUri: definition.json\n      DefinitionSubstitutions:\n"
        f"        Unread: {MODEL}\n",
        encoding="utf-8",
    )
    assert mentioned(tmp_path) == [("template.yaml", 8, Reason.UNUSED)]


def test_what_hides_a_use_is_judged(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        f'locals {{\n  a = "{MODEL}"\n}}\nresource "aws_bedrockagent_agent" "a" {{\n'
        "  foundation_model = provider::acme::secret(sha256(local.a))\n}\n",
        encoding="utf-8",
    )
    result = run(tmp_path)
    assert [one.mention.reason for one in result.mentions if one.mention] == [Reason.NOT_EVALUATED]
    assert [str(one.severity) for one in result.findings if one.rule == "unaccounted-model"] == ["warning"]


def test_comments_are_judged_by_no_rule(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(f'# {MODEL}\nresource "aws_sqs_queue" "q" {{}}\n', encoding="utf-8")
    result = run(tmp_path)
    (one,) = result.mentions
    assert one.mention is not None
    assert one.mention.stage is not None
    assert one.mention.stage.eol_date is not None
    assert [finding for finding in result.findings if finding.reference is not None] == []


def test_what_other_tools_install_is_not_looked_at(tmp_path: Path) -> None:
    for name in (".terraform/modules/m/main.tf", "node_modules/m/values.yaml", "app.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f'x = "{MODEL}"\n', encoding="utf-8")
    (tmp_path / "main.tf").write_text("locals {}\n", encoding="utf-8")
    assert mentioned(tmp_path) == []
