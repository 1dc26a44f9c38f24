"""The edit changes the id where it is written, and nothing else."""

import pytest

from tests.unit.fix.conftest import NEW, OLD, OLD_TITLES, Tree

PROVIDER = 'provider "aws" {\n  region = "us-east-1"\n}\n'
AGENT = PROVIDER + 'resource "aws_bedrockagent_agent" "chat" {\n  foundation_model = MODEL\n}\n'
FUNCTION = """\
resource "aws_lambda_function" "f" {
  environment {
    variables = {
      M = MODEL
    }
  }
}
"""
TEMPLATE = """\
Parameters:
  Model:
    Type: String
    Default: "OLD" # of today
Resources:
  Chat:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel: MODEL
"""


def terraform(expression: str, more: str = "") -> str:
    """A Terraform root with an agent whose model is `expression`."""
    return AGENT.replace("MODEL", expression) + more


def in_function(expression: str) -> str:
    """A Terraform root with a function whose environment has the model `expression`."""
    return PROVIDER + FUNCTION.replace("MODEL", expression)


def variable(default: str = "") -> str:
    """The Terraform variables `m` and `other`."""
    return f'variable "m" {{\n  {default}\n}}\nvariable "other" {{}}\n'


def held(name: str, expression: str) -> dict[str, str]:
    """The files of a root that reads `name`, a file beside it."""
    return {"main.tf": in_function(expression.replace("FILE", f'"${{path.module}}/{name}"'))}


ARN = "arn:aws:bedrock:us-east-1::foundation-model/OLD"
SUB = "!Sub arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/OLD"
INVOKE = '{"Type":"Task","Resource":"arn:aws:states:::bedrock:invokeModel","Parameters":{"ModelId":"OLD"},"End":true}'
FLOW = f'{{"StartAt":"A","States":{{"A":{INVOKE}}}}}\n'
STATE_MACHINE = 'resource "aws_sfn_state_machine" "s" {\n  definition = file("${path.module}/flow.asl.json")\n}\n'
MODULE = 'variable "model" {}\nresource "aws_bedrockagent_agent" "a" {\n  foundation_model = var.model\n}\n'
BLOCK = """\
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          C: |
            a=b
            model=OLD
"""
CODE = """\
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Code:
        ZipFile: |
          import boto3
          MODEL = "OLD"
"""
LITELLM = """\
model_list:
  - model_name: chat
    litellm_params:
      model: bedrock/OLD
"""
TEMPLATE_JSON = '{"Resources": {"Chat": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": "OLD"}}}}'
TERRAFORM_JSON = '{"resource": {"aws_bedrockagent_agent": {"a": {"foundation_model": "OLD"}}}}\n'

