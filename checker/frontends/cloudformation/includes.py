"""`AWS::Include`: a file put into a template in place of the call."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from checker.errors import ParseError, ReadError
from checker.model.problem import Problem, ProblemKind
from checker.source import Mapping as MappingNode
from checker.source import Node, Scalar, Sequence
from checker.values import Text, Value

if TYPE_CHECKING:
    from checker.frontends.cloudformation.stack import Stack

INCLUDE = "AWS::Include"


def calls_in(node: Node | None) -> tuple[Node, ...]:
    """The macros that a `Transform` or `Fn::Transform` calls: one, or those of a list."""
    return node.items if isinstance(node, Sequence) else () if node is None else (node,)


def included_node(stack: "Stack", call: Node, names: Mapping[str, Value]) -> Node | None:
    """The content of the file that a `Fn::Transform` call includes; None for other macros, and where it is not here.

    Of a location in S3, the file counts that a nested template's location would mean.
    """
    if not isinstance(call, MappingNode):
        return None
    name, parameters = call.get("Name"), call.get("Parameters")
    if not (isinstance(name, Scalar) and name.value == INCLUDE and isinstance(parameters, MappingNode)):
        return None
    location = parameters.get("Location")
    if location is None:
        return None
    path = _path(stack, location, names)
    reading = stack.setting.reading
    if path is None or reading.files.display(path) in stack.including:
        return None
    try:
        document = reading.document(path)
    except (ReadError, ParseError) as error:
        is_outside = isinstance(error, ReadError) and error.kind == "outside-boundary"
        kind = ProblemKind.OUTSIDE_BOUNDARY if is_outside else ProblemKind.NOT_FOUND
        advice = "Pass --allow-outside." if is_outside else "Put the file where the template says, or correct it."
        message = f"The included file cannot be read: {error}."
        reading.report(Problem.at(location.place, kind, message, advice, incomplete=True))
        return None
    return document.roots[0] if document.roots else None


def _path(stack: "Stack", location: Node, names: Mapping[str, Value]) -> Path | None:
    """The file at a location; a problem if it is not here."""
    value = stack.evaluate(location, names)
    atom = value[0].atom if len(value) == 1 else None
    plain = atom.plain if isinstance(atom, Text) else None
    if plain and "://" not in plain:
        return stack.document.path.parent / plain
    located = stack.setting.reading.tree.locate(atom, stack.document.path)
    if located.path is None:
        advice = "Check what it includes too, or give its local path."
        message = f"What is included here was not read: {located.reason}."
        stack.setting.reading.report(Problem.at(location.place, located.problem, message, advice, incomplete=True))
    return located.path
