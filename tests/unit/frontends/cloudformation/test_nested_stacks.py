"""Nested stacks: which file, with which parameters, and what they give back."""

import pytest

from checker.frontends.cloudformation.template import child_templates
from checker.frontends.protocol import Run, Source
from checker.model.resource import InputKind
from checker.model.settings import Options
from checker.source.files import Boundary, SourceFiles

CHILD = """\
Parameters:
  Model: {Type: String, Default: unused}
  Kept: {Type: String, Default: fixed}
  Stage: {Type: String, AllowedValues: [dev, prod]}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Agent:
    Type: AWS::Bedrock::Agent
    Condition: IsProd
    Properties: {FoundationModel: !Ref Model, Description: !Ref Kept}
Outputs:
  Arn: {Value: !GetAtt Agent.AgentArn}
  Model: {Value: !Ref Model}
"""

PARENT = """\
Parameters:
  Chat: {Type: String, Default: chosen}
  Stage: {Type: String}
Resources:
  Child:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: LOCATION
      Parameters: {Model: !Ref Chat, Stage: !Ref Stage}
  User:
    Type: Custom::User
    Properties:
      Arn: !GetAtt Child.Outputs.Arn
      Model: !GetAtt Child.Outputs.Model
"""


def by_address(loaded):
    return {resource.address: resource for resource in loaded.resources}


@pytest.mark.parametrize(
    "url",
    [
        "parts/child.yaml",
        "./parts/child.yaml",
        "https://bucket.s3.amazonaws.com/prefix/child.yaml",
        "!Sub 'https://${Bucket}.s3.${AWS::Region}.amazonaws.com/v1/parts/child.yaml?versionId=x'",
        "!Join ['', [!Ref AWS::Region, /parts/child.yaml]]",
        "s3://bucket/child.yaml",
    ],
)
def test_child_is_read_with_what_the_parent_passes(load, describe, url):
    parent = PARENT.replace("LOCATION", url).replace("Resources:", "  Bucket: {Type: String}\nResources:")
    loaded = load(parent, parts__child_yaml=CHILD)
    assert loaded.problems == ()
    assert loaded.input.files == ("template.yaml", "parts/child.yaml")
    agent = by_address(loaded)["Child.Agent"]
    assert describe(agent.properties) == {
        "FoundationModel": [("chosen", "default", "template.yaml:2")],
        "Description": [("fixed", "certain", "parts/child.yaml:3")],
    }
    assert [[(a.subject, a.value) for a in given] for given in agent.presence] == [[("parameter Stage", '"prod"')]]
    user = describe(by_address(loaded)["User"].properties)
    assert user["Arn"][0][0] == "-> Child.Agent AgentArn"
    assert user["Model"] == [("chosen", "default", "template.yaml:2")]


def test_the_trail_names_every_step(load):
    loaded = load(PARENT.replace("LOCATION", "parts/child.yaml"), parts__child_yaml=CHILD)
    model = by_address(loaded)["Child.Agent"].properties[0].atom.entries["FoundationModel"][0]
    assert [(str(step.location), step.text) for step in model.trail] == [
        ("template.yaml:2:33", "default of parameter Chat"),
        ("template.yaml:9:27", "parameter Chat"),
        ("parts/child.yaml:2:3", "parameter Child.Model"),
        ("parts/child.yaml:11:35", "parameter Model"),
    ]


def test_each_instance_has_its_own_parameters(load, describe):
    parent = """\
Resources:
  One: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Model: a, Stage: prod}}}
  Two: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {Model: b, Stage: dev}}}
"""
    loaded = load(parent, child_yaml=CHILD)
    assert [r.address for r in loaded.resources] == ["One", "One.Agent", "Two"]
    assert describe(by_address(loaded)["One.Agent"].properties)["FoundationModel"][0][:2] == ("a", "certain")


def test_no_value_leaves_the_default(load, describe):
    parent = """\
Resources:
  S:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Model: !Ref AWS::NoValue, Stage: prod}}
"""
    loaded = load(parent, child_yaml=CHILD)
    assert describe(by_address(loaded)["S.Agent"].properties)["FoundationModel"][0][:2] == ("unused", "certain")


def test_a_choice_that_passes_nothing_leaves_the_default(load, describe):
    parent = """\
Parameters:
  Stage: {Type: String}
Conditions:
  Own: !Equals [!Ref Stage, prod]
Resources:
  S:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters: !If [Own, {Model: own, Stage: prod}, {Stage: prod}]
"""
    loaded = load(parent, child_yaml=CHILD)
    found = describe(by_address(loaded)["S.Agent"].properties)["FoundationModel"]
    assert {one[:2] for one in found} == {("own", "possible"), ("unused", "possible")}


