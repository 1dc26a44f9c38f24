"""What exists in a tree of Terraform code: which directories are roots, and which of their blocks are there."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from checker.model.scan import Scan
from checker.model.settings import Options, Settings
from checker.pipeline import scan

MODEL = "amazon.nova-lite-v1:0"
AGENT = f'resource "aws_bedrockagent_agent" "a" {{\n  foundation_model = "{MODEL}"\n}}\n'
Run = Callable[..., Scan]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """The scan of a tree."""

    def write_and_scan(files: dict[str, str], *paths: str, options: Options | None = None) -> Scan:
        for name, content in {".git/HEAD": "", **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        settings = Settings(date(2026, 11, 24), options=options or Options(), judge=False)
        return scan(paths or ["."], settings, standard_input=bytes, cwd=tmp_path)

    return write_and_scan


def told(result: Scan) -> dict[str, str]:
    """For each reference its certainty, by input and address."""
    return {
        f"{reference.input}: {reference.address}": ", ".join(one.certainty.value for one in reference.candidates)
        or str(reference.unresolved and reference.unresolved.cause)
        for reference in result.references
    }


CALL = {"env/main.tf": 'module "m" {\n  source = "../m"\n}\n'}


@pytest.mark.parametrize(
    ("files", "is_root"),
    [
        ({}, False),
        ({"m/versions.tf": 'terraform {\n  required_version = ">= 1"\n}\n'}, False),
        ({"m/versions.tf": 'terraform {\n  backend "s3" {}\n}\n'}, True),
        ({"m/versions.tf": 'terraform {\n  cloud {\n    organization = "o"\n  }\n}\n'}, True),
        ({"m/versions.tf.json": '{"terraform": {"backend": {"s3": {}}}}'}, True),
        ({"m/provider.tf": 'provider "aws" {\n  region = "eu-west-1"\n}\n'}, True),
        # One that only hands a provider on, as modules for Terraform 0.12 had it.
        ({"m/provider.tf": 'provider "aws" {\n  alias = "other"\n}\n'}, False),
        ({"m/terraform.tfvars": "x = 1\n"}, True),
        ({"m/other.tfvars": "x = 1\n"}, False),
    ],
)
def test_a_module_that_is_deployed_by_itself_is_a_root_too(run: Run, files: dict[str, str], is_root: bool) -> None:
    found = told(run({"m/main.tf": AGENT, **CALL, **files}))
    assert ("m: aws_bedrockagent_agent.a" in found) is is_root
    assert "env: module.m.aws_bedrockagent_agent.a" in found


def test_a_module_that_is_named_is_a_root_too(run: Run) -> None:
    files = {"m/main.tf": AGENT, **CALL}
    assert "m: aws_bedrockagent_agent.a" in told(run(files, ".", "m"))
    assert "m: aws_bedrockagent_agent.a" in told(run(files, ".", "m/main.tf"))
    nothing = {"env/main.tf": 'module "m" {\n  source = "../m"\n  count = 0\n}\n'}
    assert list(told(run(files | nothing, ".", "m"))) == ["m: aws_bedrockagent_agent.a"]


def test_a_source_with_the_separators_of_windows_is_a_path(run: Run) -> None:
    files = {"m/main.tf": AGENT, "env/main.tf": 'module "m" {\n  source = "..\\\\m"\n}\n'}
    result = run(files)
    assert told(result) == {"env: module.m.aws_bedrockagent_agent.a": "certain"}
    assert result.problems == ()


def enabled(condition: str) -> str:
    return AGENT.replace("\n}", f"\n  lifecycle {{\n    enabled = {condition}\n  }}\n}}")


@pytest.mark.parametrize(
    ("condition", "variables", "expected"),
    [
        ("true", (), "certain"),
        ("false", (), None),
        ("var.on", (), "override"),
        ("!var.on", (), "default"),
        ("var.on", (("on", "true"),), "certain"),
        ("!var.on", (("on", "true"),), None),
    ],
)
def test_lifecycle_says_whether_a_resource_exists(
    run: Run, condition: str, variables: tuple[tuple[str, str], ...], expected: str | None
) -> None:
    variable = 'variable "on" {\n  type = bool\n  default = false\n}\n'
    result = run({"main.tofu": variable + enabled(condition)}, options=Options(arguments=variables))
    assert told(result).get(".: aws_bedrockagent_agent.a") == expected
    module = 'module "m" {\n  source = "./m"\n  lifecycle {\n    enabled = ' + condition + "\n  }\n}\n"
    files = {"main.tofu": variable + module, "m/main.tf": AGENT}
    result = run(files, options=Options(arguments=variables))
    assert told(result).get(".: module.m.aws_bedrockagent_agent.a") == expected
    assert result.problems == ()


def test_what_is_no_condition_is_refused(run: Run) -> None:
    (problem,) = run({"main.tofu": enabled("[1]")}).problems
    assert (problem.message.split(" is not ")[1], problem.line, problem.incomplete) == ("true or false", 4, True)


def test_an_override_file_gives_a_default_provider_that_is_not_declared(run: Run) -> None:
    override = 'provider "aws" {\n  region = "eu-west-1"\n}\n'
    result = run({"main.tf": AGENT, "provider_override.tf": override})
    assert result.problems == ()
    assert result.references[0].candidates[0].regions == ("eu-west-1",)
    alias = override.replace("\n", '\n  alias = "other"\n', 1)
    (problem,) = run({"provider_override.tf": alias}).problems
    assert problem.incomplete


def test_an_action_is_read(run: Run) -> None:
    action = (
        f'action "aws_lambda_invoke" "a" {{\n  config {{\n    payload = jsonencode({{ model = "{MODEL}" }})\n  }}\n}}\n'
    )
    result = run({"main.tf": action})
    assert told(result) == {".: action.aws_lambda_invoke.a": "certain"}
    assert result.problems == ()


def policies(document: str, policy: str) -> str:
    statement = '  statement {\n    actions = ["bedrock:InvokeModel"]\n    resources = [local.arn]\n  }\n'
    return (
        f'locals {{\n  arn = "arn:aws:bedrock:us-east-1::foundation-model/{MODEL}"\n}}\n'
        'variable "on" {\n  default = false\n}\n'
        f'data "aws_iam_policy_document" "d" {{\n{document}{statement}}}\n'
        f'resource "aws_iam_role_policy" "p" {{\n  policy = {policy}\n}}\n'
    )


OWN = 'jsonencode({ Statement = [{ Effect = "Allow", Action = "bedrock:InvokeModel", Resource = local.arn }] })'
DOCUMENT = "data.aws_iam_policy_document.d"


@pytest.mark.parametrize(
    ("document", "policy", "expected"),
    [
        ("", f"{DOCUMENT}.json", {DOCUMENT: "certain"}),
        # Both say the same, and neither is made of the other.
        ("", OWN, {DOCUMENT: "certain", "aws_iam_role_policy.p": "certain"}),
        ("  count = var.on ? 1 : 0\n", OWN, {f"{DOCUMENT}[0]": "override", "aws_iam_role_policy.p": "certain"}),
        ("  count = 0\n", OWN, {"aws_iam_role_policy.p": "certain"}),
    ],
)
def test_a_grant_is_a_copy_only_of_what_it_came_through(
    run: Run, document: str, policy: str, expected: dict[str, str]
) -> None:
    found = told(run({"main.tf": policies(document, policy)}))
    assert found == {f".: {address}": certainty for address, certainty in expected.items()}


def agent(name: str, body: str) -> str:
    return f'resource "aws_bedrockagent_agent" "{name}" {{\n  {body}\n}}\n'


def test_what_only_a_file_brings_that_nobody_loads_is_possible(run: Run) -> None:
    code = (
        'variable "keys" { type = set(string) }\nvariable "n" { type = number }\n'
        'variable "more" {\n  default = []\n}\n'
        + agent("each", f'for_each = var.keys\n  foundation_model = "{MODEL}"')
        + agent("count", f'count = var.n\n  foundation_model = "{MODEL}"')
        + 'module "m" {\n  source = "./m"\n  for_each = var.keys\n}\n'
        + 'resource "aws_bedrockagent_prompt" "p" {\n  dynamic "variant" {\n    for_each = var.more\n    content {\n'
        + "      model_id = variant.value\n    }\n  }\n}\n"
    )
    values = f'keys = ["a"]\nn = 1\nmore = ["{MODEL}"]\n'
    found = told(run({"main.tf": code, "m/main.tf": AGENT, "prod.tfvars": values}))
    expected = {
        '.: aws_bedrockagent_agent.each["a"]': "possible",
        ".: aws_bedrockagent_agent.count[0]": "possible",
        '.: module.m["a"].aws_bedrockagent_agent.a': "possible",
        ".: aws_bedrockagent_prompt.p": "possible",
    }
    assert {address: found.get(address) for address in expected} == expected
    # With the same file loaded, all of it is there.
    found = told(run({"main.tf": code, "m/main.tf": AGENT, "prod.tfvars": "", "terraform.tfvars": values}))
    assert {address: found.get(address) for address in expected} == dict.fromkeys(expected, "certain")


ACCOUNT = 'data "aws_caller_identity" "me" {}\nlocals {\n  on = data.aws_caller_identity.me.account_id == "1"\n}\n'


@pytest.mark.parametrize(
    ("body", "expected", "is_complete"),
    [
        # What is there, and the same, whatever is chosen, does not rest on the choice.
        (f'count = local.on ? 1 : 2\n  foundation_model = "{MODEL}"', "certain", True),
        (f'for_each = toset(local.on ? ["a", "b"] : ["a"])\n  foundation_model = "{MODEL}"', "certain", True),
        (f'count = local.on ? 1 : 0\n  foundation_model = "{MODEL}"', "possible", False),
        (f'for_each = toset(local.on ? ["a"] : [])\n  foundation_model = "{MODEL}"', "possible", False),
        (f'foundation_model = local.on ? "{MODEL}" : "amazon.nova-pro-v1:0"', "possible, possible", True),
        (f'foundation_model = local.on ? "{MODEL}" : null', "possible", False),
        (f'foundation_model = local.on ? "{MODEL}" : var.m', "possible", False),
        (f'foundation_model = "{MODEL}"', "certain", True),
        (f'count = var.off ? 1 : 0\n  foundation_model = "{MODEL}"', "override", False),
    ],
)
def test_existence_is_a_choice_too(run: Run, body: str, expected: str, is_complete: bool) -> None:
    variables = 'variable "m" {}\nvariable "off" {\n  default = false\n}\n'
    result = run({"main.tf": ACCOUNT + variables + agent("a", body)})
    first = result.references[0]
    assert (", ".join(one.certainty.value for one in first.candidates), first.complete) == (expected, is_complete)


def test_a_block_that_exists_only_with_another_default_may_be_there(run: Run) -> None:
    """Each resource needs the default overridden; the block looks its key up in what the default gives."""
    code = (
        'variable "prompts" {\n  default = {}\n}\n'
        "locals {\n  all = { for k, v in var.prompts : k => { name = v } }\n}\n"
        'resource "aws_bedrockagent_prompt" "p" {\n  for_each = local.all\n  name = each.key\n  dynamic "variant" {\n'
        "    for_each = lookup(local.all, each.key, null) != null ? [local.all[each.key]] : []\n    content {\n"
        f'      name = "v"\n      model_id = "{MODEL}"\n    }}\n  }}\n}}\n'
    )
    assert told(run({"main.tf": code})) == {".: aws_bedrockagent_prompt.p[*]": "override"}
