"""The choice of a replacement, and the changes that are left to people."""

import pytest

from tests.unit.fix.conftest import (
    EMBEDDING,
    NEW,
    NEW_NEAR,
    NEW_TITLES,
    OLD,
    OLD_EVERYWHERE,
    OLD_LONELY,
    OLD_NEAR,
    OLD_TITLES,
    Tree,
)


def root(region: str, expression: str, kind: str = "aws_bedrockagent_agent", argument: str = "foundation_model") -> str:
    return f'provider "aws" {{\n  region = "{region}"\n}}\nresource "{kind}" "a" {{\n  {argument} = {expression}\n}}\n'


MODULE = (
    'variable "m" {\n  default = "OLD"\n}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n'
)
CALLER = 'provider "aws" {\n  region = "REGION"\n}\nmodule "m" {\n  source = "../m"\n}\n'


def test_every_root_of_the_work_tree_decides_not_only_the_path_given(tree: Tree):
    """Another root uses the same line in Europe, from where the profile of the United States cannot be called."""
    for name, region in (("us", "us-east-1"), ("eu", "eu-west-1")):
        tree.write({f"{name}/main.tf": CALLER.replace("REGION", region)})
    tree.write({"m/main.tf": MODULE.replace("OLD", OLD_TITLES)})
    tree.fix("us", "--write")
    assert f'default = "global.{NEW_TITLES}"' in tree.read("m/main.tf")


def test_where_only_one_root_uses_it_the_nearest_profile_is_taken(tree: Tree):
    tree.write({"us/main.tf": CALLER.replace("REGION", "us-east-1"), "m/main.tf": MODULE.replace("OLD", OLD_TITLES)})
    tree.fix("us", "--write")
    assert f'default = "us.{NEW_TITLES}"' in tree.read("m/main.tf")


def test_a_line_that_uses_with_different_needs_share_is_left(tree: Tree):
    for name, region in (("us", "us-east-1"), ("eu", "eu-west-1")):
        tree.write({f"{name}/main.tf": CALLER.replace("REGION", region)})
    module = MODULE.replace("OLD", OLD_NEAR)
    tree.write({"m/main.tf": module})
    result = tree.fix("--write")
    assert (result.code, tree.read("m/main.tf")) == (1, module)
    assert "Uses with different needs share the line" in result.err
    assert f"could have us.{NEW_NEAR}" in result.err
    assert f"could have eu.{NEW_NEAR}" in result.err
    allowed = tree.fix("--write", "--allow-replacement")
    assert tree.read("m/main.tf") == module.replace(OLD_NEAR, f"eu.{NEW_NEAR}")
    assert "It does not fit module.m.aws_bedrockagent_agent.a: give these a model of their own." in allowed.err


def test_a_grant_that_shares_the_line_takes_no_profile(tree: Tree):
    """Behind `foundation-model/`, only the id of a model may stand."""
    shared = (
        root("us-east-1", "local.m")
        + f'locals {{\n  m = "{OLD_TITLES}"\n}}\n'
        + (
            'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow",'
            ' Action = "bedrock:*", Resource = "arn:aws:bedrock:us-east-1::foundation-model/${local.m}" }] })\n}\n'
        )
    )
    tree.write({"main.tf": shared})
    result = tree.fix("--write")
    assert (result.code, tree.read("main.tf")) == (1, shared)
    assert "Uses with different needs share the line" in result.err


def test_an_embedding_is_left_unless_that_is_allowed(tree: Tree):
    tree.write({"main.tf": root("us-east-1", f'"{EMBEDDING}"', "aws_ssm_parameter", "value")})
    result = tree.fix("--write")
    assert (result.code, EMBEDDING in tree.read("main.tf")) == (1, True)
    assert "vectors of two models cannot be compared" in result.err
    allowed = tree.fix("--write", "--allow-replacement")
    assert "Compute all vectors again" in allowed.err
    assert "amazon.vectors-embed-text-v2:0" in tree.read("main.tf")


