"""An account that is made up: so many resources in so many Regions, and what answers for them."""

import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.aws_server.server import ServiceError
from tests.aws_server.wire import Request, model

ACCOUNT = "111122223333"
WHEN = datetime(2026, 11, 1, tzinfo=UTC)
SERVICES = (
    "bedrock",
    "bedrock-agent",
    "bedrock-agentcore-control",
    "lexv2-models",
    "qconnect",
    "lambda",
    "ecs",
    "sagemaker",
    "stepfunctions",
    "ssm",
    "cloudwatch",
    "resourcegroupstaggingapi",
    "ec2",
    "sts",
    "organizations",
    "cloudformation",
)

Content = Mapping[str, Any]


@dataclass
class Region:
    """What is in one Region, by service and operation: lists, and what is found by a name."""

    lists: dict[tuple[str, str], list[Content]] = field(default_factory=dict)
    items: dict[tuple[str, str, str], Content] = field(default_factory=dict)


@dataclass
class MadeAccount:
    """The Regions, and the expected uses: (Region, ARN, path, model)."""

    regions: dict[str, Region] = field(default_factory=dict)
    uses: list[tuple[str, str, str, str]] = field(default_factory=list)
    not_enabled: tuple[str, ...] = ()
    members: tuple[str, ...] = (ACCOUNT,)
    page: int = 50

    def region(self, name: str) -> Region:
        """The Region with that name."""
        return self.regions.setdefault(name, Region())

    def answer(self, request: Request) -> Content:
        """What a service answers. Raises ServiceError for what is not there."""
        handler = _HANDLERS.get((request.service, request.operation))
        if handler is not None:
            return handler(self, request)
        region = self.region(request.region)
        listed = region.lists.get((request.service, _key(request)))
        output = model(request.service).operation_model(request.operation).output_shape
        lists = [name for name, member in output.members.items() if member.type_name == "list"]
        if request.operation.startswith("List"):
            if not lists:
                # Tags are a map.
                return {name: {} for name, member in output.members.items() if member.type_name == "map"}
            return self._paged(request, lists[0], listed or [])
        found = region.items.get((request.service, request.operation, _name(request)))
        if found is None:
            raise ServiceError(404, "ResourceNotFoundException", f"no {_name(request)}")
        return found

    def _paged(self, request: Request, member: str, items: Sequence[Any]) -> Content:
        names = model(request.service).operation_model(request.operation)
        start = int(
            request.arguments.get("nextToken")
            or request.arguments.get("NextToken")
            or request.arguments.get("Marker")
            or 0
        )
        end = start + self.page
        told = next(
            (name for name in ("nextToken", "NextToken", "NextMarker") if name in names.output_shape.members), None
        )
        page: dict[str, Any] = {member: list(items[start:end])}
        if told is not None and end < len(items):
            page[told] = str(end)
        return page


def _key(request: Request) -> str:
    """The operation, with what it is asked for: `ListAgentAliases A1`."""
    named = [
        str(value)
        for name, value in request.arguments.items()
        if name.lower()
        not in {"nexttoken", "marker", "maxresults", "maxitems", "typeequals", "type", "parameterfilters"}
    ]
    return " ".join((request.operation, *named))


def _name(request: Request) -> str:
    return " ".join(str(value) for value in request.arguments.values())


def _identity(account: MadeAccount, request: Request) -> Content:
    identifier = request.key[4:16]
    return {"Account": identifier, "Arn": f"arn:aws:iam::{identifier}:user/reader", "UserId": "U"}


def _assume(account: MadeAccount, request: Request) -> Content:
    member = request.arguments["RoleArn"].split(":")[4]
    return {
        "Credentials": {
            "AccessKeyId": f"ASIA{member}",
            "SecretAccessKey": "made-up",
            "SessionToken": "made-up",
            "Expiration": datetime(2036, 1, 1, tzinfo=UTC),
        }
    }


def _regions(account: MadeAccount, request: Request) -> Content:
    names = {*account.regions, *account.not_enabled, request.region}
    return {
        "Regions": [
            {
                "RegionName": name,
                "Endpoint": f"ec2.{name}.amazonaws.com",
                "OptInStatus": "not-opted-in" if name in account.not_enabled else "opt-in-not-required",
            }
            for name in sorted(names)
        ]
    }


def _members(account: MadeAccount, request: Request) -> Content:
    return {"Accounts": [{"Id": each, "Status": "ACTIVE", "Name": each} for each in account.members]}


