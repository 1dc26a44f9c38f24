"""`AWS::Include`: a file put into a template in place of the call."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from checker.errors import ParseError, ReadError
from checker.model.problem import Problem, ProblemKind
from checker.source import Mapping as MappingNode
from checker.source import Node, Scalar
from checker.values import Text, Value

if TYPE_CHECKING:
    from checker.frontends.cloudformation.stack import Stack


def included_node(stack: "Stack", call: Node, names: Mapping[str, Value]) -> Node | None:
    """The content of the local file that a `Fn::Transform` call includes; None for other macros and for S3."""
    if not isinstance(call, MappingNode):
        return None
    name, parameters = call.get("Name"), call.get("Parameters")
    if not (isinstance(name, Scalar) and name.value == "AWS::Include" and isinstance(parameters, MappingNode)):
        return None
    location = parameters.get("Location")
    if location is None:
        return None
    value = stack.evaluate(location, names)
    atom = value[0].atom if len(value) == 1 else None
    written = atom.plain if isinstance(atom, Text) else None
    if not written or "://" in written:
        return None
    path = stack.document.path.parent / written
    reading = stack.setting.reading
    if reading.files.display(path) in stack.including:
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
