"""Finds the models behind names that do not tell them, with one call for each kind of resource."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from checker.account.asking import AnswerError, ask
from checker.account.calls import at_path
from checker.account.sessions import Account


class Lookup(NamedTuple):
    """The call that tells the models behind an ARN.

    `pattern` matches the part of the ARN after the account; its groups are the arguments of the call. `models` is the
    path of the models in the answer. If `version` is set, it is the path of an agent's versions there, and a second
    call for each gives its models.
    """

    pattern: str
    service: str
    operation: str
    models: str
    version: str = ""


LOOKUPS: tuple[Lookup, ...] = (
    Lookup(
        r"application-inference-profile/(?P<inferenceProfileIdentifier>.+)",
        "bedrock",
        "GetInferenceProfile",
        "models[].modelArn",
    ),
    Lookup(
        r"provisioned-model/(?P<provisionedModelId>.+)",
        "bedrock",
        "GetProvisionedModelThroughput",
        "foundationModelArn",
    ),
    Lookup(r"custom-model/(?P<modelIdentifier>.+)", "bedrock", "GetCustomModel", "baseModelArn"),
    Lookup(
        r"custom-model-deployment/(?P<customModelDeploymentIdentifier>.+)",
        "bedrock",
        "GetCustomModelDeployment",
        "modelArn",
    ),
    Lookup(r"(?:default-)?prompt-router/(?P<promptRouterArn>.+)", "bedrock", "GetPromptRouter", "models[].modelArn"),
    Lookup(
        r"prompt/(?P<promptIdentifier>[^:]+)(?::(?P<promptVersion>\d+))?",
        "bedrock-agent",
        "GetPrompt",
        "variants[].modelId",
    ),
    Lookup(r"agent/(?P<agentId>\w+)", "bedrock-agent", "GetAgent", "agent.foundationModel"),
    Lookup(
        r"agent-alias/(?P<agentId>\w+)/(?P<agentAliasId>\w+)",
        "bedrock-agent",
        "GetAgentAlias",
        "",
        "agentAlias.routingConfiguration[].agentVersion",
    ),
)
# The call that tells the model of an agent's version.
VERSION = Lookup("", "bedrock-agent", "GetAgentVersion", "agentVersion.foundationModel")
# Arguments that take the whole name: the id alone would mean a resource of the caller's own account.
_WHOLE = frozenset(
    {
        "inferenceProfileIdentifier",
        "provisionedModelId",
        "modelIdentifier",
        "customModelDeploymentIdentifier",
        "promptRouterArn",
    }
)
_ARN = re.compile(r"arn:[a-z-]+:bedrock:(?P<region>[a-z0-9-]+):(?P<account>\d*):(?P<resource>.+)")


def region_of(name: str) -> str | None:
    """The Region in an ARN of Bedrock; None if the name is no such ARN."""
    found = _ARN.fullmatch(name)
    return None if found is None else found["region"]


def models_behind(account: Account, name: str, region: str) -> tuple[str, ...]:
    """The ids or ARNs of the models behind an ARN, or behind the name of provisioned throughput.

    Raises what botocore raises, and AnswerError if the answer names no model.
    """
    found = _ARN.fullmatch(name)
    resource = found["resource"] if found is not None else f"provisioned-model/{name}"
    for lookup in LOOKUPS:
        matched = re.fullmatch(lookup.pattern, resource)
        if matched is None:
            continue
        arguments = {
            key: name if key in _WHOLE else value for key, value in matched.groupdict().items() if value is not None
        }
        return _models(account, lookup, arguments, region)
    raise AnswerError("there is no call that tells its model")


def _models(account: Account, lookup: Lookup, arguments: Mapping[str, str], region: str) -> tuple[str, ...]:
    with account.client(lookup.service, region) as client:
        answer = ask(client, lookup.operation, arguments)
    if lookup.version:
        versions = tuple(dict.fromkeys(at_path(answer, lookup.version)))
        agent = {"agentId": arguments["agentId"]}
        return tuple(
            model
            for version in versions
            for model in _models(account, VERSION, {**agent, "agentVersion": version}, region)
        )
    models = tuple(dict.fromkeys(str(each) for each in at_path(answer, lookup.models)))
    if not models:
        raise AnswerError("the answer names no model")
    return _in_region(models, region)


def _in_region(models: tuple[str, ...], region: str) -> tuple[str, ...]:
    """The models, each once. ARNs of models get the caller's Region, which decides the dates."""

    def moved(model: str) -> str:
        parts = model.split(":", 5)
        if len(parts) == 6 and parts[5].startswith("foundation-model/"):
            parts[3] = region
        return ":".join(parts)

    return tuple(dict.fromkeys(map(moved, models)))