def _parameters(account: MadeAccount, request: Request) -> Content:
    region = account.region(request.region)
    found = [region.items.get(("ssm", "GetParameters", name)) for name in request.arguments["Names"]]
    return {
        "Parameters": [each for each in found if each is not None],
        "InvalidParameters": [
            name for name, each in zip(request.arguments["Names"], found, strict=True) if each is None
        ],
    }


def _parameter_names(account: MadeAccount, request: Request) -> Content:
    return account._paged(
        request, "Parameters", account.region(request.region).lists.get(("ssm", "DescribeParameters"), [])
    )


def _metrics(account: MadeAccount, request: Request) -> Content:
    return account._paged(
        request, "Metrics", account.region(request.region).lists.get(("cloudwatch", "ListMetrics"), [])
    )


def _metric_data(account: MadeAccount, request: Request) -> Content:
    results = []
    for query in request.arguments["MetricDataQueries"]:
        metric = query["MetricStat"]["Metric"]
        key = " ".join((metric["MetricName"], *(each["Value"] for each in metric["Dimensions"])))
        points = account.region(request.region).items.get(("cloudwatch", "GetMetricData", key), {})
        results.append(
            {"Id": query["Id"], "StatusCode": "Complete", "Timestamps": list(points), "Values": list(points.values())}
        )
    return {"MetricDataResults": results}


def _tags(account: MadeAccount, request: Request) -> Content:
    items = account.region(request.region).lists.get(("resourcegroupstaggingapi", "GetResources"), [])
    start = int(request.arguments.get("PaginationToken") or 0)
    end = start + account.page
    return {
        "ResourceTagMappingList": items[start:end],
        "PaginationToken": str(end) if end < len(items) else "",
    }


_HANDLERS: dict[tuple[str, str], Callable[[MadeAccount, Request], Content]] = {
    ("sts", "GetCallerIdentity"): _identity,
    ("sts", "AssumeRole"): _assume,
    ("ec2", "DescribeRegions"): _regions,
    ("organizations", "ListAccounts"): _members,
    ("ssm", "GetParameters"): _parameters,
    ("ssm", "DescribeParameters"): _parameter_names,
    ("cloudwatch", "ListMetrics"): _metrics,
    ("cloudwatch", "GetMetricData"): _metric_data,
    ("resourcegroupstaggingapi", "GetResources"): _tags,
}


def add_agent(account: MadeAccount, region: str, number: int, name: str, model_id: str) -> str:
    """An agent without aliases; its ARN."""
    identifier = f"AGENT{number:05d}"
    arn = f"arn:aws:bedrock:{region}:{ACCOUNT}:agent/{identifier}"
    location = account.region(region)
    location.lists.setdefault(("bedrock-agent", "ListAgents"), []).append(
        {"agentId": identifier, "agentName": name, "agentStatus": "PREPARED", "updatedAt": WHEN}
    )
    location.items["bedrock-agent", "GetAgent", identifier] = {
        "agent": _agent(identifier, arn, name, model_id) | {"agentVersion": "DRAFT"}
    }
    account.uses.append((region, arn, "foundationModel", model_id))
    return arn


def _agent(identifier: str, arn: str, name: str, model_id: str) -> dict[str, Any]:
    return {
        "agentId": identifier,
        "agentArn": arn,
        "agentName": name,
        "agentStatus": "PREPARED",
        "foundationModel": model_id,
        "instruction": "Answer politely. " * 40,
        "idleSessionTTLInSeconds": 600,
        "agentResourceRoleArn": f"arn:aws:iam::{ACCOUNT}:role/agent",
        "createdAt": WHEN,
        "updatedAt": WHEN,
    }


def add_agent_alias(account: MadeAccount, region: str, number: int, alias: str, version: str, model_id: str) -> str:
    """An alias of an agent, and the version that it routes to; its ARN."""
    identifier = f"AGENT{number:05d}"
    location = account.region(region)
    location.lists.setdefault(("bedrock-agent", f"ListAgentAliases {identifier}"), []).append(
        {
            "agentAliasId": alias,
            "agentAliasName": alias.lower(),
            "agentAliasStatus": "PREPARED",
            "createdAt": WHEN,
            "updatedAt": WHEN,
            "routingConfiguration": [{"agentVersion": version}],
        }
    )
    name = f"agent-{number}"
    agent = _agent(identifier, f"arn:aws:bedrock:{region}:{ACCOUNT}:agent/{identifier}", name, model_id)
    location.items["bedrock-agent", "GetAgentVersion", f"{identifier} {version}"] = {
        "agentVersion": agent | {"version": version}
    }
    arn = f"arn:aws:bedrock:{region}:{ACCOUNT}:agent-alias/{identifier}/{alias}"
    if version != "DRAFT":
        account.uses.append((region, arn, "foundationModel", model_id))
    return arn


