"""Files that were templates but for one fault: each is a problem that says which, and the run is incomplete."""

from datetime import date

import pytest

from checker.model.settings import Options, Settings
from checker.pipeline import scan

AGENT = "{Type: AWS::Bedrock::Agent, Properties: {FoundationModel: anthropic.claude-3-haiku-20240307-v1:0}}"
TABLE = "{Type: AWS::DynamoDB::Table}"
VERSION = "AWSTemplateFormatVersion: '2010-09-09'\n"
OK = f"{VERSION}Resources:\n  A: {TABLE}\n"

DAMAGED = {
    "no resources": (f"{VERSION}Parameters: {{}}\n", "no section Resources"),
    "no resources in JSON": ('{"AWSTemplateFormatVersion": "2010-09-09"}', "no section Resources"),
    "SAM without resources": ("Transform: AWS::Serverless-2016-10-31\nGlobals: {}\n", "no section Resources"),
    "cut off behind its macro": ('{"Transform": "AWS::Serverless-2016-10-31"}', "no section Resources"),
    "SAM with another section": (
        f"Transform: AWS::Serverless-2016-10-31\nStuff:\n  A: {AGENT}\n",
        "no section Resources",
    ),
    "empty": (f"{VERSION}Resources: {{}}\n", "has no resources"),
    "nothing": (f"{VERSION}Resources:\n", "has no resources"),
    "misspelt": (f"{VERSION}Ressources:\n  A: {AGENT}\n", "only Ressources"),
    "misspelt, no version": (f"Resource:\n  A: {TABLE}\n", "only Resource"),
    "lower case, no version": (f"resources:\n  A: {AGENT}\n", "only resources"),
    "not indented": (f"Resources:\nA: {AGENT}\n", "A stands beside"),
    "half indented": (f"Resources:\n  B: {TABLE}\nA: {AGENT}\n", "A stands beside"),
    "half in JSON": ('{"Resources": {"B": {"Type": "A::B::C"}}, "A": {"Type": "A::B::C"}}', "A stands beside"),
    "untyped": (f"{VERSION}Resources:\n  A: {{Properties: {{}}}}\n", "has no type"),
    "one untyped": (f"Resources:\n  A: {TABLE}\n  B: {{Properties: {{}}}}\n", "has no type"),
    "properties misspelt": (
        "Resources:\n  A:\n    Type: AWS::DynamoDB::Table\n    Propertys: {}\n",
        "did you mean 'Properties'",
    ),
    "in JSON": ('{"Resources": {"A": {"Type": "AWS::DynamoDB::Table", "Property": {}}}}', "the attribute Property"),
    "one inside another": (
        f"Resources:\n  T:\n    Type: AWS::SNS::Topic\n    A: {AGENT}\n",
        "the attribute A",
    ),
    "a list": (f"{VERSION}Resources:\n  - {TABLE}\n", "has no resources"),
    "twice in JSON": (
        '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"A": {"Type": "A::B::C"}}, "Resources": {}}',
        "occurs twice",
    ),
    "two tags": (
        "Resources:\n  A:\n    Type: AWS::X::Y\n    Properties: {Z: !Select [0, !GetAZs !Ref R]}\n",
        "two tags, `!GetAZs !Ref`",
    ),
    "two tags in a block": (f"Resources:\n  A: {TABLE}\nOutputs:\n  O:\n    Value: !Base64 !Sub x\n", "`!Base64 !Sub`"),
    "neither section nor version": (
        "Agent:\n  Type: AWS::Bedrock::Agent\n  Properties:\n    AgentName: a\n",
        "the resource Agent stands at its top",
    ),
    "the same in JSON": ('{"A": {"Type": "AWS::X::Y", "Properties": {}}}', "the resource A stands at its top"),
    "a Ref to nothing": (
        "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Properties: {FoundationModel: !Ref Modle}\n",
        "Modle is not defined",
    ),
    "a condition that is lost": (
        "Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Condition: Lost\n    Properties: {FoundationModel: x}\n",
        "condition Lost is not defined",
    ),
    "cut off before the properties": (
        f"{VERSION}Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n",
        "has no properties",
    ),
    "that in a line of JSON": ('{"Resources": {"A": {"Type": "AWS::Lambda::Function"}}}', "has no properties"),
    "cut off in the type": (f"{VERSION}Resources:\n  A:\n    Type: AWS::Be", "the type AWS::Be"),
    "that in JSON": ('{"Resources": {"A": {"Type": "AWS::Be"}, "B": {"Type": "A::B::C"}}}', "the type AWS::Be"),
    "a bracket in a name": (
        "Resources:\n  A:\n    Type: AWS::SNS::Topic\n    Properties:\n      Displ[ay: x\n",
        "the property 'Displ[ay'",
    ),
    "a quote in a name": (
        '{"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"Na\'me": 1}}}}',
        'the property "Na\'me"',
    ),
    "a list of resources": (
        "Resources:\n  - Type: AWS::Bedrock::Agent\n    Properties: {FoundationModel: x}\n",
        "its section Resources is a list",
    ),
    "a type with one colon": ("Resources:\n  A: {Type: 'AWS:Bedrock::Agent'}\n", "the type AWS:Bedrock::Agent"),
    "a type in lower case": ("Resources:\n  A: {Type: 'aws::Bedrock::Agent'}\n", "the type aws::Bedrock::Agent"),
    "a parameter": (f'{OK}Parameters:\n  P: {{Type: String, Default: a,b"}}\n', 'the attribute b"'),
    "a parameter in JSON": (
        '{"Parameters": {"P": {"Typ": "String"}}, "Resources": {"A": {"Type": "A::B::C"}}}',
        "the attribute Typ",
    ),
    "an output": (f"{OK}Outputs:\n  P: {{Value: x, Type: A::B::C}}\n", "the attribute Type"),
    "a resource among conditions": (f"{OK}Conditions:\n  C: {AGENT}\n", "The condition C"),
    "a condition in JSON": ('{"Conditions": {"C": {}}, "Resources": {"A": {"Type": "A::B::C"}}}', "The condition C"),
    "a resource among mappings": (
        f"{OK}Mappings:\n  M:\n    A: {AGENT}\n",
        "neither a text nor a list as A.Properties",
    ),
    "null in a mapping": (f'{OK}Mappings:\n  M: {{A: {{K: a,b"}}}}\n', 'neither a text nor a list as A.b"'),
    "a function in a mapping": (f"{OK}Mappings:\n  M: {{A: {{K: !Ref X}}}}\n", "neither a text nor a list as A.K"),
    "a mapping without keys": (f"{OK}Mappings:\n  M: {{A: x}}\n", "no keys below A"),
    "a mapping without keys in JSON": (
        '{"Mappings": {"M": {"A": 1}}, "Resources": {"A": {"Type": "A::B::C"}}}',
        "no keys below A",
    ),
    "a function that there is not": (
        "Resources:\n  A: {Type: 'AWS::Bedrock::Agent', Properties: {AgentName: {'Fn::SubQ': [x, {}]}}}\n",
        "The function Fn::SubQ is not known",
    ),
    "a mapping in JSON": (
        '{"Mappings": {"M": {"A": {"K": null}}}, "Resources": {"A": {"Type": "A::B::C"}}}',
        "neither a text nor a list as A.K",
    ),
    "a parameter without a type": (f"{OK}Parameters:\n  P: {{Default: x}}\n", "The parameter P has no type"),
    "a parameter without a type in JSON": (
        '{"Parameters": {"P": {"Default": "x"}}, "Resources": {"A": {"Type": "A::B::C"}}}',
        "The parameter P has no type",
    ),
    "a name of a resource": (f"Resources:\n  A-B: {TABLE}\n", "'A-B' is no logical id"),
    "a condition": (
        f"Conditions:\n  C: !Equals [a]\nResources:\n  A: {{Condition: C, {AGENT[1:]}\n",
        "The arguments of Fn::Equals",
    ),
    "a loop at the margin": (f"{OK}Fn::ForEach::L:\n- X\n- [a]\n- A${{X}}: {TABLE}\n", "no section 'Fn::ForEach::L'"),
    "a second document without types": (f"{OK}---\nResources:\n  A: {{Properties: {{}}}}\n", "has no type"),
    "a state machine": (
        "Resources:\n  M: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinetionString: '{}', RoleArn: x}}\n",
        "has no definition",
    ),
}


