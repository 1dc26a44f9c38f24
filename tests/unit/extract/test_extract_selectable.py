"""Values that may be chosen: schema enums, and the allowed values of parameters that no use reads."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from checker.model.reference import Reference, Usage
from checker.model.resource import Resource
from checker.source import Location
from checker.values import Certainty, List, Map, Step, Value
from checker.values.operations import after, known, text

Make = Callable[..., Resource]
One = Callable[..., Reference]
Many = Callable[..., tuple[Reference, ...]]

ACTIVE, LEGACY, SOON = "anthropic.test-active-v1:0", "anthropic.test-legacy-v1:0", "anthropic.test-soon-v1:0"


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"Schema": {"properties": {"model": {"enum": [ACTIVE, LEGACY]}}}}, "Schema.properties.model.enum"),
        ({"Schema": {"model": {"Enum": [{"id": ACTIVE}, {"id": LEGACY}]}}}, "Schema.model.Enum"),
        ({"body": json.dumps({"x": {"enum": [ACTIVE, LEGACY]}})}, "body.x.enum"),
        ({"TemplateBody": json.dumps({"AllowedValues": [ACTIVE, LEGACY]})}, "TemplateBody.AllowedValues"),
    ],
)
def test_an_enum_is_one_reference(made: Make, one: One, properties: Any, path: str) -> None:
    reference = one(made("Custom::Schema", properties))

    assert (reference.path, reference.site.usage) == (path, Usage.SELECTABLE)
    assert {candidate.model for candidate in reference.candidates} == {ACTIVE, LEGACY}
    assert {candidate.certainty for candidate in reference.candidates} == {Certainty.POSSIBLE}


def test_an_enum_of_one_is_no_choice_that_was_made(made: Make, one: One) -> None:
    reference = one(made("Custom::Schema", {"model": {"enum": [ACTIVE]}}))

    assert [candidate.certainty for candidate in reference.candidates] == [Certainty.POSSIBLE]


def test_what_stands_beside_an_enum_is_used(made: Make, references: Many) -> None:
    found = references(made("Custom::Schema", {"model": {"enum": [ACTIVE], "default": LEGACY}, "enumerated": [SOON]}))

    assert {reference.path: reference.site.usage for reference in found} == {
        "model.enum": Usage.SELECTABLE,
        "model.default": Usage.INDIRECT,
        "enumerated[0]": Usage.INDIRECT,
    }


def allowed(model: str, line: int) -> Value:
    return text(model, Location("t.yaml", line, 5), "allowed value")


def parameter(made: Make, *models: str, **stated: Value) -> Resource:
    values = tuple(allowed(model, line) for line, model in enumerate(models, 3))
    return made(
        "AWS::CloudFormation::Parameter",
        known(Map({"AllowedValues": known(List(values)), **stated})),
        name="Model",
        location=Location("t.yaml", 2, 3),
    )


def agent(made: Make, model: Value) -> Resource:
    return made("AWS::Bedrock::Agent", known(Map({"FoundationModel": model})), name="Agent")


def selectable(found: tuple[Reference, ...]) -> list[list[str | None]]:
    return [[c.model for c in one.candidates] for one in found if one.site.usage is Usage.SELECTABLE]


def test_a_parameter_that_nothing_reads(made: Make, one: One) -> None:
    reference = one(parameter(made, ACTIVE, LEGACY))

    assert (reference.address, reference.path, reference.location) == (
        "Model",
        "AllowedValues",
        Location("t.yaml", 3, 5),
    )
    assert [str(candidate.written_at) for candidate in reference.candidates] == ["t.yaml:3:5", "t.yaml:4:5"]


def test_values_that_a_use_reads_are_not_selectable(made: Make, references: Many) -> None:
    assert selectable(references(parameter(made, ACTIVE, LEGACY), agent(made, allowed(ACTIVE, 3)))) == [[LEGACY]]
    both = allowed(ACTIVE, 3) + allowed(LEGACY, 4)
    assert selectable(references(parameter(made, ACTIVE, LEGACY), agent(made, both))) == []


def test_a_parameter_with_a_supplied_value_leaves_nothing_to_select(made: Make, references: Many) -> None:
    supplied = after(text(SOON, Location("p.json", 1, 1)), Step(Location("t.yaml", 2, 3), "parameter Model"))

    assert selectable(references(parameter(made, ACTIVE, LEGACY), agent(made, supplied))) == []


def test_a_default_that_is_read_is_read_in_the_list_too(made: Make, references: Many) -> None:
    default = text(ACTIVE, Location("t.yaml", 9, 1), "default")
    declared = parameter(made, ACTIVE, LEGACY, Default=default)

    assert selectable(references(declared, agent(made, default))) == [[LEGACY]]


def test_values_that_are_no_models_are_nothing(made: Make, references: Many) -> None:
    assert references(parameter(made, "dev", "prod", "amazon.com")) == ()


def test_of_thousands_of_allowed_values_each_model_is_told_once(made: Make, references: Many) -> None:
    lists = {f"field{number}": {"enum": [ACTIVE, LEGACY, SOON] * 20} for number in range(100)}
    found = references(made("Custom::Schema", {"Schema": lists}))

    assert len(found) == 100
    assert all(len(reference.candidates) == 3 for reference in found)
