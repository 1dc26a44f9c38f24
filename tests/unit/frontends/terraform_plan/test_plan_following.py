"""From where an unknown value comes, and the Region of a provider configuration."""

import json
from typing import Any

import pytest

from checker.frontends.terraform.plan.configuration import (
    module_path,
    split_key,
    split_module,
    split_module_call,
    split_reference,
    whole_references,
    written_at,
)
from checker.frontends.terraform.plan.resources import load_plan
from checker.model.resource import Resource
from checker.model.settings import Options
from checker.values import Cause, Certainty, List, Map, Shape, Text, Unknown, Value, certainty

ARN = ["aws_bedrock_inference_profile.p.arn", "aws_bedrock_inference_profile.p"]


def profile(address: str = "aws_bedrock_inference_profile.p", **more: Any) -> Any:
    return resource_change(address, {}, {"arn": True, "id": True}, **more)


def resource_change(
    address: str, after: Any, unknown: Any, actions: tuple[str, ...] = ("create",), **marks: Any
) -> Any:
    kind, name = split_key(split_module(address)[1].removeprefix("data."))[0].split(".")
    return {
        "address": address,
        "mode": "data" if ".data." in f".{address}" else "managed",
        "type": kind,
        "name": name,
        "change": {"actions": list(actions), "before": None, "after": after, "after_unknown": unknown, **marks},
    }


def agent(address: str = "aws_bedrockagent_agent.a") -> Any:
    return resource_change(address, {}, {"foundation_model": True})


def block(address: str, **expressions: Any) -> Any:
    return {"address": address, "provider_config_key": "aws", "expressions": expressions}


def refers(*references: str) -> Any:
    return {"references": list(references)}


def load(changes: list[Any], root: Any, **more: Any) -> dict[str, Resource]:
    providers = more.pop("providers", {})
    document = {
        "format_version": "1.2",
        "resource_changes": changes,
        "configuration": {"provider_config": providers, "root_module": root},
        **more,
    }
    loaded = load_plan(json.dumps(document).encode(), "plan.json", Options())
    assert loaded.problems == ()
    return {resource.address: resource for resource in loaded.resources}


def attribute(resource: Resource, name: str = "foundation_model") -> Value:
    atom = resource.properties[0].atom
    assert isinstance(atom, Map)
    return atom.entries[name]


def targets(value: Value) -> list[tuple[str, str] | str]:
    found: list[tuple[str, str] | str] = []
    for one in value:
        assert isinstance(one.atom, Unknown)
        found.append(tuple(one.atom.target) if one.atom.target is not None else one.atom.subject)
    return found


def test_a_reference_leads_to_the_resource_that_makes_the_value() -> None:
    root = {"resources": [block("aws_bedrockagent_agent.a", foundation_model=refers(*ARN))]}
    value = attribute(load([profile(), agent()], root)["aws_bedrockagent_agent.a"])
    assert targets(value) == [("aws_bedrock_inference_profile.p", "arn")]
    assert certainty(value[0].given) is Certainty.CERTAIN
    assert value[0].atom == Unknown(
        Cause.DEPLOY_TIME,
        ARN[0],
        ARN[0],
        ("aws_bedrock_inference_profile.p", "arn"),
        None,  # type: ignore[arg-type]
    )


def test_what_is_known_is_not_the_source_of_what_is_not() -> None:
    known = resource_change("aws_x.known", {"arn": "arn:aws:x:::y"}, {"id": True}, ("update",))
    region = {
        "address": "data.aws_region.r",
        "mode": "data",
        "type": "aws_region",
        "name": "r",
        "values": {"name": "eu-west-1"},
    }
    references = [
        "data.aws_region.r.name",
        "data.aws_region.r",
        "aws_x.known.arn",
        "aws_x.known",
        "var.use",
        "count.index",
    ]
    root = {"resources": [block("aws_bedrockagent_agent.a", foundation_model=refers(*references, *ARN))]}
    resources = load(
        [known, profile(), agent()],
        root,
        variables={"use": {"value": True}},
        prior_state={"values": {"root_module": {"resources": [region]}}},
    )
    assert targets(attribute(resources["aws_bedrockagent_agent.a"])) == [("aws_bedrock_inference_profile.p", "arn")]


