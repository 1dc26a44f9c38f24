"""Whether a resource has the shape that CloudFormation asks for, which the last one of a cut file often has not."""

from collections.abc import Iterator

from checker.source import Mapping, Node, Place, Scalar, Sequence
from checker.source.suggest import did_you_mean

# A macro or an intrinsic makes the whole of what it stands in.
_MAKES_IT = "Fn::"
# Other services' null is taken by SAM, and by Fn::GetAZs.
_WITHOUT_NULL = "AWS::Bedrock"


# The attributes of a resource; the last two are SAM's.
ATTRIBUTES = frozenset(
    {
        "Type",
        "Properties",
        "Metadata",
        "DependsOn",
        "Condition",
        "CreationPolicy",
        "DeletionPolicy",
        "UpdatePolicy",
        "UpdateReplacePolicy",
        "Connectors",
        "IgnoreGlobals",
    }
)


def faults_of(resource: Node, place: Place, *, has_macros: bool = False) -> Iterator[tuple[Place, str]]:
    """What is wrong with the body of a resource that is written at `place`, each with its own place.

    A template that `has_macros` whose effect is not known may have attributes that these carry out.
    """
    if _is_made(resource):
        return
    if not isinstance(resource, Mapping):
        yield place, "is no object with a type"
        return
    kind = resource.get("Type")
    if not (isinstance(kind, Scalar) and kind.value) and not _is_made(kind):
        yield place, "has no type"
    written = str(getattr(kind, "value", ""))
    for key, value in () if has_macros or written.endswith("::MODULE") else resource.entries:
        name = str(key.value)
        # SAM passes over what it does not know, such as a description.
        is_passed_over = written.startswith("AWS::Serverless::") and isinstance(value, Scalar)
        if name not in ATTRIBUTES and not name.startswith(_MAKES_IT) and not is_passed_over:
            close = did_you_mean(name, ATTRIBUTES).removeprefix("; ")
            hint = f" ({close})" if "mean" in close else ""
            yield key.place, f"has the attribute {name}, which resources do not have{hint}"
    properties = resource.get("Properties")
    if properties is None or _is_made(properties):
        return
    if not isinstance(properties, Mapping):
        yield properties.place, "has properties that are no object"
    elif isinstance(kind, Scalar) and str(kind.value).startswith(_WITHOUT_NULL):
        yield from _nulls(properties)


def _nulls(node: Node) -> Iterator[tuple[Place, str]]:
    pending = [("", node)]
    while pending:
        path, one = pending.pop()
        match one:
            case Mapping(entries):
                pending += [(f"{path}.{key.value}" if path else str(key.value), value) for key, value in entries]
            case Sequence(items):
                pending += [(f"{path}[]", item) for item in items]
            case Scalar(None, tag=None):
                yield one.place, f"has null as {path}"


def _is_made(node: Node | None) -> bool:
    if node is None:
        return False
    if node.tag is not None:
        return True
    return isinstance(node, Mapping) and any(str(key.value).startswith(_MAKES_IT) for key, _ in node.entries)
