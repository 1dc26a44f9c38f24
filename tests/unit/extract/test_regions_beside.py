"""A variable beside a model that names the Region of Bedrock decides the Region of the model."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from checker.model.reference import Reference
from checker.model.resource import Resource
from checker.values import Alternative, Assumption, Basis, Cause, Certainty, Map, Piece, Text, Unknown, Value
from checker.values.operations import from_python, known, text, unknown
from checker.wording import assumed

MODEL = "anthropic.test-active-v1:0"
HERE = "ca-central-1"
THERE = "us-east-1"
Make = Callable[..., Resource]
One = Callable[..., Reference]
Many = Callable[..., tuple[Reference, ...]]


def function(made: Make, variables: dict[str, Any], **fields: Any) -> Any:
    entries = {name: value if isinstance(value, tuple) else from_python(value) for name, value in variables.items()}
    properties = known(Map({"environment": known(Map({"variables": known(Map(entries))}))}))
    return made("aws_lambda_function", properties, region=text(HERE), **fields)


def regions(reference: Reference) -> list[tuple[str, ...]]:
    return [candidate.regions for candidate in reference.candidates]


@pytest.mark.parametrize(
    ("name", "value", "region"),
    [
        ("BEDROCK_REGION", THERE, THERE),
        ("BEDROCK_AWS_REGION", THERE, THERE),
        ("AWS_BEDROCK_REGION", THERE, THERE),
        ("BedrockRegion", THERE, THERE),
        ("bedrockregion", THERE, THERE),
        ("bedrock-region-name", THERE, THERE),
        ("MODEL_REGION", THERE, THERE),
        ("LLM_REGION", THERE, THERE),
        ("BEDROCK_RUNTIME_REGION", THERE, THERE),
        ("REGION", THERE, THERE),
        ("BEDROCK_ENDPOINT", f"https://bedrock-runtime.{THERE}.amazonaws.com", THERE),
        ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", f"https://vpce-1-2.bedrock-runtime.{THERE}.vpce.amazonaws.com", THERE),
        ("ENDPOINT", f"https://bedrock-runtime-fips.{THERE}.amazonaws.com/", THERE),
        ("BASE_URL", f"https://bedrock-mantle.{THERE}.api.aws/v1", THERE),
        # Lambda sets it itself.
        ("AWS_REGION", THERE, HERE),
        # The Region of something else.
        ("S3_REGION", THERE, HERE),
        ("BEDROCK_FALLBACK_REGION", THERE, HERE),
        ("KNOWLEDGE_BASE_REGION", THERE, HERE),
        ("ENABLE_CROSS_REGION", "true", HERE),
        ("KB_ENDPOINT", f"https://bedrock-agent-runtime.{THERE}.amazonaws.com", HERE),
        # No Region: the code has a default of its own.
        ("BEDROCK_REGION", "", HERE),
        ("BEDROCK_REGION", "auto", HERE),
        ("BEDROCK_REGION", None, HERE),
    ],
)
def test_the_name_of_a_variable_says_whose_region_it_is(
    made: Make, one: One, name: str, value: Any, region: str
) -> None:
    assert regions(one(function(made, {name: value, "MODEL_ID": MODEL}))) == [(region,)]


def test_a_region_that_is_not_known_leaves_the_region_open(made: Make, one: One) -> None:
    reference = one(function(made, {"BEDROCK_REGION": unknown(Cause.INPUT_NOT_SET, "var.r"), "MODEL_ID": MODEL}))
    assert regions(reference) == [()]
    endpoint = Text(
        (Piece("https://bedrock-runtime."), Unknown(Cause.INPUT_NOT_SET, "r", "r"), Piece(".amazonaws.com"))
    )
    assert regions(one(function(made, {"URL": known(endpoint), "MODEL_ID": MODEL}))) == [()]


def test_each_alternative_of_the_region_is_one_of_the_model(made: Make, one: One) -> None:
    default = Assumption("var.region", f'"{THERE}"', True, Basis.DEFAULT)
    other = Assumption("var.region", '"eu-west-1"', True, Basis.OVERRIDE)
    value: Value = (
        Alternative(Text((Piece(THERE),)), (default,)),
        Alternative(Text((Piece("eu-west-1"),)), (other,)),
    )
    reference = one(function(made, {"BEDROCK_REGION": value, "MODEL_ID": MODEL}))
    assert [(each.regions, each.certainty) for each in reference.candidates] == [
        ((THERE,), Certainty.DEFAULT),
        (("eu-west-1",), Certainty.OVERRIDE),
    ]


def test_a_region_under_several_choices_depends_on_none_of_them(made: Make, one: One) -> None:
    values = ("", HERE, THERE)
    chosen = [Assumption("parameter R", json.dumps(each), True, Basis.OPEN) for each in values]
    value: Value = tuple(Alternative(Text((Piece(each),)), (by,)) for each, by in zip(values, chosen, strict=True))
    found = {each.regions: each for each in one(function(made, {"REGION": value, "MODEL_ID": MODEL})).candidates}
    assert [(each.certainty, each.given) for each in (found[HERE,], found[THERE,])] == [
        (Certainty.POSSIBLE, ()),
        (Certainty.POSSIBLE, (chosen[2],)),
    ]
    assert assumed(found[HERE,]) == "That is so under several choices, and not known to be so under all."


def test_a_list_of_regions_is_each_of_them(made: Make, one: One) -> None:
    reference = one(function(made, {"BEDROCK_REGIONS": f"{THERE}, us-west-2", "MODEL_ID": MODEL}))
    assert sorted(regions(reference)) == [(THERE,), ("us-west-2",)]
    assert reference.complete


def test_the_name_that_says_most_of_the_model_counts(made: Make, references: Many) -> None:
    variables = {
        "BEDROCK_REGION": THERE,
        "REGION": "eu-west-3",
        "EMBEDDING_MODEL_REGION": "eu-central-1",
        "EMBEDDING_MODEL_ID": "amazon.test-embed-v2:0",
        "CHAT_MODEL_ID": MODEL,
    }
    found = {one.path.rpartition(".")[2]: regions(one) for one in references(function(made, variables))}
    assert found == {"EMBEDDING_MODEL_ID": [("eu-central-1",)], "CHAT_MODEL_ID": [(THERE,)]}


def test_an_id_that_says_its_region_itself_keeps_it(made: Make, one: One) -> None:
    arn = f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}"
    assert regions(one(function(made, {"BEDROCK_REGION": THERE, "MODEL_ARN": arn}))) == [("eu-west-1",)]


def pair(name: str, value: str, *, capital: bool = False) -> dict[str, str]:
    return {"Name": name, "Value": value} if capital else {"name": name, "value": value}


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION", "REGION", "BEDROCK_REGION"])
def test_each_container_has_its_own_environment(made: Make, references: Many, name: str) -> None:
    containers = [
        {"name": "a", "environment": [pair(name, THERE), pair("MODEL", MODEL)]},
        {"name": "b", "environment": [pair("MODEL", MODEL)]},
    ]
    task = made("aws_ecs_task_definition", {"container_definitions": json.dumps(containers)}, region=text(HERE))
    assert [regions(one) for one in references(task)] == [[(THERE,)], [(HERE,)]]
    written = [
        {
            "Name": each["name"],
            "Environment": [pair(*each_pair.values(), capital=True) for each_pair in each["environment"]],
        }  # type: ignore[attr-defined]
        for each in containers
    ]
    template = made("AWS::ECS::TaskDefinition", {"ContainerDefinitions": written}, region=text(HERE))
    assert [regions(one) for one in references(template)] == [[(THERE,)], [(HERE,)]]


def test_settings_in_one_object(made: Make, references: Many) -> None:
    settings = {
        "chat": {"region": THERE, "model": {"id": MODEL}},
        "other": {"aws_region_name": "eu-west-1", "models": [MODEL]},
        "plain": {"model": MODEL},
    }
    parameter = made("aws_ssm_parameter", {"value": json.dumps(settings)}, region=text(HERE))
    assert [regions(one) for one in references(parameter)] == [[(THERE,)], [("eu-west-1",)], [(HERE,)]]


def test_an_environment_around_settings_counts_for_them(made: Make, one: One) -> None:
    variables = {"BEDROCK_REGION": THERE, "SETTINGS": json.dumps({"model": MODEL})}
    assert regions(one(function(made, variables))) == [(THERE,)]


def test_the_argument_of_a_resource_is_the_providers(made: Make, one: One) -> None:
    properties = {"region": "eu-west-1", "environment": {"variables": {"MODEL_ID": MODEL, "BEDROCK_REGION": None}}}
    assert regions(one(made("aws_lambda_function", properties, region=text(HERE)))) == [("eu-west-1",)]


@pytest.mark.parametrize("name", ["Region", "BedrockRegion"])
def test_a_custom_resource_is_an_object_of_settings(made: Make, one: One, name: str) -> None:
    resource = made("Custom::Invoke", {"ServiceToken": "arn", name: THERE, "ModelId": MODEL}, region=text(HERE))
    assert regions(one(resource)) == [(THERE,)]


def test_the_sdks_ask_for_aws_region_first(made: Make, one: One) -> None:
    pairs = [pair("AWS_DEFAULT_REGION", HERE), pair("AWS_REGION", THERE), pair("MODEL", MODEL)]
    [candidate] = one(task_of(made, pairs)).candidates
    assert (candidate.regions, candidate.certainty) == ((THERE,), Certainty.CERTAIN)


def test_of_two_variables_with_different_regions_each_may_count(made: Make, one: One) -> None:
    pairs = [pair("REGION", HERE), pair("AWS_REGION", THERE), pair("MODEL", MODEL)]
    found = [(each.regions, each.certainty) for each in one(task_of(made, pairs)).candidates]
    assert found == [((HERE,), Certainty.POSSIBLE), ((THERE,), Certainty.POSSIBLE)]
    same = [pair("REGION", THERE), pair("AWS_REGION", THERE), pair("MODEL", MODEL)]
    assert [each.certainty for each in one(task_of(made, same)).candidates] == [Certainty.CERTAIN]


def task_of(made: Make, pairs: list[dict[str, str]]) -> Resource:
    containers = json.dumps([{"name": "a", "environment": pairs}])
    return made("aws_ecs_task_definition", {"container_definitions": containers}, region=text("eu-west-3"))


@pytest.mark.parametrize(
    ("key", "region", "is_open"),
    [("us-west-2", "us-west-2", False), ("us_west_2", "us-west-2", False), ("eu", "", True), ("chat", THERE, False)],
)
def test_the_key_of_a_map_is_the_region_of_its_value(
    made: Make, one: One, key: str, region: str, is_open: bool
) -> None:
    for value in (MODEL, {"model": MODEL}):
        variables = {"BEDROCK_REGION": THERE, "MODELS": json.dumps({key: value})}
        [candidate] = one(function(made, variables)).candidates
        assert candidate.regions == ((region,) if region else ())
        assert bool(candidate.open_region) is is_open


def test_what_an_unknown_region_is_taken_from_is_told(made: Make, one: One) -> None:
    reference = one(function(made, {"BEDROCK_REGION": unknown(Cause.INPUT_NOT_SET, "var.r"), "MODEL_ID": MODEL}))
    assert [each.open_region for each in reference.candidates] == ["var.r"]
    # The provider is in that Region, too.
    own = made(
        "aws_ssm_parameter",
        known(Map({"value": known(Map({"region": unknown(Cause.INPUT_NOT_SET, "var.r"), "model": text(MODEL)}))})),
        region=unknown(Cause.INPUT_NOT_SET, "var.r"),
    )
    assert [each.open_region for each in one(own).candidates] == [""]


def test_many_regions_beside_many_models_are_looked_up(made: Make, references: Many) -> None:
    # Each is compared with those of its own word only.
    variables = {f"A{number}_REGION": THERE if number % 2 else HERE for number in range(3_000)}
    variables |= {f"A{number}_MODEL_ID": MODEL for number in range(3_000)}
    found = [regions(one) for one in references(function(made, variables))]
    assert found.count([(THERE,)]) == found.count([(HERE,)]) == 1_500
