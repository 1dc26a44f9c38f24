"""What a plan has lost, hides, or never keeps: told as far as it is known, else unresolved."""

import json
from typing import Any

import pytest

from checker.extract import extract
from checker.frontends.terraform.plan.resources import load_plan
from checker.model.reference import Reference
from checker.model.resource import Change
from checker.model.settings import Options
from checker.values import Certainty

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"
OTHER = "amazon.nova-pro-v1:0"
SECRET = "hunter2-canary"


def knows(identifier: str) -> bool:
    return identifier in {MODEL, OTHER}


def read(*changes: Any, root: Any = None, **more: Any) -> dict[str, Reference]:
    """The references of a plan by address and path. The catalog knows two models."""
    document = {
        "format_version": "1.2",
        "resource_changes": list(changes),
        "configuration": {"root_module": root or {}},
        **more,
    }
    loaded = load_plan(json.dumps(document).encode(), "plan.json", Options(), None, knows)
    assert loaded.problems == ()
    references = extract(loaded.resources, lambda identifier: identifier if knows(identifier) else None)
    assert SECRET not in repr(references)
    return {f"{reference.address} {reference.path}": reference for reference in references}


def change(address: str, after: Any, unknown: Any = (), sensitive: Any = (), **more: Any) -> Any:
    kind, name = address.removeprefix("data.").split("[")[0].split(".")[-2:]
    actions = {"actions": ["create"], "before": None, "after": after}
    marks = {"after_unknown": dict(unknown), "after_sensitive": dict(sensitive)}
    mode = "data" if address.startswith("data.") else "managed"
    return {"address": address, "mode": mode, "type": kind, "name": name, "change": actions | marks | more}


def block(address: str, **expressions: Any) -> Any:
    return {"address": address, "expressions": expressions}


def refers(*references: str) -> Any:
    return {"references": list(references)}


def told(reference: Reference) -> tuple[list[tuple[str | None, str]], str | None]:
    """The models with their certainties, and why there may be more."""
    models = [(candidate.model, candidate.certainty.value) for candidate in reference.candidates]
    return models, None if reference.unresolved is None else reference.unresolved.cause.value


FUNCTION = "aws_lambda_function.f"
LOST_ENVIRONMENT = change(FUNCTION, {"environment": [{}]}, {"environment": [{"variables": True}]})
BUCKET = change("aws_s3_bucket.b", {}, {"arn": True})


def environment(*references: str) -> Any:
    return block(FUNCTION, environment=[{"variables": refers(*references)}])


@pytest.mark.parametrize(
    ("address", "name", "path"),
    [
        (FUNCTION, "environment", "environment"),
        ("aws_ecs_task_definition.t", "container_definitions", "container_definitions"),
        ("aws_sfn_state_machine.s", "definition", "definition"),
        ("aws_iam_role_policy.p", "policy", "policy"),
        ("aws_instance.i", "user_data", "user_data"),
        ("aws_scheduler_schedule.s", "target", "target"),
        ("aws_ssm_document.d", "content", "content"),
        ("aws_imagebuilder_component.c", "data", "data"),
        ("aws_launch_configuration.l", "user_data_base64", "user_data_base64"),
    ],
)
def test_a_document_that_is_unknown_as_a_whole_is_unresolved(address: str, name: str, path: str) -> None:
    root = {"resources": [block(address, **{name: refers("aws_s3_bucket.b.arn", "aws_s3_bucket.b")})]}
    found = read(change(address, {}, {name: True}), BUCKET, root=root)
    assert list(found) == [f"{address} {path}"]
    (reference,) = found.values()
    assert told(reference) == ([], "deploy-time")
    assert reference.unresolved is not None
    assert "--source" in reference.unresolved.advice