def test_several_sources_are_alternatives() -> None:
    references = [
        "aws_bedrock_inference_profile.q[0].arn",
        "aws_bedrock_inference_profile.q[0]",
        "aws_bedrock_inference_profile.q",
    ]
    root = {"resources": [block("aws_bedrockagent_agent.a", foundation_model=refers(*ARN, *references, "local.x"))]}
    changes = [profile(), profile("aws_bedrock_inference_profile.q[0]"), agent()]
    value = attribute(load(changes, root)["aws_bedrockagent_agent.a"])
    assert targets(value) == [
        ("aws_bedrock_inference_profile.p", "arn"),
        ("aws_bedrock_inference_profile.q[0]", "arn"),
        "local.x",
    ]
    assert {certainty(one.given) for one in value} == {Certainty.POSSIBLE}
    assert str(value[0].given[0]) == f"aws_bedrockagent_agent.a.foundation_model = {ARN[0]}"
    # An instance that the plan does not have is none: the profile of a false condition.
    value = attribute(load([profile(), agent()], {**root})["aws_bedrockagent_agent.a"])
    assert targets(value) == [("aws_bedrock_inference_profile.p", "arn"), "local.x"]


def test_a_lost_instance_key_is_that_of_the_resource_itself_else_any() -> None:
    changes = [profile(f'aws_bedrock_inference_profile.p["{key}"]') for key in "xy"]
    changes += [agent('aws_bedrockagent_agent.a["y"]'), agent("aws_bedrockagent_agent.b")]
    root = {
        "resources": [
            block("aws_bedrockagent_agent.a", foundation_model=refers("aws_bedrock_inference_profile.p", "each.key")),
            block("aws_bedrockagent_agent.b", foundation_model=refers("aws_bedrock_inference_profile.p")),
        ]
    }
    resources = load(changes, root)
    assert targets(attribute(resources['aws_bedrockagent_agent.a["y"]'])) == [
        ('aws_bedrock_inference_profile.p["y"]', "")
    ]
    assert targets(attribute(resources["aws_bedrockagent_agent.b"])) == [
        ('aws_bedrock_inference_profile.p["x"]', ""),
        ('aws_bedrock_inference_profile.p["y"]', ""),
    ]


def test_modules_are_followed_in_and_out() -> None:
    inner = {
        "variables": {"model": {}},
        "resources": [block("aws_bedrockagent_agent.a", foundation_model=refers("var.model"))],
    }
    outer = {
        "variables": {"m": {}},
        "module_calls": {"inner": {"expressions": {"model": refers("var.m.arn", "var.m")}, "module": inner}},
    }
    made = {
        "resources": [block("aws_bedrock_inference_profile.p")],
        "outputs": {
            "arn": {"expression": refers(*ARN)},
            "id": {"expression": refers("aws_bedrock_inference_profile.p.id")},
        },
    }
    root = {
        "module_calls": {
            "made": {"for_each_expression": {"constant_value": ["x", "y"]}, "module": made},
            "outer": {
                "expressions": {"m": refers('module.made["y"].arn', 'module.made["y"]', "module.made")},
                "module": outer,
            },
        }
    }
    changes = [profile(f'module.made["{key}"].aws_bedrock_inference_profile.p') for key in "xy"]
    changes.append(agent("module.outer.module.inner.aws_bedrockagent_agent.a"))
    value = attribute(load(changes, root)["module.outer.module.inner.aws_bedrockagent_agent.a"])
    assert targets(value) == [('module.made["y"].aws_bedrock_inference_profile.p', "arn")]
    assert [step.text for step in value[0].trail] == [
        'output arn of module.made["y"]',
        "input m of module.outer",
        "input model of module.outer.module.inner",
        "planned value of module.outer.module.inner.aws_bedrockagent_agent.a.foundation_model",
    ]


