"""References to the resource that makes a name: profiles, throughput, custom models, prompts, data sources."""

from collections.abc import Callable
from typing import Any

import pytest

from checker.model.reference import Form, Reference
from checker.model.resource import Resource
from checker.source import Location
from checker.values import Assumption, Basis, Cause, Certainty, Map, Step, Target, Value
from checker.values.operations import after, concat, known, text, unknown

Make = Callable[..., Resource]
One = Callable[..., Reference]
Many = Callable[..., tuple[Reference, ...]]

ACTIVE, LEGACY = "anthropic.test-active-v1:0", "anthropic.test-legacy-v1:0"
ARN = f"arn:aws:bedrock:us-east-1::foundation-model/{ACTIVE}"


def arn_of(address: str, attribute: str = "arn") -> Value:
    return unknown(Cause.DEPLOY_TIME, f"{address}.{attribute}", target=Target(address, attribute))


def prompt(made: Make, model: Value, **fields: Any) -> Resource:
    return made("aws_bedrockagent_prompt", known(Map({"variant": known(Map({"model_id": model}))})), **fields)


def of_prompt(found: tuple[Reference, ...]) -> Reference:
    (reference,) = (one for one in found if one.resource_type == "aws_bedrockagent_prompt")
    return reference


MAKERS: dict[str, tuple[str, dict[str, Any], Form]] = {
    "an application inference profile": (
        "aws_bedrock_inference_profile",
        {"model_source": [{"copy_from": ARN}]},
        Form.APPLICATION_INFERENCE_PROFILE_ARN,
    ),
    "one of awscc": (
        "awscc_bedrock_application_inference_profile",
        {"model_source": {"copy_from": ARN}},
        Form.APPLICATION_INFERENCE_PROFILE_ARN,
    ),
    "provisioned throughput": (
        "aws_bedrock_provisioned_model_throughput",
        {"model_arn": ARN},
        Form.PROVISIONED_MODEL_ARN,
    ),
    "a custom model": ("aws_bedrock_custom_model", {"base_model_identifier": ARN}, Form.CUSTOM_MODEL_ARN),
    "a prompt router": ("aws_bedrock_prompt_router", {"models": [{"model_arn": ARN}]}, Form.PROMPT_ROUTER_ARN),
    "a data source": ("data.aws_bedrock_foundation_model", {"model_id": ACTIVE}, Form.MODEL_ID),
}


@pytest.mark.parametrize("maker", MAKERS)
def test_a_name_is_followed_to_what_makes_it(maker: str, made: Make, references: Many) -> None:
    resource_type, properties, form = MAKERS[maker]
    source = made(resource_type, properties, name="source", location=Location("source.tf", 5, 1))
    here = after(arn_of(source.address), Step(Location("main.tf", 9, 3), "the reference"))

    reference = of_prompt(references(prompt(made, here), source))

    (candidate,) = reference.candidates
    assert (candidate.model, candidate.form, candidate.certainty) == (ACTIVE, form, Certainty.CERTAIN)
    assert reference.unresolved is None
    assert [step.location for step in candidate.trail][-2:] == [Location("source.tf", 5, 1), Location("main.tf", 9, 3)]
    assert source.address in candidate.trail[-2].text


def test_in_a_template(made: Make, references: Many) -> None:
    profile = made("AWS::Bedrock::ApplicationInferenceProfile", {"ModelSource": {"CopyFrom": ARN}}, name="Profile")
    agent = made(
        "AWS::Bedrock::Agent",
        known(Map({"FoundationModel": arn_of("Profile", "InferenceProfileArn")})),
        name="Agent",
    )

    found = {one.address: one for one in references(agent, profile)}

    assert [c.model for c in found["Agent"].candidates] == [ACTIVE]


def test_a_chain_is_followed_to_its_end(made: Make, references: Many) -> None:
    throughput = made(
        "aws_bedrock_provisioned_model_throughput",
        known(Map({"model_arn": arn_of("aws_bedrock_custom_model.c")})),
        name="t",
    )
    custom = made("aws_bedrock_custom_model", {"base_model_identifier": ARN}, name="c")

    (candidate,) = of_prompt(references(prompt(made, arn_of(throughput.address)), throughput, custom)).candidates

    assert (candidate.model, candidate.form) == (ACTIVE, Form.PROVISIONED_MODEL_ARN)


def test_a_cycle_ends_and_is_unresolved(made: Make, references: Many) -> None:
    first = made(
        "aws_bedrock_custom_model",
        known(Map({"base_model_identifier": arn_of("aws_bedrock_custom_model.b")})),
        name="a",
    )
    second = made(
        "aws_bedrock_custom_model",
        known(Map({"base_model_identifier": arn_of("aws_bedrock_custom_model.a")})),
        name="b",
    )

    reference = of_prompt(references(prompt(made, arn_of(first.address)), first, second))

    assert reference.candidates == ()
    assert reference.unresolved is not None


