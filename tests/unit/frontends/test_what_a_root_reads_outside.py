"""SSM parameters and exports that Terraform's data sources read: of the same root, of other inputs, of the account."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker import check

CATALOG = Path(__file__).parents[2] / "catalog.json"
EOL, ACTIVE = "anthropic.test-eol-v1:0", "anthropic.test-active-v1:0"
ROOT = f"""\
variable "env" {{}}
resource "aws_ssm_parameter" "chat" {{
  name  = "/ai/chat"
  value = "{EOL}"
}}
resource "aws_ssm_parameter" "open" {{
  name           = "/${{var.env}}/chat"
  insecure_value = "{EOL}"
}}
resource "aws_ssm_parameter" "unnamed" {{
  name  = var.env
  value = "{EOL}"
}}
module "more" {{ source = "./more" }}
"""
MORE = f'resource "aws_ssm_parameter" "inner" {{\n  name = "/inner/chat"\n  value = "{EOL}"\n}}\n'
USE = 'resource "aws_bedrockagent_agent" "a" {\n  foundation_model = %s\n}\n'
ANSWERS = f"version: 1\nparameters: [{{name: /far/chat, value: {EOL}}}]\nexports: [{{name: far, value: {EOL}}}]\n"


def found(tmp_path, files, **arguments):
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    scan = check(".", as_of=date(2026, 11, 24), catalog=CATALOG, cwd=tmp_path, **arguments)
    assert [one.message for one in scan.problems if one.incomplete] == []
    return {one.address: one for one in scan.references}


def said(reference):
    told = [(one.model, str(one.certainty), str(one.written_at).rpartition(":")[0]) for one in reference.candidates]
    return told, reference.unresolved and str(reference.unresolved.cause)


SURE = ([(EOL, "certain", "main.tf:4")], None)
PERHAPS = ([(EOL, "possible", "main.tf:4")], "external-data")


@pytest.mark.parametrize(
    ("arguments", "value", "expected"),
    [
        ("name = aws_ssm_parameter.chat.name", "value", SURE),
        ("name = aws_ssm_parameter.chat.id", "insecure_value", SURE),
        ("arn = aws_ssm_parameter.chat.arn", "value", SURE),
        ("name = aws_ssm_parameter.unnamed.id", "value", ([(EOL, "certain", "main.tf:12")], None)),
        ('name = "/ai/chat"\n  depends_on = [aws_ssm_parameter.chat]', "value", SURE),
        ('name = "/ai/chat"', "value", PERHAPS),
        ('name = "/${var.env}/chat"', "value", ([(EOL, "possible", "main.tf:8")], "external-data")),
        ('name = "/inner/chat"', "value", ([(EOL, "possible", "more/main.tf:3")], "external-data")),
        ('name = "/ai/other"', "value", ([], "external-data")),
        ('name = "/ai/chat"', "arn", ([], "external-data")),
    ],
)
def test_a_parameter_of_the_same_root(tmp_path, arguments, value, expected):
    data = f'data "aws_ssm_parameter" "p" {{\n  {arguments}\n}}\n'
    use = USE % f"data.aws_ssm_parameter.p.{value}"
    references = found(tmp_path, {"main.tf": ROOT + data + use, "more/main.tf": MORE})
    assert said(references["aws_bedrockagent_agent.a"]) == expected


def test_text_around_a_parameter_and_what_is_no_agent(tmp_path):
    data = 'data "aws_ssm_parameter" "p" {\n  name = aws_ssm_parameter.chat.name\n}\n'
    use = """\
resource "aws_lambda_function" "f" {
  environment { variables = { TARGET = "bedrock/${data.aws_ssm_parameter.p.value}" } }
}
"""
    references = found(tmp_path, {"main.tf": ROOT + data + use, "more/main.tf": MORE})
    assert said(references["aws_lambda_function.f"]) == SURE


def test_a_parameter_of_another_region_is_another_one(tmp_path):
    data = 'data "aws_ssm_parameter" "p" {\n  name = "/ai/chat"\n  provider = aws.far\n}\n'
    providers = (
        'provider "aws" { region = "us-east-1" }\nprovider "aws" {\n  alias = "far"\n  region = "eu-west-1"\n}\n'
    )
    files = {"main.tf": ROOT + data + USE % "data.aws_ssm_parameter.p.value", "p.tf": providers, "more/main.tf": MORE}
    assert said(found(tmp_path, files)["aws_bedrockagent_agent.a"]) == ([], "external-data")


@pytest.mark.parametrize("use", ["%s.values[0]", 'zipmap(%s.names, %s.values)["/ai/chat"]'])
def test_parameters_below_a_path_are_possible(tmp_path, use):
    data = 'data "aws_ssm_parameters_by_path" "all" {\n  path = "/ai/"\n}\n'
    written = USE % use.replace("%s", "data.aws_ssm_parameters_by_path.all")
    references = found(tmp_path, {"main.tf": ROOT + data + written, "more/main.tf": MORE})
    assert said(references["aws_bedrockagent_agent.a"]) == PERHAPS


@pytest.mark.parametrize(
    ("data", "use"),
    [
        ('data "aws_ssm_parameter" "p" {\n  name = "/far/chat"\n}\n', "data.aws_ssm_parameter.p.value"),
        ('data "aws_cloudformation_export" "e" {\n  name = "far"\n}\n', "data.aws_cloudformation_export.e.value"),
    ],
)
def test_what_the_account_says(tmp_path, data, use):
    files = {"main.tf": data + USE % use, "answers.yaml": ANSWERS}
    told, why = said(found(tmp_path, files, answers=["answers.yaml"])["aws_bedrockagent_agent.a"])
    assert ([one[:2] for one in told], why) == ([(EOL, "account")], None)
    environment = f'resource "aws_lambda_function" "f" {{\n  environment {{ variables = {{ T = {use} }} }}\n}}\n'
    files = {"main.tf": data + environment}
    assert said(found(tmp_path, files, answers=["answers.yaml"])["aws_lambda_function.f"])[0] == told


PROFILE = f"""\
Resources:
  Profile:
    Type: AWS::Bedrock::ApplicationInferenceProfile
    Properties:
      InferenceProfileName: p
      ModelSource: {{CopyFrom: "arn:aws:bedrock:us-east-1::foundation-model/{EOL}"}}