def test_a_module_whose_output_is_lost_may_mean_any_of_its_outputs() -> None:
    made = {
        "resources": [block("aws_bedrock_inference_profile.p")],
        "outputs": {
            "arn": {"expression": refers(*ARN)},
            "id": {"expression": refers("aws_bedrock_inference_profile.p.id", "aws_bedrock_inference_profile.p")},
            "fixed": {"expression": {"constant_value": "x"}},
        },
    }
    root = {
        "module_calls": {"made": {"module": made}},
        "resources": [
            block("aws_bedrockagent_agent.a", foundation_model=refers("module.made", "each.key"))
            | {"for_each_expression": {"references": ["var.x"]}}
        ],
    }
    changes = [profile(f'module.made["{key}"].aws_bedrock_inference_profile.p') for key in "xy"]
    changes.append(agent('aws_bedrockagent_agent.a["x"]'))
    value = attribute(load(changes, root)['aws_bedrockagent_agent.a["x"]'])
    address = 'module.made["x"].aws_bedrock_inference_profile.p'
    assert targets(value) == [(address, "arn"), (address, "id")]


def test_each_value_is_followed_through_for_each() -> None:
    root = {
        "resources": [
            block("aws_bedrockagent_agent.a", foundation_model=refers("each.value.arn", "each.value"))
            | {"for_each_expression": refers("aws_bedrock_inference_profile.p")}
        ]
    }
    changes = [profile(f'aws_bedrock_inference_profile.p["{key}"]') for key in "xy"] + [
        agent('aws_bedrockagent_agent.a["y"]')
    ]
    value = attribute(load(changes, root)['aws_bedrockagent_agent.a["y"]'])
    assert targets(value) == [('aws_bedrock_inference_profile.p["y"]', "arn")]


def test_a_cycle_ends() -> None:
    looping = {"outputs": {"o": {"expression": refers("var.v")}}}
    root = {
        "module_calls": {"m": {"module": looping, "expressions": {"v": refers("module.m.o", "module.m")}}},
        "resources": [block("aws_bedrockagent_agent.a", foundation_model=refers("module.m.o", "module.m"))],
    }
    value = attribute(load([agent()], root)["aws_bedrockagent_agent.a"])
    assert targets(value) == ["aws_bedrockagent_agent.a.foundation_model"]


def test_more_sources_than_can_be_shown_are_too_many() -> None:
    names = [f"local.l{number}" for number in range(40)]
    root = {"resources": [block("aws_bedrockagent_agent.a", foundation_model=refers(*names))]}
    (one,) = attribute(load([agent()], root)["aws_bedrockagent_agent.a"])
    assert isinstance(one.atom, Unknown)
    assert one.atom.cause is Cause.TOO_MANY


def test_blocks_are_matched_by_their_constants_since_sets_are_sorted() -> None:
    def variant(name: str, *references: str) -> Any:
        return {"name": {"constant_value": name}, "model_id": refers(*references)}

    root = {
        "resources": [
            block(
                "aws_bedrockagent_prompt.p",
                variant=[
                    variant("two", "aws_bedrock_inference_profile.q.arn", "aws_bedrock_inference_profile.q"),
                    variant("one", *ARN),
                ],
            )
        ]
    }
    after = {"variant": [{"name": "one"}, {"name": "two"}]}
    prompt = resource_change("aws_bedrockagent_prompt.p", after, {"variant": [{"model_id": True}, {"model_id": True}]})
    resources = load([profile(), profile("aws_bedrock_inference_profile.q"), prompt], root)
    variants = attribute(resources["aws_bedrockagent_prompt.p"], "variant")[0].atom
    assert isinstance(variants, List)
    found = []
    for item in variants.items:
        assert isinstance(item[0].atom, Map)
        found += targets(item[0].atom.entries["model_id"])
    assert found == [("aws_bedrock_inference_profile.p", "arn"), ("aws_bedrock_inference_profile.q", "arn")]