def run(directory, **files):
    for name, text in files.items():
        (directory / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return scan(["."], Settings(date(2026, 11, 24), options=Options()), standard_input=bytes, cwd=directory)


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_told(tmp_path, name):
    text, said = DAMAGED[name]
    problems = [one for one in run(tmp_path, ok__yaml=OK, t__yaml=text).problems if one.incomplete]
    assert {one.file for one in problems} == {"t.yaml"}
    assert said in problems[0].message
    assert problems[0].line is not None


@pytest.mark.parametrize(
    "text",
    [
        OK,
        "apiVersion: v1\nspec: {resources: {limits: {cpu: '1'}}, note: 'AWS::Bedrock::Agent'}\n",
        "Agent:\n  Type: AWS::Bedrock::Agent\n",
        '{"Resources": [{"name": "x::y"}]}',
        "Resources:\n  A: {Type: 'Custom::X', Version: '1.0', Description: mine}\n",
        "Resources:\n  A: {Type: 'AWS::CloudFormation::CustomResource', Properties: {index_name: y}}\n",
        '{"resources": {"a": {"Type": "x"}}, "note": "AWS::X"}',
        "service: x\nresources:\n  Resources:\n    A: {Type: 'AWS::DynamoDB::Table'}\n",
        "Transform: [Mine]\nResources:\n  A: {Type: 'AWS::DynamoDB::Table', Count: 3}\n",
        "Resources:\n  A: {Type: 'Mine::X::Y::MODULE', More: 3}\n",
        # Nothing is needed of these, or a macro makes it.
        "Resources:\n  A: {Type: 'Custom::A@b-c'}\n  B: {Type: 'AWS::SNS::Topic'}\n",
        "Transform: [Mine]\nParameters: {P: {Odd: 1}}\nResources:\n  A: {Type: 'AWS::Lambda::Function'}\n",
        f"{OK}Mappings: {{M: {{A: {{K: [1, 2], L: x}}}}}}\nConditions: {{C: !Equals [a, a], D: {{'Fn::Not': [C]}}}}\n",
        f"{OK}---\nkind: Service\n---\n",
        '{"dependencies": {"aws-cdk": "2.122.0"}, "Transform": "AWS::Serverless-2016-10-31"}',
    ],
)
def test_what_is_as_it_should_be_is_not_told(tmp_path, text):
    problems = run(tmp_path, ok__yaml=OK, t__yaml=text).problems
    assert [one.message for one in problems if one.incomplete and "module" not in one.message] == []


def test_what_another_template_includes_is_no_template(tmp_path):
    including = "Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}\n"
    part = "A:\n  Type: AWS::DynamoDB::Table\n  Properties: {TableName: x}\n"
    result = run(tmp_path, t__yaml=VERSION + including, part__yaml=part)
    assert ([one.path for one in result.inputs], result.problems) == (["t.yaml"], ())


FOUND = f"Resources:\n  A: {AGENT}\n"
IN_JSON = '{"\\u0052esources": {"A": {"Type": "AWS\\u003a:Bedrock::Agent", "Properties": {"FoundationModel": "ID"}}}}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("T.YAML", FOUND),
        ("t.cfn", FOUND),
        ("t.txt", f"# a comment\n\nDescription: x\n{FOUND}"),
        ("t.Template", FOUND),
        ("t.cft", FOUND),
        ("t.sam", f"Transform: AWS::Serverless-2016-10-31\n{FOUND}"),
        ("t.yaml", FOUND.replace("Resources", '"\\U00000052esources"')),
        ("t.json", IN_JSON.replace("ID", "anthropic.claude-3-haiku-20240307-v1:0")),
        ("t.yml", '"Resources":\n  A: {"Type": "AWS\\x3a\\x3aBedrock::Agent", Properties: {FoundationModel: ID}}\n'),
    ],
)
def test_templates_are_found_by_what_they_are(tmp_path, name, text):
    result = run(
        tmp_path, **{name.replace(".", "__"): text.replace(": ID}", ": anthropic.claude-3-haiku-20240307-v1:0}")}
    )
    assert [one.candidates[0].model for one in result.references] == ["anthropic.claude-3-haiku-20240307-v1:0"]


