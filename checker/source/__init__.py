"""Files and places in them: reading within a boundary, and YAML and JSON as nodes with positions."""

from checker.source.nodes import Mapping, Node, Scalar, Sequence
from checker.source.places import Place

__all__ = ["Mapping", "Node", "Place", "Scalar", "Sequence"]
