"""The types of the table of operations: a call, the used parts of its answer, and the calls that follow from it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from checker.model.reference import Cost, Form, Kind, Role, Site, Usage

Answer = Mapping[str, Any]

_MODEL_FORMS = (
    Form.MODEL_ID,
    Form.FOUNDATION_MODEL_ARN,
    Form.INFERENCE_PROFILE_ID,
    Form.INFERENCE_PROFILE_ARN,
    Form.APPLICATION_INFERENCE_PROFILE_ARN,
)


class Field(NamedTuple):
    """A member of an answer that names a model, or (`is_text`) a text that may hold one.

    `path` uses the API's names, `[]` for a list, `{}` for a map. Of a text, only ids of models and ARNs are kept.
    `routes_to`: its ARNs name the Regions to which calls are routed; the caller's Region decides the dates.
    """

    path: str
    role: Role = Role.GENERATION
    usage: Usage = Usage.USE
    cost: Cost = Cost.IN_PLACE
    accepts: tuple[Form, ...] = _MODEL_FORMS
    is_text: bool = False
    routes_to: bool = False


class Made(NamedTuple):
    """The resource that an item of an answer becomes.

    `arn` and `name` are templates with `partition`, `region`, `account` and paths into the items that the calls so far
    found; `^` skips the item of the last call.
    `own` are members with the name of a model member that name no model of Bedrock, such as the resource itself.
    `stands_for`: its ARN can be used where a model is named.
    """

    type: str
    kind: Kind
    arn: str
    name: str
    fields: tuple[Field, ...]
    own: tuple[str, ...] = ()
    stands_for: bool = False

    def sites(self) -> tuple[Site, ...]:
        """The sites of its type, like those of a resource in code."""
        return tuple(
            Site(self.type, one.path, one.role, self.kind, one.usage, () if one.is_text else one.accepts, one.cost)
            for one in self.fields
        )


# Calls that CloudWatch has counted although no listed resource makes them.
CALLED = Made("AWS::Bedrock::Invocations", Kind.OTHER, "{arn}", "called, and named by no resource", (Field("ModelId"),))


class Call(NamedTuple):
    """An operation that is called once, or once for each item that the call before it found.

    `items` is the path of the items in the answer; empty if the answer is the item. Members of the input come from
    `arguments`, which are paths into the items so far, and from `fixed`, which are values; `each` is a member with
    several values, each for a call of its own. `bind` names an item that is a text. An item is used only if its members
    have a value in `only` and none in `skip`; a call is not made if an argument has a value in `skip`. The argument
    `batched` is a list of values from several items.
    """

    operation: str
    items: str = ""
    arguments: Mapping[str, str] = {}
    fixed: Mapping[str, Any] = {}
    each: tuple[str, tuple[str, ...]] | None = None
    bind: str = ""
    only: Mapping[str, tuple[str, ...]] = {}
    skip: Mapping[str, tuple[str, ...]] = {}
    batched: str = ""
    made: Made | None = None
    then: tuple["Call", ...] = ()

    def with_following(self) -> Iterator["Call"]:
        """The call, and all calls that follow from it."""
        yield self
        for call in self.then:
            yield from call.with_following()


class Service(NamedTuple):
    """A service by its name in botocore, with the calls that list its resources.

    `actions` is its prefix in IAM policies. `include` is its group, if it is listed only when the user asks for it.
    """

    name: str
    actions: str
    calls: tuple[Call, ...]
    include: str = ""

    def every_call(self) -> Iterator[Call]:
        """All calls of the service, with those that follow from them."""
        for call in self.calls:
            yield from call.with_following()


def at_path(answer: object, path: str) -> Iterator[Any]:
    """The values at a path of an answer; none if the path is not there."""
    if not path:
        yield answer
        return
    name, _, further = path.partition(".")
    key = name.removesuffix("[]").removesuffix("{}")
    if not isinstance(answer, Mapping) or answer.get(key) is None:
        return
    found = answer[key]
    if name.endswith("[]"):
        elements: Sequence[Any] = found if isinstance(found, list) else ()
    elif name.endswith("{}"):
        elements = tuple(found.values()) if isinstance(found, Mapping) else ()
    else:
        elements = (found,)
    for element in elements:
        yield from at_path(element, further)
