"""The words of the table of operations: a call, what of its answer is used, and the calls that follow from it."""

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

    `path` is written in the API's names, `[]` for a list, `{}` for a map. Of `is_text`, only ids of models and ARNs
    are kept. `routes_to`: the Regions in its ARNs are those to which calls are routed, and not the caller's, which
    decides the dates.
    """

    path: str
    role: Role = Role.GENERATION
    usage: Usage = Usage.USE
    cost: Cost = Cost.IN_PLACE
    accepts: tuple[Form, ...] = _MODEL_FORMS
    is_text: bool = False
    routes_to: bool = False


class Made(NamedTuple):
    """The resource that an item of an answer is.

    `arn` and `name` are templates, with paths into what the calls found so far, `partition`, `region` and `account`;
    `^` leaves out what the last call found.
    `own` are members that are named like a model and name none of Bedrock's: the resource itself, say. `stands_for`
    says that the ARN is used where a model is named.
    """

    type: str
    kind: Kind
    arn: str
    name: str
    fields: tuple[Field, ...]
    own: tuple[str, ...] = ()
    stands_for: bool = False

    def sites(self) -> tuple[Site, ...]:
        """The rows of its type, as those of code."""
        return tuple(
            Site(self.type, one.path, one.role, self.kind, one.usage, () if one.is_text else one.accepts, one.cost)
            for one in self.fields
        )


# What CloudWatch has counted, and nothing that is listed.
CALLED = Made("AWS::Bedrock::Invocations", Kind.OTHER, "{arn}", "called, and named by no resource", (Field("ModelId"),))


class Call(NamedTuple):
    """An operation, made once for all, or once for each item that the call before it found.

    `items` is the path of the items in the answer; empty if the answer is the item. `arguments` are members of the
    input by the paths of what was found so far, `fixed` have a value, and `each` has several, of which each makes a
    call. Items that are texts are found as `bind`. Items are used only if their members have one of the values in
    `only` and none in `skip`; a call whose argument has one in `skip` is not made. The argument `batched` is a list, of
    several items.
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
        """The call, and all that follow from it."""
        yield self
        for call in self.then:
            yield from call.with_following()


class Service(NamedTuple):
    """A service by its name in botocore, with the calls that list what it has.

    `actions` is its prefix in IAM policies. `include` names the group that has to be asked for.
    """

    name: str
    actions: str
    calls: tuple[Call, ...]
    include: str = ""

    def every_call(self) -> Iterator[Call]:
        """All calls."""
        for call in self.calls:
            yield from call.with_following()


def at_path(answer: object, path: str) -> Iterator[Any]:
    """What stands at a path of an answer; nothing where it is not there."""
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
