"""Each answer of the table, as botocore's own validation has it, and the reference that each member of it gives."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import boto3.session
import pytest
from botocore.stub import ANY, Stubber

from checker.account.asking import ask
from checker.account.calls import Call, Field, Service, at_path
from checker.account.resources import Where, resource_of
from checker.account.services import SERVICES, sites_of
from checker.extract import extract
from checker.extract.sites import Sites
from tests.aws_server.samples import sample
from tests.aws_server.wire import model

EAST = "us-east-1"
HERE = Where("111122223333", "aws", EAST)
MODEL = "anthropic.test-eol-v1:0"
ARN = f"arn:aws:bedrock:eu-west-1::foundation-model/{MODEL}"
# What code of a state machine says of a model.
DEFINITION = (
    f'{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "Resource": "x", "Parameters": {{"ModelId": "{ARN}"}}}}}}}}'
)
MODEL_FORMS = frozenset({"model-id", "foundation-model-arn", "inference-profile-id"})


def _rows() -> Iterator[Any]:
    for service in SERVICES:
        seen = set()
        for call in service.every_call():
            for field in call.made.fields if call.made is not None else ():
                key = call.operation, call.items, field.path
                if key not in seen:
                    seen.add(key)
                    yield pytest.param(service, call, field, id=f"{service.name}-{call.operation}-{field.path}")


@cache
def _client(service: str) -> Any:
    session = boto3.session.Session("a", "b", region_name=EAST)
    return session.client(service)


@pytest.mark.parametrize(("service", "call", "field"), list(_rows()))
def test_a_member_that_names_a_model_gives_a_reference(service: Service, call: Call, field: Field) -> None:
    written = DEFINITION if field.path == "definition" else f"secret {ARN}" if field.is_text else ARN
    shape = model(service.name).operation_model(call.operation)
    path = f"{call.items}.{field.path}" if call.items else field.path
    answer = sample(shape.output_shape, path, written)
    client = _client(service.name)
    arguments = sample(shape.input_shape)
    with Stubber(client) as stub:
        # botocore refuses an answer that is not of the service's shape.
        stub.add_response(_method(client, call.operation), answer, dict.fromkeys(_asked(shape, arguments), ANY))
        received = ask(client, call.operation, arguments)
    item = next(at_path(received, call.items))
    assert call.made is not None
    resource = resource_of(call.made, (item, dict.fromkeys(call.arguments.values(), "x")), HERE)
    references = extract(
        [resource], lambda name: name if name == MODEL else None, sites=lambda name: Sites.of(sites_of(name))
    )
    # What an answer has to have beside it may be a name that tells no model.
    (reference,) = [each for each in references if {candidate.model for candidate in each.candidates} == {MODEL}]
    (candidate,) = reference.candidates
    # To where a profile routes, its calls do not count.
    assert candidate.regions == ((EAST,) if field.routes_to else ("eu-west-1",))
    assert (reference.site.kind, reference.site.usage) == (call.made.kind, field.usage)
    assert "secret" not in str(resource)


def _method(client: Any, operation: str) -> str:
    return next(name for name, wire in client.meta.method_to_api_mapping.items() if wire == operation)


def _asked(shape: Any, arguments: dict[str, Any]) -> set[str]:
    """The arguments of a call, with the size of a page, which is asked for where the service bounds it."""
    members = {} if shape.input_shape is None else shape.input_shape.members
    sizes = {
        name for name in ("maxResults", "MaxResults", "MaxItems") if "max" in getattr(members.get(name), "metadata", {})
    }
    return {*arguments, *sizes}
