"""The pseudo parameters, as far as the deployment is known."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from checker.model.lifecycle import partition_of
from checker.values import Cause, Shape, Value
from checker.values.operations import ABSENT, text, unknown


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where a stack is deployed, None for what nothing says.

    `identity` sets its Region and account apart from those of other stacks, `stack_identity` (its address prefix) its
    name and id; nested stacks share the former.
    """

    region: str | None = None
    account: str | None = None
    stack_name: str | None = None
    identity: str = ""
    stack_identity: str = ""


_URL_SUFFIXES = {"aws-cn": "amazonaws.com.cn", "aws": "amazonaws.com", "aws-us-gov": "amazonaws.com"}


def _known_or(content: str | None, deployment: Deployment, name: str, shape: Shape | None = None) -> Value:
    if content is not None:
        return text(content)
    return unknown(Cause.DEPLOY_TIME, name, identity=deployment.identity + name, shape=shape)


def _of_stack(content: str | None, deployment: Deployment, name: str) -> Value:
    if content is not None:
        return text(content)
    return unknown(Cause.DEPLOY_TIME, name, identity=deployment.stack_identity + name)


def _partition(deployment: Deployment) -> Value:
    known = None if deployment.region is None else partition_of(deployment.region)
    return _known_or(known, deployment, "AWS::Partition", Shape.PARTITION)


def _url_suffix(deployment: Deployment) -> Value:
    known = None if deployment.region is None else _URL_SUFFIXES.get(partition_of(deployment.region))
    return _known_or(known, deployment, "AWS::URLSuffix")


PSEUDO_PARAMETERS: Mapping[str, Callable[[Deployment], Value]] = MappingProxyType(
    {
        "AWS::AccountId": lambda d: _known_or(d.account, d, "AWS::AccountId", Shape.ACCOUNT),
        "AWS::NoValue": lambda d: ABSENT,
        "AWS::NotificationARNs": lambda d: _known_or(None, d, "AWS::NotificationARNs"),
        "AWS::Partition": _partition,
        "AWS::Region": lambda d: _known_or(d.region, d, "AWS::Region", Shape.REGION),
        "AWS::StackId": lambda d: _of_stack(None, d, "AWS::StackId"),
        "AWS::StackName": lambda d: _of_stack(d.stack_name, d, "AWS::StackName"),
        "AWS::URLSuffix": _url_suffix,
    }
)