# For each location: a file, its text with OLD for the id, and the other files that it needs.
LOCATIONS: dict[str, tuple[str, str, dict[str, str]]] = {
    "string": ("main.tf", terraform('"OLD"'), {}),
    "string-with-comment": ("main.tf", terraform('"OLD" // the model # of today'), {}),
    "crlf": ("main.tf", terraform('"OLD"').replace("\n", "\r\n"), {}),
    "no-line-break-at-the-end": ("main.tf", terraform('"OLD"').rstrip("\n"), {}),
    "arn": ("main.tf", terraform(f'"{ARN}"'), {}),
    "arn-with-region": ("main.tf", terraform(f'"{ARN.replace("us-east-1", "${var.m}")}"', variable()), {}),
    "profile": ("main.tf", terraform('"us.OLD"'), {}),
    "default": ("main.tf", terraform("var.m", variable('default = "OLD"')), {}),
    "local": ("main.tf", terraform("local.m", 'locals {\n  m = "OLD"\n}\n'), {}),
    "map-entry": ("main.tf", terraform('local.m["chat"]', 'locals {\n  m = { other = "x", chat = "OLD" }\n}\n'), {}),
    "both-arms": ("main.tf", terraform('var.m ? "OLD" : "us.OLD"', variable()), {}),
    "geography-elsewhere": ("main.tf", terraform('"${"us"}.${local.m}"', 'locals {\n  m = "OLD"\n}\n'), {}),
    "part-of-an-id": ("main.tf", terraform('"anthropic.${local.m}:0"', 'locals {\n  m = "claude-chat-1-v1"\n}\n'), {}),
    "heredoc": ("main.tf", in_function("<<-EOT\n        a: b\n        model: OLD\n        c: d\n      EOT"), {}),
    "jsonencode": ("main.tf", in_function('jsonencode({ a = "b", model = "OLD" })'), {}),
    "tfvars": ("terraform.tfvars", 'other = "x"\nm     = "OLD"\n', {"main.tf": terraform("var.m", variable())}),
    "json-file": ("m.json", '{"other": "x", "chat": "OLD"}\n', held("m.json", "jsondecode(file(FILE)).chat")),
    "yaml-file": ("m.yaml", "# models\nchat: OLD # today\n", held("m.yaml", "yamldecode(file(FILE)).chat")),
    "template-file": ("f.tftpl", "key=${k}\nmodel=OLD\n", held("f.tftpl", 'templatefile(FILE, { k = "v" })')),
    "asl": ("flow.asl.json", FLOW, {"main.tf": PROVIDER + STATE_MACHINE}),
    "terraform-json": ("agent.tf.json", TERRAFORM_JSON, {"main.tf": PROVIDER}),
    "module-input": (
        "main.tf",
        PROVIDER + 'module "m" {\n  source = "./m"\n  model  = "OLD"\n}\n',
        {"m/main.tf": MODULE},
    ),
    "template-parameter": ("t.yaml", TEMPLATE.replace("MODEL", "!Ref Model"), {}),
    "template-scalar": ("t.yaml", TEMPLATE.replace('"OLD"', "x").replace("MODEL", "OLD"), {}),
    "template-sub": ("t.yaml", TEMPLATE.replace('"OLD"', "x").replace("MODEL", SUB), {}),
    "template-json": ("t.json", TEMPLATE_JSON, {}),
    "block-scalar": ("t.yaml", BLOCK, {}),
    "inline-code": ("t.yaml", CODE, {}),
    "dotenv": (".env", "# settings\nMODEL_ID=OLD\n", {"main.tf": PROVIDER}),
    "litellm": ("litellm.yaml", LITELLM, {"main.tf": PROVIDER}),
}


@pytest.mark.parametrize("location", LOCATIONS)
def test_only_the_id_changes(location: str, tree: Tree):
    name, content, others = LOCATIONS[location]
    old, new = ("claude-chat-1-v1", "claude-chat-2-v1") if location == "part-of-an-id" else (OLD, NEW)
    tree.write({name: content.replace("OLD", OLD), **others})
    assert [each["model"] for each in tree.findings()]
    before = {path: path.read_bytes() for path in tree.root.rglob("*") if path.is_file()}
    assert tree.fix("--write").code == 0
    assert tree.read(name) == content.replace("OLD", OLD).replace(old, new)
    assert {path: content for path, content in before.items() if path != tree.root / name} == {
        path: path.read_bytes() for path in tree.root.rglob("*") if path.is_file() and path != tree.root / name
    }
    assert tree.findings() == []
    again = tree.fix()
    assert (again.code, again.out) == (0, "")


def test_a_parameter_file_is_edited(tree: Tree):
    template = "Parameters:\n  Model:\n    Type: String\n" + TEMPLATE.partition("# of today\n")[2].replace(
        "MODEL", "!Ref Model"
    )
    tree.write({"t.yaml": template, "p.json": f'[{{"ParameterKey": "Model", "ParameterValue": "{OLD}"}}]\n'})
    assert tree.fix("t.yaml", "--parameters", "p.json", "--write").code == 0
    assert tree.read("p.json") == f'[{{"ParameterKey": "Model", "ParameterValue": "{NEW}"}}]\n'


def test_a_value_of_the_command_line_is_left(tree: Tree):
    tree.write({"main.tf": terraform("var.m", 'variable "m" {}\n')})
    result = tree.fix("--var", f"m={OLD}")
    assert (result.code, result.out) == (1, "")
    assert "The model comes from the command line." in result.err


def test_the_name_of_a_resource_is_left(tree: Tree):
    tree.write(
        {"main.tf": PROVIDER + f'resource "aws_cloudwatch_log_group" "g" {{\n  name = "/aws/bedrock/{OLD}"\n}}\n'}
    )
    result = tree.fix()
    assert (result.code, result.out) == (1, "")
    assert "It is in the name of a resource" in result.err


def test_values_that_may_be_chosen_follow_the_default(tree: Tree):
    allowed = "    AllowedValues:\n      - OLD\n      - amazon.other-text-v1:0\n"
    template = TEMPLATE.replace(" # of today\n", "\n" + allowed).replace("MODEL", "!Ref Model").replace("OLD", OLD)
    tree.write({"t.yaml": template})
    tree.fix("--write")
    assert tree.read("t.yaml") == template.replace(OLD, NEW)


