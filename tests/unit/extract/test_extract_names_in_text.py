"""Names of resources that stand for a model, wherever a text may hold them."""

from collections.abc import Callable
from typing import Any

import pytest

from checker.model.reference import Form, Reference, Usage
from checker.model.resource import Framework, Resource
from checker.source import Location
from checker.values import Cause, Json, List, Map, Step, Target, Value
from checker.values.operations import after, concat, known, text, unknown

Make = Callable[..., Resource]
Many = Callable[..., tuple[Reference, ...]]

ACTIVE = "anthropic.test-active-v1:0"
PROFILE = "aws_bedrock_inference_profile.p"


def name_of(attribute: str = "arn", address: str = PROFILE) -> Value:
    return unknown(Cause.DEPLOY_TIME, f"{address}.{attribute}", target=Target(address, attribute))


def profile(made: Make, model: Value | str = ACTIVE) -> Resource:
    source = text(model) if isinstance(model, str) else model
    return made(
        "aws_bedrock_inference_profile", known(Map({"model_source": known(Map({"copy_from": source}))})), name="p"
    )


def function(made: Make, value: Value, **fields: Any) -> Resource:
    variables = known(Map({"variables": known(Map({"MODEL": value}))}))
    return made("aws_lambda_function", known(Map({"environment": variables})), name="f", **fields)


def besides_the_profile(found: tuple[Reference, ...]) -> list[Reference]:
    return [one for one in found if one.address != PROFILE]


def test_an_environment_variable(made: Make, references: Many) -> None:
    here = after(name_of(), Step(Location("main.tf", 9, 3), "the reference"))

    (reference,) = besides_the_profile(references(function(made, here), profile(made)))

    (candidate,) = reference.candidates
    assert (candidate.model, candidate.form) == (ACTIVE, Form.APPLICATION_INFERENCE_PROFILE_ARN)
    assert (reference.path, reference.site.usage) == ("environment.variables.MODEL", Usage.INDIRECT)
    assert (reference.location, reference.unresolved) == (Location("main.tf", 9, 3), None)


def test_a_part_of_a_longer_text(made: Make, references: Many) -> None:
    value = concat([text("converse/"), name_of("id"), text(f" or {ACTIVE}")], "text")

    (reference,) = besides_the_profile(references(function(made, value), profile(made, "anthropic.test-legacy-v1:0")))

    assert {one.model for one in reference.candidates} == {"anthropic.test-legacy-v1:0", ACTIVE}


@pytest.mark.parametrize("attribute", ["status", "created_at", "type", "arn[0]"])
def test_attributes_that_name_nothing(made: Make, references: Many, attribute: str) -> None:
    assert besides_the_profile(references(function(made, name_of(attribute)), profile(made))) == []


@pytest.mark.parametrize("attribute", ["arn", "id", "InferenceProfileIdentifier", "Ref", "name", "arn[1]", ""])
def test_attributes_that_name_it(made: Make, references: Many, attribute: str) -> None:
    assert len(besides_the_profile(references(function(made, name_of(attribute)), profile(made)))) == 1


def test_names_of_other_resources_are_nothing(made: Make, references: Many) -> None:
    bucket = made("aws_s3_bucket", {"bucket": "b"}, name="b")

    assert references(function(made, name_of("arn", "aws_s3_bucket.b")), bucket) == ()


def test_a_maker_whose_model_is_not_known_is_unresolved(made: Make, references: Many) -> None:
    source = profile(made, unknown(Cause.INPUT_NOT_SET, "var.base"))

    (reference,) = besides_the_profile(references(function(made, name_of()), source))

    assert reference.candidates == ()
    assert reference.unresolved is not None
    assert reference.unresolved.subject == "var.base"


def test_in_a_document_that_is_json(made: Make, references: Many) -> None:
    content = known(Json(known(Map({"models": known(List((name_of(),)))}))))
    stored = made("aws_s3_object", known(Map({"content": content})), name="o")

    (reference,) = besides_the_profile(references(stored, profile(made)))

    assert (reference.path, [one.model for one in reference.candidates]) == ("content.models[0]", [ACTIVE])


PLANNED = {"framework": Framework.TERRAFORM_PLAN}


@pytest.mark.parametrize(
    ("resource_type", "attribute"),
    [
        ("aws_iam_policy", "policy"),
        ("aws_sfn_state_machine", "definition"),
        ("aws_ecs_task_definition", "container_definitions"),
        ("aws_cloudwatch_dashboard", "dashboard_body"),
    ],
)
def test_a_plan_has_lost_what_else_a_document_holds(
    made: Make, references: Many, resource_type: str, attribute: str
) -> None:
    """Its candidates are those of the names that are left; that there may be more is said."""
    document = made(resource_type, known(Map({attribute: name_of()})), name="d", **PLANNED)

    (reference,) = besides_the_profile(references(document, profile(made)))

    assert [one.model for one in reference.candidates] == [ACTIVE]
    assert reference.unresolved is not None
    assert reference.unresolved.subject == f"{resource_type}.d.{attribute}"


def test_a_map_that_is_wholly_unknown_in_a_plan(made: Make, references: Many) -> None:
    variables = known(Map({"environment": known(Map({"variables": name_of()}))}))
    whole = made("aws_lambda_function", variables, name="f", **PLANNED)

    (reference,) = besides_the_profile(references(whole, profile(made)))

    assert [one.model for one in reference.candidates] == [ACTIVE]
    assert reference.unresolved is not None


def test_one_variable_of_a_plan_is_the_name(made: Make, references: Many) -> None:
    (reference,) = besides_the_profile(references(function(made, name_of(), **PLANNED), profile(made)))

    assert reference.unresolved is None


def test_an_argument_of_a_call(made: Make, references: Many) -> None:
    entries = {"service": text("Bedrock"), "action": text("createProvisionedModelThroughput")}
    call = known(Map({**entries, "parameters": known(Map({"modelId": text(ACTIVE), "note": name_of()}))}))
    custom = made("Custom::AWS", known(Map({"Create": call})), name="c")

    found = besides_the_profile(references(custom, profile(made, "anthropic.test-legacy-v1:0")))

    assert {reference.path: [one.model for one in reference.candidates] for reference in found} == {
        "Create.parameters.modelId": [ACTIVE],
        "Create.parameters.note": ["anthropic.test-legacy-v1:0"],
    }
