"""Compares deployed resources with code: matches them, and checks whether both name the same models."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from checker.immutable import immutable
from checker.model.reference import Candidate, Kind, Reference, Usage
from checker.model.resource import Framework, Resource
from checker.model.scan import Agreement, Compared
from checker.values import Map, Text

_STACK, _LOGICAL_ID = "aws:cloudformation:stack-name", "aws:cloudformation:logical-id"
# Properties that identify a resource in an account.
_IDENTIFYING = re.compile(r"^(?:.*_)?(?:name|arn|id)$|^(?:[A-Z]\w*)?(?:Name|Arn|Id)$")
_USED = (Usage.USE, Usage.INDIRECT)
# These types have no code of their own: an alias belongs to its agent, a counted call to nothing.
_NOT_IN_CODE = frozenset(
    {
        "AWS::Bedrock::AgentAlias",
        "AWS::Bedrock::AgentCollaborator",
        "AWS::Bedrock::FlowAlias",
        "AWS::Bedrock::Invocations",
        "AWS::Lambda::Alias",
    }
)
# Parts of a construct path that the CDK leaves out of a logical id.
_HIDDEN_PARTS = frozenset({"Resource", "Default"})


@immutable
class _Side:
    """A resource of the account or of the code, with all its references."""

    references: tuple[Reference, ...]
    identities: frozenset[str]

    @property
    def first(self) -> Reference:
        return self.references[0]

    @property
    def kind(self) -> Kind:
        return self.first.site.kind

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return tuple(candidate for each in self.references for candidate in each.candidates)

    @property
    def models(self) -> tuple[str, ...]:
        return tuple(sorted({_model(candidate) for candidate in self.candidates}))


def compare(
    deployed: Iterable[Reference], code: Iterable[Reference], resources: Iterable[Resource]
) -> tuple[Compared, ...]:
    """Each resource in the account or the code that uses a model; those that differ come first.

    `resources` are those of the code. Resources of a Terraform state give the ARNs for the same addresses in other
    code; without other code, the state counts as the code.
    """
    there = [_Side(tuple(group), _names_there(group)) for group in _resources(deployed) if _is_comparable(group[0])]
    here = _sides_of_code(code, resources)
    found: list[Compared] = []
    left = list(here)
    for side in there:
        match = next(((each, by) for each in left if (by := _same(side, each))), None)
        if match is None:
            found.append(_compared(Agreement.ONLY_IN_ACCOUNT, side, None, ""))
            continue
        # A block of code stays in the list, because it may be deployed in several Regions.
        found.append(_compared(_agreement(side, match[0]), side, *match))
    matched = {(each.code_input, each.code_address) for each in found}
    found += (
        _compared(Agreement.ONLY_IN_CODE, None, each, "")
        for each in here
        if (each.first.input, each.first.address) not in matched
    )
    order = list(Agreement)
    return tuple(sorted(found, key=lambda each: (order.index(each.agreement), each.arn, each.code_address)))


def _resources(references: Iterable[Reference]) -> Iterator[list[Reference]]:
    def key(reference: Reference) -> tuple[str, str]:
        return reference.input, reference.address

    used = [each for each in references if each.site.usage in _USED]
    for _, group in groupby(sorted(used, key=key), key=key):
        yield list(group)


def _is_comparable(reference: Reference) -> bool:
    return reference.resource_type not in _NOT_IN_CODE


def _names_there(references: Sequence[Reference]) -> frozenset[str]:
    first = references[0]
    tail = re.split(r"[:/]", first.address)[-1]
    return frozenset(name for name in (first.address, tail, first.name or "") if name)


def _sides_of_code(references: Iterable[Reference], resources: Iterable[Resource]) -> tuple[_Side, ...]:
    identities: dict[tuple[str, str], frozenset[str]] = {}
    by_state: dict[str, frozenset[str]] = {}
    for resource in resources:
        names = frozenset(_identities(resource))
        identities[resource.input, resource.address] = names
        if resource.framework is Framework.TERRAFORM_STATE:
            by_state[resource.address] = names
    groups = [group for group in _resources(references) if group[0].site.kind is not Kind.IAM]
    is_code = [group for group in groups if group[0].framework is not Framework.TERRAFORM_STATE]
    return tuple(
        _Side(
            tuple(group),
            identities.get((group[0].input, group[0].address), frozenset()) | _of_state(by_state, group[0]),
        )
        for group in is_code or groups
    )


def _of_state(by_state: Mapping[str, frozenset[str]], reference: Reference) -> frozenset[str]:
    is_terraform = reference.framework in (Framework.TERRAFORM, Framework.TERRAFORM_PLAN)
    return by_state.get(reference.address, frozenset()) if is_terraform else frozenset()


def _identities(resource: Resource) -> Iterator[str]:
    """The names, ids and ARNs in the properties of a resource."""
    for alternative in resource.properties:
        if not isinstance(alternative.atom, Map):
            continue
        for name, value in alternative.atom.entries.items():
            if _IDENTIFYING.match(name):
                for one in value:
                    if isinstance(one.atom, Text) and one.atom.plain:
                        yield one.atom.plain


def _same(there: _Side, here: _Side) -> str:
    """The evidence that both are the same resource: `ARN`, `tags` or `name`; empty if they are not."""
    if there.kind is not here.kind or not _may_share_region(there, here):
        return ""
    if there.first.address in here.identities:
        return "ARN"
    if _is_tagged(there.first, here.first):
        return "tags"
    return "name" if there.identities & here.identities else ""


def _may_share_region(there: _Side, here: _Side) -> bool:
    region = there.first.input.rpartition(":")[2]
    regions = {each for candidate in here.candidates for each in candidate.regions}
    return not regions or region in regions


def _is_tagged(there: Reference, here: Reference) -> bool:
    """Whether CloudFormation's tags name the logical id in the code, and its stack if the code tells one."""
    tags = dict(there.tags)
    stack, logical_id = tags.get(_STACK), tags.get(_LOGICAL_ID)
    if stack is None or logical_id is None or (here.stack is not None and not stack.startswith(here.stack)):
        return False
    if here.framework is Framework.CLOUDFORMATION:
        return here.address.rpartition(".")[2] == logical_id
    if here.framework is not Framework.CDK:
        return False
    # The CDK makes a logical id from the path below the stack, and appends a digest if the path has several parts.
    parts = here.address.split("/")
    for start in range(1, len(parts)):
        kept = "".join(re.sub(r"[^A-Za-z0-9]", "", part) for part in parts[start:] if part not in _HIDDEN_PARTS)
        if kept and re.fullmatch(rf"{re.escape(kept)}(?:[0-9A-F]{{8}})?", logical_id):
            return True
    return False


def _agreement(there: _Side, here: _Side) -> Agreement:
    if set(there.models) <= set(here.models):
        return Agreement.SAME
    is_told = not any(each.unresolved for each in here.references)
    return Agreement.DIFFERENT if is_told or here.models else Agreement.UNTOLD


def _model(candidate: Candidate) -> str:
    """The model in the form that is compared: its id with the profile's prefix, however it is written."""
    if candidate.model is None:
        return candidate.text
    return candidate.model if candidate.profile is None else f"{candidate.profile}.{candidate.model}"


def _compared(agreement: Agreement, there: _Side | None, here: _Side | None, by: str) -> Compared:
    return Compared(
        agreement,
        "" if there is None else there.first.address,
        "" if there is None else there.first.name or "",
        "" if here is None else here.first.input,
        "" if here is None else here.first.address,
        () if there is None else there.models,
        () if here is None else here.models,
        by,
    )