def test_written_at_tells_what_is_not_set_from_what_a_dynamic_block_made() -> None:
    expressions = {"variant": [{"name": {"constant_value": "a"}}]}
    one, two = {"variant": [{"name": "a"}]}, {"variant": [{"name": "a"}, {"name": "b"}]}
    assert written_at(expressions, one, ("arn",)) == ((), True)
    assert written_at(expressions, one, ("variant", 0, "computed")) == ((), True)
    assert written_at(expressions, two, ("variant", 0, "model_id")) == ((), False)
    assert written_at(expressions, two, ("variant", 1, "model_id")) == ((), False)
    assert written_at({}, one, ("variant", 0, "model_id")) == ((), False)
    assert written_at(expressions, one, ("variant", 0, "name")).nodes == ({"constant_value": "a"},)
    # The expression of an object holds for everything in it.
    assert written_at({"model_source": refers("a.b")}, {}, ("model_source", "copy_from")).nodes == (refers("a.b"),)


def test_without_its_configuration_an_unknown_stays_unknown() -> None:
    value = attribute(load([agent()], {})["aws_bedrockagent_agent.a"])
    assert targets(value) == ["aws_bedrockagent_agent.a.foundation_model"]


def test_addresses_and_references_are_taken_apart() -> None:
    address = 'module.a["x.y]\\"module.z."].module.b[0].data.aws_x.y["k"]'
    module, rest = split_module(address)
    assert (module, rest) == ('module.a["x.y]\\"module.z."].module.b[0]', 'data.aws_x.y["k"]')
    assert split_key(rest) == ("data.aws_x.y", '["k"]')
    assert split_module_call(module) == ('module.a["x.y]\\"module.z."]', "b", "[0]")
    assert module_path(module) == ("a", "b")
    assert split_module("aws_x.y") == ("", "aws_x.y")
    assert split_reference('a.b["k.l"][0].c') == [("a", ""), ("b", '["k.l"][0]'), ("c", "")]
    assert whole_references(["a.b[0].c", "a.b[0]", "a.b", "a.bc", "x", 3, "x"]) == ["a.b[0].c", "a.bc", "x"]


def region_of(expression: Any, variables: Any = None, declared: Any = None, **more: Any) -> Value:
    providers = {"aws": {"name": "aws", "expressions": {"region": expression} if expression is not None else {}}}
    root = {"resources": [block("aws_bedrockagent_agent.a")], "variables": declared or {}}
    return load([agent()], root, providers=providers, variables=variables or {}, **more)[
        "aws_bedrockagent_agent.a"
    ].region


def plain(value: Value) -> str:
    (one,) = value
    assert isinstance(one.atom, Text)
    return one.atom.render()


def test_region_of_a_provider() -> None:
    assert plain(region_of({"constant_value": "eu-west-1"})) == "eu-west-1"
    assert plain(region_of(refers("var.r"), {"r": {"value": "eu-west-1"}})) == "eu-west-1"
    regions = {"r": {"value": {"home": ["us-gov-west-1"]}}}
    assert plain(region_of(refers('var.r["home"][0]', 'var.r["home"]', "var.r"), regions)) == "us-gov-west-1"
    assert plain(region_of(refers("var.r.home[0]", "var.r.home", "var.r"), regions)) == "us-gov-west-1"
    assert region_of(None) == ()


@pytest.mark.parametrize(
    ("expression", "cause"),
    [
        # "${var.part}-west-1" and a condition keep only what they refer to.
        (refers("var.part"), Cause.EXTERNAL_DATA),
        (refers("var.r", "var.part"), Cause.EXTERNAL_DATA),
        (refers("local.region"), Cause.EXTERNAL_DATA),
        ({}, Cause.EXTERNAL_DATA),
        (refers("var.secret"), Cause.SENSITIVE),
        (refers("data.aws_region.later.name", "data.aws_region.later"), Cause.DEPLOY_TIME),
    ],
)
def test_region_that_a_plan_does_not_say(expression: Any, cause: Cause) -> None:
    variables = {"part": {"value": "eu"}, "r": {"value": "eu-west-1"}, "secret": {"value": "eu-west-1"}}
    (one,) = region_of(expression, variables, {"secret": {"sensitive": True}})
    assert isinstance(one.atom, Unknown)
    assert (one.atom.cause, one.atom.shape) == (cause, Shape.REGION)


