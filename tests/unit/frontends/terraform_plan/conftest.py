"""Plans of resources that are made and read in one run.

Their shapes are those of a plan of Terraform 1.11.4 with the AWS provider 5.100.0.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest


class Planned(NamedTuple):
    """A resource or a data source in a plan.

    An expression is a list of what it refers to, None for one that refers to nothing, or a constant value.
    """

    address: str
    values: Mapping[str, Any]
    unknown: Mapping[str, bool]
    expressions: Mapping[str, Any]
    depends_on: tuple[str, ...] = ()


@pytest.fixture
def plan_of() -> Callable[..., bytes]:
    """Gives the plan of some resources; each is the fields of `Planned`."""
    return _plan_of


def _plan_of(*fields: Any) -> bytes:
    resources = [Planned(*each) for each in fields]
    return json.dumps(
        {
            "format_version": "1.2",
            "resource_changes": [_change(each) for each in resources],
            "planned_values": {},
            "configuration": {"root_module": {"resources": [_block(each) for each in resources]}},
        }
    ).encode()


def _change(planned: Planned) -> dict[str, Any]:
    identity = _identity(planned)
    change = {
        "actions": ["read" if identity["mode"] == "data" else "create"],
        "before": None,
        "after": planned.values,
        "after_unknown": planned.unknown,
        "after_sensitive": {},
    }
    return {**identity, "change": change}


def _block(planned: Planned) -> dict[str, Any]:
    expressions = {name: _expression(value) for name, value in planned.expressions.items()}
    block = {**_identity(planned), "expressions": expressions}
    return {**block, "depends_on": list(planned.depends_on)} if planned.depends_on else block


def _identity(planned: Planned) -> dict[str, str]:
    kind, name = planned.address.removeprefix("data.").split(".")
    mode = "data" if planned.address.startswith("data.") else "managed"
    return {"address": planned.address, "mode": mode, "type": kind, "name": name}


def _expression(value: Any) -> dict[str, Any]:
    match value:
        case None:
            return {}
        case list():
            return {"references": value}
        case _:
            return {"constant_value": value}
