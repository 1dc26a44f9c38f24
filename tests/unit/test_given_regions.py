"""`--region` says where the code is deployed: what a Region decides is certain in each that is given."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan

CATALOG = Path(__file__).parents[1] / "catalog.json"
HAIKU, NOVA = "anthropic.claude-3-haiku-20240307-v1:0", "amazon.nova-lite-v1:0"
MAPPED = f"""
Mappings:
  ByRegion:
    us-east-1: {{Model: {HAIKU}}}
    us-west-2: {{Model: {NOVA}}}
Resources:
  Agent:
    Type: AWS::Bedrock::Agent
    Properties: {{FoundationModel: !FindInMap [ByRegion, !Ref AWS::Region, Model]}}
"""
CONDITIONAL = f"""
Conditions:
  InVirginia: !Equals [!Ref AWS::Region, us-east-1]
Resources:
  Agent:
    Type: AWS::Bedrock::Agent
    Condition: InVirginia
    Properties: {{FoundationModel: {HAIKU}}}
"""
LOOKED_UP = f"""
provider "aws" {{}}
data "aws_region" "here" {{}}
locals {{
  models = {{ us-east-1 = "{HAIKU}", us-west-2 = "{NOVA}" }}
}}
resource "aws_bedrockagent_agent" "a" {{
  foundation_model = local.models[data.aws_region.here.name]
}}
"""
WITHOUT_PROVIDER = LOOKED_UP.replace('provider "aws" {}', "")
BY_VARIABLE = LOOKED_UP.replace('provider "aws" {}', 'variable "region" {}\nprovider "aws" {\n  region = var.region\n}')


def run(tmp_path: Path, name: str, code: str, *regions: str) -> Scan:
    (tmp_path / name).write_text(code)
    settings = Settings(date(2026, 11, 24), catalog=CATALOG, options=Options(regions=regions))
    return scan((name if name.endswith(".yaml") else ".",), settings, standard_input=bytes, cwd=tmp_path)


ALL = [
    ("t.yaml", MAPPED),
    ("t.yaml", CONDITIONAL),
    ("main.tf", LOOKED_UP),
    ("main.tf", WITHOUT_PROVIDER),
    ("main.tf", BY_VARIABLE),
]


@pytest.mark.parametrize(("name", "code"), ALL)
@pytest.mark.parametrize("regions", [("us-east-1",), ("us-east-1", "us-west-2"), ("us-west-2", "us-east-1")])
def test_a_further_region_hides_nothing(tmp_path: Path, name: str, code: str, regions: tuple[str, ...]) -> None:
    found = run(tmp_path, name, code, *regions)
    [haiku] = [one for one in found.references[0].candidates if one.model == HAIKU]
    assert haiku.certainty == "certain"
    # Of a single given Region, the code need not know: it bounds what is judged.
    assert haiku.regions == ("us-east-1",) or regions == ("us-east-1",)


@pytest.mark.parametrize(("name", "code"), ALL)
def test_what_no_given_region_brings_is_no_candidate(tmp_path: Path, name: str, code: str) -> None:
    found = run(tmp_path, name, code, "us-west-2")
    assert HAIKU not in {one.model for reference in found.references for one in reference.candidates}


@pytest.mark.parametrize(("name", "code"), ALL)
def test_without_a_given_region_each_is_possible(tmp_path: Path, name: str, code: str) -> None:
    [reference] = run(tmp_path, name, code).references
    assert ("possible", HAIKU) in {(str(one.certainty), one.model) for one in reference.candidates}