def test_parameters_that_a_macro_makes_may_be_passed(load, describe):
    parent = """\
Resources:
  S:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: child.yaml
      Parameters: {Fn::Transform: {Name: Own}}
"""
    loaded = load(parent, child_yaml=CHILD)
    found = describe(by_address(loaded)["S.Agent"].properties)["FoundationModel"]
    assert [one[1] for one in found] == ["possible", "possible"]
    assert any("macro Own" in one[0] for one in found)
    assert any(one[0] == "unused" for one in found)


def test_closest_of_several_files_counts_and_a_tie_is_told(load):
    parent = PARENT.replace("LOCATION", "https://s3.amazonaws.com/b/right/child.yaml")
    loaded = load(parent, left__child_yaml="Resources: {}", right__child_yaml=CHILD)
    assert "Child.Agent" in by_address(loaded)
    parent = PARENT.replace("LOCATION", "https://s3.amazonaws.com/b/child.yaml")
    loaded = load(parent, left__child_yaml=CHILD, right__child_yaml=CHILD)
    assert [(p.kind.value, p.line, p.incomplete) for p in loaded.problems] == [("remote-module", 8, True)]
    assert "2 files near it" in loaded.problems[0].message


@pytest.mark.parametrize(
    "url", ["https://s3.amazonaws.com/b/absent.yaml", "absent.yaml", "!Ref Stage", "!Sub 'x/${Chat}/${Stage}'"]
)
def test_child_that_is_not_here_is_incomplete(load, describe, url):
    loaded = load(PARENT.replace("LOCATION", url))
    assert [(p.kind.value, p.line, p.incomplete) for p in loaded.problems] == [("remote-module", 8, True)]
    assert describe(by_address(loaded)["User"].properties)["Model"][0][0] == "-> Child Outputs.Model"


def test_stack_that_nests_itself_ends(load):
    loaded = load("Resources:\n  S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: template.yaml}}\n")
    assert [r.address for r in loaded.resources] == ["S"]
    assert any("nests itself" in p.message for p in loaded.problems)


def test_children_that_take_from_each_others_outputs_end(load, describe):
    parent = """\
Resources:
  A:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Stage: prod, Model: !GetAtt B.Outputs.Model}}
  B:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Stage: prod, Model: !GetAtt A.Outputs.Model}}
"""
    loaded = load(parent, child_yaml=CHILD)
    assert {"A.Agent", "B.Agent"} <= set(by_address(loaded))


def test_missing_output_is_told(load, describe):
    parent = PARENT.replace("LOCATION", "child.yaml").replace("Outputs.Model", "Outputs.Missing")
    loaded = load(parent, child_yaml=CHILD)
    assert describe(by_address(loaded)["User"].properties)["Model"][0][0] == "?invalid-expression output Missing"
    assert "has no output Missing" in loaded.problems[0].message


def test_child_that_cannot_be_parsed(load):
    loaded = load(PARENT.replace("LOCATION", "child.yaml"), child_yaml="Resources:\n  A: {Type: 'AWS::X'\n")
    assert [(p.kind.value, p.file, p.incomplete) for p in loaded.problems] == [("invalid-syntax", "child.yaml", True)]


def test_sam_application_with_a_local_template(load, describe):
    parent = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  App:
    Type: AWS::Serverless::Application
    Properties: {Location: ./app/child.yaml, Parameters: {Model: m, Stage: prod}}
"""
    loaded = load(parent, app__child_yaml=CHILD)
    assert describe(by_address(loaded)["App.Agent"].properties)["FoundationModel"][0][0] == "m"


def test_children_are_known_without_reading_them(load, tmp_path):
    load(PARENT.replace("LOCATION", "https://x/child.yaml"), child_yaml=CHILD, other_yaml="Resources: {}")
    files = SourceFiles(Boundary(tmp_path), tmp_path)

    def children(name):
        path = tmp_path / name
        source = Source(InputKind.CLOUDFORMATION, path, files, Options(), name, path.read_bytes())
        return child_templates(source, Run())

    assert children("template.yaml") == (tmp_path / "child.yaml",)
    assert children("child.yaml") == ()


def test_files_outside_the_boundary_are_not_read(load, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-child.yaml"
    outside.write_text(CHILD)
    try:
        loaded = load(PARENT.replace("LOCATION", f"../{outside.name}"))
        assert "Child.Agent" not in by_address(loaded)
        assert [p.incomplete for p in loaded.problems] == [True]
    finally:
        outside.unlink()
