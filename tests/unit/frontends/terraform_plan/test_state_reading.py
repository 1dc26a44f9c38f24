"""Both forms of a state."""

import json
from typing import Any

from checker.frontends.terraform.state import load_state
from checker.model.problem import ProblemKind
from checker.model.resource import InputKind, Loaded, Resource
from checker.model.settings import Options
from checker.values import Cause, Map, Text

AWS = 'provider["registry.terraform.io/hashicorp/aws"]'
AGENT_ARN = "arn:aws:bedrock:eu-west-1:123456789012:agent/A"


def state_file(*resources: Any, version: int = 4) -> dict[str, Any]:
    return {
        "version": version,
        "terraform_version": "1.11.4",
        "serial": 1,
        "lineage": "x",
        "resources": list(resources),
    }


def block(kind: str, name: str, *instances: Any, **more: Any) -> Any:
    return {"mode": "managed", "type": kind, "name": name, "provider": AWS, "instances": list(instances), **more}


def load(document: Any) -> Loaded:
    return load_state(json.dumps(document, indent=2).encode(), "terraform.tfstate", Options())


def text(resource: Resource, name: str) -> str:
    atom = resource.properties[0].atom
    assert isinstance(atom, Map)
    value = atom.entries[name][0].atom
    assert isinstance(value, Text)
    if value.holes:
        assert {hole.cause for hole in value.holes} == {Cause.SENSITIVE}
        return "hidden"
    return value.render()


def test_addresses_of_a_state_file() -> None:
    loaded = load(
        state_file(
            block("aws_x", "a", {"attributes": {"v": "1"}}, {"deposed": "01", "attributes": {"v": "2"}}),
            block("aws_x", "b", {"index_key": 0, "attributes": {}}, {"index_key": 'k"${x}', "attributes": {}}),
            block("aws_x", "c", {"attributes": {}}, module='module.m["k"]', mode="data"),
        )
    )
    assert loaded.problems == ()
    assert loaded.input.kind is InputKind.TERRAFORM_STATE
    assert [(resource.address, resource.type) for resource in loaded.resources] == [
        ("aws_x.a", "aws_x"),
        ("aws_x.b[0]", "aws_x"),
        ('aws_x.b["k\\"$${x}"]', "aws_x"),
        ('module.m["k"].data.aws_x.c', "data.aws_x"),
    ]
    assert all(resource.change is None for resource in loaded.resources)
    locations = [resource.location for resource in loaded.resources]
    lines = json.dumps(state_file(), indent=2).split("\n")
    assert [location.line for location in locations if location is not None] == sorted(
        location.line for location in locations if location
    )
    assert locations[0] is not None
    assert locations[0].line == next(number for number, line in enumerate(lines, 1) if '"resources"' in line) + 2


def test_an_attribute_of_open_type_stands_where_the_shown_state_has_it() -> None:
    wrapped = {"model": "m", "other": ["x"]}
    types = ["object", {"model": "string", "other": ["tuple", ["string"]]}]
    attributes = {"input": {"value": wrapped, "type": types}, "output": {"value": "o", "type": "string"}}
    # What only looks alike is what the provider has.
    attributes |= {"pair": {"value": "v", "type": "String"}, "more": {"value": "v", "type": "string", "name": "n"}}
    hidden = [{"type": "get_attr", "value": "input"}, {"type": "get_attr", "value": "model"}]
    instance = {"attributes": attributes, "sensitive_attributes": [hidden]}
    (resource,) = load(state_file(block("terraform_data", "a", instance))).resources
    atom = resource.properties[0].atom
    assert isinstance(atom, Map)
    inner = atom.entries["input"][0].atom
    assert isinstance(inner, Map)
    assert list(inner.entries) == ["model", "other"]
    assert text(resource._replace(properties=atom.entries["input"]), "model") == "hidden"
    assert text(resource, "output") == "o"
    for name, keys in (("pair", ["value", "type"]), ("more", ["value", "type", "name"])):
        other = atom.entries[name][0].atom
        assert isinstance(other, Map)
        assert list(other.entries) == keys


