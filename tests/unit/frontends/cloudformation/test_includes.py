"""What `AWS::Include` and other macros put into a template, and what of it is not here."""

import pytest

AGENT = "{Type: AWS::Bedrock::Agent, Properties: {FoundationModel: amazon.nova-lite-v1:0}}"
REMOTE = "{Name: AWS::Include, Parameters: {Location: s3://bucket/elsewhere.yaml}}"


def problems_of(loaded):
    return [(one.kind.value, f"{one.file}:{one.line}", one.incomplete) for one in loaded.problems]


def models_of(loaded, describe):
    return {
        resource.address: describe(resource.properties).get("FoundationModel")
        for resource in loaded.resources
        if resource.type == "AWS::Bedrock::Agent"
    }


@pytest.mark.parametrize(
    ("template", "line"),
    [
        (f"Resources:\n  Fn::Transform: {REMOTE}\n  T: {{Type: AWS::SNS::Topic}}\n", 2),
        (f"Resources:\n  A: {{'Fn::Transform': {REMOTE}}}\n  T: {{Type: AWS::SNS::Topic}}\n", 2),
        (f"Resources:\n  A:\n    Type: AWS::Bedrock::Agent\n    Fn::Transform: {REMOTE}\n", 4),
        (f"Resources:\n  A: {{Type: AWS::SNS::Topic, Properties: {{'Fn::Transform': {REMOTE}}}}}\n", 2),
        (f"Resources:\n  A: {{Type: AWS::SNS::Topic, Properties: {{X: {{'Fn::Transform': {REMOTE}}}}}}}\n", 2),
        (f"Transform: {REMOTE}\nResources: {{T: {{Type: AWS::SNS::Topic}}}}\n", 1),
        (f"Transform:\n  - AWS::Serverless-2016-10-31\n  - {REMOTE}\nResources: {{T: {{Type: AWS::SNS::Topic}}}}\n", 3),
        (
            (
                "Parameters: {P: {Type: String}}\nResources:\n  T: {Type: AWS::SNS::Topic}\n"
                "  Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Ref P}}\n"
            ),
            4,
        ),
    ],
)
def test_what_is_included_from_elsewhere_is_told(load, template, line):
    assert ("remote-module", f"template.yaml:{line}", True) in problems_of(load(template))


def test_a_macro_among_resources_is_told(load):
    loaded = load("Resources:\n  Fn::Transform: {Name: Generate, Parameters: {N: 3}}\n  T: {Type: AWS::SNS::Topic}\n")
    assert problems_of(loaded) == [("unsupported", "template.yaml:2", True)]


@pytest.mark.parametrize(
    "location", ["parts/all.yaml", "s3://bucket/prefix/all.yaml", "!Sub 's3://${AWS::AccountId}/all.yaml'"]
)
def test_sections_that_are_included_at_the_top(load, describe, location):
    template = f"""\
Transform:
  Name: AWS::Include
  Parameters: {{Location: {location}}}
Resources:
  Own: {{Type: AWS::Bedrock::Agent, Properties: {{FoundationModel: !FindInMap [M, a, id]}}}}
"""
    included = (
        f"Mappings: {{M: {{a: {{id: amazon.nova-pro-v1:0}}}}}}\nResources:\n  Own: {{Type: X::Y::Z}}\n  More: {AGENT}\n"
    )
    loaded = load(template, parts__all_yaml=included)
    assert loaded.problems == ()
    assert models_of(loaded, describe) == {
        "Own": [("amazon.nova-pro-v1:0", "certain", "parts/all.yaml:1")],
        "More": [("amazon.nova-lite-v1:0", "certain", "parts/all.yaml:4")],
    }


def test_a_resource_that_is_included(load, describe):
    template = """\
Resources:
  Whole:
    Fn::Transform: {Name: AWS::Include, Parameters: {Location: agent.yaml}}
  Part:
    Type: AWS::Bedrock::Agent
    Fn::Transform: {Name: AWS::Include, Parameters: {Location: part.yaml}}
"""
    loaded = load(template, agent_yaml=AGENT, part_yaml="Properties:\n  FoundationModel: amazon.nova-micro-v1:0\n")
    assert loaded.problems == ()
    assert models_of(loaded, describe) == {
        "Whole": [("amazon.nova-lite-v1:0", "certain", "agent.yaml:1")],
        "Part": [("amazon.nova-micro-v1:0", "certain", "part.yaml:2")],
    }


def test_a_list_of_includes(load, describe):
    template = """\
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Properties:
      Fn::Transform:
        - {Name: AWS::Include, Parameters: {Location: one.yaml}}
        - {Name: AWS::Include, Parameters: {Location: two.yaml}}
  B:
    Type: AWS::Bedrock::Agent
    Properties: {"Fn::Transform": [{Name: AWS::Include, Parameters: {Location: one.yaml}}]}
"""
    loaded = load(template, one_yaml="FoundationModel: amazon.nova-lite-v1:0\n", two_yaml="AgentName: two\n")
    assert loaded.problems == ()
    expected = [("amazon.nova-lite-v1:0", "certain", "one.yaml:1")]
    assert models_of(loaded, describe) == {"A": expected, "B": expected}
    assert describe(loaded.resources[0].properties)["AgentName"] == [("two", "certain", "two.yaml:1")]


def test_a_mapping_of_what_is_not_here_may_be_there(load, describe):
    template = f"""\
Mappings:
  Fn::Transform: {REMOTE}
  Own: {{a: {{id: x}}}}
Resources:
  A: {{Type: AWS::Bedrock::Agent, Properties: {{FoundationModel: !FindInMap [Theirs, a, id]}}}}
"""
    loaded = load(template)
    assert problems_of(loaded) == [("remote-module", "template.yaml:2", True)]
    assert models_of(loaded, describe) == {"A": [("?deploy-time mapping Theirs", "certain", "template.yaml:5")]}
