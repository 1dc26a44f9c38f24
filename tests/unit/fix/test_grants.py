"""New models that are called must be granted; grants of the old model stay."""

import pytest

from tests.unit.fix.conftest import NEW, NEW_TITLES, OLD, OLD_TITLES, Tree

AGENT = """\
provider "aws" {
  region = "us-east-1"
}
resource "aws_bedrockagent_agent" "a" {
  foundation_model = "OLD"
}
"""
DOCUMENT = (
    AGENT
    + """\
data "aws_iam_policy_document" "p" {
  statement {
    actions = ["bedrock:InvokeModel"]
    resources = RESOURCES
  }
}
"""
)
ARN = "arn:aws:bedrock:us-east-1::foundation-model/"


def test_the_new_model_is_granted_beside_the_old_one(tree: Tree):
    resources = f'[\n      "{ARN}{OLD}", # chat\n    ]'
    tree.write({"main.tf": DOCUMENT.replace("RESOURCES", resources).replace("OLD", OLD)})
    result = tree.fix("--write")
    assert f'    resources = [\n      "{ARN}{NEW}",\n      "{ARN}{OLD}", # chat\n    ]\n' in tree.read("main.tf")
    assert "stays granted" in result.err
    again = tree.fix()
    assert (again.code, again.out) == (0, "")


def test_a_profile_is_granted_with_the_regions_that_it_routes_to(tree: Tree):
    tree.write({"main.tf": DOCUMENT.replace("RESOURCES", f'["{ARN}OLD"]').replace("OLD", OLD_TITLES)})
    tree.fix("--write")
    granted = [
        f"{ARN}{NEW_TITLES}",
        f"arn:aws:bedrock:us-east-1:*:inference-profile/us.{NEW_TITLES}",
        f"arn:aws:bedrock:us-east-2::foundation-model/{NEW_TITLES}",
        f"arn:aws:bedrock:us-west-2::foundation-model/{NEW_TITLES}",
        f"{ARN}{OLD_TITLES}",
    ]
    assert "[" + ", ".join(f'"{arn}"' for arn in granted) + "]" in tree.read("main.tf")


def test_a_global_profile_is_granted_without_a_region(tree: Tree):
    text = DOCUMENT.replace('"OLD"', f'"global.{OLD}"').replace("RESOURCES", f'["{ARN}{OLD}"]')
    tree.write({"main.tf": text})
    tree.fix("--write", "--to", f"global.{NEW_TITLES}")
    assert f'"arn:aws:bedrock:::foundation-model/{NEW_TITLES}"' in tree.read("main.tf")


def test_the_account_that_the_code_knows_is_named(tree: Tree):
    caller = 'data "aws_caller_identity" "me" {}\n'
    tree.write({"main.tf": caller + DOCUMENT.replace("RESOURCES", f'["{ARN}OLD"]').replace("OLD", OLD_TITLES)})
    tree.fix("--write")
    account = "${data.aws_caller_identity.me.account_id}"
    assert f'"arn:aws:bedrock:us-east-1:{account}:inference-profile/us.{NEW_TITLES}"' in tree.read("main.tf")


def test_what_a_wildcard_covers_is_not_granted_again(tree: Tree):
    resources = f'["{ARN}{OLD}", "arn:aws:bedrock:*::foundation-model/anthropic.*"]'
    text = DOCUMENT.replace("RESOURCES", resources).replace("OLD", OLD)
    tree.write({"main.tf": text})
    tree.fix("--write")
    assert tree.read("main.tf") == text.replace(f'foundation_model = "{OLD}"', f'foundation_model = "{NEW}"')


def test_a_pattern_around_the_id_goes_with_it(tree: Tree):
    """AWS's own Terraform module for Bedrock writes it like this."""
    module = (
        'variable "m" {}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.m\n}\n'
        'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow",'
        ' Action = "bedrock:InvokeModel", Resource = ["arn:aws:bedrock:us-east-1::foundation-model/${var.m}",'
        ' "arn:aws:bedrock:us-east-1:123456789012:inference-profile/*.${var.m}"] }] })\n}\n'
    )
    call = 'provider "aws" {\n  region = "us-east-1"\n}\nmodule "m" {\n  source = "./m"\n  m      = "OLD"\n}\n'
    tree.write({"main.tf": call.replace("OLD", OLD), "m/main.tf": module})
    assert tree.fix("--write").code == 0
    assert tree.read("main.tf") == call.replace("OLD", NEW)


def test_no_grants_leaves_them_out(tree: Tree):
    text = DOCUMENT.replace("RESOURCES", f'["{ARN}OLD"]').replace("OLD", OLD)
    tree.write({"main.tf": text})
    tree.fix("--write", "--no-grants")
    assert tree.read("main.tf") == text.replace(f'foundation_model = "{OLD}"', f'foundation_model = "{NEW}"')


def test_a_model_that_is_only_granted_is_left(tree: Tree):
    text = DOCUMENT.partition("data")[2]
    tree.write({"main.tf": f'data{text.replace("RESOURCES", f"""["{ARN}{OLD}"]""")}'})
    result = tree.fix("--write")
    assert (result.code, result.out) == (1, "")
    assert "The model is only granted here" in result.err