def test_what_a_state_file_hides() -> None:
    attributes = {"model": "m", "db_password": "p", "nested": [{"a": "x", "b": "y"}], "token_count": 3}
    paths = [
        [{"type": "get_attr", "value": "nested"}, {"type": "index", "value": {"value": 0, "type": "number"}},
         {"type": "get_attr", "value": "a"}],
    ]  # fmt: skip
    secure = {"type": "SecureString", "value": "s"}
    plain = {"type": "String", "value": "amazon.nova-lite-v1:0"}
    loaded = load(
        state_file(
            block("aws_x", "a", {"attributes": attributes, "sensitive_attributes": paths}),
            block("aws_ssm_parameter", "s", {"attributes": secure}),
            block("aws_ssm_parameter", "p", {"attributes": plain}),
            block("aws_x", "odd", {"attributes": {"v": "x"}, "sensitive_attributes": [[{"type": "new"}]]}),
        )
    )
    first, secret, parameter, odd = loaded.resources
    assert (text(first, "model"), text(first, "db_password")) == ("m", "hidden")
    nested = repr(first.properties[0].atom.entries["nested"][0].atom.items[0][0].atom.entries["a"])  # type: ignore[union-attr]
    assert "Cause.SENSITIVE" in nested
    assert (text(secret, "value"), text(parameter, "value")) == ("hidden", "amazon.nova-lite-v1:0")
    # A step that is not known hides all that it may mean.
    assert isinstance(odd.properties[0].atom, Map)
    assert not odd.properties[0].atom.entries


def test_region_comes_from_arns_and_from_what_shares_the_provider() -> None:
    loaded = load(
        state_file(
            block("aws_bedrockagent_agent", "a", {"attributes": {"agent_arn": AGENT_ARN}}),
            block("aws_bedrockagent_data_source", "d", {"attributes": {"id": "X"}}),
            block("aws_bedrockagent_data_source", "west", {"attributes": {"id": "X"}}, provider=AWS + ".west"),
            block("aws_region", "now", {"attributes": {"name": "us-west-2"}}, provider=AWS + ".west", mode="data"),
            block("aws_bedrockagent_data_source", "other", {"attributes": {"id": "X"}}, provider=AWS + ".other"),
        )
    )
    regions = {resource.address: [one.atom.render() for one in resource.region] for resource in loaded.resources}  # type: ignore[union-attr]
    assert regions == {
        "aws_bedrockagent_agent.a": ["eu-west-1"],
        "aws_bedrockagent_data_source.d": ["eu-west-1"],
        "aws_bedrockagent_data_source.west": ["us-west-2"],
        "data.aws_region.now": ["us-west-2"],
        "aws_bedrockagent_data_source.other": [],
    }


def test_resources_of_a_provider_in_two_regions_say_nothing_of_a_third() -> None:
    loaded = load(
        state_file(
            block("aws_bedrockagent_agent", "a", {"attributes": {"agent_arn": AGENT_ARN}}),
            block("aws_bedrockagent_agent", "b", {"attributes": {"agent_arn": AGENT_ARN.replace("west", "north")}}),
            block("aws_bedrockagent_data_source", "d", {"attributes": {"id": "X"}}),
        )
    )
    assert loaded.resources[2].region == ()


def test_a_shown_state_has_nested_modules_and_no_deposed_instances() -> None:
    def row(address: str, **more: Any) -> Any:
        values = {"v": "seen", "secret_word": "kept"}
        return {"address": address, "mode": "managed", "type": "aws_x", "name": "a", "values": values, **more}

    root = {
        "resources": [row("aws_x.a"), row("aws_x.a", deposed_key="01")],
        "child_modules": [
            {
                "resources": [row("module.m.aws_x.a", sensitive_values={"v": True})],
                "child_modules": [{"resources": [row("module.m.module.n.aws_x.a")]}],
            }
        ],
    }
    loaded = load({"format_version": "1.0", "values": {"root_module": root}})
    assert loaded.problems == ()
    assert [(resource.address, text(resource, "v")) for resource in loaded.resources] == [
        ("aws_x.a", "seen"),
        ("module.m.aws_x.a", "hidden"),
        ("module.m.module.n.aws_x.a", "seen"),
    ]
    # Terraform says here what is sensitive by schema, so that no name has to be guessed.
    assert text(loaded.resources[0], "secret_word") == "kept"
    assert loaded.resources[0].properties[0].atom.entries["v"][0].trail[0].text == "value in the state of aws_x.a.v"  # type: ignore[union-attr]


def test_an_empty_state_is_clean() -> None:
    for document in ({"format_version": "1.0"}, state_file()):
        loaded = load(document)
        assert (loaded.resources, loaded.problems) == ((), ())


def test_what_cannot_be_read_of_a_state_is_a_problem() -> None:
    for document, words in (
        (state_file(version=3), "not of version 4"),
        (state_file(block("aws_x", "a", {"attributes_flat": {"v": "w"}})), "aws_x.a is in the form of Terraform 0.11"),
        (state_file({"mode": "managed"}), "no mode, type and name"),
        ({"format_version": "3.1", "values": {}}, "version 3.1"),
        ({"format_version": "1.0", "values": {"root_module": {"resources": [{}]}}}, "no address"),
        ({"Resources": {}}, "not that of a state"),
    ):
        (problem,) = load(document).problems
        assert words in problem.message
        assert problem.incomplete
    (problem,) = load_state(b"PK\x03\x04", "p", Options()).problems
    assert problem.kind is ProblemKind.BINARY_PLAN
