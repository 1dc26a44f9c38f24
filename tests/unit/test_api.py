"""The Python interface."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import checker

CATALOG = Path(__file__).parents[1] / "catalog.json"
AS_OF = date(2026, 11, 24)


def write(directory: Path, model: str = "anthropic.test-eol-v1:0") -> Path:
    file = directory / "main.tf"
    file.write_text(
        'variable "m" {\n  default = "' + model + '"\n}\n'
        'resource "aws_bedrockagent_agent" "chat" {\n  foundation_model = var.m\n  region = "us-east-1"\n}\n'
    )
    return file


def test_code_is_judged(tmp_path):
    write(tmp_path)
    scan = checker.check([tmp_path], as_of=AS_OF, catalog=CATALOG, cwd=tmp_path)
    assert isinstance(scan, checker.Scan)
    [finding] = scan.open_findings
    assert (finding.rule, finding.severity, finding.status) == (
        "eol-reached",
        checker.Severity.ERROR,
        checker.Status.OPEN,
    )
    assert finding.location.file == "main.tf"
    assert scan.as_of == AS_OF


def test_the_arguments_are_those_of_the_command_line(tmp_path):
    write(tmp_path)
    given = {"as_of": AS_OF, "catalog": CATALOG, "cwd": tmp_path}
    # The default, which nothing uses then, is a mention.
    for supplied in ({"variables": {"m": "anthropic.test-active-v1:0"}}, {"var_files": ["prod.tfvars"]}):
        found = checker.check(".", **supplied, **given).findings
        assert [finding.severity for finding in found] == [checker.Severity.NOTE]
        (tmp_path / "prod.tfvars").write_text('m = "anthropic.test-active-v1:0"\n')
    (tmp_path / "own.yaml").write_text("version: 1\nrules: [{id: mine, check: eol-reached, severity: note}]\n")
    assert [finding.rule for finding in checker.check(".", policy=Path("own.yaml"), **given).findings] == ["mine"]
    assert [f.rule for f in checker.check(".", policy=["baseline", "own.yaml"], **given).findings] == ["eol-reached"]


def test_a_document_can_be_given_as_bytes(tmp_path):
    template = (
        b"Resources:\n  Chat:\n    Type: AWS::Bedrock::Agent\n    Properties:\n"
        b"      AgentName: chat\n      FoundationModel: anthropic.test-eol-v1:0\n"
    )
    scan = checker.check("-", content=template, as_of=AS_OF, regions=["us-east-1"], catalog=CATALOG, cwd=tmp_path)
    assert [(finding.rule, finding.region) for finding in scan.findings] == [("eol-reached", "us-east-1")]


def test_what_is_asked_for_wrongly_is_an_error(tmp_path):
    with pytest.raises(checker.UsageError, match="neither a policy pack nor a file"):
        checker.check(".", policy="basline", cwd=tmp_path)
    with pytest.raises(checker.UsageError, match="needs `content`"):
        checker.check("-", cwd=tmp_path)
    with pytest.raises(checker.UsageError, match="9999-12-31 is not between"):
        checker.check(".", as_of=date.max, cwd=tmp_path)
    with pytest.raises(checker.UsageError, match="nothing to check"):
        checker.check([], cwd=tmp_path)
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        checker.chekc  # noqa: B018


def test_what_is_wrong_with_the_code_is_in_the_result(tmp_path):
    (tmp_path / "main.tf").write_text("resource {")
    scan = checker.check(".", as_of=AS_OF, cwd=tmp_path)
    assert scan.incomplete
    assert scan.problems[0].file == "main.tf"


def test_the_import_is_cheap_and_all_names_are_there():
    code = "import checker, sys; assert not [m for m in sys.modules if m.startswith('checker.')], sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert set(checker.__all__) <= set(dir(checker))
    for name in checker.__all__:
        assert getattr(checker, name) is not None
