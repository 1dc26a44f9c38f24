"""Files and places in them: reading within a boundary, and YAML and JSON as nodes with positions."""

from checker.source.nodes import Mapping, Node, Scalar, Sequence
from checker.source.places import Fault, Place

__all__ = ["Fault", "Mapping", "Node", "Place", "Scalar", "Sequence"]
