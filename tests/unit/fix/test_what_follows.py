"""An id that the code holds to something, or looks something up by, is not edited so that the code is refused."""

import pytest

from tests.unit.fix.conftest import NEW, NEW_TITLES, OLD, OLD_TITLES, Tree

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
AGENT = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n'
TEMPLATE = (
    "Parameters:\n  M:\n    Type: String\n    Default: {old}\n{bound}Resources:\n"
    "  A: {{Type: 'AWS::Bedrock::Agent', Properties: {{FoundationModel: !Ref M}}}}\n"
    "  B: {{Type: 'AWS::Bedrock::Agent', Properties: {{FoundationModel: {other}}}}}\n"
)


def variable(model: str, condition: str) -> str:
    body = f'  validation {{\n    condition = {condition}\n    error_message = "no"\n  }}\n'
    return f'{PROVIDER}variable "m" {{\n  default = "{model}"\n{body}}}\n{AGENT}'


@pytest.mark.parametrize(
    ("condition", "is_edited"),
    [
        ('can(regex("^mistral\\\\.", var.m))', False),
        ('startswith(var.m, "mistral.titles-text-1")', False),
        ('can(regex("titles", var.m))', True),
        # What is not known refuses nothing.
        ("var.m == var.other", True),
    ],
)
def test_a_validation_holds_after_the_edit(condition: str, is_edited: bool, tree: Tree):
    """The new model is only called by a profile, which begins with a geography."""
    code = variable(OLD_TITLES, condition) + 'variable "other" {}\n'
    tree.write({"main.tf": code})
    result = tree.fix("--write")
    assert tree.read("main.tf") == (code.replace(OLD_TITLES, f"us.{NEW_TITLES}") if is_edited else code)
    assert ("main.tf:7:5: the value of var.m breaks its validation" in result.err) is not is_edited
    assert result.code == (0 if is_edited else 1)


@pytest.mark.parametrize(
    ("bound", "is_edited"),
    [
        ("    AllowedPattern: mistral\\..*\n", False),
        ("    AllowedPattern: '[a-z0-9.:-]+'\n", True),
        (f"    MaxLength: {len(OLD_TITLES)}\n", False),
        ("    MaxLength: 64\n", True),
    ],
)
def test_a_parameter_keeps_to_its_bounds(bound: str, is_edited: bool, tree: Tree):
    template = TEMPLATE.format(old=OLD_TITLES, bound=bound, other=OLD)
    tree.write({"t.yaml": template})
    result = tree.fix("--write", "--region", "us-east-1")
    # What cannot be edited costs no other edit of the file.
    expected = template.replace(OLD, NEW)
    assert tree.read("t.yaml") == (expected.replace(OLD_TITLES, f"us.{NEW_TITLES}") if is_edited else expected)
    assert ("There would be a new problem at t.yaml:4:14" in result.err) is not is_edited


def test_a_default_and_its_list_are_edited_though_another_edit_is_left(tree: Tree):
    """Each of the two alone would be refused, or leave the old model to be chosen."""
    template = TEMPLATE.format(old=OLD, bound=f"    AllowedValues: ['{OLD}']\n", other="!Ref N")
    template = template.replace(
        "Resources:", f"  N: {{Type: String, Default: {OLD_TITLES}, AllowedPattern: 'm.*'}}\nResources:"
    )
    tree.write({"t.yaml": template})
    tree.fix("--write", "--region", "us-east-1")
    assert tree.read("t.yaml") == template.replace(OLD, NEW)


def looked_up(model: str, keys: str) -> str:
    return f'{PROVIDER}variable "m" {{\n  default = "{model}"\n}}\nlocals {{\n  tokens = {{ {keys} }}\n}}\n{AGENT}'


@pytest.mark.parametrize(
    ("keys", "is_edited"),
    [
        (f'"{OLD}" = 1', False),
        (f'"{OLD}" : 1', False),
        (f'a = "{OLD}" == var.m ? 1 : 2', True),
        (f'"{OLD}" = 1, "{NEW}" = 2', True),
        (f'"us.{OLD}" = 1', True),
    ],
)
def test_what_is_looked_up_by_the_id_is_found_after_the_edit(keys: str, is_edited: bool, tree: Tree):
    code = looked_up(OLD, keys)
    tree.write({"main.tf": code})
    result = tree.fix("--write")
    assert (f'default = "{NEW}"' in tree.read("main.tf")) is is_edited
    assert (f"Give the map an entry for {NEW}." in result.err) is not is_edited
    tree.fix("--write", "--allow-replacement")
    assert f'default = "{NEW}"' in tree.read("main.tf")


def test_a_mapping_of_a_template_is_looked_up_by_its_keys(tree: Tree):
    mapping = f"Mappings:\n  Tokens:\n    {OLD}: {{Most: '1'}}\n"
    template = mapping + TEMPLATE.format(old=OLD, bound="", other=OLD_TITLES)
    tree.write({"t.yaml": template})
    result = tree.fix("--write", "--region", "us-east-1")
    assert tree.read("t.yaml") == template.replace(OLD_TITLES, f"us.{NEW_TITLES}")
    assert "The id is also a key at t.yaml:3:5" in result.err
