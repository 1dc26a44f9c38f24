"""What is a model of Bedrock by its known part is found at every location that is looked at, in each language."""

import json
from datetime import date
from pathlib import Path

import pytest

from checker.model.reference import Reference
from checker.model.settings import Settings
from checker.pipeline import scan
from checker.values import Cause

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
ARN = "arn:aws:bedrock:us-east-1"
OWN = f"{ARN}:111122223333"
UNKNOWN = "unresolved"
NOTHING = "nothing"
# How a value is written, and what it is: a model, perhaps with its Region, unresolved, or nothing of Bedrock.
TERRAFORM = {
    f'"{ARN}::foundation-model/${{var.unset}}"': UNKNOWN,
    '"us.anthropic.${var.unset}"': UNKNOWN,
    '"anthropic.claude-3-${var.unset}-20240307-v1:0"': UNKNOWN,
    f'"${{var.unset}}.{HAIKU}"': HAIKU,
    'var.flag ? "us.anthropic.${var.unset}" : "none"': UNKNOWN,
    f'"{OWN}:application-inference-profile/abcd1234efgh"': UNKNOWN,
    f'"{OWN}:provisioned-model/abcd1234efgh"': UNKNOWN,
    f'"{OWN}:prompt-router/abcd1234efgh"': UNKNOWN,
    f'"{OWN}:custom-model/{HAIKU}/abcd1234efgh"': f"{HAIKU} us-east-1",
    "aws_bedrock_inference_profile.p.arn": f"{HAIKU} us-west-2",
    "[for each in aws_bedrock_inference_profile.p.models : each.model_arn][0]": f"{HAIKU} us-west-2",
    '"us.anthropic.claude-sonnet-99"': "anthropic.claude-sonnet-99",
    f'"bedrock/{HAIKU}"': HAIKU,
    f'"bedrock/converse_like/eu-west-1/{HAIKU}"': f"{HAIKU} eu-west-1",
    f'"proxy/chat/{HAIKU}"': HAIKU,
    '"amazon.com"': NOTHING,
    '"nvidia.com/gpu"': NOTHING,
    '"amazon.aws"': NOTHING,
}
LOCATIONS_OF_TERRAFORM = {
    "environment": 'resource "aws_lambda_function" "NAME" {\n environment {\n variables = { X = VALUE }\n }\n}',
    "containers": 'resource "aws_ecs_task_definition" "NAME" {\n container_definitions = jsonencode([{ environment ='
    ' [{ name = "X", value = VALUE }] }])\n}',
    "parameter": 'resource "aws_ssm_parameter" "NAME" {\n value = VALUE\n}',
    "states": 'resource "aws_sfn_state_machine" "NAME" {\n definition = jsonencode({ StartAt = "A", States = { A = {'
    ' Type = "Task", Resource = "arn:aws:states:::lambda:invoke", Parameters = { m = VALUE }, End = true } } })\n}',
    "user_data": 'resource "aws_instance" "NAME" {\n user_data = "#!/bin/sh\\nexport X=${VALUE}\\n"\n}',
    "encoded": 'resource "aws_instance" "NAME" {\n user_data_base64 = base64encode("export X=${VALUE}\\n")\n}',
    "helm": 'resource "helm_release" "NAME" {\n values = [yamlencode({ a = { m = VALUE } })]\n}',
    "provisioner": 'resource "null_resource" "NAME" {\n provisioner "local-exec" {\n when = destroy\n'
    " environment = { X = VALUE }\n }\n}",
    "connection": 'resource "null_resource" "NAME" {\n connection {\n host = VALUE\n }\n}',
}
SUB = {"Fn::Sub": f"{ARN}::foundation-model/${{Unset}}"}
CLOUDFORMATION = {
    "arn": (SUB, UNKNOWN),
    "id": ({"Fn::Join": [".", ["us", "anthropic", {"Ref": "Unset"}]]}, UNKNOWN),
    "arm": ({"Fn::If": ["C", SUB, {"Ref": "AWS::NoValue"}]}, UNKNOWN),
    "opaque": ({"Fn::Sub": "arn:aws:bedrock:${AWS::Region}:${AWS::AccountId}:provisioned-model/abcd1234efgh"}, UNKNOWN),
    "custom": (f"{OWN}:custom-model/{HAIKU}/abcd1234efgh", f"{HAIKU} us-east-1"),
    "profile": ({"Fn::GetAtt": ["Maker", "InferenceProfileArn"]}, f"{HAIKU} us-west-2"),
    "unknown": ("us.anthropic.claude-sonnet-99", "anthropic.claude-sonnet-99"),
    "route": (f"bedrock/invoke/eu-west-1/{HAIKU}", f"{HAIKU} eu-west-1"),
    "host": ("amazon.aws", NOTHING),
}


