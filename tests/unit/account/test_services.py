"""The table of operations, held against botocore's models of the services."""

import re
import string
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import botocore.session
import pytest

from checker.account.asking import TOKENS
from checker.account.calls import Call, Service
from checker.account.services import INCLUDES, SERVICES, kinds_of_resources, sites_of, wanted_services

_NAMED_LIKE_A_MODEL = re.compile(r"(?:^|[a-z.])(?:[Mm]odel(?:Id|Arn|Identifier)?|foundationModel(?:Arn)?)$")


@cache
def _session() -> Any:
    return botocore.session.get_session()


@cache
def _model(service: str) -> Any:
    return _session().get_service_model(service)


def _at(shape: Any, path: str) -> Any:
    """The shape at a path of the table."""
    for name in path.split(".") if path else ():
        assert shape.type_name == "structure", f"{path}: {shape.name} is no structure"
        key = name.removesuffix("[]").removesuffix("{}")
        assert key in shape.members, f"{path}: {shape.name} has no {key}"
        shape = shape.members[key]
        if name.endswith("[]"):
            assert shape.type_name == "list", f"{path}: {key} is no list"
            shape = shape.member
        elif name.endswith("{}"):
            assert shape.type_name == "map", f"{path}: {key} is no map"
            shape = shape.value
    return shape


def _steps(service: Service) -> Iterator[tuple[Call, list[Any], Any]]:
    """Each call, the shapes of the items before it (a text stands for itself), and that of its own items."""

    def below(call: Call, before: list[Any]) -> Iterator[tuple[Call, list[Any], Any]]:
        output = _model(service.name).operation_model(call.operation).output_shape
        item = {call.bind: _at(output, call.items)} if call.bind else _at(output, call.items)
        yield call, before, item
        for following in call.then:
            yield from below(following, [item, *before])

    for call in service.calls:
        yield from below(call, [])


def _found(path: str, items: list[Any]) -> Any:
    """The shape at a path of what the calls found: that of the last one that has it."""
    first = path.partition(".")[0].removesuffix("[]").removesuffix("{}")
    for item in items:
        if isinstance(item, Mapping):
            if first in item:
                return item[first]
        elif item.type_name == "structure" and first in item.members:
            return _at(item, path)
    raise AssertionError(f"nothing was found that has {path}")


def _members(shape: Any, path: str = "", within: tuple[str, ...] = ()) -> Iterator[str]:
    if shape.name in within:
        return
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield from _members(member, f"{path}.{name}" if path else name, (*within, shape.name))
    elif shape.type_name == "list":
        yield from _members(shape.member, f"{path}[]", (*within, shape.name))
    elif shape.type_name == "map":
        yield from _members(shape.value, f"{path}{{}}", (*within, shape.name))
    elif shape.type_name == "string":
        yield path


_ALL = [pytest.param(service, id=service.name) for service in SERVICES]


@pytest.mark.parametrize("service", _ALL)
def test_each_operation_reads_only_and_exists_with_its_input(service: Service) -> None:
    for call, before, _ in _steps(service):
        assert call.operation.startswith(("List", "Get", "Describe")), call.operation
        operation = _model(service.name).operation_model(call.operation)
        inputs = {} if operation.input_shape is None else operation.input_shape.members
        required = set() if operation.input_shape is None else set(operation.input_shape.required_members)
        each = {} if call.each is None else {call.each[0]: call.each[1]}
        given = {*call.arguments, *call.fixed, *each}
        assert given <= set(inputs), f"{call.operation} takes no {given - set(inputs)}"
        assert required <= given, f"{call.operation} needs {required - given}"
        for name, path in call.arguments.items():
            assert _found(path, before).type_name == "string"
            assert (inputs[name].type_name == "list") == (call.batched == name)
        for name, values in each.items():
            assert set(values) <= set(inputs[name].enum)
        for name, value in call.fixed.items():
            if isinstance(value, str) and inputs[name].enum:
                assert value in inputs[name].enum


@pytest.mark.parametrize("service", _ALL)
def test_each_member_that_the_table_names_is_one_of_an_answer(service: Service) -> None:
    for call, before, item in _steps(service):
        for name in (*call.only, *call.skip):
            in_item = not isinstance(item, Mapping) and name in item.members
            assert in_item or name in call.arguments, f"{call.operation}: {name}"
        if call.made is None:
            continue
        for field in call.made.fields:
            assert _at(item, field.path).type_name == "string", field.path
        for path in call.made.own:
            _at(item, path)
        for template in (call.made.arn, call.made.name):
            for _, path, _, _ in string.Formatter().parse(template):
                if path and path not in {"partition", "region", "account"}:
                    _found(path.removeprefix("^"), before if path.startswith("^") else [item, *before])


@pytest.mark.parametrize("service", _ALL)
def test_no_member_that_is_named_like_a_model_is_left_out(service: Service) -> None:
    for call, _, item in _steps(service):
        if call.made is None:
            continue
        known = {*(field.path for field in call.made.fields), *call.made.own}
        named = {path for path in _members(item) if _NAMED_LIKE_A_MODEL.search(path.removesuffix("[]"))}
        assert named <= known, f"{call.operation}: {sorted(named - known)}"


@pytest.mark.parametrize("service", _ALL)
def test_each_list_can_be_turned_page_by_page(service: Service) -> None:
    for call, _, _ in _steps(service):
        operation = _model(service.name).operation_model(call.operation)
        tokens = {
            name for name in operation.output_shape.members if name.lower() in {"nexttoken", "nextmarker", "marker"}
        }
        assert tokens == ({TOKENS[name] for name in operation.input_shape.members if name in TOKENS})


def test_groups_that_have_to_be_asked_for_are_left_out_else() -> None:
    assert INCLUDES == ("compute", "parameters")
    assert "lambda" not in {service.name for service in wanted_services(())}
    assert {service.name for service in SERVICES} == {service.name for service in wanted_services(INCLUDES)}


def test_no_secret_is_asked_for() -> None:
    (values,) = [call for service in SERVICES for call in service.every_call() if call.operation == "GetParameters"]
    assert values.fixed == {"WithDecryption": False}
    operations = {call.operation for service in SERVICES for call in service.every_call()}
    assert not [name for name in operations if "Secret" in name or "Credential" in name or "ApiKey" in name]


def test_each_kind_of_resource_has_its_rows() -> None:
    for made in kinds_of_resources():
        rows = sites_of(made.type)
        assert {field.path for field in made.fields} <= {row.path for row in rows}
        assert {row.kind for row in rows} == {made.kind}
    assert sites_of("AWS::S3::Bucket") == ()
