"""Free text that is a model of Bedrock by its known part, and variables that say that they hold one."""

from collections.abc import Callable
from typing import Any

import pytest

from checker.extract.variable_names import Says, says, says_of_input
from checker.model.reference import Reference
from checker.model.resource import Resource
from checker.values import Alternative, Assumption, Basis, Cause, List, Map, Target, Text, Value
from checker.values.operations import concat, from_python, known, text, unknown

Make = Callable[..., Resource]
Many = Callable[..., tuple[Reference, ...]]

ACTIVE = "anthropic.test-active-v1:0"
UNSET = unknown(Cause.INPUT_NOT_SET, "var.model")
ACCOUNT = "arn:aws:bedrock:eu-central-1:111111111111:"


def env(**variables: Any) -> Value:
    """The properties of a function with an environment; values are text or values."""
    made = {name: value if isinstance(value, tuple) else text(value) for name, value in variables.items()}
    return known(Map({"environment": known(List((known(Map({"variables": known(Map(made))})),)))}))


def joined(*pieces: str | Value) -> Value:
    return concat([text(piece) if isinstance(piece, str) else piece for piece in pieces], "here")


@pytest.mark.parametrize(
    "value",
    [
        joined("arn:aws:bedrock:us-east-1::foundation-model/", UNSET),
        joined("us.anthropic.", UNSET),
        joined("anthropic.claude-3-", UNSET, "-20240307-v1:0"),
        joined("the model is amazon.nova-", UNSET, ", as ever"),
        joined('{"model": "bedrock/converse/anthropic.claude-', UNSET, '"}'),
        joined(f"{ACCOUNT}inference-profile/", UNSET),
    ],
)
def test_a_part_that_is_not_known(value: Value, made: Make, references: Many) -> None:
    (one,) = references(made("aws_lambda_function", env(P2=value)))

    assert one.candidates == ()
    assert one.unresolved is not None
    assert (one.unresolved.cause, one.unresolved.subject) == (Cause.INPUT_NOT_SET, "var.model")


@pytest.mark.parametrize(
    "before", ["https://amazon.", "lambda.amazonaws.", "metadata.", "api.anthropic.", "a/mistral."]
)
def test_what_may_be_anything(before: str, made: Make, references: Many) -> None:
    assert references(made("aws_lambda_function", env(P2=joined(before, UNSET)))) == ()


@pytest.mark.parametrize(
    "named",
    [
        "application-inference-profile/abc123",
        "provisioned-model/abc123",
        "default-prompt-router/anthropic.claude:1",
        "custom-model-deployment/abc123",
    ],
)
def test_an_arn_that_does_not_tell_its_model(named: str, made: Make, references: Many) -> None:
    (one,) = references(made("aws_lambda_function", env(P2=f"use {ACCOUNT}{named}.")))

    assert one.unresolved is not None
    assert (one.unresolved.cause, one.unresolved.subject) == (Cause.OPAQUE_NAME, f"{ACCOUNT}{named}")


def test_the_arn_of_a_custom_model_names_its_base(made: Make, references: Many) -> None:
    (one,) = references(made("aws_lambda_function", env(P2=f"{ACCOUNT}custom-model/{ACTIVE}/abcdefghijkl")))

    assert [(each.model, each.regions) for each in one.candidates] == [(ACTIVE, ("eu-central-1",))]
    assert one.unresolved is None


def test_one_arm_of_a_condition(made: Make, references: Many) -> None:
    chosen = Assumption("var.own", "true", True, Basis.OPEN)
    arms = (
        *(one._replace(given=(chosen,)) for one in joined("us.anthropic.", UNSET)),
        *(one._replace(given=(chosen._replace(holds=False),)) for one in text(ACTIVE)),
    )
    (one,) = references(made("aws_lambda_function", env(P2=arms)))

    assert [each.model for each in one.candidates] == [ACTIVE]
    assert one.unresolved is not None


