"""What an expression of infrastructure code can be, as far as that is known without deploying it.

A value is a non-empty tuple of guarded alternatives: an atom, the assumptions under which it holds, and the trail from
the literal to the use. See `atoms` for the domain, `guards` for the assumptions, `operations` for what can be done.
"""

from checker.values.atoms import (
    ADVICE,
    HOLE,
    Alternative,
    Assumption,
    Atom,
    Basis,
    Bool,
    Cause,
    Given,
    Json,
    List,
    Map,
    Null,
    Number,
    Piece,
    Shape,
    Slices,
    Step,
    Target,
    Text,
    Trail,
    Unknown,
    Value,
)
from checker.values.guards import Certainty, certainty, join, join_all

__all__ = [
    "ADVICE",
    "HOLE",
    "Alternative",
    "Assumption",
    "Atom",
    "Basis",
    "Bool",
    "Cause",
    "Certainty",
    "Given",
    "Json",
    "List",
    "Map",
    "Null",
    "Number",
    "Piece",
    "Shape",
    "Slices",
    "Step",
    "Target",
    "Text",
    "Trail",
    "Unknown",
    "Value",
    "certainty",
    "join",
    "join_all",
]
