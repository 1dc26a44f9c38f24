"""What is and is not a plan, which resources it holds, and where they stand."""

import json
from typing import Any

import pytest

from checker.frontends.terraform.plan.resources import is_plan, is_state, load_plan
from checker.model.problem import Problem, ProblemKind
from checker.model.resource import Change, InputKind, Loaded
from checker.model.settings import Options
from checker.values import Map

MODEL = "anthropic.claude-3-haiku-20240307-v1:0"


def change(address: str = "aws_bedrockagent_agent.a", actions: tuple[str, ...] = ("create",), **more: Any) -> Any:
    entry = {"actions": list(actions), "before": None, "after": {"foundation_model": MODEL}, "after_unknown": {}}
    outer = {key: more.pop(key) for key in ("deposed", "previous_address") if key in more}
    return {
        "address": address,
        "mode": "managed",
        "type": "aws_bedrockagent_agent",
        "name": "a",
        **outer,
        "change": entry | more,
    }


def plan(*changes: Any, **more: Any) -> dict[str, Any]:
    return {"format_version": "1.2", "resource_changes": list(changes), "configuration": {"root_module": {}}} | more


def load(document: Any, file: str = "plan.json") -> Loaded:
    return load_plan(document if isinstance(document, bytes) else json.dumps(document).encode(), file, Options())


def only_problem(content: bytes, file: str = "plan.json") -> Problem:
    loaded = load(content, file)
    assert loaded.resources == ()
    (problem,) = loaded.problems
    assert problem.incomplete
    return problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_unicode_encoding_is_read(encoding: str) -> None:
    content = json.dumps(plan(change('aws_bedrockagent_agent.a["é"]')), ensure_ascii=False).encode(encoding)
    loaded = load(content)
    assert loaded.problems == ()
    assert [resource.address for resource in loaded.resources] == ['aws_bedrockagent_agent.a["é"]']
    assert loaded.resources[0].location is not None
    assert loaded.resources[0].location.column > 1


def test_a_plan_that_is_cut_off_says_where() -> None:
    content = json.dumps(plan(change()), indent=2).encode()
    problem = only_problem(content[: content.index(b"haiku")])
    assert problem.kind is ProblemKind.INVALID_SYNTAX
    assert "cut off" in problem.message
    lines = content[: content.index(b"haiku")].split(b"\n")
    assert problem.line == len(lines)
    assert "haiku" not in problem.message + problem.advice
    assert "anthropic" not in problem.message + problem.advice
    assert "terraform show -json" in problem.advice


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b"  \n", "the file is empty"),
        (b"[]", "not an object"),
        (b"\xff\xfe\x00", "not text in UTF-8 or UTF-16"),
        (b'{"format_version": "1.2", }', "this is not JSON"),
        (b'{"a": ' * 100_000, "nested too deep"),
        (b'{"format_version": ' + b"1" * 5000 + b"}", "more digits"),
        (b"Terraform will perform the following actions:\n", "this is not JSON"),
        (b'{"format_version": "1.2"}\n{"format_version": "1.2"}\n', "another JSON document starts here"),
        (
            b'{"@level":"info","@message":"Terraform 1.11.4"}\n{"@level":"info","@message":"x"}\n',
            "`terraform plan -json`",
        ),
        (b'{"@level":"info","@message":"Terraform 1.11.4"}\n', "`terraform plan -json`"),
        (b'{"serial": 1, "encrypted_data": "x", "encryption_version": "v0"}', "encrypted by OpenTofu"),
        (b'{"Resources": {}}', "not that of a plan"),
    ],
)
def test_what_is_no_plan_is_a_problem(content: bytes, words: str) -> None:
    problem = only_problem(content)
    assert words in problem.message
    assert problem.advice


def test_the_second_document_is_where_the_problem_is() -> None:
    assert only_problem(b'{"format_version": "1.2"}\n  {"a": 1}').line == 2