def test_a_value_that_is_the_name_of_something_is_no_document() -> None:
    root = {
        "resources": [
            block("aws_ssm_parameter.p", value=refers("aws_s3_bucket.b.arn", "aws_s3_bucket.b")),
            block("aws_iam_policy.p", policy=refers("data.aws_iam_policy_document.d.json")),
            block(FUNCTION, environment=[{"variables": refers("aws_s3_bucket.b.arn")}]),
        ]
    }
    document = change("data.aws_iam_policy_document.d", {"statement": []}, {"json": True})
    function = change(FUNCTION, {"environment": [{"variables": {}}]}, {"environment": [{"variables": {"B": True}}]})
    changes = [change("aws_ssm_parameter.p", {}, {"value": True}), change("aws_iam_policy.p", {}, {"policy": True})]
    assert read(BUCKET, document, function, *changes, root=root) == {}


def test_what_the_configuration_refers_to_may_be_the_model() -> None:
    root = {"resources": [environment("var.model", "aws_s3_bucket.b.arn", "aws_s3_bucket.b", "local.x")]}
    found = read(LOST_ENVIRONMENT, BUCKET, root=root, variables={"model": {"value": MODEL}})
    (reference,) = found.values()
    assert told(reference) == ([(MODEL, "possible")], "deploy-time")
    (candidate,) = reference.candidates
    assert [str(one) for one in candidate.given] == [f"{FUNCTION}.environment[0].variables = var.model"]
    assert candidate.trail[0].text == "value of var.model in the plan"


def test_it_is_followed_through_modules_and_for_each() -> None:
    function = "module.m.aws_lambda_function.f"
    inner = {
        "variables": {"models": {}, "default": {"default": {"a": OTHER}}},
        "resources": [
            environment("each.value", "var.default", "aws_s3_bucket.b.arn", "aws_s3_bucket.b")
            | {"for_each_expression": refers("var.models")}
        ],
    }
    made = {"outputs": {"models": {"expression": refers("var.own")}}, "variables": {"own": {}}}
    root = {
        "module_calls": {
            "m": {"expressions": {"models": refers("module.made.models", "module.made")}, "module": inner},
            "made": {"expressions": {"own": {"constant_value": {"x": MODEL, "y": "other"}}}, "module": made},
        }
    }
    lost = {"environment": [{"variables": True}]}
    changes = [change(f'{function}["{key}"]', {"environment": [{}]}, lost) for key in "xy"]
    # An output of a module that has no resources is found as well.
    changes += [change("module.m.aws_s3_bucket.b", {}, {"arn": True}), change("module.made.aws_s3_bucket.b", {})]
    found = read(*changes, root=root)
    models = {name: [model for model, _ in told(reference)[0]] for name, reference in found.items()}
    assert models == {
        f'{function}["x"] environment[0].variables': [MODEL, OTHER],
        f'{function}["y"] environment[0].variables': [OTHER],
    }


def test_a_name_that_bedrock_makes_is_not_one_of_several() -> None:
    root = {
        "resources": [
            block("aws_bedrock_inference_profile.p", model_source=[{"copy_from": refers("var.model")}]),
            block("aws_bedrockagent_agent.a", foundation_model=refers("aws_bedrock_inference_profile.p.arn", "var.m")),
        ]
    }
    profile = change(
        "aws_bedrock_inference_profile.p",
        {"model_source": [{"copy_from": f"arn:aws:bedrock:us-east-1::foundation-model/{MODEL}"}]},
        {"arn": True},
    )
    agent = change("aws_bedrockagent_agent.a", {}, {"foundation_model": True})
    found = read(profile, agent, root=root, variables={"m": {"value": OTHER}})
    assert told(found["aws_bedrockagent_agent.a foundation_model"]) == ([(MODEL, "certain")], None)


def test_of_a_choice_that_only_the_deployment_makes_both_are_told() -> None:
    root = {"resources": [block("aws_bedrockagent_agent.a", foundation_model=refers("aws_x.y.id", "var.a", "var.b"))]}
    agent = change("aws_bedrockagent_agent.a", {}, {"foundation_model": True})
    variables = {"a": {"value": MODEL}, "b": {"value": OTHER}}
    found = read(change("aws_x.y", {}, {"id": True}), agent, root=root, variables=variables)
    (reference,) = found.values()
    assert told(reference) == ([(MODEL, "possible"), (OTHER, "possible")], "deploy-time")