def test_a_list_has_no_value_twice(tree: Tree):
    other = "anthropic.claude-lonely-1-v1:0"
    allowed = f"    AllowedValues: ['{OLD}', '{other}']\n"
    template = TEMPLATE.replace(" # of today\n", "\n" + allowed).replace("MODEL", "!Ref Model").replace("OLD", OLD)
    tree.write({"t.yaml": template})
    result = tree.fix("--write", "--to", NEW)
    assert tree.read("t.yaml").count(NEW) == 2
    assert other in tree.read("t.yaml")
    assert "takes the place of another value of the list already" in result.err


def test_a_mention_with_a_geography_keeps_it(tree: Tree):
    tree.write({"settings.yaml": f"model: us.{OLD}\nother_model: bedrock/us.{OLD}\n", "main.tf": PROVIDER})
    assert tree.fix("--write").code == 0
    assert tree.read("settings.yaml") == f"model: us.{NEW}\nother_model: bedrock/us.{NEW}\n"


def test_a_description_and_a_comment_stay(tree: Tree):
    text = terraform("var.m", 'variable "m" {\n  # was OLD\n  description = "As OLD"\n  default = "OLD"\n}\n')
    tree.write({"main.tf": text.replace("OLD", OLD)})
    assert tree.fix("--write").code == 0
    assert tree.read("main.tf") == text.replace('default = "OLD"', f'default = "{NEW}"').replace("OLD", OLD)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FoundationModel: OLD # was OLD before\n", "FoundationModel: NEW # was OLD before\n"),
        ("{FoundationModel: OLD, Description: OLD of today}\n", "{FoundationModel: NEW, Description: OLD of today}\n"),
    ],
)
def test_what_stands_behind_a_value_without_quotes_stays(before: str, after: str, tree: Tree):
    start = "Resources:\n  Chat:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      "
    tree.write({"t.yaml": start + before.replace("OLD", OLD)})
    assert tree.fix("--write").code == 0
    assert tree.read("t.yaml") == start + after.replace("OLD", OLD).replace("NEW", NEW)


def test_a_comment_in_inline_code_stays(tree: Tree):
    code = CODE.replace('"OLD"', "'OLD'  # OLD").replace("OLD", OLD)
    line = '{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": CODE}}}}}'
    line = line.replace("CODE", "\"m = 'OLD'\\n# OLD\\nn = 'OLD'\\n\"").replace("OLD", OLD)
    tree.write({"t.yaml": code, "t.json": line})
    assert tree.fix("--write").code == 0
    assert tree.read("t.yaml") == code.replace(f"'{OLD}'", f"'{NEW}'")
    assert tree.read("t.json") == line.replace(f"'{OLD}'", f"'{NEW}'")


def test_an_id_that_stands_twice_in_a_value_is_edited_though_another_edit_is_left(tree: Tree):
    """What makes A's model of several lines is not found, so that A seems to be written below."""
    template = """\
Resources:
  P:
    Type: AWS::SSM::Parameter
    Properties: {Type: StringList, Value: "OLD,OLD"}
  A:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel: !Sub
        - anthropic.${Name}-v1:0
        - Name: claude-chat-1
  B:
    Type: AWS::Bedrock::Agent
    Properties: {FoundationModel: OLD}
"""
    tree.write({"t.yaml": template.replace("OLD", OLD)})
    assert tree.fix("--write").code == 1
    assert tree.read("t.yaml") == template.replace("OLD,OLD", f"{NEW},{NEW}").replace("OLD", OLD)


@pytest.mark.parametrize(
    "value",
    [
        '"{\\"a\\": \\"OLD\\", \\"b\\":\\n\\"OLD\\"}"',
        '"M = [\\n\\t\\"OLD\\",\\n\\tOLD]\\nN = OLD"',
        "\"M = OLD: 'OLD', OLD\"",
    ],
)
@pytest.mark.parametrize("is_last", [False, True])
def test_a_text_in_quotes_is_edited_as_a_whole(value: str, is_last: bool, tree: Tree):
    resource = '{"Type": "AWS::SSM::Parameter", "Properties": {"Value": VALUE, "Description": "OLD"}}'
    template = f'{{"Resources": {{"P": {resource.replace("VALUE", value)}}}}}'
    if is_last:
        template = template.replace(value, f"{value}\n")
    tree.write({"t.json": template.replace("OLD", OLD)})
    assert tree.fix("--write").code == 0
    assert tree.read("t.json") == template.replace(value, value.replace("OLD", NEW)).replace("OLD", OLD)