def task(value: object) -> object:
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"m": value}, "End": True}


LOCATIONS_OF_CLOUDFORMATION = {
    "environment": lambda value: ("AWS::Lambda::Function", {"Environment": {"Variables": {"X": value}}}),
    "containers": lambda value: (
        "AWS::ECS::TaskDefinition",
        {"ContainerDefinitions": [{"Environment": [{"Name": "X", "Value": value}]}]},
    ),
    "parameter": lambda value: ("AWS::SSM::Parameter", {"Type": "String", "Value": value}),
    "states": lambda value: (
        "AWS::StepFunctions::StateMachine",
        {"Definition": {"StartAt": "A", "States": {"A": task(value)}}},
    ),
    "user data": lambda value: (
        "AWS::EC2::Instance",
        {"UserData": {"Fn::Base64": {"Fn::Join": ["", ["#!/bin/sh\nexport X=", value, "\n"]]}}},
    ),
    "custom": lambda value: ("Custom::Thing", {"ServiceToken": "arn:aws:lambda:x:1:function:f", "Model": value}),
}


def check(directory: Path, name: str, text: str) -> dict[str, list[Reference]]:
    (directory / name).write_text(text, encoding="utf-8")
    found: dict[str, list[Reference]] = {}
    settings = Settings(date(2026, 11, 24), judge=False)
    for reference in scan(["."], settings, standard_input=bytes, cwd=directory).references:
        found.setdefault(reference.address.rpartition(".")[2], []).append(reference)
    return found


def what_is(references: list[Reference]) -> str:
    if any(each.unresolved is not None for each in references):
        return UNKNOWN
    named = {(each.model, *each.regions) for one in references for each in one.candidates}
    return " ".join(str(part) for name in named for part in name) if named else NOTHING


@pytest.mark.parametrize("location", LOCATIONS_OF_TERRAFORM)
def test_of_terraform(tmp_path: Path, location: str) -> None:
    text = (
        'variable "unset" {}\nvariable "flag" {}\nresource "aws_bedrock_inference_profile" "p" {\n model_source {\n'
        f'  copy_from = "arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}"\n }}\n}}\n'
    )
    for number, value in enumerate(TERRAFORM):
        text += LOCATIONS_OF_TERRAFORM[location].replace("NAME", f"n{number}").replace("VALUE", value) + "\n"
    found = check(tmp_path, "main.tf", text)
    made = {value: what_is(found.get(f"n{number}", [])) for number, value in enumerate(TERRAFORM)}
    assert made == TERRAFORM


@pytest.mark.parametrize("location", LOCATIONS_OF_CLOUDFORMATION)
def test_of_cloudformation(tmp_path: Path, location: str) -> None:
    profile = {"ModelSource": {"CopyFrom": f"arn:aws:bedrock:us-west-2::foundation-model/{HAIKU}"}}
    resources: dict[str, object] = {
        "Maker": {"Type": "AWS::Bedrock::ApplicationInferenceProfile", "Properties": profile}
    }
    for name, (value, _) in CLOUDFORMATION.items():
        kind, properties = LOCATIONS_OF_CLOUDFORMATION[location](value)
        resources[name.title()] = {"Type": kind, "Properties": properties}
    template = {
        "Parameters": {"Unset": {"Type": "String"}, "Flag": {"Type": "String"}},
        "Conditions": {"C": {"Fn::Equals": [{"Ref": "Flag"}, "x"]}},
        "Resources": resources,
    }
    found = check(tmp_path, "template.json", json.dumps(template))
    made = {name: what_is(found.get(name.title(), [])) for name in CLOUDFORMATION}
    assert made == {name: what for name, (_, what) in CLOUDFORMATION.items()}


