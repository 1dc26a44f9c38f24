"""What one template imports of what another of the same run exports."""

from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan

BASE = """\
Parameters:
  Model: {Type: String, Default: amazon.nova-lite-v1:0}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Profile:
    Type: AWS::Bedrock::ApplicationInferenceProfile
    Properties:
      InferenceProfileName: p
      ModelSource: {CopyFrom: !Sub "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"}
Outputs:
  Literal: {Value: amazon.nova-micro-v1:0, Export: {Name: plain-Model}}
  Default: {Value: !Ref Model, Export: {Name: plain-Default}}
  Arn: {Value: !GetAtt Profile.InferenceProfileArn, Export: {Name: !Sub "${AWS::StackName}-ProfileArn"}}
  Topic: {Value: !Ref Topic, Export: {Name: !Sub "${AWS::StackName}-Topic"}}
"""
AGENT = """\
Parameters:
  Network: {Type: String, Default: base}
  Open: {Type: String}
Resources:
  Profile: {Type: AWS::SNS::Topic}
  Agent:
    Type: AWS::Bedrock::Agent
    Properties: {AgentName: a, FoundationModel: {"Fn::ImportValue": %s}}
"""


def scanned(tmp_path: Path, *paths: str, options: Options | None = None, **files: str) -> Scan:
    for name, content in files.items():
        path = tmp_path / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    settings = Settings(date(2026, 11, 24), judge=False, options=options or Options())
    return scan(paths or ["."], settings, standard_input=bytes, cwd=tmp_path)


def uses(result: Scan) -> dict[str, list[object]]:
    """Of each reference of a file whose name begins with `app`: models, certainty and where they are written."""
    assert not result.problems
    return {
        f"{one.input} {one.address} {one.path}": [
            *(
                (c.model, c.certainty.value, f"{c.written_at.file}:{c.written_at.line}" if c.written_at else None)
                for c in one.candidates
            ),
            *([one.unresolved.subject] if one.unresolved else []),
        ]
        for one in result.references
        if one.input.rpartition("/")[2].startswith("app")
    }


AT = "app.yaml Agent FoundationModel"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain-Model", [("amazon.nova-micro-v1:0", "certain", "base.yaml:11")]),
        ("plain-Default", [("amazon.nova-lite-v1:0", "default", "base.yaml:2")]),
        ("other-Model", ["export other-Model"]),
        # A stack of any name may export what ends so.
        (
            "!Sub '${Network}-ProfileArn'",
            [("amazon.nova-pro-v1:0", "possible", "base.yaml:9"), "export base-ProfileArn"],
        ),
        (
            "!Sub '${Open}-ProfileArn'",
            [("amazon.nova-pro-v1:0", "possible", "base.yaml:9"), "export ⟨parameter Open⟩-ProfileArn"],
        ),
        ("!Sub '${Open}-Arn'", ["export ⟨parameter Open⟩-Arn"]),
        ("!Ref Open", ["export ⟨parameter Open⟩"]),
    ],
)
def test_a_model_that_is_imported(tmp_path: Path, name: str, expected: list[object]) -> None:
    assert uses(scanned(tmp_path, app=AGENT % name, base=BASE)) == {AT: expected}


def test_the_trail_has_the_export_and_the_import(tmp_path: Path) -> None:
    result = scanned(tmp_path, app=AGENT % "plain-Default", base=BASE)
    (candidate,) = next(one for one in result.references if one.address == "Agent").candidates
    assert [
        (f"{step.location.file}:{step.location.line}" if step.location else None, step.text) for step in candidate.trail
    ] == [
        ("base.yaml:2", "default of parameter Model"),
        ("base.yaml:12", "parameter Model"),
        ("base.yaml:12", "output Default of base.yaml"),
        ("app.yaml:8", "export plain-Default"),
    ]
    assert [str(given) for given in candidate.given] == [
        'parameter base.yaml:Model is left at its default, "amazon.nova-lite-v1:0"'
    ]
    assert next(one.files for one in result.inputs if one.path == "app.yaml") == ("app.yaml", "base.yaml")