def add_profile(account: MadeAccount, region: str, number: int, name: str, model_id: str) -> str:
    """An application inference profile that routes over three Regions; its ARN."""
    arn = f"arn:aws:bedrock:{region}:{ACCOUNT}:application-inference-profile/profile{number:05d}"
    models = [f"arn:aws:bedrock:{each}::foundation-model/{model_id}" for each in (region, "us-east-2", "us-west-2")]
    account.region(region).lists.setdefault(("bedrock", "ListInferenceProfiles"), []).append(
        {
            "inferenceProfileArn": arn,
            "inferenceProfileId": f"profile{number:05d}",
            "inferenceProfileName": name,
            "models": [{"modelArn": each} for each in dict.fromkeys(models)],
            "status": "ACTIVE",
            "type": "APPLICATION",
            "createdAt": WHEN,
            "updatedAt": WHEN,
        }
    )
    account.uses.append((region, arn, "models[0].modelArn", model_id))
    return arn


def add_throughput(account: MadeAccount, region: str, number: int, name: str, model_id: str) -> str:
    """Provisioned throughput with a commitment; its ARN."""
    arn = f"arn:aws:bedrock:{region}:{ACCOUNT}:provisioned-model/pt{number:05d}"
    foundation = f"arn:aws:bedrock:{region}::foundation-model/{model_id}"
    account.region(region).lists.setdefault(("bedrock", "ListProvisionedModelThroughputs"), []).append(
        {
            "provisionedModelArn": arn,
            "provisionedModelName": name,
            "modelArn": foundation,
            "desiredModelArn": foundation,
            "foundationModelArn": foundation,
            "modelUnits": 1,
            "desiredModelUnits": 1,
            "status": "InService",
            "commitmentDuration": "SixMonths",
            "creationTime": WHEN,
            "lastModifiedTime": WHEN,
        }
    )
    account.uses.append((region, arn, "foundationModelArn", model_id))
    return arn


def add_knowledge_base(account: MadeAccount, region: str, number: int, name: str, model_id: str) -> str:
    """A knowledge base with an embedding model; its ARN."""
    identifier = f"KB{number:08d}"
    arn = f"arn:aws:bedrock:{region}:{ACCOUNT}:knowledge-base/{identifier}"
    location = account.region(region)
    location.lists.setdefault(("bedrock-agent", "ListKnowledgeBases"), []).append(
        {"knowledgeBaseId": identifier, "name": name, "status": "ACTIVE", "updatedAt": WHEN}
    )
    location.items["bedrock-agent", "GetKnowledgeBase", identifier] = {
        "knowledgeBase": {
            "knowledgeBaseId": identifier,
            "name": name,
            "knowledgeBaseArn": arn,
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/kb",
            "status": "ACTIVE",
            "createdAt": WHEN,
            "updatedAt": WHEN,
            "knowledgeBaseConfiguration": {
                "type": "VECTOR",
                "vectorKnowledgeBaseConfiguration": {
                    "embeddingModelArn": f"arn:aws:bedrock:{region}::foundation-model/{model_id}"
                },
            },
        }
    }
    path = "knowledgeBaseConfiguration.vectorKnowledgeBaseConfiguration.embeddingModelArn"
    account.uses.append((region, arn, path, model_id))
    return arn


def add_function(account: MadeAccount, region: str, name: str, variables: Mapping[str, str]) -> str:
    """A function with environment variables; its ARN."""
    arn = f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"
    account.region(region).lists.setdefault(("lambda", "ListFunctions"), []).append(
        {"FunctionName": name, "FunctionArn": arn, "Version": "$LATEST", "Environment": {"Variables": dict(variables)}}
    )
    return arn


def add_parameter(account: MadeAccount, region: str, name: str, value: str, kind: str = "String") -> str:
    """A parameter; its ARN."""
    arn = f"arn:aws:ssm:{region}:{ACCOUNT}:parameter/{name.removeprefix('/')}"
    location = account.region(region)
    location.lists.setdefault(("ssm", "DescribeParameters"), []).append({"Name": name, "ARN": arn, "Type": kind})
    location.items["ssm", "GetParameters", name] = {
        "Name": name,
        "ARN": arn,
        "Type": kind,
        "Value": value,
        "Version": 1,
    }
    return arn