UNSET = (
    'variable "unset" {}\nvariable "empty" {\n default = ""\n}\n'
    'variable "bedrock_model_id" {}\nvariable "model_id" {}\n'
)
AGENT = 'resource "aws_bedrockagent_agent" "a" {\n foundation_model = "amazon.nova-lite-v1:0"\n}\n'
ROLE = (
    'resource "aws_iam_role" "r" {}\nresource "aws_iam_role_policy" "p" {\n role = aws_iam_role.r.id\n policy ='
    ' jsonencode({ Statement = [{ Effect = "Allow", Action = "bedrock:InvokeModel", Resource = "*" }] })\n}\n'
)


@pytest.mark.parametrize(
    ("name", "value", "around", "cause"),
    [
        ("BEDROCK_MODEL", "var.unset", "", Cause.INPUT_NOT_SET),
        ("BEDROCK_MODEL_ID", "var.empty", "", Cause.INPUT_NOT_SET),
        ("MODEL_ID", "var.unset", AGENT, Cause.INPUT_NOT_SET),
        ("MODEL_ID", "var.unset", "", None),
        ("MODEL", "var.unset", ROLE, Cause.INPUT_NOT_SET),
        ("MODEL", "var.unset", AGENT, None),
        ("OPENAI_MODEL", "var.unset", ROLE, None),
        ("MODEL_ID", '"bedrock/converse/${var.unset}"', ROLE, Cause.INPUT_NOT_SET),
        ("MODEL_ID", '"${var.unset}-v1:0"', ROLE, Cause.INPUT_NOT_SET),
        ("MODEL_ID", '"https://${var.unset}/models"', ROLE, None),
        ("MODEL_ID", "data.aws_ssm_parameter.m.value", ROLE, Cause.EXTERNAL_DATA),
        ("MODEL_ID", "aws_sagemaker_model.m.name", ROLE, None),
        ("BEDROCK_MODEL", 'sensitive(jsonencode({ type = "query" }))', "", None),
        ("BEDROCK_MODEL", 'sensitive("${var.unset}-v1:0")', "", Cause.INPUT_NOT_SET),
        ("BEDROCK_MODEL", "sensitive(var.empty)", "", Cause.INPUT_NOT_SET),
        ("BEDROCK_REGION", "var.unset", ROLE, None),
        ("CLAUDE", "var.bedrock_model_id", "", Cause.INPUT_NOT_SET),
        ("CLAUDE", "var.model_id", ROLE, Cause.INPUT_NOT_SET),
        ("CLAUDE", "var.model_id", "", None),
        ("CLAUDE", '"a-${var.bedrock_model_id}"', ROLE, None),
        ("CLAUDE_NAME", "var.bedrock_model_id", ROLE, None),
    ],
)
def test_a_variable_that_is_named_as_a_model(
    tmp_path: Path, name: str, value: str, around: str, cause: Cause | None
) -> None:
    function = (
        'resource "aws_lambda_function" "f" {\n role = aws_iam_role.r.arn\n environment {\n'
        f" variables = {{ {name} = {value} }}\n }}\n}}\n"
    )
    data = 'data "aws_ssm_parameter" "m" {\n name = "/m"\n}\nresource "aws_sagemaker_model" "m" {}\n'
    found = check(tmp_path, "main.tf", UNSET + around + data + function).get("f", [])
    assert [one.unresolved.cause for one in found if one.unresolved is not None] == ([] if cause is None else [cause])
    assert all(not one.candidates for one in found)


def test_a_variable_whose_value_is_in_a_store(tmp_path: Path) -> None:
    arn = "arn:aws:ssm:us-east-1:111122223333:parameter"
    pairs = [
        {"Name": "BEDROCK_MODEL", "ValueFrom": f"{arn}/chat"},
        {"Name": "BEDROCK_EMBED", "ValueFrom": "embed"},
        {"Name": "BEDROCK_KB_ID", "ValueFrom": f"{arn}/kb"},
        {"Name": "BEDROCK_RERANK", "ValueFrom": {"Ref": "Written"}},
        {"Name": "BEDROCK_JUDGE", "ValueFrom": {"Fn::Sub": "${Secret}:JUDGE::"}},
        {"Name": "BEDROCK_ARN", "Value": f"{arn}/arn"},
        {"Name": "BEDROCK_PLAIN", "Value": "plain"},
        {"Name": "BEDROCK_BUILD", "Value": "build", "Type": "PARAMETER_STORE"},
    ]
    resources = {
        "Task": {"Type": "AWS::ECS::TaskDefinition", "Properties": {"ContainerDefinitions": [{"Secrets": pairs}]}},
        "Written": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": HAIKU}},
        "Secret": {"Type": "AWS::SecretsManager::Secret"},
    }
    found = check(tmp_path, "template.json", json.dumps({"Resources": resources}))

    told = [(one.unresolved.cause, one.unresolved.subject) for one in found["Task"] if one.unresolved is not None]
    subjects = [f"{arn}/chat", "embed", "⟨Secret⟩:JUDGE::", f"{arn}/arn", "build"]
    assert told == [(Cause.EXTERNAL_DATA, subject) for subject in subjects]
    assert what_is(found["Written"]) == HAIKU