@pytest.mark.parametrize(
    ("route", "region"),
    [
        ("bedrock/", None),
        ("bedrock/converse/", None),
        ("bedrock/us-west-2/", "us-west-2"),
        ("bedrock/invoke/eu-central-1/", "eu-central-1"),
        ("bedrock/us-west-2/1-month-commitment/", "us-west-2"),
    ],
)
def test_routes_of_litellm(route: str, region: str | None, made: Make, references: Many) -> None:
    (one,) = references(made("helm_release", {"values": [f"- model: {route}{ACTIVE}\n"]}))

    assert [(each.model, each.regions) for each in one.candidates] == [(ACTIVE, (region,) if region else ())]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("BEDROCK_MODEL_ID", Says.BEDROCK_MODEL),
        ("bedrockModel", Says.BEDROCK_MODEL),
        ("BEDROCK_CHAT", Says.BEDROCK_MODEL),
        ("/chat/bedrock/model-id", Says.BEDROCK_MODEL),
        ("BEDROCK_REGION", Says.NOTHING),
        ("BEDROCK_AGENT_ID", Says.NOTHING),
        ("MODEL_ID", Says.MODEL_ID),
        ("EmbeddingModelArn", Says.MODEL_ID),
        ("FOUNDATION_MODEL", Says.MODEL_ID),
        ("GENERATOR_MODEL_ID", Says.MODEL_ID),
        ("TARGET_MODEL_ID", Says.MODEL_ID),
        ("SUGGEST_MODEL_ID", Says.MODEL_ID),
        ("MODEL_ID_2", Says.MODEL_ID),
        ("MISTRAL_OCR_MODEL", Says.MODEL),
        ("INFERENCE_PROFILE_ARN", Says.MODEL_ID),
        ("MODEL", Says.MODEL),
        ("OPENAI_MODEL", Says.NOTHING),
        ("MODEL_BUCKET", Says.NOTHING),
        ("SAGEMAKER_MODEL_ID", Says.NOTHING),
        ("PROFILE", Says.NOTHING),
    ],
)
def test_what_names_say(name: str, said: Says) -> None:
    assert says(name) is said


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("parameter BedrockModelId", Says.BEDROCK_MODEL),
        ("parameter Chat.ModelId", Says.MODEL_ID),
        ("SSM parameter /app/bedrock/model", Says.BEDROCK_MODEL),
        ("export prod-bedrock-model", Says.BEDROCK_MODEL),
        ("var.bedrock_model_id", Says.BEDROCK_MODEL),
        ('var.models["chat"].model_id', Says.MODEL_ID),
        ("data.aws_ssm_parameter.bedrock_model.value", Says.BEDROCK_MODEL),
        ("module.bedrock.var.name", Says.NOTHING),
        ("parameter BedrockModelMaxTokens", Says.NOTHING),
        ("parameter BedrockModelLogBucket", Says.NOTHING),
        ("parameter ModelBucket", Says.NOTHING),
    ],
)
def test_what_names_of_inputs_say(subject: str, said: Says) -> None:
    assert says_of_input(subject) is said


AGENT = {"foundation_model": ACTIVE}


def test_an_input_that_nobody_set(made: Make, references: Many) -> None:
    function = made("aws_lambda_function", env(MODEL_ID=UNSET, MODEL=UNSET, REGION=UNSET))

    assert references(function) == ()
    _, one = references(made("aws_bedrockagent_agent", AGENT), function)
    assert one.path == "environment[0].variables.MODEL_ID"
    assert one.unresolved is not None
    assert one.unresolved.cause is Cause.INPUT_NOT_SET


def test_the_model_of_a_function_whose_role_may_call_bedrock(made: Make, references: Many) -> None:
    role = unknown(Cause.DEPLOY_TIME, "aws_iam_role.r.arn", target=Target("aws_iam_role.r", "arn"))
    of_policy = unknown(Cause.DEPLOY_TIME, "aws_iam_role.r.id", target=Target("aws_iam_role.r", "id"))
    (properties,) = env(MODEL=UNSET)
    assert isinstance(properties.atom, Map)
    function = made("aws_lambda_function", known(Map({**properties.atom.entries, "role": role})))
    statement = {"Statement": [{"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"}]}
    policy = known(Map({"role": of_policy, "policy": from_python(statement)}))

    found = references(function, made("aws_iam_role", {"name": "r"}, name="r"), made("aws_iam_role_policy", policy))

    assert [one.address for one in found if one.unresolved is not None] == ["aws_lambda_function.this"]


def test_names_beside_values(made: Make, references: Many) -> None:
    listed = known(List((known(Map({"name": text("BEDROCK_MODEL"), "value": UNSET})),)))

    (one,) = references(made("kubernetes_deployment", known(Map({"env": listed}))))

    assert one.path == "env[0].value"


def test_a_default_that_is_empty(made: Make, references: Many) -> None:
    default = Assumption("var.model", '""', True, Basis.DEFAULT)
    empty = (Alternative(Text(()), (default,)),)

    for resource in (
        made("aws_bedrockagent_agent", known(Map({"foundation_model": empty}))),
        made("aws_lambda_function", env(BEDROCK_MODEL_ID=empty)),
        made("aws_lambda_function", env(BEDROCK_MODEL_ID=concat([text("us.anthropic."), empty], "here"))),
        made("aws_lambda_function", env(BEDROCK_REGION="us-east-1", MODEL_NAME=empty)),
    ):
        (one,) = references(resource)
        assert one.unresolved is not None
        assert (one.unresolved.cause, one.unresolved.subject) == (Cause.INPUT_NOT_SET, "var.model")
    assert references(made("aws_bedrockagent_agent", {"foundation_model": ""})) == ()


def test_a_comment_in_inline_code_uses_nothing(made: Make, references: Many) -> None:
    code = f'# once {ACTIVE}\nmodel = "{ACTIVE}"  # not anthropic.test-legacy-v1:0\n// anthropic.test-legacy-v1:0\n'

    (one,) = references(made("AWS::Lambda::Function", {"Code": {"ZipFile": code}}))

    assert [each.model for each in one.candidates] == [ACTIVE]


def test_a_number_sign_within_a_string_is_no_comment(made: Make, references: Many) -> None:
    code = f'x = 1\nurl = "https://a.example/# {ACTIVE}"\n'

    (one,) = references(made("AWS::Lambda::Function", {"Code": {"ZipFile": code}}))

    assert [each.model for each in one.candidates] == [ACTIVE]