@pytest.mark.parametrize(
    ("kind", "argument", "reason"),
    [
        ("aws_bedrock_provisioned_model_throughput", "model_arn", "bought as provisioned throughput"),
        ("aws_bedrock_custom_model", "base_model_identifier", "base of a custom model"),
    ],
)
def test_what_is_bought_or_trained_is_left(kind: str, argument: str, reason: str, tree: Tree):
    arn = f'"arn:aws:bedrock:us-east-1::foundation-model/{OLD}"'
    tree.write({"main.tf": root("us-east-1", arn, kind, argument)})
    result = tree.fix()
    assert (result.code, result.out) == (1, "")
    assert reason in result.err


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:bedrock:us-east-1:123456789012:custom-model/OLD/abcdefghijkl",
        "bedrock/us-east-1/6-month-commitment/OLD",
    ],
)
def test_so_is_what_is_named_by_a_custom_model_or_a_commitment(text: str, tree: Tree):
    value = text.replace("OLD", OLD)
    tree.write({"main.tf": root("us-east-1", f'"{value}"', "aws_ssm_parameter", "value")})
    result = tree.fix("--write")
    assert result.code == 1
    assert value in tree.read("main.tf")


def test_a_model_of_another_family_is_not_taken_unless_it_is_named(tree: Tree):
    tree.write({"main.tf": root("us-east-1", f'"{OLD_LONELY}"')})
    result = tree.fix("--write")
    assert (result.code, OLD_LONELY in tree.read("main.tf")) == (1, True)
    tree.fix("--write", "--allow-replacement")
    assert f'"{NEW}"' in tree.read("main.tf")


def test_an_id_with_a_context_is_of_bought_capacity(tree: Tree):
    tree.write({"main.tf": root("us-east-1", f'"{OLD}:48k"', "aws_ssm_parameter", "value")})
    assert "bought as provisioned throughput" in tree.fix().err


def test_an_arn_without_account_cannot_be_that_of_a_profile(tree: Tree):
    tree.write({"main.tf": root("us-east-1", f'"arn:aws:bedrock:us-east-1::foundation-model/{OLD_TITLES}"')})
    result = tree.fix()
    assert (result.code, result.out) == (1, "")
    assert f"us.{NEW_TITLES} could be called here, but its ARN needs an account" in result.err


def test_where_no_region_is_known_an_id_has_to_work_in_all_of_the_new_model(tree: Tree):
    """The end of a model everywhere names no Regions, from which it would follow where it is called."""
    agent = f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = "{OLD_EVERYWHERE}"\n}}\n'
    tree.write({"main.tf": agent})
    result = tree.fix("--write")
    assert (result.code, tree.read("main.tf")) == (1, agent)
    assert "Name the Region with --region, or change the line by hand." in result.err
    tree.fix("--write", "--to", f"us.{NEW_NEAR}")
    assert tree.read("main.tf") == agent, "Europe could not call it"
    tree.fix("--write", "--region", "eu-west-1")
    assert f'"eu.{NEW_NEAR}"' in tree.read("main.tf")


def test_a_model_that_ended_everywhere_is_no_choice_where_no_region_is_known(tree: Tree):
    """No Region is known of it in which it has ended, either; and of a value to choose the policy only has a note."""
    template = (
        f"Parameters:\n  M: {{Type: String, Default: {NEW}, AllowedValues: [{NEW}, {OLD_EVERYWHERE}]}}\n"
        "Resources:\n  A: {Type: 'AWS::Bedrock::Agent', Properties: {FoundationModel: !Ref M}}\n"
    )
    tree.write({"t.yaml": template})
    result = tree.fix("--write")
    assert (result.code, tree.read("t.yaml")) == (1, template)
    assert "No model that is named for it, or is of its family, is known to be alive" in result.err


def test_a_global_profile_works_where_no_region_is_known(tree: Tree):
    tree.write({"main.tf": f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = "{OLD_EVERYWHERE}"\n}}\n'})
    result = tree.fix("--write", "--to", NEW_TITLES)
    assert f'"global.{NEW_TITLES}"' in tree.read("main.tf")
    # Where data may go then is no detail.
    assert f"{OLD_EVERYWHERE} -> global.{NEW_TITLES} (1 place)." in result.err


def test_to_and_map_choose(tree: Tree):
    tree.write({"main.tf": root("us-east-1", f'"{OLD_TITLES}"'), "b/main.tf": root("us-east-1", f'"us.{OLD}"')})
    tree.fix("--write", "--to", NEW)
    assert f'"{NEW}"' in tree.read("main.tf")
    assert f'"us.{NEW}"' in tree.read("b/main.tf")


def test_a_map_gives_each_its_own(tree: Tree):
    tree.write({"main.tf": root("us-east-1", f'"{OLD}"'), "map.yaml": f"{OLD}: global.{NEW_TITLES}\n"})
    tree.fix("--write", "--map", "map.yaml")
    assert f'"global.{NEW_TITLES}"' in tree.read("main.tf")