def test_a_variable_that_a_custom_resource_answers(tmp_path: Path) -> None:
    variables = {
        "BEDROCK_MODEL_ID": {"Fn::GetAtt": ["Picker", "Answer"]},
        "FM": {"Fn::GetAtt": ["Picker", "ModelArn"]},
        "OTHER": {"Fn::GetAtt": ["Picker", "Other"]},
        "BEDROCK_MODEL": {"Ref": "Picker"},
        "BEDROCK_MODEL_ARN": {"Fn::GetAtt": ["Table", "Arn"]},
    }
    resources = {
        "Picker": {"Type": "Custom::Picker", "Properties": {"ServiceToken": "bedrock"}},
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "bedrock"}},
        "Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": variables}}},
    }
    found = check(tmp_path, "template.json", json.dumps({"Resources": resources}))["Fn"]

    told = [(one.unresolved.cause, one.unresolved.subject) for one in found if one.unresolved is not None]
    assert told == [(Cause.DEPLOY_TIME, "Picker.Answer"), (Cause.DEPLOY_TIME, "Picker.ModelArn")]


def test_a_definition_that_is_a_text_is_at_the_lines_of_its_calls(tmp_path: Path) -> None:
    call = '"Type": "Task", "Resource": "arn:aws:states:::bedrock:invokeModel"'
    template = (
        "Resources:\n  States:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n"
        "      DefinitionString: |\n"
        '        {"StartAt": "A", "States": {\n'
        f'          "A": {{{call}, "Parameters": {{"ModelId": "{HAIKU}"}}, "Next": "B"}},\n'
        f'          "B": {{{call}, "Parameters": {{"ModelId.$": "$.model"}}, "End": true}}}}}}\n'
    )
    found = check(tmp_path, "template.yaml", template)["States"]

    assert [(one.location and one.location.line, what_is([one])) for one in found] == [(7, HAIKU), (8, UNKNOWN)]


def test_advice_in_the_language_of_the_resource(tmp_path: Path) -> None:
    parameters = {"Unset": {"Type": "String"}}
    models = ({"Ref": "Unset"}, "{{resolve:ssm:/m}}", {"Fn::GetAtt": ["Other", "Model"]})
    resources: dict[str, object] = {
        f"A{number}": {"Type": "AWS::Bedrock::Agent", "Properties": {"FoundationModel": model}}
        for number, model in enumerate(models)
    }
    resources["Other"] = {"Type": "Custom::Other", "Properties": {}}
    found = check(tmp_path, "template.json", json.dumps({"Parameters": parameters, "Resources": resources}))

    advice = [one.unresolved.advice for each in found.values() for one in each if one.unresolved is not None]
    assert len(advice) == len(models)
    assert not any("plan" in one or "--var" in one for one in advice)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ({"Fn::Select": [0, {"Fn::Split": [",", {"Fn::Sub": f"{HAIKU},${{Unset}}"}]}]}, HAIKU),
        ({"Fn::Select": [{"Ref": "Unset"}, [HAIKU, "none"]]}, HAIKU),
        ({"Fn::Transform": {"Name": "Own", "Parameters": {"model": HAIKU}}}, HAIKU),
        ({"Fn::NewerThanThis": [HAIKU, {"Ref": "Unset"}]}, HAIKU),
        ({"Fn::Select": [1, [HAIKU, {"Ref": "Unset"}]]}, NOTHING),
    ],
)
def test_functions_of_templates_keep_what_they_are_given(tmp_path: Path, value: object, what: str) -> None:
    template = {
        "Parameters": {"Unset": {"Type": "String"}},
        "Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}},
    }
    found = check(tmp_path, "template.json", json.dumps(template)).get("P", [])
    assert what_is(found) == what
    assert all(str(each.certainty) == "possible" for one in found for each in one.candidates)
