"""The advice on a model that is not known can be followed where the code is."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.resource import Framework
from checker.model.settings import Settings
from checker.pipeline import scan

AGENT = "  A: {Type: 'AWS::Bedrock::Agent', Properties: {FoundationModel: VALUE}}\n"
PARAMETERS = "Parameters:\n  M: {Type: String}\n"


@pytest.mark.parametrize(
    ("value", "cause", "advice"),
    [
        ("!Ref M", "input-not-set", "(--parameters)"),
        ("'{{resolve:ssm:/m}}'", "external-data", "(--answers)"),
        ("!ImportValue m", "external-data", "(--answers)"),
        ("!GetAtt C.Model", "deploy-time", "`bedrock-eol account`"),
        ("{'Fn::Transform': {Name: Own}}", "unsupported-function", "`bedrock-eol account`"),
    ],
)
def test_for_a_template_there_is_no_plan(tmp_path: Path, value: str, cause: str, advice: str) -> None:
    custom = "  C: {Type: 'Custom::C', Properties: {ServiceToken: x}}\n"
    (tmp_path / "t.yaml").write_text(f"{PARAMETERS}Resources:\n{custom}{AGENT.replace('VALUE', value)}")
    found = scan(["t.yaml"], Settings(date(2026, 11, 24)), standard_input=bytes, cwd=tmp_path)
    [unresolved] = [each.unresolved for each in found.references if each.framework is Framework.CLOUDFORMATION]
    assert unresolved is not None
    assert unresolved.cause == cause
    assert advice in unresolved.advice
    assert "plan" not in unresolved.advice