def test_what_no_word_of_the_importing_template_tells(tmp_path: Path) -> None:
    app = """\
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties: {Environment: {Variables: {CHAT: !ImportValue plain-Model, ON: !ImportValue net-ProfileArn}}}
"""
    assert uses(scanned(tmp_path, app=app, base=BASE)) == {
        "app.yaml Function Environment.Variables.CHAT": [("amazon.nova-micro-v1:0", "certain", "base.yaml:11")],
        "app.yaml Function Environment.Variables.ON": [("amazon.nova-pro-v1:0", "possible", "base.yaml:9")],
    }


ONE = "Resources: {{T: {{Type: AWS::SNS::Topic}}}}\nOutputs: {{M: {{Value: {0}, Export: {{Name: shared-Model}}}}}}\n"


@pytest.mark.parametrize("order", [("app.yaml", "dev", "prod"), ("prod", "app.yaml", "dev")])
def test_each_template_that_exports_a_name_is_possible_in_any_order(tmp_path: Path, order: tuple[str, ...]) -> None:
    dev, prod = ONE.format("amazon.nova-lite-v1:0"), ONE.format("amazon.nova-pro-v1:0")
    result = scanned(tmp_path, *order, app=AGENT % "shared-Model", dev__base=dev, prod__base=prod)
    assert uses(result) == {
        AT: [
            ("amazon.nova-lite-v1:0", "possible", "dev/base.yaml:2"),
            ("amazon.nova-pro-v1:0", "possible", "prod/base.yaml:2"),
        ]
    }
    (reference,) = (one for one in result.references if one.address == "Agent")
    assert [[str(given) for given in candidate.given] for candidate in reference.candidates] == [
        ["export shared-Model = dev/base.yaml"],
        ["export shared-Model = prod/base.yaml"],
    ]


def test_an_export_that_a_template_without_models_makes_counts_too(tmp_path: Path) -> None:
    result = scanned(
        tmp_path, app=AGENT % "shared-Model", dev=ONE.format("none"), prod=ONE.format("amazon.nova-pro-v1:0")
    )
    assert uses(result) == {AT: [("amazon.nova-pro-v1:0", "possible", "prod.yaml:2"), "none"]}


def test_the_names_of_environments(tmp_path: Path) -> None:
    base = """\
Parameters:
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
Mappings:
  Models: {dev: {Id: amazon.nova-lite-v1:0}, prod: {Id: amazon.nova-pro-v1:0}}
Resources: {T: {Type: AWS::SNS::Topic}}
Outputs:
  Model: {Value: !FindInMap [Models, !Ref Env, Id], Export: {Name: !Sub "${Env}-Model"}}
"""
    assert uses(scanned(tmp_path, app=AGENT % "dev-Model", base=base)) == {
        AT: [("amazon.nova-lite-v1:0", "default", "base.yaml:4")]
    }
    assert uses(scanned(tmp_path, app=AGENT % "prod-Model", base=base)) == {
        AT: [("amazon.nova-pro-v1:0", "override", "base.yaml:4")]
    }


def test_exports_under_conditions(tmp_path: Path) -> None:
    base = """\
Parameters:
  Env: {Type: String, AllowedValues: [dev, prod]}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsDev: !Not [!Condition IsProd]
Resources: {T: {Type: AWS::SNS::Topic}}
Outputs:
  Prod: {Condition: IsProd, Value: amazon.nova-pro-v1:0, Export: {Name: the-Model}}
  Dev: {Condition: IsDev, Value: amazon.nova-lite-v1:0, Export: {Name: the-Model}}
"""
    assert uses(scanned(tmp_path, app=AGENT % "the-Model", base=base)) == {
        AT: [("amazon.nova-lite-v1:0", "possible", "base.yaml:9"), ("amazon.nova-pro-v1:0", "possible", "base.yaml:8")]
    }


