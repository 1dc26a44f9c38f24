"""Each intrinsic function, in its long and its short form."""

import re

import pytest

from checker.frontends.cloudformation.intrinsics import INTRINSICS

HEAD = """\
Parameters:
  Chosen: {Type: String, Default: beta}
  Open: {Type: String}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Count: {Type: Number, Default: 3}
Mappings:
  Models:
    eu-west-1: {Chat: one, Embed: two}
    us-east-1: {Chat: three}
  Lists:
    all: {Ids: [x, y]}
Conditions:
  Yes: !Equals [a, a]
  No: !Equals [a, b]
  IsBeta: !Equals [!Ref Chosen, beta]
Resources:
  Other:
    Type: AWS::SSM::Parameter
    Properties: {Type: String, Value: kept}
  R:
    Type: Custom::R
    Properties:
      P: """


def texts(described):
    return [text for text, _, _ in described.get("P", [])]


VALUES = [
    ("!Ref Chosen", ["beta"]),
    ("{Ref: Chosen}", ["beta"]),
    ("!Ref Count", ["3"]),
    ("!Ref Open", ["?input-not-set parameter Open"]),
    ("!Ref Other", ["-> Other Ref"]),
    ("!Ref AWS::Region", ["?deploy-time AWS::Region"]),
    ("!Ref Nothing", ["?invalid-expression Nothing"]),
    ("!GetAtt Other.Arn", ["-> Other Arn"]),
    ("!GetAtt [Other, Arn]", ["-> Other Arn"]),
    ("{'Fn::GetAtt': Other.Sub.Arn}", ["-> Other Sub.Arn"]),
    ("{'Fn::GetAtt': [Other, !Ref Open]}", ["?deploy-time Fn::GetAtt"]),
    ("!GetAtt Other.Value", ["kept"]),
    ("!GetAtt Nothing.Arn", ["?invalid-expression Nothing.Arn"]),
    ("!GetAtt Other", ["?invalid-expression Fn::GetAtt"]),
    ("!Sub 'x ${Chosen} ${AWS::Region} ${!Chosen} ${Other.Arn}'", ["x beta ⟨AWS::Region⟩ ${Chosen} ⟨Other.Arn⟩"]),
    ("{'Fn::Sub': 'v-${Chosen}'}", ["v-beta"]),
    ("!Sub ['${A}-${A}-${Chosen}', {A: !Ref Open}]", ["⟨parameter Open⟩-⟨parameter Open⟩-beta"]),
    ("!Sub ['${Chosen}', {Chosen: mine}]", ["mine"]),
    ("!Sub '${Open}'", ["?input-not-set parameter Open"]),
    ("!Sub 'echo ${HOME:-none} $HOME ${ Chosen }'", ["echo ${HOME:-none} $HOME beta"]),
    ("!Sub '${Nothing} x'", ["?invalid-expression Fn::Sub of ${Nothing} x"]),
    ("!Sub [1, 2, 3]", ["?invalid-expression Fn::Sub"]),
    ("!Join ['-', [a, !Ref Chosen, 3, true]]", ["a-beta-3-true"]),
    ("{'Fn::Join': ['', [a, !Ref AWS::Partition]]}", ["a⟨AWS::Partition⟩"]),
    ("!Join [',', !Ref Names]", ["a,b"]),
    ("!Join [',', !FindInMap [Lists, all, Ids]]", ["x,y"]),
    ("!Join [',', !GetAZs '']", ["?deploy-time Fn::GetAZs"]),
    ("!Join ['-', [a, !Ref AWS::NoValue, b]]", ["a-b"]),
    ("!Join ['-', [a, !If [IsBeta, b, !Ref AWS::NoValue], c]]", ["a-b-c", "a-c"]),
    ("!Join [a]", ["?invalid-expression Fn::Join"]),
    ("!If [Yes, a, b]", ["a"]),
    ("!If [No, a, b]", ["b"]),
    ("!If [IsBeta, a, b]", ["a", "b"]),
    ("!If [Yes, !Ref AWS::NoValue, b]", ["null"]),
    ("{'Fn::If': [No, a, {'Fn::If': [Yes, c, d]}]}", ["c"]),
    ("!If [Undefined, a, b]", ["?invalid-expression condition Undefined"]),
    ("!FindInMap [Models, eu-west-1, Chat]", ["one"]),
    ("!FindInMap [Models, !Ref AWS::Region, Chat]", ["one", "three"]),
    ("!FindInMap [Models, us-east-1, Embed]", ["?invalid-expression mapping Models"]),
    ("!FindInMap [Models, us-east-1, Embed, {DefaultValue: spare}]", ["spare"]),
    ("!FindInMap [Models, !Ref AWS::Region, Embed, {DefaultValue: !Ref Chosen}]", ["two", "beta", "beta"]),
    ("!FindInMap [Nothing, a, b]", ["?invalid-expression mapping Nothing"]),
    ("!FindInMap [Nothing, a, b, {DefaultValue: spare}]", ["spare"]),
    ("!FindInMap [!Ref Open, eu-west-1, Chat]", ["one", "?invalid-expression mapping"]),
    ("!Select [1, [a, b]]", ["b"]),
    ("!Select ['0', !Ref Names]", ["a"]),
    ("!Select [1, !Split ['/', 'a/b/c']]", ["b"]),
    ("!Select [2, [a, b]]", ["?invalid-expression Fn::Select"]),
    ("!Select [0, [!Ref AWS::NoValue, b]]", ["b"]),
    ("!Select [2, !Split [':', !Sub 'arn:${AWS::Partition}:bedrock:x']]", ["bedrock"]),
    ("!Select [0, !Split ['-', !Ref AWS::Region]]", ["?deploy-time AWS::Region"]),
    ("!Select [0, !Split ['/', !Ref Open]]", ["?input-not-set parameter Open"]),
    ("!Base64 {'Fn::Sub': 'run ${Chosen}'}", ["run beta"]),
    ("!ImportValue shared", ["?external-data export shared"]),
    ("{'Fn::ImportValue': !Sub '${AWS::StackName}-x'}", ["?external-data export ⟨AWS::StackName⟩-x"]),
    ("!Select [1, !Cidr [10.0.0.0/16, 2, 8]]", ["10.0.1.0/24"]),
    ("!Cidr [nonsense, 2]", ["?invalid-expression Fn::Cidr"]),
    ("!Length [a, b]", ["2"]),
    ("{'Fn::Length': !Ref Names}", ["2"]),
    ("{'Fn::Transform': {Name: Mine, Parameters: {}}}", ["?unsupported-function macro Mine"]),
    (
        "{'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: 's3://b/x.yaml'}}}",
        ["?external-data macro AWS::Include"],
    ),
    ("{'Fn::GetStackOutput': {StackName: s, OutputName: o}}", ["?external-data output o of stack s"]),
    ("{'Fn::Unheard': [1]}", ["?unsupported-function Fn::Unheard"]),
    ("!Unheard x", ["?unsupported-function Fn::Unheard"]),
    ("'{{resolve:ssm:/models/chat:3}}'", ["?external-data SSM parameter /models/chat:3"]),
    ("!Sub 'id-{{resolve:ssm:/${Chosen}/chat}}'", ["id-⟨SSM parameter /beta/chat⟩"]),
    ("'{{resolve:ssm-secure:/key}}'", ["?sensitive SSM parameter /key"]),
    ("!Join ['', ['{{resolve:secretsmanager:', !Ref Other, ':SecretString:k::}}']]", ["?sensitive secret ⟨Other⟩"]),
]


