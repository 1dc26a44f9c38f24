"""A variable beside a model whose Region is not known, in a stack whose Region is."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.settings import Options, Settings
from checker.pipeline import scan

TEMPLATE = """\
Parameters:
  BedrockRegion: {{Type: String}}
Resources:
  A:
    Type: AWS::Lambda::Function
    Properties:
      Environment: {{Variables: {{BEDROCK_MODEL_ID: us.anthropic.claude-sonnet-4-6, BEDROCK_REGION: {region}}}}}
"""


@pytest.mark.parametrize(
    ("region", "is_found"), [("!Ref BedrockRegion", False), ('!Ref "AWS::Region"', True), ("eu-west-1", True)]
)
def test_the_region_of_the_stack_says_nothing_of_it(tmp_path: Path, region: str, is_found: bool) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE.format(region=region))
    settings = Settings(date(2026, 12, 1), options=Options(regions=("eu-west-1",)))
    result = scan(["."], settings, standard_input=bytes, cwd=tmp_path)
    found = [finding.message for finding in result.findings if finding.rule == "unknown-model"]
    assert bool(found) is is_found
    assert not [message for message in found if "does not set a Region" in message]
