"""SAM's changes to a template before CloudFormation sees it: `Globals`."""

from checker.frontends.cloudformation.intrinsics import intrinsic_of
from checker.source import MappingNode, Node, ScalarNode, SequenceNode

# The section of `Globals` for each type.
_SECTIONS = {
    "AWS::Serverless::Api": "Api",
    "AWS::Serverless::CapacityProvider": "CapacityProvider",
    "AWS::Serverless::Function": "Function",
    "AWS::Serverless::HttpApi": "HttpApi",
    "AWS::Serverless::LayerVersion": "LayerVersion",
    "AWS::Serverless::SimpleTable": "SimpleTable",
    "AWS::Serverless::StateMachine": "StateMachine",
    "AWS::Serverless::WebSocketApi": "WebSocketApi",
}


def with_globals(properties: Node | None, resource_type: str, template_globals: Node | None) -> Node | None:
    """The properties of a resource with those from `Globals` for its type."""
    section = _SECTIONS.get(resource_type)
    if section is None or not isinstance(template_globals, MappingNode):
        return properties
    shared = template_globals.get(section)
    if not isinstance(shared, MappingNode):
        return properties
    return shared if properties is None else _merged(shared, properties)


def _merged(shared: Node, own: Node) -> Node:
    """Maps are merged and lists are concatenated; otherwise the resource's own value wins."""
    if (
        isinstance(own, MappingNode)
        and isinstance(shared, MappingNode)
        and not (intrinsic_of(own) or intrinsic_of(shared))
    ):
        mine = {str(key.value): (key, node) for key, node in own.entries}
        entries: list[tuple[ScalarNode, Node]] = []
        for key, node in shared.entries:
            name = str(key.value)
            entries.append((mine[name][0], _merged(node, mine[name][1])) if name in mine else (key, node))
        names = {str(key.value) for key, _ in shared.entries}
        entries += [(key, node) for key, node in own.entries if str(key.value) not in names]
        return MappingNode(tuple(entries), own.location, own.tag)
    if isinstance(own, SequenceNode) and isinstance(shared, SequenceNode) and own.tag is None and shared.tag is None:
        return SequenceNode((*shared.items, *own.items), own.location)
    return own