def add_tags(account: MadeAccount, region: str, arn: str, tags: Mapping[str, str]) -> None:
    """Tags of a resource."""
    account.region(region).lists.setdefault(("resourcegroupstaggingapi", "GetResources"), []).append(
        {"ResourceARN": arn, "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
    )


def add_calls(
    account: MadeAccount, region: str, model_id: str, by_day: Mapping[datetime, float], *, listed: bool = True
) -> None:
    """What CloudWatch has counted: calls of a model by day. Not listed is what was not called for two weeks."""
    location = account.region(region)
    if listed:
        for name in ("Invocations",):
            location.lists.setdefault(("cloudwatch", "ListMetrics"), []).append(
                {
                    "Namespace": "AWS/Bedrock",
                    "MetricName": name,
                    "Dimensions": [{"Name": "ModelId", "Value": model_id}],
                }
            )
    location.items["cloudwatch", "GetMetricData", f"Invocations {model_id}"] = dict(by_day)


class Faulty:
    """Answers, but throttles so much of the calls once, and denies so much for good; which ones, their content says."""

    def __init__(self, account: MadeAccount, throttled: float = 0.0, denied: float = 0.0) -> None:
        self._account = account
        self._throttled = throttled
        self._denied = denied
        self._seen: set[int] = set()
        self._lock = threading.Lock()
        self.denied: list[Request] = []
        self.throttled = 0

    def is_denied(self, region: str, service: str, operation: str, arguments: Mapping[str, Any]) -> bool:
        """Whether a call is denied whenever it is made."""
        return _share(region, service, operation, arguments, "denied") < self._denied

    def answer(self, request: Request) -> Content:
        """What the account answers, if it does."""
        if request.service in {"sts", "ec2"}:
            return self._account.answer(request)
        call = request.region, request.service, request.operation, request.arguments
        if self.is_denied(*call):
            with self._lock:
                self.denied.append(request)
            raise ServiceError(403, "AccessDeniedException", f"not authorized to perform: {request.operation}")
        if _share(*call, "throttled") < self._throttled:
            mark = hash((request.region, request.service, request.operation, repr(request.arguments)))
            with self._lock:
                is_first = mark not in self._seen
                self._seen.add(mark)
                self.throttled += is_first
            if is_first:
                raise ServiceError(429, "ThrottlingException", "Rate exceeded")
        return self._account.answer(request)


def _share(region: str, service: str, operation: str, arguments: Mapping[str, Any], salt: str) -> float:
    """A number from 0 to 1 that the call decides."""
    return zlib.crc32(repr((region, service, operation, sorted(arguments.items()), salt)).encode()) / 2**32


DYING = (
    "anthropic.claude-3-haiku-20240307-v1:0",
    "anthropic.claude-3-sonnet-20240229-v1:0",
    "anthropic.claude-3-7-sonnet-20250219-v1:0",
)
LIVING = ("amazon.nova-lite-v1:0", "anthropic.claude-haiku-4-5-20251001-v1:0")


def large_account(resources: int, regions: Sequence[str]) -> MadeAccount:
    """An account with so many resources of several kinds in the Regions, four in ten on models that are at their end.

    Its models are those of the bundled catalog.
    """
    account = MadeAccount()
    for number in range(resources):
        region = regions[number % len(regions)]
        model_id = DYING[number % 3] if number % 5 in (0, 3) else LIVING[number % 2]
        name = f"resource-{number}"
        match number % 8:
            case 0 | 1:
                arn = add_agent(account, region, number, name, model_id)
            case 2:
                add_agent(account, region, number, name, LIVING[0])
                arn = add_agent_alias(account, region, number, "LIVE000001", "3", model_id)
            case 3:
                arn = add_profile(account, region, number, name, model_id)
            case 4:
                arn = add_throughput(account, region, number, name, model_id)
            case 5:
                arn = add_knowledge_base(account, region, number, name, model_id)
            case 6:
                arn = add_function(account, region, name, {"MODEL_ID": model_id, "STAGE": "prod"})
                account.uses.append((region, arn, "Environment.Variables.MODEL_ID", model_id))
            case _:
                arn = add_parameter(account, region, f"/ai/{name}", model_id)
                account.uses.append((region, arn, "Value", model_id))
        add_tags(account, region, arn, {"owner": f"@team-{number % 7}", "env": "prod" if number % 2 else "dev"})
    for region in regions:
        for model_id in (*DYING, *LIVING):
            add_calls(account, region, model_id, {WHEN: 10.0})
    return account