def test_a_denied_model_stays_denied(tree: Tree):
    text = DOCUMENT.replace("    actions", '    effect = "Deny"\n    actions').replace("RESOURCES", f'["{ARN}{OLD}"]')
    tree.write({"main.tf": text.replace("OLD", NEW)})
    tree.fix("--write")
    assert f"{ARN}{OLD}" in tree.read("main.tf")
    assert f"{ARN}{NEW}" not in tree.read("main.tf")


TEMPLATE = f"""\
Resources:
  A:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel: {OLD}
  R:
    Type: AWS::IAM::Policy
    Properties:
      PolicyDocument:
        Statement:
          - Effect: Allow
            Action: bedrock:InvokeModel
"""
SUB = "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            f"            Resource: !Sub {SUB}{OLD} # chat\n",
            f"            Resource:\n              - !Sub {SUB}{OLD} # chat\n              - !Sub {SUB}{NEW}\n",
            id="scalar",
        ),
        pytest.param(
            f"            Resource:\n              - !Sub '{SUB}{OLD}'\n",
            f"            Resource:\n              - !Sub '{SUB}{OLD}'\n              - !Sub '{SUB}{NEW}'\n",
            id="item",
        ),
        pytest.param(
            f"            Resource:\n            - Fn::Sub: {SUB}{OLD}\n",
            f"            Resource:\n            - Fn::Sub: {SUB}{OLD}\n            - Fn::Sub: {SUB}{NEW}\n",
            id="long-form",
        ),
        pytest.param(
            f'            Resource: ["{ARN}{OLD}"]\n',
            f'            Resource: ["{ARN}{NEW}", "{ARN}{OLD}"]\n',
            id="flow",
        ),
        pytest.param(
            f"            Resource: [!Sub '{SUB}{OLD}']\n",
            f"            Resource: [!Sub '{SUB}{NEW}', !Sub '{SUB}{OLD}']\n",
            id="flow-with-function",
        ),
    ],
)
def test_yaml(before: str, after: str, tree: Tree):
    for line_break in ("\n", "\r\n"):
        tree.write({"t.yaml": (TEMPLATE + before).replace("\n", line_break)})
        tree.fix("t.yaml", "--region", "us-east-1", "--write")
        expected = (TEMPLATE.replace(OLD, NEW) + after).replace("\n", line_break)
        assert tree.read("t.yaml") == expected


def test_what_has_no_known_form_is_told(tree: Tree):
    joined = f'            Resource: !Join ["", ["{ARN}", "{OLD}"]]\n'
    tree.write({"t.yaml": TEMPLATE + joined})
    result = tree.fix("t.yaml", "--region", "us-east-1", "--write")
    assert tree.read("t.yaml") == TEMPLATE.replace(OLD, NEW) + joined
    assert result.code == 1
    assert f"{NEW} has to be granted here, too" in result.err


def test_a_grant_that_cannot_be_added_costs_no_other(tree: Tree):
    """A second entry in the list of `!Sub` would be no grant."""
    listed = f'            Resource: ["{ARN}{OLD}"]\n'
    text = TEMPLATE + listed + TEMPLATE[TEMPLATE.index("  R:") :].replace("R:", "S:")
    text += f'            Resource: [!Sub ["{ARN}{OLD}", {{}}]]\n'
    tree.write({"t.yaml": text})
    result = tree.fix("t.yaml", "--region", "us-east-1", "--write")
    assert f'["{ARN}{NEW}", "{ARN}{OLD}"]\n' in tree.read("t.yaml")
    assert f'[!Sub ["{ARN}{OLD}", {{}}]]\n' in tree.read("t.yaml")
    assert f"{NEW} has to be granted here, too" in result.err


def test_json_in_a_heredoc(tree: Tree):
    policy = """\
resource "aws_iam_policy" "p" {
  policy = <<-EOT
    {"Statement": [{"Effect": "Allow", "Action": "bedrock:InvokeModel",
      "Resource": "ARN"
    }]}
  EOT
}
"""
    tree.write({"main.tf": AGENT.replace("OLD", OLD) + policy.replace("ARN", ARN + OLD)})
    tree.fix("--write")
    assert f'      "Resource": ["{ARN}{OLD}", "{ARN}{NEW}"]\n' in tree.read("main.tf")


def test_grants_are_hunks_of_their_own(tree: Tree):
    document = DOCUMENT.replace("RESOURCES", f'[\n      "{ARN}OLD",\n    ]').replace("OLD", OLD)
    tree.write({"main.tf": document})
    assert tree.fix().out.count("@@ -") == 2


def test_a_root_without_grants_is_granted_where_the_others_are(tree: Tree):
    """The IAM roles are in a root of their own."""
    agent, _, document = DOCUMENT.replace("RESOURCES", f'["{ARN}OLD"]').replace("OLD", OLD).partition("data")
    tree.write({"app/main.tf": agent, "iam/main.tf": f"data{document}", "other/main.tf": agent.replace(OLD, NEW)})
    tree.fix("--write")
    assert f'["{ARN}{NEW}", "{ARN}{OLD}"]' in tree.read("iam/main.tf")