def test_a_binary_plan_names_the_command() -> None:
    problem = only_problem(b"PK\x03\x04rest", "out/tfplan")
    assert problem.kind is ProblemKind.BINARY_PLAN
    assert "terraform show -json out/tfplan" in problem.advice
    assert "terraform show -json PLANFILE" in only_problem(b"PK\x03\x04rest", "-").advice


def test_standard_input_is_shown_as_such() -> None:
    loaded = load(plan(change()), "-")
    assert (loaded.input.path, loaded.input.kind, loaded.input.files) == (
        "<stdin>",
        InputKind.TERRAFORM_PLAN,
        ("<stdin>",),
    )


def test_predicates() -> None:
    assert is_plan(plan())
    assert not is_state(plan())
    assert is_state({"format_version": "1.0", "terraform_version": "1.11.4", "values": {}})
    assert is_state({"format_version": "1.0"})
    assert is_state({"version": 4, "terraform_version": "1.11.4", "serial": 3})
    for other in ([], None, {"version": 4}, {"Resources": {}}, {"format_version": "1.0", "Resources": {}}):
        assert not is_state(other)
        assert not is_plan(other)


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (("create",), Change.CREATE),
        (("update",), Change.UPDATE),
        (("no-op",), Change.NO_OP),
        (("read",), Change.READ),
        (("delete", "create"), Change.REPLACE),
        (("create", "delete"), Change.REPLACE),
        (("create", "forget"), Change.REPLACE),
        (("forget",), Change.FORGET),
        (("something-new",), None),
    ],
)
def test_actions(actions: tuple[str, ...], expected: Change | None) -> None:
    (resource,) = load(plan(change(actions=actions))).resources
    assert resource.change is expected


def test_what_is_gone_after_the_plan_is_left_out() -> None:
    deleted = change("aws_bedrockagent_agent.gone", ("delete",), after=None, before={"foundation_model": MODEL})
    deposed = change("aws_bedrockagent_agent.a", ("delete",), deposed="0001", after=None)
    document = plan(change(), deleted, deposed, resource_drift=[change("aws_bedrockagent_agent.drift", ("update",))])
    assert [resource.address for resource in load(document).resources] == ["aws_bedrockagent_agent.a"]
    assert load(document).problems == ()


def test_a_forgotten_resource_has_the_values_that_it_keeps() -> None:
    forgotten = change(
        actions=("forget",),
        after=None,
        before={"foundation_model": MODEL, "agent_name": "secret"},
        before_sensitive={"agent_name": True},
    )
    (resource,) = load(plan(forgotten)).resources
    atom = resource.properties[0].atom
    assert isinstance(atom, Map)
    assert MODEL in repr(atom.entries["foundation_model"])
    assert "secret" not in repr(atom.entries["agent_name"]).replace("sensitive", "")


def test_deferred_changes_are_read() -> None:
    deferred = {"reason": "instance_count_unknown", "resource_change": change("aws_bedrockagent_agent.a[*]")}
    loaded = load(plan(deferred_changes=[deferred], complete=False))
    assert [resource.address for resource in loaded.resources] == ["aws_bedrockagent_agent.a[*]"]
    (problem,) = loaded.problems
    assert not problem.incomplete


def resource(address: str, value: str = "w", mode: str = "managed") -> dict[str, Any]:
    return {"address": address, "mode": mode, "type": "aws_x", "name": "a", "values": {"v": value}}


def test_what_is_not_among_the_changes_is_read_where_it_stands() -> None:
    planned = [resource("aws_x.kept"), resource("aws_x.other", "new"), resource("aws_x.new")]
    existing = [
        resource("data.aws_x.d", mode="data"),
        resource("aws_x.kept"),
        resource("aws_x.other"),
        resource("aws_x.not_targeted"),
        resource("aws_x.gone"),
        resource("aws_x.former"),
        resource("aws_x.kept", "old") | {"deposed_key": "1"},
    ]
    document = plan(
        change("aws_x.gone", ("delete",), after=None),
        change("aws_x.moved", ("no-op",), previous_address="aws_x.former"),
        planned_values={"root_module": {"child_modules": [{"address": "module.m", "resources": planned}]}},
        prior_state={"values": {"root_module": {"resources": existing}}},
    )
    # The values of what has no action may be new: that counts as a change, unless they are those that there were.
    assert {resource.address: resource.change for resource in load(document).resources} == {
        "aws_x.moved": Change.NO_OP,
        "data.aws_x.d": Change.READ,
        "aws_x.kept": Change.NO_OP,
        "aws_x.other": None,
        "aws_x.new": None,
        "aws_x.not_targeted": Change.NO_OP,
    }