def test_a_text_about_templates_is_none(tmp_path):
    prose = f"How to write one:\n\n{FOUND}  and: so on: [\n"
    assert run(tmp_path, ok__yaml=OK, notes__txt=prose).problems == ()


def test_a_document_that_is_no_template_is_told_beside_one(tmp_path):
    (problem,) = run(tmp_path, t__yaml=f"Agent:\n  Model: amazon.nova-lite-v1:0\n---\n{OK}").problems
    assert (problem.line, problem.incomplete) == (1, False)
    assert "no template" in problem.message


CHOICE = """Parameters:
  Use: {Type: String, Default: "false", AllowedValues: ["true", "false"]}
Conditions:
  Used: !Equals [!Ref Use, %s]
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Condition: Used
    Properties: {FoundationModel: amazon.nova-lite-v1:0}
"""


def test_a_value_that_a_parameter_cannot_have_is_told(tmp_path):
    assert run(tmp_path, t__yaml=CHOICE % "'true'").problems == ()
    (problem,) = run(tmp_path, t__yaml=CHOICE % 'true"').problems
    assert (problem.line, problem.incomplete) == (4, False)
    assert "This is never true: 'true\"' is none of the allowed values 'false', 'true'." in problem.message


JOIN = """Resources:
  A:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel:
        Fn::Join: ["", ["arn:aws:bedrock:", {%s: AWS::Region}, "::foundation-model/amazon.nova-lite-v1:0"]]
"""