def test_a_chain_and_a_circle_end(tmp_path: Path) -> None:
    passed = ONE.replace("{0}", "!ImportValue {0}").replace("shared-Model", "{1}")
    files = {
        "app": AGENT % "x-3",
        "a": ONE.format("amazon.nova-lite-v1:0"),
        "b": passed.format("shared-Model", "x-2"),
        "c": passed.format("x-2", "x-3"),
    }
    assert uses(scanned(tmp_path, **files)) == {AT: [("amazon.nova-lite-v1:0", "certain", "a.yaml:2")]}
    files |= {"app": AGENT % "y-1", "d": passed.format("y-1", "y-2"), "e": passed.format("y-2", "y-1")}
    ((_, unknown),) = uses(scanned(tmp_path, **files)).items()
    assert unknown == ["output M"]


def test_stacks_of_one_input_import_from_each_other(tmp_path: Path) -> None:
    app = """\
Resources:
  Base: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: base.yaml}}
  Use: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: use.yaml, Parameters: {Open: x}}}
"""
    use = AGENT % "!Sub '${Network}-ProfileArn'"
    assert uses(scanned(tmp_path, app=app, base=BASE, use=use)) == {
        "app.yaml Base.Profile ModelSource.CopyFrom": [("amazon.nova-pro-v1:0", "certain", "base.yaml:9")],
        "app.yaml Use.Agent FoundationModel": [
            ("amazon.nova-pro-v1:0", "possible", "base.yaml:9"),
            "export base-ProfileArn",
        ],
    }


def test_the_exports_of_a_nested_stack_with_what_it_is_passed(tmp_path: Path) -> None:
    outer = """\
Resources:
  Base:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: base.yaml, Parameters: {Model: amazon.titan-text-lite-v1}}
"""
    result = scanned(tmp_path, app=AGENT % "plain-Default", outer=outer, base=BASE)
    assert uses(result) == {AT: [("amazon.titan-text-lite-v1", "certain", "outer.yaml:4")]}


def test_templates_for_different_regions_do_not_share_exports(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('[{"ParameterKey": "Model", "ParameterValue": "amazon.titan-text-lite-v1"}]')
    options = Options(regions=("eu-west-1",), parameters=(tmp_path / "p.json",))
    result = scanned(tmp_path, options=options, app=AGENT % "plain-Default", base=BASE)
    assert uses(result) == {AT: [("amazon.titan-text-lite-v1", "certain", "p.json:1")]}


def test_what_is_nested_may_be_one_of_several_templates(tmp_path: Path) -> None:
    nesting = """\
Parameters: {Big: {Type: String}}
Conditions: {IsBig: !Equals [!Ref Big, "yes"]}
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: !If [IsBig, in/big.yaml, in/small.yaml]}
"""
    inner = """\
Resources: {Topic: {Type: AWS::SNS::Topic}}
Outputs:
  Model: {Value: %s, Export: {Name: chat-Model}}
"""
    result = scanned(
        tmp_path,
        base=nesting,
        in__big=inner % "amazon.nova-pro-v1:0",
        in__small=inner % "amazon.nova-lite-v1:0",
        app=AGENT % "chat-Model",
    )
    assert uses(result)[AT] == [
        ("amazon.nova-pro-v1:0", "possible", "in/big.yaml:3"),
        ("amazon.nova-lite-v1:0", "possible", "in/small.yaml:3"),
    ]


def test_a_name_of_an_export_that_rests_on_the_same_import_ends(tmp_path: Path) -> None:
    # A nested stack has the prefix of its exports from its parent, which imports it.
    nesting = """\
Resources:
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: in/chat.yaml, Parameters: {Prefix: !ImportValue base-prefix}}
"""
    inner = """\
Parameters: {Prefix: {Type: String}}
Resources: {Topic: {Type: AWS::SNS::Topic}}
Outputs:
  Model: {Value: amazon.nova-lite-v1:0, Export: {Name: !Sub "${Prefix}-prefix"}}
"""
    result = scanned(tmp_path, base=nesting, in__chat=inner, app=AGENT % "base-prefix")
    assert uses(result)[AT] == [("amazon.nova-lite-v1:0", "possible", "in/chat.yaml:4"), "export base-prefix"]