@pytest.mark.parametrize(("written", "expected"), VALUES)
def test_function(load, describe, written, expected):
    loaded = load(HEAD + written + "\n")
    resource = next(r for r in loaded.resources if r.address == "R")
    assert texts(describe(resource.properties)) == expected


def test_json_string_keeps_the_value(load, describe):
    loaded = load(HEAD + "\n        Fn::ToJsonString: {model: !Ref Chosen, gone: !Ref AWS::NoValue}\n")
    resource = next(r for r in loaded.resources if r.address == "R")
    assert describe(resource.properties) == {"P<json>.model": [("beta", "default", "template.yaml:2")]}


def test_json_strings_nest(load, describe):
    loaded = load(HEAD + "{'Fn::ToJsonString': {a: [{'Fn::ToJsonString': {m: !Ref Chosen}}]}}\n")
    resource = next(r for r in loaded.resources if r.address == "R")
    assert describe(resource.properties) == {"P<json>.a[0]<json>.m": [("beta", "default", "template.yaml:2")]}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("!Join ['', ['c=', {'Fn::ToJsonString': {m: !Ref Chosen}}]]", ['c={"m":"beta"}']),
        ("!Sub ['c=${J}', {J: {'Fn::ToJsonString': !FindInMap [Lists, all, Ids]}}]", ['c=["x","y"]']),
    ],
)
def test_json_strings_are_text(load, describe, written, expected):
    loaded = load(HEAD + written + "\n")
    assert texts(describe(next(r for r in loaded.resources if r.address == "R").properties)) == expected