def test_a_part_of_a_text_that_is_no_text_is_told(tmp_path):
    assert run(tmp_path, t__yaml=JOIN % "Ref").problems == ()
    (problem,) = run(tmp_path, t__yaml=JOIN % "Reb").problems
    assert "The arguments of Fn::Join are not what it takes" in problem.message


def test_a_parameter_that_the_nested_template_does_not_have_is_told(tmp_path):
    child = "Parameters: {Model: {Type: String}}\nResources:\n  A: {Type: AWS::X::Y, Properties: {M: !Ref Model}}\n"
    parent = (
        "Resources:\n  C:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n"
    )
    passed = parent + "      Parameters: {%s: amazon.nova-lite-v1:0}\n"
    assert run(tmp_path, child__yaml=child, t__yaml=passed % "Model").problems == ()
    (problem,) = run(tmp_path, child__yaml=child, t__yaml=passed % "Modell").problems
    assert (problem.file, problem.line, problem.incomplete) == ("t.yaml", 2, True)
    assert "child.yaml has no parameter 'Modell', which C passes to it; did you mean 'Model'?" in problem.message


def test_a_type_that_is_one_letter_off_is_told(tmp_path):
    text = "Resources:\n  M: {Type: 'AWS::ServerlessQ::StateMachine', Properties: {DefinitionUri: flow.json}}\n"
    (problem,) = run(tmp_path, t__yaml=text, ok__yaml=OK.replace("Table", "Tables")).problems
    assert "did you mean AWS::Serverless::StateMachine?" in problem.message