def test_a_plan_that_only_refreshes_is_read_from_the_state_and_says_so() -> None:
    existing = {"values": {"root_module": {"resources": [resource("aws_x.a"), resource("aws_x.b")]}}}
    for empty in ({"planned_values": {"root_module": {}}}, {"resource_changes": [], "planned_values": {}}):
        loaded = load({"format_version": "1.2", "prior_state": existing} | empty)
        assert {resource.address: resource.change for resource in loaded.resources} == {
            "aws_x.a": Change.NO_OP,
            "aws_x.b": Change.NO_OP,
        }
        (problem,) = loaded.problems
        assert "-refresh-only" in problem.message
        assert not problem.incomplete


def test_a_name_that_occurs_twice_is_a_problem_where_it_stands() -> None:
    content = json.dumps(plan(change()), indent=1).replace('"name": "a"', '"name": "a",\n"name": "b"').encode()
    loaded = load(content)
    (problem,) = loaded.problems
    assert (problem.kind, problem.incomplete) == (ProblemKind.INVALID_SYNTAX, True)
    assert content.split(b"\n")[(problem.line or 0) - 1] == b'"name": "b",'
    assert len(loaded.resources) == 1


def test_what_makes_a_plan_incomplete() -> None:
    for document, words in (
        (plan(change(), errored=True), "run that failed"),
        (plan(change(), format_version="2.0"), "version 2.0"),
        (plan(change(), format_version=None), "no version"),
        (plan({"change": {}}, change()), "has no address"),
        ({"format_version": "1.2", "prior_state": {}, "configuration": {}}, "neither resource_changes nor"),
    ):
        loaded = load(document)
        (problem,) = loaded.problems
        assert words in problem.message
        assert problem.incomplete
        if "resource_changes" in document:
            assert len(loaded.resources) == 1
    (problem,) = load(plan() | {"resource_changes": {}}).problems
    assert "not a list" in problem.message


@pytest.mark.parametrize("indent", [None, 2])
def test_places_are_those_of_the_entries(indent: int | None) -> None:
    addresses = ['module.m["ä.b"].aws_x.a[0]', "aws_x.b", 'aws_x.c["q\\"\\\\"]', "aws_x.d"]
    # Properties may be called `address`, too, and a text may hold a whole entry.
    after = {"address": "aws_x.nowhere", "text": '"address": "aws_x.d"'}
    document = {"planned_values": {"root_module": {"resources": [{"address": "aws_x.d"}]}}}
    document |= plan(*(change(address, after=after) for address in addresses))
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    start = text.index('"resource_changes"')
    for resource in load(text.encode()).resources:
        written = '"address": ' + json.dumps(resource.address, ensure_ascii=False)
        offset = text.index(written, start)
        line = text.count("\n", 0, offset) + 1
        column = offset - text.rfind("\n", 0, offset)
        assert resource.location == ("plan.json", line, column)


def test_a_large_plan_converts_only_what_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    from checker.frontends.terraform.plan import values as plan_values

    converted: list[object] = []
    convert = plan_values.convert

    def counting(*arguments: Any) -> Any:
        converted.append(arguments[-1])
        return convert(*arguments)

    monkeypatch.setattr(plan_values, "convert", counting)
    (resource,) = load(plan(change(after={"a": {"b": {"c": "d"}}, "foundation_model": MODEL}))).resources
    assert converted == []
    atom = resource.properties[0].atom
    assert isinstance(atom, Map)
    assert list(atom.entries) == ["a", "foundation_model"]
    assert atom.entries["foundation_model"] is atom.entries["foundation_model"]
    assert converted == [("foundation_model",)]
