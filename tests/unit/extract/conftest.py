"""Resources made by hand, and a catalog of the tests' models."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from checker.extract import extract
from checker.model.reference import Reference
from checker.model.resource import Framework, Resource
from checker.source import Location
from checker.values import Value
from checker.values.operations import from_python

CATALOG = json.loads((Path(__file__).parents[2] / "catalog.json").read_text(encoding="utf-8"))
KNOWN = {name: model["id"] for model in CATALOG["models"] for name in (model["id"], *model.get("aliases", ()))}

Extract = Callable[..., tuple[Reference, ...]]
Make = Callable[..., Resource]


@pytest.fixture
def made() -> Make:
    """Makes a resource: `made("aws_x", {...}, name="y")`; properties are plain data or a value."""

    def make(resource_type: str, properties: Any, *, name: str = "this", **fields: Any) -> Resource:
        is_template = "::" in resource_type
        value: Value = properties if isinstance(properties, tuple) else from_python(properties)
        fields = {
            "framework": Framework.CLOUDFORMATION if is_template else Framework.TERRAFORM,
            "input": "envs/prod",
            "address": name if is_template else f"{resource_type}.{name}",
            "location": Location("main.tf", 1, 1),
            **fields,
        }
        return Resource(type=resource_type, properties=value, **fields)

    return make


@pytest.fixture
def references() -> Extract:
    """The references of resources."""
    return lambda *resources: extract(resources, KNOWN.get)


@pytest.fixture
def models(references: Extract) -> Callable[..., dict[str, list[str | None]]]:
    """The models of resources, by `address path`."""

    def by_path(*resources: Resource) -> dict[str, list[str | None]]:
        return {
            f"{one.address} {one.path}": [candidate.model for candidate in one.candidates]
            for one in references(*resources)
        }

    return by_path


def only(found: Sequence[Reference]) -> Reference:
    """The one reference."""
    assert len(found) == 1, [f"{one.address} {one.path}" for one in found]
    return found[0]


@pytest.fixture
def one(references: Extract) -> Callable[..., Reference]:
    """The one reference of resources."""
    return lambda *resources: only(references(*resources))