SENSITIVE = [
    (MODEL, True, "", MODEL, ()),
    (f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}", True, "", MODEL, ("eu-west-1",)),
    (f"{SECRET} eu.{MODEL} {SECRET}", True, "", MODEL, ()),
    (f"arn:aws:bedrock:us-{SECRET}-1::foundation-model/{MODEL}", True, "", MODEL, ()),
    (f"arn:aws:bedrock:eu-west-1:{'1' * 12}:inference-profile/eu.{MODEL}", True, "", MODEL, ()),
    ({SECRET: SECRET, f"{SECRET}2": MODEL}, True, ".*", MODEL, ()),
    ([{"a": SECRET}, {"b": MODEL}], True, "[*]", MODEL, ()),
    (json.dumps({"password": SECRET, "model": MODEL}), True, "", MODEL, ()),
]


@pytest.mark.parametrize(("value", "mark", "below", "model", "regions"), SENSITIVE)
def test_of_a_sensitive_value_the_known_ids_are_told(
    value: Any, mark: Any, below: str, model: str, regions: tuple[str, ...]
) -> None:
    found = read(change("aws_x.y", {"v": value}, sensitive={"v": mark}))
    (reference,) = found.values()
    assert reference.path == f"v{below}"
    assert told(reference) == ([(model, "certain")], None)
    assert reference.candidates[0].regions == regions
    assert "1" * 12 not in repr(reference)


def test_of_a_sensitive_value_nothing_else_is_told() -> None:
    values = [SECRET, {"a": SECRET}, f"anthropic.{SECRET}-v1", f"{MODEL}{SECRET}", 3, None]
    for value in values:
        assert read(change("aws_x.y", {"v": value}, sensitive={"v": True})) == {}, value


def test_a_sensitive_property_that_names_a_model_is_never_passed_over() -> None:
    for after, marks in (
        ({"foundation_model": SECRET}, {"foundation_model": True}),
        ({"foundation_model": "anthropic.unknown-model-v9:0"}, {"foundation_model": True}),
    ):
        (reference,) = read(change("aws_bedrockagent_agent.a", after, sensitive=marks)).values()
        assert told(reference) == ([], "sensitive")
    variant = {"variant": [{"name": SECRET, "model_id": MODEL}]}
    found = read(change("aws_bedrockagent_prompt.p", variant, sensitive={"variant": True}))
    assert [told(reference) for reference in found.values()] == [([(MODEL, "certain")], None)]


def test_a_write_only_argument_is_read_from_the_configuration() -> None:
    address = "aws_ssm_parameter.p"
    for expression, variables, expected in (
        ({"constant_value": MODEL}, {}, ([(MODEL, "certain")], None)),
        ({"constant_value": SECRET}, {}, None),
        (refers("var.m"), {"m": {"value": MODEL}}, ([(MODEL, "possible")], "sensitive")),
        # It was written elsewhere, and is not kept here.
        (refers("local.m"), {}, ([], "sensitive")),
        (refers("var.token"), {}, None),
        (refers("ephemeral.random_password.p.result"), {}, ([], "sensitive")),
    ):
        root = {"variables": {"m": {}, "token": {}}, "resources": [block(address, value_wo=expression)]}
        found = read(change(address, {"value_wo": None}, sensitive={"value_wo": True}), root=root, variables=variables)
        assert ([told(reference) for reference in found.values()] or [None]) == [expected], expression


def test_user_data_that_is_kept_as_a_hash_is_read_from_the_configuration() -> None:
    address, script = "aws_instance.i", f"#!/bin/sh\nrun --model {MODEL}\n"
    instance = change(address, {"user_data": "0" * 40})
    for expression, expected in (
        ({"constant_value": script}, ([(MODEL, "certain")], None)),
        (refers("local.script"), ([], "deploy-time")),
    ):
        found = read(instance, root={"resources": [block(address, user_data=expression)]})
        assert [told(reference) for reference in found.values()] == [expected]
    # What the plan keeps is what counts.
    kept = change(address, {"user_data": script})
    (reference,) = read(kept, root={"resources": [block(address, user_data=refers("local.script"))]}).values()
    assert told(reference) == ([(MODEL, "certain")], None)