def test_region_that_a_data_source_found_is_that_of_its_provider() -> None:
    row: dict[str, Any] = {
        "address": "data.aws_region.r",
        "mode": "data",
        "type": "aws_region",
        "name": "r",
        "values": {"name": "eu-west-3"},
    }
    root = {"resources": [block("aws_bedrockagent_agent.a"), block("data.aws_region.r")]}
    prior = {"values": {"root_module": {"resources": [row]}}}
    resources = load([agent()], root, prior_state=prior, providers={"aws": {"expressions": {}}})
    assert plain(resources["aws_bedrockagent_agent.a"].region) == "eu-west-3"
    row["sensitive_values"] = {"name": True}
    resources = load([agent()], root, prior_state=prior, providers={"aws": {"expressions": {}}})
    assert resources["aws_bedrockagent_agent.a"].region == ()
    del row["sensitive_values"]
    # One that names a Region describes that one.
    root["resources"][1] = block("data.aws_region.r", name={"constant_value": "eu-west-3"})
    resources = load([agent()], root, prior_state=prior, providers={"aws": {"expressions": {}}})
    assert resources["aws_bedrockagent_agent.a"].region == ()


def test_region_of_a_provider_in_a_module() -> None:
    child = {
        "variables": {"where": {"default": "eu-north-1"}},
        "resources": [block("aws_bedrockagent_agent.a") | {"provider_config_key": "module.m:aws"}],
    }
    providers = {"module.m:aws": {"module_address": "module.m", "expressions": {"region": refers("var.where")}}}
    for argument, expected in (
        (None, "eu-north-1"),
        ({"constant_value": "eu-south-1"}, "eu-south-1"),
        (refers("var.home"), "ap-south-1"),
    ):
        call = {"module": child, "expressions": {} if argument is None else {"where": argument}}
        root = {"module_calls": {"m": call}, "variables": {"home": {}}}
        changes = [agent("module.m.aws_bedrockagent_agent.a")]
        resources = load(changes, root, providers=providers, variables={"home": {"value": "ap-south-1"}})
        assert plain(resources["module.m.aws_bedrockagent_agent.a"].region) == expected


def test_the_arn_of_a_resource_names_its_region_unless_it_is_sensitive() -> None:
    after = {
        "agent_arn": "arn:aws:bedrock:sa-east-1:123456789012:agent/A",
        "agent_resource_role_arn": "arn:aws:iam::1:role/x",
    }
    providers = {"aws": {"expressions": {"region": {"constant_value": "eu-west-1"}}}}
    root = {"resources": [block("aws_bedrockagent_agent.a")]}
    for marks, expected in (({}, "sa-east-1"), ({"agent_arn": True}, "eu-west-1"), (True, "eu-west-1")):
        change = resource_change("aws_bedrockagent_agent.a", after, {}, ("no-op",), after_sensitive=marks)
        assert plain(load([change], root, providers=providers)["aws_bedrockagent_agent.a"].region) == expected


def test_providers_without_regions_of_aws_have_none() -> None:
    providers = {"aws": {"expressions": {"region": {"constant_value": "eu-west-1"}}}}
    resources = load(
        [resource_change("null_resource.a", {}, {})], {"resources": [block("null_resource.a")]}, providers=providers
    )
    assert resources["null_resource.a"].region == ()


def test_tags_leave_out_what_is_sensitive() -> None:
    after = {"tags": {"team": "a"}, "tags_all": {"team": "a", "env": "prod", "key": "hidden"}}
    change = resource_change("aws_bedrock_x.a", after, {}, after_sensitive={"tags_all": {"key": True}})
    cloud_control = resource_change("awscc_bedrock_x.a", {"tags": [{"key": "k", "value": "v"}, {"key": "l"}]}, {})
    resources = load([change, cloud_control], {})
    assert resources["aws_bedrock_x.a"].tags == (("env", "prod"), ("team", "a"))
    assert resources["awscc_bedrock_x.a"].tags == (("k", "v"),)