CONDITIONS = [
    ("!Equals [!Ref Count, 3]", True),
    ("!Equals ['3', 3]", True),
    ("!Equals [!Ref Names, [a, b]]", True),
    ("!Not [!Equals [a, a]]", False),
    ("!And [!Condition Yes, {Condition: Yes}, !Equals [1, 1]]", True),
    ("!And [!Condition Yes, !Condition No]", False),
    ("!Or [!Condition No, {'Fn::Equals': [x, x]}]", True),
    ("!Or [!Condition No, !Not [{Condition: Yes}]]", False),
    ("{Condition: Yes}", True),
    ("!Condition No", False),
    ("!Contains [[a, !Ref Chosen], beta]", True),
    ("{'Fn::Contains': [[a, b], c]}", False),
]

# Arguments that a function does not take; those that are not here take any node.
MALFORMED = {
    "Condition": ["[Yes]"],
    "Fn::And": ["[]", "Yes"],
    "Fn::Cidr": ["10.0.0.0/16", "[10.0.0.0/16]", "[10.0.0.0/16, 1, 8, 2]"],
    "Fn::Contains": ["[a, a]", "[[], a]", "[[a]]", "[[a], a, a]"],
    "Fn::Equals": ["a", "[a]", "[a, b, c]"],
    "Fn::FindInMap": ["Models", "[Models, eu-west-1]", "[Models, a, b, c]", "[Models, a, b, {Other: c}]"],
    "Fn::GetAtt": ["Other", "[Other]", "[Other, Arn, More, Still]", "{Other: Arn}"],
    "Fn::If": ["Yes", "[Yes, a]", "[Yes, a, b, c]"],
    "Fn::ImportValue": ["[a]"],
    "Fn::Join": ["a", "['-']", "['-', [a], b]", "['-', a]"],
    "Fn::Not": ["Yes", "[]", "[{Condition: Yes}, {Condition: No}]"],
    "Fn::Or": ["[]", "Yes"],
    "Fn::Select": ["0", "[0]", "[0, [a], b]"],
    "Fn::Split": ["a", "['-']", "['-', a, b]", "['', a]"],
    "Fn::Sub": ["[]", "['${A}', a]", "['${A}', {A: a}, b]", "[[a]]"],
    "Ref": ["[a]"],
}


@pytest.mark.parametrize(("written", "holds"), CONDITIONS)
def test_condition_that_is_certain_apart_from_defaults(load, describe, written, holds):
    template = HEAD.replace("Conditions:\n", f"Conditions:\n  Tried: {written}\n") + "!If [Tried, held, failed]\n"
    resource = next(r for r in load(template).resources if r.address == "R")
    by_default = [text for text, given, _ in describe(resource.properties)["P"] if given in {"certain", "default"}]
    assert by_default == ["held" if holds else "failed"]


@pytest.mark.parametrize(("name", "written"), [(name, one) for name, all_of in MALFORMED.items() for one in all_of])
def test_arguments_that_a_function_does_not_take_are_told(load, name, written):
    condition = (
        HEAD.replace("Conditions:\n", f"Conditions:\n  Tried: {{'{name}': {written}}}\n") + "!If [Tried, a, b]\n"
    )
    value = HEAD + f"{{'{name}': {written}}}\n"
    loaded = load(condition if name == "Condition" else value)
    assert f"The arguments of {name} are not what it takes." in {problem.message for problem in loaded.problems}