def test_the_models_before_are_those_of_the_same_property() -> None:
    def models_before(before: Any, after: Any, **more: Any) -> tuple[str, ...] | None:
        update = change(FUNCTION, after, actions=["update"], before=before, **more)
        (reference,) = read(update).values()
        assert reference.change is Change.UPDATE
        return reference.models_before

    one, two = ({"environment": [{"variables": {name: MODEL}}]} for name in ("A", "B"))
    assert models_before(one, one | {"image_uri": "new"}) == (MODEL,)
    assert models_before(two, one) == ()
    assert models_before({"environment": []}, one) == ()
    secret = {"environment": [{"variables": {"A": True}}]}
    assert models_before(one, one, before_sensitive=secret, after_sensitive=secret) == (MODEL,)
    document = {"layers": [json.dumps([{"name": "x"}, {"model": MODEL}])]}
    assert models_before({"layers": [json.dumps([{"model": MODEL}])]}, document) == (MODEL,)


@pytest.mark.parametrize(("version", "expected"), [(1, (MODEL,)), (2, ())])
def test_a_write_only_argument_is_written_anew_with_its_version(version: int, expected: tuple[str, ...]) -> None:
    address = "aws_ssm_parameter.p"
    after = {"value_wo": None, "value_wo_version": 1}
    update = change(address, after, actions=["update"], before=after | {"value_wo_version": version})
    root = {"resources": [block(address, value_wo={"constant_value": MODEL})]}
    (reference,) = read(update, root=root).values()
    assert reference.models_before == expected
    assert reference.candidates[0].certainty is Certainty.CERTAIN


def test_a_change_that_does_not_say_what_comes_after_it_is_told() -> None:
    made = change("aws_bedrockagent_agent.a", {"foundation_model": MODEL})
    made["change"]["aftgr"] = made["change"].pop("after")
    document = {"format_version": "1.2", "resource_changes": [made]}
    (problem,) = load_plan(json.dumps(document).encode(), "plan.json", Options(), None, knows).problems
    assert problem.incomplete
    assert "does not say what comes after it" in problem.message


def test_provisioners_are_read_from_the_configuration() -> None:
    address = "terraform_data.d"
    provisioners = [
        {"type": "local-exec", "expressions": {"command": {"constant_value": f"run --model {MODEL}"}}},
        {"type": "local-exec", "expressions": {"command": {"constant_value": "run"}, "environment": refers("var.m")}},
        {"type": "file"},
    ]
    root = {"variables": {"m": {}}, "resources": [{**block(address), "provisioners": provisioners}]}
    found = read(change(address, {"input": None}), root=root, variables={"m": {"value": OTHER}})
    assert {path: told(reference) for path, reference in found.items()} == {
        f"{address} provisioner[0].command": ([(MODEL, "certain")], None),
        f"{address} provisioner[1].environment": ([(OTHER, "possible")], "deploy-time"),
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (f"arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/{SECRET}", ([], "sensitive")),
        (f"arn:aws:bedrock:us-east-1:111122223333:custom-model/{MODEL}/{SECRET}", ([(MODEL, "certain")], None)),
        (f"bedrock/converse/eu-west-1/{MODEL}", ([(MODEL, "certain")], None)),
        (f"arn:aws:iam::111122223333:role/{SECRET}", None),
        (f"anthropic/{SECRET}", None),
    ],
)
def test_of_a_sensitive_value_only_public_words_are_told(value: str, expected: object) -> None:
    found = read(change("aws_ssm_parameter.p", {"value": value}, sensitive={"value": True}))
    assert ([told(reference) for reference in found.values()] or [None]) == [expected]
    assert "111122223333" not in repr(found)