def test_what_nothing_in_the_input_makes_is_unresolved(made: Make, references: Many) -> None:
    reference = of_prompt(references(prompt(made, arn_of("aws_bedrock_inference_profile.elsewhere"))))

    assert reference.unresolved is not None
    assert (reference.unresolved.cause, reference.unresolved.subject) == (
        Cause.DEPLOY_TIME,
        "aws_bedrock_inference_profile.elsewhere.arn",
    )


def test_what_another_kind_of_resource_makes_is_unresolved(made: Make, references: Many) -> None:
    parameter = made("aws_ssm_parameter", {"name": "x"}, name="p")

    reference = of_prompt(references(prompt(made, arn_of(parameter.address, "value")), parameter))

    assert reference.unresolved is not None
    assert reference.unresolved.subject == "aws_ssm_parameter.p.value"


def test_one_instance_of_several(made: Make, references: Many) -> None:
    instances = [
        made(
            "aws_bedrock_inference_profile",
            {"model_source": [{"copy_from": model}]},
            address=f'aws_bedrock_inference_profile.p["{key}"]',
        )
        for key, model in (("a", ACTIVE), ("b", LEGACY))
    ]

    one = of_prompt(references(prompt(made, arn_of('aws_bedrock_inference_profile.p["b"]')), *instances))
    any_of_them = of_prompt(references(prompt(made, arn_of("aws_bedrock_inference_profile.p")), *instances))

    assert [c.model for c in one.candidates] == [LEGACY]
    assert {c.model for c in any_of_them.candidates} == {ACTIVE, LEGACY}


def test_a_name_inside_a_text_is_followed(made: Make, references: Many) -> None:
    source = made("aws_bedrock_inference_profile", {"model_source": [{"copy_from": ARN}]}, name="source")
    inside = concat(
        [text("arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/"), arn_of(source.address, "id")],
        "arn",
    )

    assert [c.model for c in of_prompt(references(prompt(made, inside), source)).candidates] == [ACTIVE]


def test_assumptions_of_both_ends_are_joined(made: Make, references: Many) -> None:
    only_there = (Assumption("var.make", "true", True, Basis.DEFAULT),)
    source = made(
        "aws_bedrock_inference_profile", {"model_source": [{"copy_from": ARN}]}, name="s", presence=(only_there,)
    )

    (candidate,) = of_prompt(references(prompt(made, arn_of(source.address)), source)).candidates

    assert (candidate.given, candidate.certainty) == (only_there, Certainty.DEFAULT)


def test_the_region_of_a_followed_model_is_that_of_its_maker(made: Make, references: Many) -> None:
    source = made("aws_bedrock_custom_model", {"base_model_identifier": ACTIVE}, name="c", region=text("eu-west-1"))

    (candidate,) = of_prompt(references(prompt(made, arn_of(source.address)), source)).candidates

    assert candidate.regions == ("eu-west-1",)


def test_a_maker_whose_model_is_not_known_says_why(made: Make, references: Many) -> None:
    source = made(
        "aws_bedrock_custom_model",
        known(Map({"base_model_identifier": unknown(Cause.INPUT_NOT_SET, "var.base")})),
        name="c",
    )

    reference = of_prompt(references(prompt(made, arn_of(source.address)), source))

    assert reference.unresolved is not None
    assert (reference.unresolved.cause, reference.unresolved.subject) == (Cause.INPUT_NOT_SET, "var.base")


def test_a_maker_that_does_not_say_its_model_is_unresolved(made: Make, references: Many) -> None:
    source = made("aws_bedrock_custom_model", {}, name="c")

    assert of_prompt(references(prompt(made, arn_of(source.address)), source)).unresolved is not None


def test_a_prompt_that_leaves_its_model_to_its_callers_stands_for_none(made: Make, references: Many) -> None:
    source = made("awscc_bedrock_prompt", {"variants": [{"template_type": "TEXT"}]}, name="p")
    version = made("awscc_bedrock_prompt_version", known(Map({"prompt_arn": arn_of(source.address)})), name="v")

    assert references(source, version) == ()


def test_a_prompt_of_unknown_variants_is_unresolved(made: Make, references: Many) -> None:
    variants = unknown(Cause.INPUT_NOT_SET, "var.variants")
    source = made("awscc_bedrock_prompt", known(Map({"variants": variants})), name="p")
    version = made("awscc_bedrock_prompt_version", known(Map({"prompt_arn": arn_of(source.address)})), name="v")

    (reference,) = (one for one in references(source, version) if one.resource_type == "awscc_bedrock_prompt_version")
    assert reference.unresolved is not None
    assert reference.unresolved.subject == "var.variants"
