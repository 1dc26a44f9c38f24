"""The template of a stack set is read in place, with the parameters and the Regions of its instances."""

import textwrap
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Settings
from checker.pipeline import scan

HEAD = """\
Parameters:
  Model: {Type: String, Default: amazon.nova-pro-v1:0, AllowedValues: [amazon.nova-pro-v1:0, amazon.nova-micro-v1:0]}
  Open: {Type: String}
Resources:
  Set:
    Type: AWS::CloudFormation::StackSet
    Properties:
      StackSetName: set
      PermissionModel: SELF_MANAGED
"""
AT = "TemplateBody.Resources.Agent.Properties.FoundationModel"


CHILD = """\
Parameters: {Chat: {Type: String}}
Resources:
  Agent: {Type: AWS::Bedrock::Agent, Properties: {FoundationModel: !Ref Chat}}
"""


def scanned(tmp_path: Path, body: str, **files: str) -> Scan:
    (tmp_path / "t.yaml").write_text(HEAD + body, encoding="utf-8")
    for name, content in files.items():
        (tmp_path / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return scan(["t.yaml"], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)


def problems_of(result: Scan) -> list[tuple[str, str, bool]]:
    return [(one.kind.value, f"{one.file}:{one.line}", one.incomplete) for one in result.problems]


def found(tmp_path: Path, body: str) -> list[tuple[object, ...]]:
    """Address, path and type of each reference, with model, certainty, Regions and line of each candidate."""
    result = scanned(tmp_path, body)
    assert not result.problems
    return [
        (
            one.address,
            one.path,
            one.site.usage.value,
            *(
                (c.model, c.certainty.value, c.regions, c.written_at.line if c.written_at else None)
                for c in one.candidates
            ),
            *([one.unresolved.subject] if one.unresolved else []),
        )
        for one in result.references
        if one.site.usage.value != "selectable"
    ]


AGENT = """\
        Resources:
          Agent:
            Type: AWS::Bedrock::Agent
            Properties: {FoundationModel: %s}
"""


@pytest.mark.parametrize(
    ("opening", "model", "expected"),
    [
        ("|", "amazon.nova-lite-v1:0", ("amazon.nova-lite-v1:0", "certain", (), 14)),
        ("", "amazon.nova-lite-v1:0", ("amazon.nova-lite-v1:0", "certain", (), 14)),
        ("!Sub |", "'${Open}'", "parameter Open"),
    ],
)
def test_a_template_in_text_or_as_an_object(tmp_path, opening, model, expected):
    body = f"      TemplateBody: {opening}\n" + AGENT % model
    assert found(tmp_path, body) == [("Set", AT, "use", expected)]


def test_lines_are_those_of_an_editor(tmp_path):
    body = "      TemplateBody: |\r\n        # text\r\n" + (AGENT % "amazon.nova-lite-v1:0").replace("\n", "\r\n")
    (tmp_path / "t.yaml").write_bytes(HEAD.replace("\n", "\r\n").encode() + body.encode())
    result = scan(["t.yaml"], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)
    (reference,) = (one for one in result.references if one.site.usage.value == "use")
    assert [candidate.written_at.line for candidate in reference.candidates] == [15]


def test_a_template_in_json(tmp_path):
    body = """      TemplateBody: '{"Resources": {"Agent": {"Type": "AWS::Bedrock::Agent",
        "Properties": {"FoundationModel": "amazon.nova-lite-v1:0"}}}}'
"""
    ((address, path, usage, candidate),) = found(tmp_path, body)
    assert (address, path, usage) == ("Set", AT, "use")
    assert candidate[:2] == ("amazon.nova-lite-v1:0", "certain")


def test_every_form_of_the_template_counts(tmp_path):
    ((*_, one, other),) = found(tmp_path, "      TemplateBody: !Sub |\n" + AGENT % "'${Model}'")
    assert (one, other) == (
        ("amazon.nova-pro-v1:0", "default", (), 2),
        ("amazon.nova-micro-v1:0", "override", (), 2),
    )


def test_parameters_and_the_regions_of_the_instances(tmp_path):
    body = """      Parameters: [{ParameterKey: Chat, ParameterValue: amazon.nova-lite-v1:0}]
      StackInstancesGroup:
        - Regions: [eu-west-1, us-west-2]
          DeploymentTargets: {Accounts: ["111122223333"]}
      TemplateBody: |
        Parameters:
          Chat: {Type: String}
"""
    ((*_, one, other),) = found(tmp_path, body + AGENT % "!Ref Chat")
    assert (one, other) == (
        ("amazon.nova-lite-v1:0", "certain", ("eu-west-1",), 10),
        ("amazon.nova-lite-v1:0", "certain", ("us-west-2",), 10),
    )


GROUPS = """\
      StackInstancesGroup:
        - Regions: [us-west-2]
        - Regions: [eu-west-1, us-east-1]
          ParameterOverrides: [{ParameterKey: Chat, ParameterValue: amazon.nova-micro-v1:0}]
"""
OF_EACH = {
    ("amazon.nova-lite-v1:0", "certain", ("us-west-2",), 10),
    ("amazon.nova-micro-v1:0", "certain", ("eu-west-1",), 14),
    ("amazon.nova-micro-v1:0", "certain", ("us-east-1",), 14),
}


@pytest.mark.parametrize("template", ["TemplateBody: |", "TemplateURL: child.yaml"])
def test_a_parameter_that_a_group_of_instances_overrides_holds_in_its_regions(tmp_path, template):
    body = (
        f"      Parameters: [{{ParameterKey: Chat, ParameterValue: amazon.nova-lite-v1:0}}]\n{GROUPS}      {template}\n"
    )
    (tmp_path / "child.yaml").write_text(CHILD, encoding="utf-8")
    if "Body" in template:
        body += "        Parameters: {Chat: {Type: String}}\n" + AGENT % "!Ref Chat"
    (candidates,) = ([*rest] for _, _, _, *rest in found(tmp_path, body))
    assert set(candidates) == OF_EACH


@pytest.mark.parametrize("template", ["TemplateBody: |", "TemplateURL: child.yaml"])
def test_a_group_that_leaves_a_parameter_to_its_default_has_that_in_its_regions(tmp_path, template):
    child = CHILD.replace("Type: String", "Type: String, Default: amazon.nova-lite-v1:0")
    (tmp_path / "child.yaml").write_text(child, encoding="utf-8")
    body = f"{GROUPS}      {template}\n"
    if "Body" in template:
        body += textwrap.indent(child, " " * 8)
    (candidates,) = ([*rest] for _, _, usage, *rest in found(tmp_path, body) if usage == "use")
    assert {candidate[:3] for candidate in candidates} == {candidate[:3] for candidate in OF_EACH}


def test_a_group_that_a_condition_leaves_out_has_no_region(tmp_path):
    group = GROUPS[GROUPS.rindex("- Regions") + 2 :].replace("          ", "              ")
    body = GROUPS[: GROUPS.rindex("- Regions")] + f"- !If\n            - Prod\n            - {group}"
    body += "            - !Ref AWS::NoValue\n      TemplateBody: |\n"
    body += "        Parameters: {Chat: {Type: String, Default: amazon.nova-lite-v1:0}}\n" + AGENT % "!Ref Chat"
    body += "Conditions: {Prod: !Equals [!Ref Open, prod]}\n"
    (candidates,) = ([*rest] for _, _, _, *rest in found(tmp_path, body))
    assert {(model, certainty, *regions) for model, certainty, regions, _ in candidates} == {
        ("amazon.nova-lite-v1:0", "certain", "us-west-2"),
        ("amazon.nova-micro-v1:0", "possible", "eu-west-1"),
        ("amazon.nova-micro-v1:0", "possible", "us-east-1"),
    }


def test_regions_that_are_none_are_not_known(tmp_path):
    body = """      StackInstancesGroup:
        - Regions: [{a: b}, [c], {a: b}, eu-west-1]
        - Regions: {d: e}
      TemplateBody: |
"""
    ((*_, candidate),) = found(tmp_path, body + AGENT % "amazon.nova-lite-v1:0")
    assert candidate[:2] == ("amazon.nova-lite-v1:0", "certain")


def test_a_template_at_a_location_is_read_like_that_of_a_nested_stack(tmp_path):
    body = """      Parameters: [{ParameterKey: Chat, ParameterValue: !Ref Model}]
      StackInstancesGroup:
        - Regions: [eu-west-1, us-west-2]
          DeploymentTargets: {Accounts: ["111122223333"]}
      TemplateURL: https://b.s3.amazonaws.com/child.yaml
"""
    result = scanned(tmp_path, body, child_yaml=CHILD)
    assert not result.problems
    (reference,) = (one for one in result.references if one.site.usage.value == "use")
    assert (reference.address, reference.path) == ("Set.Agent", "FoundationModel")
    assert [(c.model, c.certainty.value, c.regions, c.written_at.line) for c in reference.candidates] == [
        ("amazon.nova-pro-v1:0", "default", ("eu-west-1",), 2),
        ("amazon.nova-pro-v1:0", "default", ("us-west-2",), 2),
        ("amazon.nova-micro-v1:0", "override", ("eu-west-1",), 2),
        ("amazon.nova-micro-v1:0", "override", ("us-west-2",), 2),
    ]


@pytest.mark.parametrize("url", ["https://b.s3.amazonaws.com/elsewhere.yaml", "!Ref Open", "./elsewhere.yaml"])
def test_a_template_that_is_not_here_is_told(tmp_path, url):
    assert problems_of(scanned(tmp_path, f"      TemplateURL: {url}\n")) == [("remote-module", "t.yaml:10", True)]


def test_problems_in_a_template_are_told_at_the_line_of_the_file(tmp_path):
    body = """      TemplateBody: |
        Resources:
          Agent:
            Type: AWS::Bedrock::Agent
            Properties: {FoundationModel: !FindInMap [Missing, a, b]}
          Child:
            Type: AWS::CloudFormation::Stack
            Properties: {TemplateURL: https://b.s3.amazonaws.com/elsewhere.yaml}
"""
    assert problems_of(scanned(tmp_path, body)) == [
        ("invalid-value", "t.yaml:14", True),
        ("remote-module", "t.yaml:17", True),
    ]


def test_what_an_inline_template_nests_is_no_input_of_its_own(tmp_path):
    body = """      TemplateBody: |
        Resources:
          Child:
            Type: AWS::CloudFormation::Stack
            Properties:
              TemplateURL: https://b.s3.amazonaws.com/child.yaml
              Parameters: {Chat: amazon.nova-lite-v1:0}
"""
    (tmp_path / "t.yaml").write_text(HEAD + body, encoding="utf-8")
    (tmp_path / "child.yaml").write_text(CHILD, encoding="utf-8")
    result = scan(["."], Settings(date(2026, 11, 24), judge=False), standard_input=bytes, cwd=tmp_path)
    assert not result.problems
    assert [(one.input, one.address, one.path) for one in result.references if one.site.usage.value == "use"] == [
        ("t.yaml", "Set", "TemplateBody.Resources.Child.Agent.Properties.FoundationModel")
    ]


def test_a_template_that_does_not_parse_is_told(tmp_path):
    body = """      TemplateBody: |
        Resources:
          Agent: {Type: AWS::Bedrock::Agent
        Outputs: {}
"""
    assert problems_of(scanned(tmp_path, body)) == [("invalid-syntax", "t.yaml:13", True)]
