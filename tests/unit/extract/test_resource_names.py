"""A name of a resource with an id in its path is a mention; a model by any other spelling is none."""

from collections.abc import Callable
from typing import Any

import pytest

from checker.model.reference import Reference, Usage
from checker.model.resource import Resource

MODEL = "anthropic.test-active-v1:0"
NAME = f"/aws/bedrock/{MODEL}"


@pytest.mark.parametrize(
    ("resource_type", "properties", "usage"),
    [
        ("aws_cloudwatch_log_group", {"name": NAME}, Usage.MENTION),
        ("aws_cloudwatch_log_group", {"name_prefix": f"{NAME}-"}, Usage.MENTION),
        ("AWS::Logs::LogGroup", {"LogGroupName": NAME}, Usage.MENTION),
        ("aws_ssm_parameter", {"name": NAME, "value": "x"}, Usage.MENTION),
        ("aws_lambda_function", {"environment": {"variables": {"LOG_GROUP_NAME": NAME}}}, Usage.MENTION),
        ("aws_lambda_function", {"logging_config": {"log_group": NAME}}, Usage.MENTION),
        # What a name may be of a model.
        ("aws_lambda_function", {"environment": {"variables": {"MODEL_NAME": NAME}}}, Usage.INDIRECT),
        ("aws_lambda_function", {"environment": {"variables": {"LLM_NAME": NAME}}}, Usage.INDIRECT),
        ("aws_lambda_function", {"environment": {"variables": {"NAME": MODEL}}}, Usage.INDIRECT),
        ("aws_lambda_function", {"environment": {"variables": {"NAME": f"bedrock/{MODEL}"}}}, Usage.INDIRECT),
        ("aws_lambda_function", {"environment": {"variables": {"NAME": f"/model/{MODEL}/invoke"}}}, Usage.INDIRECT),
        ("aws_ssm_parameter", {"value": NAME}, Usage.INDIRECT),
    ],
)
def test_the_name_of_a_resource_is_a_mention(
    made: Callable[..., Resource],
    one: Callable[..., Reference],
    resource_type: str,
    properties: dict[str, Any],
    usage: Usage,
) -> None:
    reference = one(made(resource_type, properties))
    assert [candidate.model for candidate in reference.candidates] == [MODEL]
    assert reference.site.usage is usage
