"""Expands `Fn::ForEach` and macros, which add entries to a mapping or replace a node. `AWS::Include` reads a file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.scope import TOP, Entry, Evaluation, Scope
from checker.frontends.cloudformation.texts import with_loop_names
from checker.frontends.holding import holding
from checker.model.problem import Problem, ProblemKind
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import Alternative, Cause, Given, List, Step, Text, Unknown, Value, join_all
from checker.values.operations import after, unknown

INCLUDE = "AWS::Include"
FOR_EACH = "Fn::ForEach::"
TRANSFORM = "Fn::Transform"
_MOST_LOOP_ENTRIES = 2_000


def entries(
    evaluation: Evaluation, node: Node | None, scope: Scope = TOP, rest: list[Alternative] | None = None
) -> list[Entry]:
    """The entries of a mapping, with `Fn::ForEach` and `Fn::Transform` expanded.

    What a macro may add goes into `rest`.
    """
    expansion = _Expansion(evaluation, rest if rest is not None else [])
    if isinstance(node, MappingNode):
        expansion.expand(node, scope, ())
    return expansion.found


class _Expansion:
    def __init__(self, evaluation: Evaluation, rest: list[Alternative]) -> None:
        self._evaluation = evaluation
        self._rest = rest
        self.found: list[Entry] = []

    def expand(self, node: MappingNode, scope: Scope, given: Given) -> None:
        for key, child in node.entries:
            name = str(key.value)
            if name.startswith(FOR_EACH):
                self._loop(key, child, scope, given)
            elif name == TRANSFORM:
                for call in calls_in(child):
                    included = included_node(self._evaluation, call, scope)
                    if isinstance(included, MappingNode):
                        self.expand(included, _while_including(included, scope), given)
                    else:
                        self._rest += _made_by(self._evaluation, call, included, scope, key.location)
            else:
                if scope.names and "{" in name:
                    value = with_loop_names(self._evaluation.document, key, scope.names)
                    name = "".join(a.atom.render() for a in value[:1] if isinstance(a.atom, Text)) or name
                self.found.append(Entry(name, key.location, child, scope, given))

    def _loop(self, key: ScalarNode, node: Node, scope: Scope, given: Given) -> None:
        match node:
            case SequenceNode(items=(ScalarNode() as variable, collection, MappingNode() as body)):
                pass
            case _:
                message = "Fn::ForEach needs a name, a collection and a mapping"
                self._evaluation.invalid(message, str(key.value), node.location)
                return
        loop = str(variable.value)
        for element, under in self._elements(collection, loop, key, scope, given):
            if len(self.found) > _MOST_LOOP_ENTRIES:
                message = f"Fn::ForEach makes more than {_MOST_LOOP_ENTRIES} entries; the rest was not read."
                self._evaluation.reading.report(
                    Problem.at(key.location, ProblemKind.UNSUPPORTED, message, "Split the template.", incomplete=True)
                )
                return
            bound = after((element._replace(given=()),), Step(key.location, f"loop {loop}"))
            self.expand(body, scope._replace(names={**scope.names, loop: bound}), under)

    def _elements(
        self, collection: Node, loop: str, key: ScalarNode, scope: Scope, given: Given
    ) -> Iterator[tuple[Alternative, Given]]:
        """The values of a loop variable in order; an unknown for an unknown collection."""
        for one in self._evaluation.list_items(collection, scope):
            if isinstance(one.atom, List):
                choices: Sequence[Value] = one.atom.items
            else:
                identity = self._evaluation.identity(f"{loop} of {key.value}")
                of = one.atom if isinstance(one.atom, Unknown) else Unknown(Cause.INPUT_NOT_SET, loop, identity)
                choices = ((Alternative(Unknown(of.cause, of.subject, identity), (), one.trail),),)
            for element in (element for choice in choices for element in choice):
                under = join_all(given, one.given, element.given)
                if under is not None:
                    yield element, under


def calls_in(node: Node | None) -> tuple[Node, ...]:
    """The macros that a `Transform` or `Fn::Transform` calls: one, or a list."""
    return node.items if isinstance(node, SequenceNode) else () if node is None else (node,)


def transformed(evaluation: Evaluation, call: Node, scope: Scope, location: Location) -> Value:
    """The result of a macro: the content of the file that it includes, else an unknown."""
    return _made_by(evaluation, call, included_node(evaluation, call, scope), scope, location)


def _made_by(evaluation: Evaluation, call: Node, included: Node | None, scope: Scope, location: Location) -> Value:
    if included is not None:
        return evaluation.evaluate(included, _while_including(included, scope))
    name = call.get("Name") if isinstance(call, MappingNode) else None
    subject = f"macro {name.value}" if isinstance(name, ScalarNode) else TRANSFORM
    cause = Cause.EXTERNAL_DATA if subject == f"macro {INCLUDE}" else Cause.UNSUPPORTED_FUNCTION
    identity = evaluation.identity(f"{subject} at {location}")
    made = unknown(cause, subject, identity=identity, trail=(Step(location, subject),))
    parameters = call.get("Parameters") if isinstance(call, MappingNode) else None
    return made if parameters is None else holding(made, [evaluation.evaluate(parameters, scope)])


def _while_including(included: Node, scope: Scope) -> Scope:
    return scope._replace(including=scope.including | {included.location.file})


def included_node(evaluation: Evaluation, call: Node, scope: Scope = TOP) -> Node | None:
    """The content of the file that an `Fn::Transform` call includes; None for other macros, and if it is missing.

    A location in S3 is resolved like that of a nested template.
    """
    if not isinstance(call, MappingNode):
        return None
    name, parameters = call.get("Name"), call.get("Parameters")
    if not (isinstance(name, ScalarNode) and name.value == INCLUDE and isinstance(parameters, MappingNode)):
        return None
    included = parameters.get("Location")
    if included is None:
        return None
    path = _path(evaluation, included, scope)
    reading = evaluation.reading
    if path is None or reading.files.display(path) in scope.including:
        return None
    try:
        document = reading.document(path)
    except (ReadError, ParseError) as error:
        is_outside = isinstance(error, ReadError) and error.kind == "outside-boundary"
        kind = ProblemKind.OUTSIDE_BOUNDARY if is_outside else ProblemKind.NOT_FOUND
        advice = "Pass --allow-outside." if is_outside else "Put the file where the template says, or correct it."
        message = f"The included file cannot be read: {error}."
        reading.report(Problem.at(included.location, kind, message, advice, incomplete=True))
        return None
    return document.roots[0] if document.roots else None


def _path(evaluation: Evaluation, included: Node, scope: Scope) -> Path | None:
    """The included file; a problem if it is missing."""
    value = evaluation.evaluate(included, scope)
    atom = value[0].atom if len(value) == 1 else None
    plain = atom.plain if isinstance(atom, Text) else None
    if plain and "://" not in plain:
        return evaluation.document.path.parent / plain
    located = evaluation.reading.tree.locate(atom, evaluation.document.path)
    if located.path is None:
        advice = "Check what it includes too, or give its local path."
        message = f"What is included here was not read: {located.reason}."
        evaluation.reading.report(Problem.at(included.location, located.problem, message, advice, incomplete=True))
    return located.path