def test_an_id_behind_an_unknown_geography_is_left(tree: Tree):
    """What such a profile can call is not known, and the same id below is another one."""
    variables = "      Environment: {Variables: {M: zz.OLD}}\n  G:\n    Type: AWS::Bedrock::Agent\n"
    template = f"Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n{variables}"
    template = (template + "    Properties: {FoundationModel: OLD}\n").replace("OLD", OLD)
    tree.write({"t.yaml": template})
    result = tree.fix("--write")
    assert result.code == 1
    assert tree.read("t.yaml") == template.replace(f"Model: {OLD}", f"Model: {NEW}")
    assert "stands behind 'zz', which is no geography that is known" in result.err


def test_an_id_before_one_with_an_unknown_geography_on_its_line_is_edited(tree: Tree):
    agents = "A: {Type: AWS::Bedrock::Agent, Properties: {FoundationModel: OLD}}"
    function = "F: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {M: zz.OLD}}}}"
    template = f"Resources: {{{agents}, {function}, {agents.replace('A:', 'B:')}}}\n".replace("OLD", OLD)
    tree.write({"t.yaml": template})
    assert tree.fix("--write").code == 1
    assert tree.read("t.yaml") == template.replace(f"Model: {OLD}", f"Model: {NEW}")


@pytest.mark.parametrize("kind", ["foundation-models", "foundation-model"])
def test_the_arn_of_a_model_gets_no_profile(kind: str, tree: Tree):
    """An ARN with a slip, and one that nothing uses, is only text around an id."""
    start = "      Environment:\n        Variables:\n          M: arn:aws:bedrock:us-east-1::KIND/OLD_TITLES\n"
    template = f"Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n{start}"
    template = template.replace("KIND", kind).replace("OLD_TITLES", OLD_TITLES)
    settings = f"model_arn: arn:aws:bedrock:us-east-1::{kind}/{OLD_TITLES}\n"
    tree.write({"t.yaml": template, "settings.yaml": settings})
    assert tree.fix("--write").code == 1
    assert (tree.read("t.yaml"), tree.read("settings.yaml")) == (template, settings)
    tree.write({"t.yaml": template.replace(OLD_TITLES, OLD), "settings.yaml": settings.replace(OLD_TITLES, OLD)})
    tree.fix("--write")
    assert f"{kind}/{NEW}\n" in tree.read("t.yaml")
    assert f"{kind}/{NEW}\n" in tree.read("settings.yaml")


def test_an_id_of_several_parts_is_not_taken_for_the_same_id_below(tree: Tree):
    agents = "Resources:\n" + "".join(
        f"  {name}:\n    Type: AWS::Bedrock::Agent\n    Properties:\n      FoundationModel: {model}\n"
        for name, model in (("A", "!Join ['.', [anthropic, claude-chat-1-v1:0]]"), ("B", OLD))
    )
    tree.write({"t.yaml": agents})
    assert tree.fix("--write").code == 0
    assert tree.read("t.yaml") == agents.replace("claude-chat-1", "claude-chat-2")


def test_a_sentence_in_a_file_that_nothing_loads_stays(tree: Tree):
    tree.write({"notes.yaml": f"says: the model {OLD} is good\n", "main.tf": PROVIDER})
    result = tree.fix("--write")
    assert tree.read("notes.yaml") == f"says: the model {OLD} is good\n"
    assert "no key says that it is the model of something" in result.err
    assert result.code == 0


def test_a_list_of_prices_stays(tree: Tree):
    prices = f"- name: bedrock/us.{OLD}\n  price: 1\n"
    tree.write({"prices.yaml": prices, "main.tf": PROVIDER})
    tree.fix("--write")
    assert tree.read("prices.yaml") == prices


def test_the_profile_of_a_model_without_one_of_its_own_is_written(tree: Tree):
    tree.write({"main.tf": terraform(f'"{OLD_TITLES}"')})
    assert tree.fix("--write").code == 0
    assert '"us.mistral.titles-text-2-v1:0"' in tree.read("main.tf")


def test_an_id_in_base64_is_left(tree: Tree):
    import base64

    encoded = base64.b64encode(f"MODEL={OLD}".encode()).decode()
    tree.write({"main.tf": PROVIDER + f'resource "aws_instance" "i" {{\n  user_data_base64 = "{encoded}"\n}}\n'})
    result = tree.fix("--write")
    assert result.code == 1
    assert "encoded" in result.err
    assert encoded in tree.read("main.tf")
