"""The constants of CDK's libraries are found in each language, and the table has all that the libraries declare."""

import json
import runpy
from pathlib import Path

import pytest

from checker.catalog.lookup import CatalogIndex
from checker.catalog.store import load_bundled
from checker.references import written_constants

TOOLS = Path(__file__).parents[3] / "tools" / "cdk"
HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"


@pytest.mark.parametrize(
    ("code", "ids"),
    [
        ("bedrock.FoundationModelIdentifier.ANTHROPIC_CLAUDE_3_HAIKU_20240307_V1_0", (HAIKU,)),
        ("FoundationModelIdentifier\n    .ANTHROPIC_CLAUDE_3_HAIKU_20240307_V1_0,", (HAIKU,)),
        ("awsbedrock.FoundationModelIdentifier_ANTHROPIC_CLAUDE_3_HAIKU_20240307_V1_0()", (HAIKU,)),
        ("BedrockFoundationModel.ANTHROPIC_CLAUDE_HAIKU_V1_0.asIModel(this)", (HAIKU,)),
        ("import FoundationModelIdentifier as F\nF.ANTHROPIC_CLAUDE_3_HAIKU_20240307_V1_0", (HAIKU,)),
        ("FoundationModelIdentifier.OF_A_NEWER_LIBRARY", ()),
        (
            "DefaultPromptRouterIdentifier.ANTHROPIC_CLAUDE_V1",
            ("anthropic.claude-3-5-sonnet-20240620-v1:0", HAIKU),
        ),
    ],
)
def test_a_constant_stands_for_models(code: str, ids: tuple[str, ...]) -> None:
    (found,) = written_constants(code)
    assert found.ids == ids
    assert code[found.offset :].split()[0].startswith(found.name.split(".")[0]) or "F." in code


@pytest.mark.parametrize(
    "code",
    [
        "x: FoundationModelIdentifier = other()",
        "FoundationModelIdentifier.fromString(MODEL_ID)",
        "ANTHROPIC_CLAUDE_3_HAIKU_20240307_V1_0 = 1",
        "MyFoundationModelIdentifier.SOME_THING",
    ],
)
def test_other_names_are_no_constants(code: str) -> None:
    assert list(written_constants(code)) == []


def test_the_catalog_knows_what_they_stand_for() -> None:
    index = CatalogIndex(load_bundled())
    recorded = json.loads((TOOLS / "record.json").read_text(encoding="utf-8"))
    ids = {one for each in recorded for made in each["constants"].values() for ids in made.values() for one in ids}
    assert len(ids) > 100
    assert [one for one in sorted(ids) if not index.knows(one)] == []


CODE = """
class FoundationModelIdentifier{static A_B=new FoundationModelIdentifier("amazon.nova-lite-v1:0");static OTHER=1}
BedrockFoundationModel.C_D = new BedrockFoundationModel('meta.llama3-1-8b-instruct-v1:0', { supportsAgents: true });
OAuthScope.E_F = new OAuthScope("aws.cognito.signin.user.admin");
Router.G_H = new Router({ promptRouterId: 'x', routingModels: [models_1.BedrockFoundationModel.C_D,
   models_1.FoundationModelIdentifier.A_B] });
"""
DECLARED = """
static readonly A_B: FoundationModelIdentifier;
static readonly C_D: BedrockFoundationModel;
static readonly G_H: Router;
"""


def test_constants_are_read_out_of_a_package() -> None:
    constants = runpy.run_path(str(TOOLS / "record.py"))["constants"]
    assert constants({"a.js": CODE, "a.d.ts": DECLARED}) == {
        "BedrockFoundationModel": {"C_D": ["meta.llama3-1-8b-instruct-v1:0"]},
        "FoundationModelIdentifier": {"A_B": ["amazon.nova-lite-v1:0"]},
        "Router": {"G_H": ["amazon.nova-lite-v1:0", "meta.llama3-1-8b-instruct-v1:0"]},
    }
    with pytest.raises(SystemExit, match="I_J"):
        constants({"a.js": CODE, "a.d.ts": DECLARED + "static readonly I_J: BedrockFoundationModel;"})
