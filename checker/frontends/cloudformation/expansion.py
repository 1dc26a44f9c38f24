"""Expands `Fn::ForEach` and macros, and splits a template into its sections, with included content."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from checker.errors import ParseError, ReadError
from checker.frontends.cloudformation.scope import TOP, Entry, Evaluation, Scope
from checker.frontends.cloudformation.shape import may_be_logical_id
from checker.frontends.cloudformation.texts import with_loop_names
from checker.frontends.protocol import holding
from checker.model.problem import ALLOW_OUTSIDE, Problem, ProblemKind
from checker.source import Location, MappingNode, Node, ScalarNode, SequenceNode
from checker.values import Alternative, Cause, Given, List, Step, Text, Unknown, Value, join, join_all
from checker.values.operations import after, unknown

# Expands `Fn::ForEach` and macros, which add entries to a mapping or replace a node. `AWS::Include` reads a file.

INCLUDE = "AWS::Include"
FOR_EACH = "Fn::ForEach::"
TRANSFORM = "Fn::Transform"
_MOST_LOOP_ENTRIES = 2_000
# The transform that expands loops.
_LANGUAGE_EXTENSIONS = "AWS::LanguageExtensions"


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
        if not self._evaluation.has_loops:
            message = f"Fn::ForEach needs the transform {_LANGUAGE_EXTENSIONS}, which the template does not have"
            self._evaluation.invalid(message, str(key.value), key.location)
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
        advice = ALLOW_OUTSIDE if is_outside else "Put the file where the template says, or correct it."
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


# The sections of a template, with included content.

# Macros that change nothing relevant, or whose effect is evaluated here.
_KNOWN_TRANSFORMS = (
    INCLUDE,
    _LANGUAGE_EXTENSIONS,
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-",
    "AWS::ServiceCatalog",
)
_SERVERLESS = "AWS::Serverless-"
_RESOURCES = "Resources"

Entries = Mapping[str, tuple[Entry, ...]]


class Sections:
    """The content of a template by section; a section is made on demand.

    `root` is the template, with top-level includes once they are applied.
    """

    def __init__(self, root: MappingNode, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        self._made: dict[str, Entries] = {}
        self._last: dict[str, Mapping[str, Entry]] = {}
        self._unfinished: set[str] = set()
        self._is_generated: bool | None = None
        # True if something that was not read is inserted into a section.
        self.lacks_something = False
        self.root = root

    def include_at_top(self) -> None:
        """Applies the include at the top of the template. Its location may depend on parameters."""
        self.root = self._with_included_sections(self.root)

    def of(self, section: str) -> Entries:
        """The entries of a section, by name, with loops and includes expanded.

        Several entries share a name only if a loop makes it in several ways. While the entries are made, which may need
        the section itself, it contains what is written directly.
        """
        found = self._made.get(section)
        if found is not None:
            return found
        node = self.root.get(section)
        written = node.entries if isinstance(node, MappingNode) else ()
        plain = (Entry(str(key.value), key.location, child) for key, child in written)
        self._made[section] = {entry.key: (entry,) for entry in plain if not entry.key.startswith("Fn::")}
        self._unfinished.add(section)
        try:
            self._made[section] = self._carried_out(section, node)
        finally:
            self._unfinished.discard(section)
        return self._made[section]

    def last_of(self, section: str) -> Mapping[str, Entry]:
        """The entries of a section by name; of several, the last."""
        found = self._last.get(section)
        if found is None:
            found = {name: found[-1] for name, found in self.of(section).items()}
            if section not in self._unfinished:
                self._last[section] = found
        return found

    def _carried_out(self, section: str, node: Node | None) -> Entries:
        grouped: dict[str, tuple[Entry, ...]] = {}
        rest: list[Alternative] = []
        for entry in entries(self._evaluation, node, rest=rest):
            fault = _fault_of_made(entry, grouped.get(entry.key, ()))
            if fault is not None:
                self._evaluation.invalid(fault, entry.key, entry.location)
            made = self._with_included_parts(entry) if section == _RESOURCES else entry
            grouped[entry.key] = (*grouped.get(entry.key, ()), made)
        self.lacks_something |= bool(rest)
        if section == _RESOURCES:
            self._report_macros(rest, "resources")
        return grouped

    def _with_included_sections(self, root: MappingNode) -> MappingNode:
        """The template with its top-level includes; its own content wins."""
        sections = {str(key.value): (key, node) for key, node in root.entries}
        for call in (*calls_in(root.get("Transform")), *calls_in(root.get(TRANSFORM))):
            included = included_node(self._evaluation, call) if isinstance(call, MappingNode) else None
            for key, node in included.entries if isinstance(included, MappingNode) else ():
                name = str(key.value)
                if name not in sections:
                    sections[name] = (key, node)
                    continue
                own = sections[name][1]
                if isinstance(own, MappingNode) and isinstance(node, MappingNode):
                    mine = {each.value for each, _ in own.entries}
                    more = tuple(entry for entry in node.entries if entry[0].value not in mine)
                    sections[name] = (sections[name][0], own._replace(entries=(*own.entries, *more)))
        return root._replace(entries=tuple(sections.values()))

    def _with_included_parts(self, entry: Entry) -> Entry:
        """A resource with its includes outside the properties."""
        node = entry.node
        if not isinstance(node, MappingNode) or node.get(TRANSFORM) is None:
            return entry
        rest: list[Alternative] = []
        parts = entries(self._evaluation, node, entry.scope, rest)
        self._report_macros(rest, f"parts of {entry.key}")
        made = tuple((ScalarNode(part.key, part.location), part.node) for part in parts)
        return entry._replace(node=MappingNode(made, node.location))

    def _report_macros(self, rest: Sequence[Alternative], what: str) -> None:
        for one in rest:
            location = next((step.location for step in one.trail if step.location is not None), None)
            if isinstance(one.atom, Unknown) and one.atom.cause is Cause.UNSUPPORTED_FUNCTION and location is not None:
                message = f"The {one.atom.subject} makes {what} that were not read."
                advice = "Check the processed template too."
                self._evaluation.reading.report(
                    Problem.at(location, ProblemKind.UNSUPPORTED, message, advice, incomplete=True)
                )

    @cached_property
    def _transforms(self) -> tuple[tuple[str, Location], ...]:
        return tuple(_transforms(self.root.get("Transform")))

    @property
    def unknown_transforms(self) -> tuple[tuple[str, Location], ...]:
        """The macros at the top of the template with unknown effect, with their locations."""
        return tuple(one for one in self._transforms if not one[0].startswith((*_KNOWN_TRANSFORMS, _SERVERLESS)))

    @property
    def has_loops(self) -> bool:
        """True if a macro expands `Fn::ForEach`, or may do so."""
        return bool(self.unknown_transforms) or any(name == _LANGUAGE_EXTENSIONS for name, _ in self._transforms)

    @property
    def is_generated(self) -> bool:
        """True if SAM, a macro or a module adds to the definitions of the template."""
        if self._is_generated is not None:
            return self._is_generated
        found = (
            any(name.startswith(_SERVERLESS) for name, _ in self._transforms)
            or bool(self.unknown_transforms)
            or any(entry.is_module for made in self.of(_RESOURCES).values() for entry in made)
        )
        if _RESOURCES not in self._unfinished:
            self._is_generated = found
        return found


def _fault_of_made(entry: Entry, others: Iterable[Entry]) -> str | None:
    """Why CloudFormation refuses an entry that a loop makes, beside others of its name; None if it does not."""
    if not entry.scope.names or "⟨" in entry.key:
        return None
    if not may_be_logical_id(entry.key):
        return f"Fn::ForEach makes {entry.key!r}, which is no logical id: these have letters and digits only"
    is_twice = any(join(entry.given, other.given) is not None for other in others)
    return f"Fn::ForEach makes {entry.key}, which the template has already" if is_twice else None


def _transforms(node: Node | None) -> list[tuple[str, Location]]:
    """The macros that a template names at its top, with their locations."""
    items = node.items if isinstance(node, SequenceNode) else () if node is None else (node,)
    named = ((item.get("Name") if isinstance(item, MappingNode) else item, item.location) for item in items)
    return [(str(name.value), location) for name, location in named if isinstance(name, ScalarNode)]
