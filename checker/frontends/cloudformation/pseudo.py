"""The pseudo parameters, as far as the deployment is known."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from checker.immutable import immutable
from checker.model.regions import partition_of
from checker.values import Alternative, Atom, Cause, Given, Shape, Value
from checker.values.operations import NULL, each_of, text, unknown


@immutable
class Deployment:
    """Where a stack is deployed; None for unknown parts.

    `regions` are those of all deployments, empty if nothing tells. `identity` distinguishes its Region and account from
    those of other stacks, `stack_identity` (its address prefix) its name and id; nested stacks share the former.
    `deployed_to` are Regions to all of which it is deployed, each an alternative.
    """

    regions: tuple[str, ...] = ()
    account: str | None = None
    stack_name: str | None = None
    identity: str = ""
    stack_identity: str = ""
    deployed_to: Value = ()

    @property
    def region(self) -> str | None:
        """The Region, if there is only one."""
        return self.regions[0] if len(self.regions) == 1 else None


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
    return _known_or(_known_partition(deployment), deployment, "AWS::Partition", Shape.PARTITION)


def _known_partition(deployment: Deployment) -> str | None:
    partitions = {partition_of(region) for region in deployment.regions}
    return partitions.pop() if len(partitions) == 1 else None


def _url_suffix(deployment: Deployment) -> Value:
    return _known_or(_URL_SUFFIXES.get(_known_partition(deployment) or ""), deployment, "AWS::URLSuffix")


def each_region(deployment: Deployment) -> Value | None:
    """The Region, with one alternative for each Region of the deployment; None unless there are several."""
    return each_of(deployment.regions, f"{deployment.identity}AWS::Region") if len(deployment.regions) > 1 else None


PSEUDO_PARAMETERS: Mapping[str, Callable[[Deployment], Value]] = MappingProxyType(
    {
        "AWS::AccountId": lambda d: _known_or(d.account, d, "AWS::AccountId", Shape.ACCOUNT),
        "AWS::NoValue": lambda d: NULL,
        "AWS::NotificationARNs": lambda d: _known_or(None, d, "AWS::NotificationARNs"),
        "AWS::Partition": _partition,
        "AWS::Region": lambda d: _known_or(d.region, d, "AWS::Region", Shape.REGION),
        "AWS::StackId": lambda d: _of_stack(None, d, "AWS::StackId"),
        "AWS::StackName": lambda d: _of_stack(d.stack_name, d, "AWS::StackName"),
        "AWS::URLSuffix": _url_suffix,
    }
)


def region_of_resources(deployment: Deployment) -> Value:
    """The Region of the resources of a stack, with one alternative for each if there are several."""
    return deployment.deployed_to or PSEUDO_PARAMETERS["AWS::Region"](deployment)


def whatever_the_region(truth: Value, deployment: Deployment) -> Value:
    """Booleans; those that are equal in every possible Region lose the assumption on the Region."""
    if len(deployment.regions) < 2:
        return truth
    subject = f"{deployment.identity}AWS::Region"
    alike: dict[tuple[Atom, Given], list[Alternative]] = {}
    for one in truth:
        others = tuple(assumption for assumption in one.given if assumption.subject != subject)
        alike.setdefault((one.atom, others), []).append(one)
    result: list[Alternative] = []
    for (_, others), group in alike.items():
        in_all = len({one.given for one in group}) >= len(set(deployment.regions))
        result += [group[0]._replace(given=others)] if in_all else group
    return tuple(result)