Outputs:
  Text: {{Value: {EOL}, Export: {{Name: text}}}}
  Arn: {{Value: !Ref Profile, Export: {{Name: arn}}}}
"""


@pytest.mark.parametrize(("name", "line"), [("text", "t.yaml:8"), ("arn", "t.yaml:6"), ("other", None)])
def test_an_export_of_a_template_of_the_run(tmp_path, name, line):
    data = f'data "aws_cloudformation_export" "e" {{\n  name = "{name}"\n}}\n'
    files = {"main.tf": data + USE % "data.aws_cloudformation_export.e.value", "t.yaml": PROFILE}
    told, why = said(found(tmp_path, files)["aws_bedrockagent_agent.a"])
    assert told == ([] if line is None else [(EOL, "certain", line)])
    assert (why is None) == (line is not None)


def assembly(resources, outputs=None, region="us-east-1"):
    manifest = {
        "version": "48.0.0",
        "artifacts": {
            "S": {
                "type": "aws:cloudformation:stack",
                "environment": f"aws://111122223333/{region}",
                "properties": {"templateFile": "S.template.json"},
            }
        },
    }
    template = {"Resources": resources, "Outputs": outputs or {}}
    return {"cdk.out/manifest.json": json.dumps(manifest), "cdk.out/S.template.json": json.dumps(template)}


TOPIC = {"T": {"Type": "AWS::SNS::Topic"}}


def agent(model):
    return {"Type": "AWS::Bedrock::Agent", "Properties": {"AgentName": "a", "FoundationModel": model}}


def test_a_template_imports_what_an_assembly_exports_and_the_other_way_round(tmp_path):
    outputs = {"O": {"Value": EOL, "Export": {"Name": "shared"}}}
    template = f"Resources: {{A: {json.dumps(agent({'Fn::ImportValue': 'shared'}))}}}\n"
    told, why = said(found(tmp_path, {**assembly(TOPIC, outputs), "t.yaml": template})["A"])
    assert ([one[:2] for one in told], why) == ([(EOL, "certain")], None)
    files = {**assembly({"A": agent({"Fn::ImportValue": "arn"})}), "t.yaml": PROFILE}
    assert said(found(tmp_path, files)["S/A"]) == ([(EOL, "certain", "t.yaml:6")], None)


def test_an_assembly_in_another_region_exports_nothing_for_a_template(tmp_path):
    outputs = {"O": {"Value": EOL, "Export": {"Name": "shared"}}}
    template = f"Resources: {{A: {json.dumps(agent({'Fn::ImportValue': 'shared'}))}}}\n"
    files = {**assembly(TOPIC, outputs, "eu-west-1"), "t.yaml": template}
    assert said(found(tmp_path, files, regions=["us-east-1"])["A"]) == ([], "external-data")
    assert said(found(tmp_path, files, regions=["eu-west-1"])["A"])[1] is None


def test_an_assembly_takes_its_own_export_before_that_of_another_input(tmp_path):
    outputs = {"O": {"Value": ACTIVE, "Export": {"Name": "shared"}}}
    other = f"Resources: {{T: {{Type: A::B::C}}}}\nOutputs: {{O: {{Value: {EOL}, Export: {{Name: shared}}}}}}\n"
    files = {**assembly({"A": agent({"Fn::ImportValue": "shared"})}, outputs), "t.yaml": other}
    assert [one.model for one in found(tmp_path, files)["S/A"].candidates] == [ACTIVE]


def test_a_stack_that_has_only_outputs_exports_them(tmp_path):
    template = f"Resources: {{A: {json.dumps(agent({'Fn::ImportValue': 'shared'}))}}}\n"
    files = {**assembly({}, {"O": {"Value": EOL, "Export": {"Name": "shared"}}}), "t.yaml": template}
    content = json.loads(files["cdk.out/S.template.json"])
    del content["Resources"]
    files["cdk.out/S.template.json"] = json.dumps(content)
    assert [one.model for one in found(tmp_path, files)["A"].candidates] == [EOL]
    own = json.loads(files["cdk.out/manifest.json"])
    own["artifacts"]["T"] = {**own["artifacts"]["S"], "properties": {"templateFile": "T.template.json"}}
    files |= {"cdk.out/manifest.json": json.dumps(own)}
    files |= {"cdk.out/T.template.json": json.dumps({"Resources": {"A": agent({"Fn::ImportValue": "shared"})}})}
    assert [one.model for one in found(tmp_path, files)["T/A"].candidates] == [EOL]


def test_an_assembly_reads_what_the_account_says(tmp_path):
    environment = {"Variables": {"T": "{{resolve:ssm:/far/chat}}"}}
    files = assembly({"F": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": environment}}})
    references = found(tmp_path, {**files, "answers.yaml": ANSWERS}, answers=["answers.yaml"])
    told, why = said(references["S/F"])
    assert ([one[:2] for one in told], why) == ([(EOL, "account")], None)