def test_every_function_has_a_row_above():
    """Add the function's values to `VALUES` or `CONDITIONS`, and what it does not take to `MALFORMED`."""
    written = " ".join(row for row, _ in [*VALUES, *CONDITIONS])
    tried = {name for name in INTRINSICS if re.search(rf"{name}['}}:]|!{name.removeprefix('Fn::')}\b", written)}
    # It is tried where it is put into text.
    assert tried | {"Fn::ToJsonString"} == INTRINSICS.keys()
    assert {name for name, function in INTRINSICS.items() if function.required} <= MALFORMED.keys()


def test_branches_of_one_condition_never_combine(load, describe):
    loaded = load(
        """\
Parameters:
  Stage: {Type: String, AllowedValues: [dev, prod]}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
Resources:
  R:
    Type: Custom::R
    Properties:
      P: !Join ['+', [!If [IsProd, p, d], !If [IsDev, d, p], !Ref Stage]]
"""
    )
    assert describe(loaded.resources[0].properties)["P"] == [
        ("d+d+dev", "possible", "template.yaml:2"),
        ("p+p+prod", "possible", "template.yaml:2"),
    ]


def test_conditions_may_form_long_chains(load, describe):
    chain = "".join(f"  C{n}: !And [!Condition C{n - 1}, !Condition C{n - 1}]\n" for n in range(1, 400))
    loaded = load(
        f"Conditions:\n  C0: !Equals [a, a]\n{chain}"
        "Resources:\n  R:\n    Type: Custom::R\n    Condition: C399\n    Properties: {P: !If [C399, a, b]}\n"
    )
    assert describe(loaded.resources[0].properties)["P"][0][0] == "a"
    assert loaded.problems == ()


def test_conditions_that_go_round_are_told(load, describe):
    loaded = load(
        "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\n"
        "Resources:\n  R:\n    Type: Custom::R\n    Properties: {P: !If [A, a, b]}\n"
    )
    assert {text for text, _, _ in describe(loaded.resources[0].properties)["P"]} <= {
        "a",
        "b",
        "?cycle condition A",
        "?cycle condition B",
    }
    assert any("depends on itself" in problem.message for problem in loaded.problems)


def test_undefined_names_are_problems_since_what_defines_them_may_be_lost(load):
    loaded = load(HEAD + "!Sub '${Nothing}'\n")
    assert [(p.kind.value, p.line, p.incomplete) for p in loaded.problems] == [("invalid-value", 23, True)]
    assert "Nothing is not defined" in loaded.problems[0].message


@pytest.mark.parametrize("written", ["!Sub '${Nothing}'", "!Select [3, [a]]", "!Cidr [a, 1, 2]", "!Join [a]"])
def test_a_call_that_makes_nothing_of_what_is_written_has_its_own_line(written: str, load, describe):
    loaded = load(f"{HEAD}{written}\n")
    resource = next(r for r in loaded.resources if r.address == "R")
    assert [where for _, _, where in describe(resource.properties)["P"]] == ["template.yaml:23"]


def test_sam_may_define_what_the_template_does_not(load, describe):
    loaded = load("Transform: AWS::Serverless-2016-10-31\n" + HEAD + "!GetAtt FnRole.Arn\n")
    resource = next(r for r in loaded.resources if r.address == "R")
    assert texts(describe(resource.properties)) == ["?deploy-time FnRole.Arn"]
    assert loaded.problems == ()


def test_nesting_beyond_what_can_be_followed_is_an_unknown(load, describe):
    nested = '{"Fn::If": ["Yes", ' * 90 + '"deep"' + ', "b"]}' * 90
    template = f"""{{"Conditions": {{"Yes": {{"Fn::Equals": ["a", "a"]}}}},
      "Resources": {{"R": {{"Type": "Custom::R", "Properties": {{"P": {nested}, "Q": {"[" * 190}1{"]" * 190}}}}}}}}}"""
    described = describe(load(template, "template.json").resources[0].properties)
    assert described["P"][0][0] == "deep"
    assert [text for path, found in described.items() if path.startswith("Q") for text, _, _ in found] == [
        "?too-many nesting deeper than 120 levels"
    ]
