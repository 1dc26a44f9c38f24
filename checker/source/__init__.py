"""Files and locations in them: reading within a boundary, and YAML and JSON as nodes with positions."""

from checker.source.locations import Fault, Location, MappingNode, Node, ScalarNode, SequenceNode

__all__ = ["Fault", "Location", "MappingNode", "Node", "ScalarNode", "SequenceNode"]