def test_a_model_that_does_not_fit_is_told(tree: Tree):
    tree.write({"main.tf": root("us-east-1", f'"{OLD}"')})
    result = tree.fix("--to", f"eu.{NEW}")
    assert (result.code, result.out) == (1, "")
    assert f"eu.{NEW} is not known to be alive and offered" in result.err


def test_an_unknown_model_is_a_mistake(tree: Tree):
    tree.write({"main.tf": root("us-east-1", f'"{OLD}"'), "map.yaml": "anthropic.claude-caht-1: x\n"})
    result = tree.fix("--to", "anthropic.claude-caht-2-v1:0")
    assert result.code == 2
    assert f"did you mean {NEW}" in result.err
    result = tree.fix("--map", "map.yaml")
    assert result.code == 2
    assert "--map map.yaml:1:1: the catalog knows no model" in result.err
    assert tree.fix("--map", "map.yaml", "--to", NEW).code == 2


@pytest.mark.parametrize("only", ["eol-within-90-days", "aws_bedrockagent_agent.*", OLD])
def test_only_takes_rules_addresses_and_models(only: str, tree: Tree):
    other = f'\nresource "aws_ssm_parameter" "p" {{\n  value = "{OLD_TITLES}"\n}}\n'
    tree.write({"main.tf": root("us-east-1", f'"{OLD}"') + other})
    tree.fix("--write", "--only", only)
    assert OLD not in tree.read("main.tf")
    assert (OLD_TITLES in tree.read("main.tf")) == (only != "eol-within-90-days")
    assert "Nothing to mend for --only legacy-*" in tree.fix("--only", "legacy-*").err


@pytest.mark.parametrize(("only", "said"), [("eol-reachd", "did you mean 'eol-reached'?"), ("nothing.*", "")])
def test_only_of_something_that_is_not_there_is_an_error(only: str, said: str, tree: Tree):
    tree.write({"main.tf": root("us-east-1", f'"{OLD}"')})
    result = tree.fix("--only", only)
    assert result.code == 2
    assert f"--only: no rule, model or address is named '{only}'" in result.err
    assert said in result.err


def test_what_is_waived_is_not_mended(tree: Tree):
    waiver = '  # bedrock-eol: ignore=eol-within-90-days until=2026-12-20 reason="moves next month"\n'
    tree.write({"main.tf": root("us-east-1", f'"{OLD}"').replace("  foundation_model", f"{waiver}  foundation_model")})
    result = tree.fix()
    assert (result.code, result.out, result.err) == (0, "", "Nothing to mend.\n")


def test_the_policy_has_a_say(tree: Tree):
    """A model that a rule does not allow is not chosen."""
    tree.write({"main.tf": root("us-east-1", f'"{OLD}"')})
    rule = f"{{id: no-new, check: model-not-allowed, severity: error, with: {{deny: ['{NEW}']}}}}"
    tree.write({"policy.yaml": f"version: 1\nextends: [baseline]\nrules:\n  - {rule}\n"})
    result = tree.fix("--policy", "policy.yaml", "--write")
    assert NEW not in tree.read("main.tf"), result.err


def test_prices_only_break_ties(tree: Tree, monkeypatch: pytest.MonkeyPatch):
    from checker.fix import replacements

    tree.write({"main.tf": root("us-east-1", f'"{OLD}"')})
    cheap = {"input_cost_per_token": 1e-9, "output_cost_per_token": 1e-9}
    monkeypatch.setattr(replacements, "_prices", lambda: {f"us.{NEW_TITLES}": cheap})
    result = tree.fix("--write")
    assert f'"{NEW}"' in tree.read("main.tf")
    assert "second-hand" in result.err


def test_a_model_that_is_the_key_of_an_instance_is_left(tree: Tree):
    code = root("us-east-1", "each.key").replace("  foundation", f'  for_each = {{ "{OLD}" = 1 }}\n  foundation')
    tree.write({"main.tf": code})
    result = tree.fix("--write")
    assert (result.code, tree.read("main.tf")) == (1, code)
    assert "also the key of an instance: under another key, Terraform replaces the resource." in result.err
    allowed = tree.fix("--write", "--allow-replacement")
    assert tree.read("main.tf") == code.replace(OLD, NEW)
    assert "Add a `moved` block from the old address to the new one." in allowed.err
